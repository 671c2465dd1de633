"""Figures of a classifier from truths and predictions, as plain numpy; nothing here knows of replies."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Classes = NDArray[np.int64]
"""Class indices, one a case."""
Shares = NDArray[np.float64]
"""Numbers between 0 and 1, one a case."""

BINS = 10
"""Bins of equal width for the calibration error (Guo et al. 2017 use 10 to 15)."""


def f1_scores(truth: Classes, found: Classes) -> dict[int, float]:
    """F1 of every class that occurs in the truth."""
    scores = {}
    for one in np.unique(truth):
        hits = float(((truth == one) & (found == one)).sum())
        scores[int(one)] = 2 * hits / float((truth == one).sum() + (found == one).sum())
    return scores


def macro_f1(truth: Classes, found: Classes) -> float:
    """Mean F1 of the classes that occur in the truth."""
    return float(np.mean(list(f1_scores(truth, found).values())))


def calibration_error(confidence: Shares, right: NDArray[np.bool_]) -> float:
    """Expected calibration error: the mean distance of confidence from precision, by bins of confidence."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(float((confidence - right)[bins == b].sum())) for b in range(BINS)]
    return sum(gaps) / len(confidence)


def automatic_share(confidence: Shares, right: NDArray[np.bool_], precision: float = 0.95) -> float:
    """The largest share of cases, taken from the surest down, of which `precision` are right."""
    order = np.argsort(-confidence, kind="stable")
    kept = np.arange(1, len(order) + 1)
    good = np.flatnonzero(np.cumsum(right[order]) / kept >= precision)
    return float(kept[good[-1]] / len(order)) if len(good) else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % bootstrap interval."""

    low: float
    high: float


def bootstrap(
    cases: int, figure: Callable[[NDArray[np.int64]], float], rounds: int = 500, seed: int = 5
) -> Interval:
    """The percentile interval of `figure`, a function of the drawn cases' indices (Efron 1979)."""
    chance = np.random.default_rng(seed)
    drawn = [figure(chance.integers(0, cases, cases)) for _ in range(rounds)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(low), float(high))


def mcnemar(first_right: NDArray[np.bool_], second_right: NDArray[np.bool_]) -> float:
    """One-sided exact p-value that the second is no better than the first (McNemar 1947, binomial tail)."""
    gained = int((second_right & ~first_right).sum())
    lost = int((first_right & ~second_right).sum())
    return _binomial_tail(gained, gained + lost)


def _binomial_tail(successes: int, trials: int) -> float:
    """P(X >= successes) for X ~ Binomial(trials, 1/2)."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, trials + 1)))])
    k = np.arange(successes, trials + 1)
    return float(np.exp(logs[trials] - logs[k] - logs[trials - k] - trials * np.log(2)).sum())
