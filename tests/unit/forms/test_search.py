"""What counts as the option that was meant, in whatever language a list is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.filler_search import holds
from browser.forms.options import spellings
from browser.forms.values import Meaning
from browser.forms.vocabulary import normal


@pytest.mark.parametrize("shown", ["France", "FRANCE", "Frankreich", "França", "France (FR)", "🇫🇷 France"])
def test_a_country_is_itself_in_every_language(shown: str) -> None:
    assert holds([shown], spellings(Meaning.COUNTRY, "France"))[0]


@pytest.mark.parametrize(
    "shown", ["", "Franc", "France métropolitaine", "Polynésie (France)", "French Guiana"]
)
def test_what_only_resembles_is_not_taken(shown: str) -> None:
    assert not holds([shown], spellings(Meaning.COUNTRY, "France"))[0]


def test_a_city_has_one_name() -> None:
    assert spellings(Meaning.CITY, "France") == ("France",)


@given(st.text())
def test_a_text_is_always_its_own_first_spelling(text: str) -> None:
    assert spellings(Meaning.COUNTRY, text)[0] == text
    if normal(text):
        assert holds(["", text], [text])[0] or "(" in text
