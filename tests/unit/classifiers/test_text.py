import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.text import LONGEST, bare, bounded, clean


def test_addresses_links_and_long_numbers_become_words():
    cleaned = clean("Write to jo@x.example or see https://x.example/a?b=1, ref 123456789")
    assert cleaned == "Write to email or see url ref 00000"


def test_typographic_marks_are_read_as_plain_ones():
    assert clean("L’offre « simple » – 50€…") == 'L\'offre " simple " - 50 € ...'


def test_an_emoji_that_says_something_becomes_a_word():
    assert clean("👍") == "ok good"


def test_control_characters_and_line_breaks_become_spaces():
    assert clean("a\x00b\x07\r\n\u200bc") == "a b c"


def test_of_a_text_that_is_too_long_the_beginning_and_the_end_are_read():
    kept = bounded("a" * 1_000_000 + "z" * 1_000_000)
    assert len(kept) <= LONGEST + 1
    assert kept[0] == "a"
    assert kept[-1] == "z"


def test_bare_text_has_no_accents_and_no_capitals():
    assert bare("Désolé, GROß, Œuvre") == "desole, gross, oeuvre"


@settings(deadline=None)
@given(st.text(max_size=300))
def test_cleaned_text_is_one_line_that_can_be_read(text):
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Cn") for c in cleaned)
