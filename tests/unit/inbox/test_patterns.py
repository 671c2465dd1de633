"""Alternatives find what the plain pattern finds, in a whole text and in its parts."""

import re

from hypothesis import given
from hypothesis import strategies as st

from inbox.patterns import Alternatives, any_of

PATTERN = r"""
    \bstop (?:it|this)
    (?:never|not) again$
    remove\s+me
"""
WORDS = st.sampled_from(["stop", "it", "This", "NEVER", "not", "again", "remove", "me", "and", "\n", "."])


@given(st.lists(WORDS, max_size=12))
def test_a_part_of_a_text_matches_as_with_the_plain_pattern(words: list[str]) -> None:
    text = " ".join(words)
    alternatives = Alternatives(PATTERN)
    for part in text.split("."):
        plain = re.search(any_of(PATTERN), part, re.IGNORECASE)
        found = alternatives.search(part)
        assert (found and found.span()) == (plain and plain.span())
