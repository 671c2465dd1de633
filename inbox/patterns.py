"""Large patterns and word lists, written so that they can be read: an alternative a line.

A pattern of forty alternatives costs Python's engine a quarter of a microsecond a character, for it tries
each of them at each place. `Alternatives` tries only those whose mandatory pieces are all in the text,
which one pass (Aho and Corasick) tells for all of them: most texts hold those of none.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]  # the one place that knows what a pattern demands
from typing import Any

from ahocorasick_rs import AhoCorasick

_LEAST = 3
"""Letters of a piece below which looking for it tells too little."""


def any_of(pattern: str) -> str:
    """A pattern that matches any of the lines; a line indented further than the first goes on with the one
    above it.
    """
    return "|".join(alternatives(pattern))


def alternatives(pattern: str) -> list[str]:
    """The alternatives of `any_of`, one by one."""
    lines = [line for line in pattern.split("\n") if line.strip()]
    margin = len(lines[0]) - len(lines[0].lstrip())
    joined: list[str] = []
    for line in lines:
        if len(line) - len(line.lstrip()) > margin:
            joined[-1] += line.strip()
        else:
            joined.append(line.strip())
    return joined


class Alternatives:
    """What `re.compile(any_of(pattern), re.IGNORECASE)` finds, at a fraction of the cost."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        texts = alternatives(pattern)
        self.each = tuple(re.compile(one, flags | re.IGNORECASE) for one in texts)
        demanded = [_demanded(one) for one in texts]
        self._always = [at for at, sets in enumerate(demanded) if not sets]
        self._free = tuple(self.each[at] for at in self._always)
        self._complete = [2 ** len(sets) - 1 for sets in demanded]
        owners: dict[str, list[tuple[int, int]]] = {}
        for at, sets in enumerate(demanded):
            for number, pieces in enumerate(sets):
                for piece in pieces:
                    owners.setdefault(piece, []).append((at, 1 << number))
        self._owners = tuple(owners.values())
        self._pieces = AhoCorasick(tuple(owners))

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        """All of them as one, made when `findall` first asks: few are asked for it."""
        return re.compile("|".join(one.pattern for one in self.each), self.each[0].flags)

    def open(self, lowered: str) -> Sequence[re.Pattern[str]]:
        """The alternatives that may match somewhere in a text, which is given in lower case."""
        hits = self._pieces.find_matches_as_indexes(lowered, overlapping=True)
        if not hits:
            return self._free
        met = dict.fromkeys(self._always, 0)
        for piece in {hit[0] for hit in hits}:
            for at, set_ in self._owners[piece]:
                met[at] = met.get(at, 0) | set_
        complete = sorted([at for at, sets in met.items() if sets == self._complete[at]])
        return [self.each[at] for at in complete]

    def search(self, text: str) -> re.Match[str] | None:
        """The first match; of those at one place that of the first alternative."""
        return first(self.open(text.lower()), text)

    def findall(self, text: str) -> list[str]:
        """Every match from left to right."""
        return self._whole.findall(text) if self.open(text.lower()) else []


def first(patterns: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    """The match that begins first; of those at one place that of the first pattern."""
    found = [match for one in patterns if (match := one.search(text))]
    return min(found, key=re.Match.start, default=None)


def _demanded(pattern: str) -> list[frozenset[str]]:
    """Sets of pieces in lower case, of each of which every match holds one; the most telling set first."""
    sets = _sets(_parser.parse(pattern, re.IGNORECASE))
    return sorted((pieces for pieces in sets if _worth(pieces) > _LEAST - 1), key=_worth, reverse=True)


def _worth(pieces: frozenset[str]) -> float:
    return min(map(len, pieces)) - len(pieces) / 10 if pieces else 0


def _sets(items: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    """What a sequence demands: its runs of letters, and what its groups and repeated parts demand."""
    found: list[frozenset[str]] = []
    run = ""
    for code, value in items:
        if code is ops.LITERAL:
            run += chr(value).lower()
            continue
        found.append(frozenset({run}))
        run = ""
        found += _inside(code, value)
    return [*found, frozenset({run})]


def _inside(code: object, value: Sequence[Any]) -> list[frozenset[str]]:
    if code is ops.SUBPATTERN:
        return _sets(value[-1])
    if code is ops.BRANCH:
        each = [max(_sets(branch), key=_worth) for branch in value[1]]
        return [frozenset().union(*each)] if all(_worth(one) > 0 for one in each) else []
    if code in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT) and value[0]:
        return _sets(value[2])
    return []


def words(text: str) -> frozenset[str]:
    """The words of `text`, separated by white space."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of `text`, separated by commas or line ends; a space that matters is written as an
    underscore.
    """
    return tuple(
        phrase.strip().replace("_", " ") for phrase in text.replace("\n", ",").split(",") if phrase.strip()
    )
