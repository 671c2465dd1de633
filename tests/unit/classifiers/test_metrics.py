import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import metrics

CLASSES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60)


@settings(deadline=None)
@given(CLASSES)
def test_f1_is_that_of_scikit_learn(pairs):
    sklearn = pytest.importorskip("sklearn.metrics")
    truth, found = np.array(pairs).T
    expected = sklearn.f1_score(truth, found, labels=np.unique(truth), average="macro", zero_division=0)
    assert metrics.macro_f1(truth, found) == pytest.approx(expected)


def test_calibration_error_is_the_distance_of_confidence_from_precision():
    confidence = np.full(10, 0.9)
    assert metrics.calibration_error(confidence, np.arange(10) < 9) == pytest.approx(0)
    assert metrics.calibration_error(confidence, np.arange(10) < 5) == pytest.approx(0.4)
    assert metrics.calibration_error(np.ones(4), np.ones(4, bool)) == 0


def test_the_automatic_share_ends_where_precision_falls_below():
    confidence = np.linspace(1, 0.1, 10)
    right = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0], bool)
    assert metrics.automatic_share(confidence, right, 0.95) == 0.5
    assert metrics.automatic_share(confidence, right, 0.83) == 0.6
    assert metrics.automatic_share(confidence, ~right, 0.95) == 0


def test_the_bootstrap_interval_holds_the_figure_and_shrinks_with_cases():
    def mean_of(values):
        return lambda some: float(values[some].mean())

    small, large = np.arange(20) % 2, np.arange(2000) % 2
    wide, narrow = metrics.bootstrap(20, mean_of(small)), metrics.bootstrap(2000, mean_of(large))
    assert wide.low < 0.5 < wide.high
    assert narrow.high - narrow.low < wide.high - wide.low


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_exact_binomial_test(gained, lost):
    stats = pytest.importorskip("scipy.stats")
    first = np.array([False] * gained + [True] * lost + [True] * 5)
    second = np.array([True] * gained + [False] * lost + [True] * 5)
    trials = gained + lost
    expected = stats.binomtest(gained, trials, alternative="greater").pvalue if trials else 1.0
    assert metrics.mcnemar(first, second) == pytest.approx(expected)
