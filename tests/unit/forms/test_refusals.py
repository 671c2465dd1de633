"""Refusals to programs, in headers and metas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.refusals import refusal


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("noindex, nofollow", ""),
        ("noai", "noai"),
        ("noindex, noai, noimageai", "noai"),
        ("nocontact", "nocontact"),
        ("relance: none", "relance: none"),
        ("googlebot: none", ""),
        ("googlebot: noai", ""),
        ("relance: noarchive, nofollow", "nofollow"),
        ("unavailable_after: 25 Jun 2030 15:00:00 PST", ""),
        ("robots: NOAI", "robots: noai"),
        ("", ""),
    ],
)
def test_only_what_speaks_to_such_a_program_refuses(said: str, refused: str) -> None:
    assert refusal(said) == refused


@given(st.text(max_size=4000))
def test_any_text_is_read_in_time(text: str) -> None:
    assert refusal(text) in text.lower()
