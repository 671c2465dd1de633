import dataclasses
import shutil

import pytest

from classifiers import artifact, judging
from classifiers.corpus.rows import Row
from classifiers.doubt import Calibration
from classifiers.judging import compare, set_apart
from classifiers.labels import Intent, Label
from classifiers.model import Classifier
from shared.errors import BadInput

SAID = (
    (Label.COLD, Intent.OPT_OUT, "Remove me from your list and do not write again."),
    (Label.HOT, Intent.REQUEST_PRICE, "How much does it cost for ten users?"),
    (Label.SPAM, Intent.OOO, "I am out of the office until Monday."),
    (Label.COLD, Intent.POLITE_DECLINE, "Thank you, but we are not interested."),
)


def rows(count: int) -> list[Row]:
    return [
        Row(label, intent, "en", "test", f"{text} Ref {i}")
        for i in range(count)
        for label, intent, text in SAID
    ]


@pytest.fixture(scope="module")
def good():
    return Classifier.load()


@pytest.fixture(scope="module")
def blind(tmp_path_factory):
    """A sealed model that ignores both of its parts, so that all intents are equally likely."""
    folder = shutil.copytree(artifact.SHIPPED, tmp_path_factory.mktemp("blind") / "model")
    calibration = Calibration.load(folder / artifact.DOUBT)
    dataclasses.replace(calibration, reader=0.0, ngrams=0.0).save(folder / artifact.DOUBT)
    artifact.seal(folder, {})
    return Classifier.load(folder)


def test_a_better_candidate_is_found_better(blind, good):
    verdict = compare(blind, good, rows(3), rows(2))
    assert verdict.better
    assert verdict.p_value < 0.05
    assert "exact McNemar" in str(verdict)


def test_a_candidate_that_is_no_better_is_refused(good):
    assert not compare(good, good, rows(3), rows(2)).better


def test_a_worse_candidate_is_refused(good, blind):
    verdict = compare(good, blind, rows(3), rows(2))
    assert not verdict.better
    assert verdict.judges[0] > verdict.judges[1]


def test_better_by_chance_is_not_enough(blind, good):
    verdict = compare(blind, good, rows(1)[:1], rows(1)[1:2])
    assert verdict.judges == (0, 1, 1)
    assert not verdict.better


def test_better_on_the_hands_alone_is_not_enough(blind, good):
    unknowable = [dataclasses.replace(row, label=Label.WARM) for row in rows(2)]
    assert not compare(blind, good, rows(5), unknowable).better


def test_nothing_is_judged_without_replies_to_judge_by(good):
    with pytest.raises(BadInput, match="one of them is empty"):
        compare(good, good, rows(1), [])


def test_a_reviewed_reply_is_for_ever_on_one_side():
    many = rows(100)
    train, judge = set_apart(many)
    assert set(map(id, train)).isdisjoint(map(id, judge))
    assert len(train) + len(judge) == len(many)
    assert set_apart(many[::-1])[1] == judge[::-1]
    assert 0.2 < len(judge) / len(many) < 0.5
    assert judging.SET_APART == 3
