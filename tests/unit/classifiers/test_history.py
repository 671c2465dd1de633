import dataclasses
import shutil

import pytest

from classifiers import artifact, history
from classifiers.corpus.rows import Row
from classifiers.doubt import Calibration
from classifiers.history import History, set_apart
from classifiers.labels import Intent, Label
from shared.errors import ArtifactInvalid, BadInput, NotFound

WORKING = artifact.SHIPPED
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


@pytest.fixture
def good(tmp_path):
    folder = shutil.copytree(WORKING, tmp_path / "good")
    artifact.seal(folder, {"copied": True})
    return folder


@pytest.fixture
def blind(tmp_path):
    """A sealed model that ignores both of its parts, so that all intents are equally likely."""
    folder = shutil.copytree(WORKING, tmp_path / "blind")
    calibration = Calibration.load(folder / artifact.DOUBT)
    dataclasses.replace(calibration, reader=0.0, ngrams=0.0).save(folder / artifact.DOUBT)
    artifact.seal(folder, {})
    return folder


@pytest.fixture
def serving_blind(tmp_path, blind, monkeypatch):
    """A history whose shipped model is the blind one."""
    monkeypatch.setattr(artifact, "SHIPPED", blind)
    return History(tmp_path / "home")


def test_without_promotions_the_shipped_model_serves(tmp_path):
    assert History(tmp_path).current() == artifact.SHIPPED
    assert History(tmp_path).entries() == []


def test_a_better_candidate_is_promoted_with_who_and_why(serving_blind, good):
    verdict = serving_blind.promote(good, rows(3), rows(2), by="ana")
    assert verdict.better
    assert verdict.p_value < 0.05
    [entry] = serving_blind.entries()
    assert (entry.version, entry.by) == (artifact.check(good).version, "ana")
    assert "exact McNemar" in entry.reason
    assert artifact.check(serving_blind.current()).version == entry.version
    assert serving_blind.current() != good


def test_a_candidate_that_is_no_better_is_refused(tmp_path, good):
    home = History(tmp_path / "home")
    assert not home.promote(good, rows(3), rows(2), by="ana").better
    assert home.entries() == []
    assert home.current() == artifact.SHIPPED


def test_a_worse_candidate_is_refused(tmp_path, blind):
    verdict = History(tmp_path / "home").promote(blind, rows(3), rows(2), by="ana")
    assert not verdict.better
    assert verdict.judges[0] > verdict.judges[1]


def test_better_by_chance_is_not_enough(serving_blind, good):
    verdict = serving_blind.promote(good, rows(1)[:1], rows(1)[1:2], by="ana")
    assert verdict.judges == (0, 1, 1)
    assert not verdict.better


def test_better_on_the_hands_alone_is_not_enough(serving_blind, good):
    unknowable = [dataclasses.replace(row, label=Label.WARM) for row in rows(2)]
    assert not serving_blind.promote(good, rows(5), unknowable, by="ana").better


def test_nothing_is_promoted_without_replies_to_judge_by(tmp_path, good):
    with pytest.raises(BadInput, match="one of them is empty"):
        History(tmp_path).promote(good, rows(1), [], by="ana")


def test_a_changed_candidate_is_refused(tmp_path, good):
    (good / artifact.NGRAMS).write_bytes(b"")
    with pytest.raises(ArtifactInvalid):
        History(tmp_path).promote(good, rows(1), rows(1), by="ana")


def test_one_call_goes_back_and_the_history_keeps_both(serving_blind, good):
    serving_blind.promote(good, rows(3), rows(2), by="ana")
    entry = serving_blind.rollback(by="bo")
    assert entry.version == ""
    assert serving_blind.current() == artifact.SHIPPED
    assert [e.by for e in serving_blind.entries()] == ["ana", "bo"]


def test_there_is_no_way_back_from_the_shipped_model(tmp_path):
    with pytest.raises(NotFound, match="nothing to go back to"):
        History(tmp_path).rollback(by="bo")


def test_a_version_that_is_gone_is_named(tmp_path):
    with pytest.raises(NotFound, match="'abc'"):
        History(tmp_path).folder("abc")


def test_a_reviewed_reply_is_for_ever_on_one_side():
    many = rows(100)
    train, judge = set_apart(many)
    assert set(map(id, train)).isdisjoint(map(id, judge))
    assert len(train) + len(judge) == len(many)
    assert set_apart(many[::-1])[1] == judge[::-1]
    assert 0.2 < len(judge) / len(many) < 0.5
    assert history.SET_APART == 3
