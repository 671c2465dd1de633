from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.corpus import rows
from classifiers.corpus.rows import by_hand, hands_of, read, unescape
from shared.errors import BadInput

HEADER = "label\tintent\tlanguage\thand\ttext"


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "mine.tsv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_a_row_is_read_with_its_line_breaks(tmp_path):
    [row] = read(written(tmp_path, "HOT\tREQUEST_PRICE\tfr\tclinique\tBonjour,\\ncombien ?"))
    assert (row.label, row.intent, row.language, row.hand) == ("HOT", "REQUEST_PRICE", "fr", "clinique")
    assert row.text == "Bonjour,\ncombien ?"


def test_a_file_without_hands_is_one_hand_named_after_it(tmp_path):
    header = "label\tintent\tlanguage\ttext"
    [row] = read(written(tmp_path, "COLD\tOPT_OUT\ten\tStop.", header=header))
    assert row.hand == "mine"


def test_a_quotation_mark_is_a_character_like_any_other(tmp_path):
    [row] = read(written(tmp_path, 'COLD\tOPT_OUT\ten\ta\t"Stop" it'))
    assert row.text == '"Stop" it'


def test_a_reply_of_two_megabytes_is_a_row(tmp_path):
    [row] = read(written(tmp_path, f"COLD\tOPT_OUT\ten\ta\t{'x' * 2_000_000}"))
    assert len(row.text) == 2_000_000


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("HOT\tREQUEST_PRIZE\tfr\ta\tx", r"line 3: unknown intent 'REQUEST_PRIZE'"),
        ("COLD\tREQUEST_PRICE\tfr\ta\tx", r"line 3: REQUEST_PRICE belongs to HOT, not to 'COLD'"),
        ("LUKEWARM\tREQUEST_PRICE\tfr\ta\tx", r"line 3: REQUEST_PRICE belongs to HOT, not to 'LUKEWARM'"),
        ("HOT\tREQUEST_PRICE\tFrench\ta\tx", r"line 3: 'French' is no language code"),
        ("HOT\tREQUEST_PRICE\tfr\ta\t  ", r"line 3: the text is empty"),
        ("HOT\tREQUEST_PRICE\tfr\tx", r"line 3: 4 columns where the header has 5"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_reason(tmp_path, line, complaint):
    with pytest.raises(BadInput, match=complaint):
        read(written(tmp_path, "COLD\tOPT_OUT\ten\ta\tStop.", line))


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(BadInput, match="line 1: no column intent"):
        read(written(tmp_path, header="label\tlanguage\ttext"))


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="cannot be read as UTF-8"):
        read(path)
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "missing.tsv")


def test_a_split_is_by_hand(tmp_path):
    lines = [f"COLD\tOPT_OUT\ten\t{hand}\tStop {hand}" for hand in "abca"]
    all_rows = read(written(tmp_path, *lines))
    chosen, others = by_hand(all_rows, ["a"])
    assert hands_of(chosen) == ("a",)
    assert hands_of(others) == ("b", "c")
    assert len(chosen) == 2


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\0")))
def test_escaping_is_undone_whatever_the_text(text):
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    assert unescape(escaped) == text


def test_the_corpus_itself_can_be_read():
    assert len(rows.read_hands()) > 1000
