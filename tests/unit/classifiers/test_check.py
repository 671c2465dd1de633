import dataclasses

import pytest

from classifiers.corpus import check, rows, splits
from classifiers.corpus.rows import Row
from classifiers.labels import INTENTS, LABEL_OF, Intent, Label
from shared.errors import BadInput

pytest.importorskip("scipy")

LONG = "We would like to receive your offer for twelve people next week"


def row(hand: str, text: str = LONG, intent: Intent = Intent.REQUEST_PRICE, language: str = "en") -> Row:
    return Row(LABEL_OF[intent], intent, language, hand, text)


def test_the_same_reply_on_two_sides_of_a_split_is_a_leak():
    found = check.problems([row("a"), row("b", LONG + "!")], {"b": "judge"})
    assert any("a and b are on two sides of a split" in problem for problem in found)


def test_the_same_reply_within_one_side_is_no_leak():
    found = check.problems([row("a"), row("b", LONG + "!")], {})
    assert not any("two sides" in problem for problem in found)


def test_short_replies_may_be_the_same():
    assert list(check.twins([row("a", "No thanks"), row("b", "No thanks"), row("c")])) == []


def test_one_text_with_two_intents_is_a_contradiction():
    found = check.problems([row("a"), row("b", intent=Intent.REQUEST_INFO)], {})
    assert any("a says REQUEST_PRICE, b REQUEST_INFO" in problem for problem in found)


def test_a_lack_of_rows_languages_and_intents_is_named():
    found = " ".join(
        check.problems([row("a"), row("a", "Hallo allemaal, wat kost het precies", language="sv")], {})
    )
    assert "2 rows, at least 6000" in found
    assert "0 rows in fr" in found
    assert "0 rows of BOUNCE" in found
    assert "language 'sv' is not one of" in found


def test_a_hand_that_wrote_nothing_is_named():
    assert any("'ghost'" in problem for problem in check.problems([row("a")], {"ghost": "judge"}))


def test_agreement_counts_labels_and_intents_beyond_chance(tmp_path):
    corpus = [row("a", f"{LONG} {intent}", intent) for intent in INTENTS]
    path = tmp_path / "second.tsv"
    second = [dataclasses.replace(r) for r in corpus]
    second[0] = dataclasses.replace(second[0], intent=Intent.REQUEST_PRICE, label=Label.HOT)
    second[1] = dataclasses.replace(second[1], intent=Intent.OPT_OUT, label=Label.COLD)
    lines = ["label\tintent\tlanguage\thand\ttext", *("\t".join(dataclasses.astuple(r)) for r in second)]
    path.write_text("\n".join(lines), encoding="utf-8")
    read_twice = check.agreement(corpus, path)
    assert (read_twice.cases, read_twice.label, read_twice.intent) == (12, 11 / 12, 10 / 12)
    assert read_twice.intent_kappa == pytest.approx(0.818, abs=0.01)
    assert check.agreement(corpus[1:], path).cases == 11
    with pytest.raises(BadInput, match="none of its replies"):
        check.agreement([], path)


def test_kappa_is_nought_by_chance_and_one_where_all_agree():
    assert check.kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0
    assert check.kappa([("a", "a"), ("b", "b")]) == 1
    assert check.kappa([("a", "a")]) == 1


def test_the_split_separates_hands():
    parts = splits.split(rows.read_hands())
    hands = [set(rows.hands_of(side)) for side in (parts.train, parts.calibrate, parts.judge)]
    assert all(hands)
    assert hands[0] | hands[1] | hands[2] == set(rows.hands_of(rows.read_hands()))
    assert sum(map(len, hands)) == len(hands[0] | hands[1] | hands[2])
