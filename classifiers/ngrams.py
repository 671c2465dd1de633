"""A small network over hashed n-grams, concepts and shape: what the transformer overlooks, at little cost.

Three blocks, each damped (1 + log of the count) and scaled to a length of its own:
- character n-grams of 2 to 5 within words, and word n-grams of 1 to 2;
- concepts: words that the glossary knows in any of its languages, alone and in ordered pairs at most four
  apart, so that what one language taught is known in the others;
- shape: the first and last words, the length, questions, figures, addresses.

All of a reply is hashed at once in numpy: a few dozen calls, whatever its length.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.text import bare

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

GRAM_BITS, SIDE_BITS = 17, 15
BUCKETS = (1 << GRAM_BITS) + 2 * (1 << SIDE_BITS)
STARTS = np.array([0, 1 << GRAM_BITS, (1 << GRAM_BITS) + (1 << SIDE_BITS)])
"""Of the blocks of n-grams, concepts and shape among the buckets."""
SHIFTS = np.array([64 - GRAM_BITS, 64 - SIDE_BITS, 64 - SIDE_BITS], np.uint64)
LENGTHS = (1.0, 0.7, 0.7)
"""Of the blocks, so that the n-grams count most."""
CHARACTERS = (5, 4, 3, 2)
APART = 4
SIGNS = "?!€$%"
"""Kept with the words that they stand by."""
FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4)."""

_ARRAYS = ("table", "scale", "shift", "weights", "bias")

Features = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Buckets (n,), sorted and distinct, and their values (n,)."""
Concepts = Mapping[str, int]
"""Word, as `bare` writes it, to the number of its concept."""
Hashes = NDArray[np.uint64]


class Windows(NamedTuple):
    """Runs of codes that are hashed alike: the first codes of all runs, the second ones, and so on. The salt
    keeps equal codes of another kind apart.
    """

    block: int
    salt: int
    columns: tuple[Hashes, ...]


def features(text: str, concepts: Concepts) -> Features:
    """All three blocks of a reply, side by side."""
    words = _split(bare(text))
    codes = _codes(words)
    return _weighed([*_grams(words, codes), *_concept_grams(words, concepts), *_shape(text, codes)])


def grams(text: str) -> Features:
    """The block of n-grams, of unit length; two empty arrays for a text without letters or digits."""
    words = _split(bare(text))
    return _weighed(_grams(words, _codes(words)))


def _weighed(windows: Iterable[Windows]) -> Features:
    blocks, hashes = _hashed(windows)
    places = (hashes >> SHIFTS[blocks]).astype(np.int64) + STARTS[blocks]
    buckets, counts = np.unique(places, return_counts=True)
    values = 1 + np.log(counts)
    for some, length in zip(np.split(values, np.searchsorted(buckets, STARTS[1:])), LENGTHS, strict=True):
        some *= length / max(float(np.linalg.norm(some)), 1.0)
    return buckets, values.astype(np.float32)


def _hashed(windows: Iterable[Windows]) -> tuple[NDArray[np.int64], Hashes]:
    """Each run's block and hash. The longest come first: those that still have a code stand together."""
    order = sorted(windows, key=lambda one: -len(one.columns))
    sizes = [len(one.columns[0]) for one in order]
    value = np.repeat(np.array([one.salt for one in order], np.uint64), sizes)
    for at in range(len(order[0].columns)):
        column = np.concatenate([one.columns[at] for one in order if len(one.columns) > at])
        live = value[: len(column)]
        live ^= column
        live *= FACTOR
        live ^= live >> np.uint64(29)
    return np.repeat([one.block for one in order], sizes), value * FACTOR


def _split(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c in SIGNS else " " for c in text).split()


def _grams(words: Sequence[str], codes: Hashes) -> Iterator[Windows]:
    padded = " ".join(["", *words, ""])
    points = np.frombuffer(padded.encode("utf-32-le"), np.uint32).astype(np.uint64)
    inner = points != ord(" ")
    for n in CHARACTERS:
        yield Windows(0, n, _character_grams(points, inner, n))
    yield Windows(0, 101, (codes,))
    yield Windows(0, 102, _pairs(codes, 1))


def _character_grams(points: Hashes, inner: NDArray[np.bool_], n: int) -> tuple[Hashes, ...]:
    """Those of `n` without a space but at an end."""
    within = np.ones(max(0, len(points) - n + 1), np.bool_)
    for at in range(1, n - 1):
        within &= inner[at : at + len(within)]
    starts = np.flatnonzero(within)
    return tuple(points[starts + at] for at in range(n))


def _pairs(codes: Hashes, apart: int) -> tuple[Hashes, Hashes]:
    return codes[:-apart], codes[apart:]


def _concept_grams(words: Sequence[str], concepts: Concepts) -> Iterator[Windows]:
    bases = (word.strip(SIGNS) for word in words)
    known = np.array([concepts[word] for word in bases if word in concepts], np.uint64)
    yield Windows(1, 103, (known,))
    yield Windows(1, 105, _pairs(known, 1))
    for apart in range(1, APART + 1):
        yield Windows(1, 104, _pairs(known, apart))


def _shape(text: str, codes: Hashes) -> Iterator[Windows]:
    for n in range(1, min(3, len(codes)) + 1):
        yield Windows(2, 110 + n, tuple(codes[:n, None]))
        yield Windows(2, 120 + n, tuple(codes[-n:, None]))
    facts = (
        min(12, int(np.log2(len(text) + 1) * 2)),
        20 + ("?" in text),
        22 + ("!" in text),
        24 + text.rstrip().endswith("?"),
        26 + any(c.isdigit() for c in text),
        28 + (" email" in text),
        30 + (" url" in text),
    )
    yield Windows(2, 130, (np.array(facts, np.uint64),))


def _codes(words: Sequence[str]) -> Hashes:
    return np.array([_word_code(word) for word in words], np.uint64)


@lru_cache(maxsize=1 << 14)
def _word_code(word: str) -> int:
    code = 0
    for character in word:
        code = (code * 1_000_003 + ord(character)) & 0xFFFF_FFFF_FFFF
    return code


@dataclass(frozen=True, slots=True)
class NgramModel:
    """One hidden layer over the features: `table` is theirs (`BUCKETS`, hidden), in 8 bits with a `scale` for
    each hidden unit, then `shift` (hidden,), what is below nought dropped, `weights` (hidden, classes) and
    `bias`. The concepts are those that it was fitted with.
    """

    table: NDArray[np.int8]
    scale: NDArray[np.float32]
    shift: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    concepts: Concepts

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Scores (texts, classes)."""
        hidden = np.stack([self._hidden(*features(text, self.concepts)) for text in texts])
        return np.asarray(np.maximum(hidden, 0) @ self.weights + self.bias, np.float32)

    def _hidden(self, buckets: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(values @ self.table[buckets].astype(np.float32) * self.scale + self.shift)

    def save(self, path: Path) -> None:
        """Write the arrays, compressed."""
        np.savez_compressed(
            path,
            **{name: getattr(self, name) for name in _ARRAYS},
            words=np.array(list(self.concepts)),
            numbers=np.array(list(self.concepts.values()), np.int32),
        )

    @classmethod
    def load(cls, path: Path) -> "NgramModel":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            concepts = dict(zip(stored["words"].tolist(), stored["numbers"].tolist(), strict=True))
            return cls(**{name: stored[name] for name in _ARRAYS}, concepts=concepts)


def matrix(found: Iterable[Features], width: int = BUCKETS) -> "csr_matrix":
    """Features of many texts as a sparse matrix (texts, `width`). Needs scipy."""
    from scipy.sparse import csr_matrix

    rows = list(found)
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    buckets = np.concatenate([buckets for buckets, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, buckets, ends), shape=(len(rows), width))
