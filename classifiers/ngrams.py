"""A linear model over hashed n-grams, concepts and shape: what the transformer overlooks, at little cost.

Three blocks, each damped (1 + log of the count) and scaled to a length of its own:
- character n-grams of 2 to 5 within words, and word n-grams of 1 to 2;
- concepts: words that the glossary knows in any of its languages, alone and in ordered pairs at most four
  apart, so that what one language taught is known in the others;
- shape: the first and last words, the length, questions, figures, addresses.

Hashes are a rolling polynomial over code points, all of a length at once in numpy.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifiers.text import bare

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

GRAM_BITS, SIDE_BITS = 16, 15
BUCKETS = (1 << GRAM_BITS) + 2 * (1 << SIDE_BITS)
SIDE_LENGTH = 0.7
"""Length of the blocks of concepts and of shape; that of the n-grams is 1."""
CHARACTERS = (2, 3, 4, 5)
APART = 4
SIGNS = "?!€$%"
"""Kept with the words that they stand by."""
FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4)."""

Features = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Buckets (n,), sorted and distinct, and their values (n,)."""
Concepts = Mapping[str, int]
"""Word, as `bare` writes it, to the number of its concept."""
Hashes = NDArray[np.uint64]


def features(text: str, concepts: Concepts) -> Features:
    """All three blocks of a reply, side by side."""
    words = _split(bare(text))
    codes = np.array([_word_code(word) for word in words], dtype=np.uint64)
    bases = (word.strip(SIGNS) for word in words)
    known = np.array([concepts[word] for word in bases if word in concepts], dtype=np.uint64)
    blocks = (
        grams(text),
        _block(_concept_grams(known), SIDE_BITS, SIDE_LENGTH),
        _block(_shape(text, codes), SIDE_BITS, SIDE_LENGTH),
    )
    starts = (0, 1 << GRAM_BITS, (1 << GRAM_BITS) + (1 << SIDE_BITS))
    buckets = np.concatenate([block[0] + start for block, start in zip(blocks, starts, strict=True)])
    return buckets, np.concatenate([block[1] for block in blocks])


def grams(text: str) -> Features:
    """The block of n-grams, of unit length; two empty arrays for a text without letters or digits."""
    words = _split(bare(text))
    padded = " ".join(["", *words, ""])
    points = np.fromiter(map(ord, padded), dtype=np.uint64, count=len(padded))
    codes = np.array([_word_code(word) for word in words], dtype=np.uint64)
    hashes = [_character_grams(points, n) for n in CHARACTERS]
    hashes += [_hashed(codes[:, None], 101), _pairs(codes, 1, 102)]
    return _block(np.concatenate(hashes), GRAM_BITS, 1.0)


def _block(hashes: Hashes, bits: int, length: float) -> Features:
    buckets, counts = np.unique((hashes >> np.uint64(64 - bits)).astype(np.int64), return_counts=True)
    values = 1 + np.log(counts)
    return buckets, (values * (length / max(float(np.linalg.norm(values)), 1.0))).astype(np.float32)


def _split(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c in SIGNS else " " for c in text).split()


def _character_grams(points: Hashes, n: int) -> Hashes:
    if len(points) < n:
        return np.zeros(0, np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(points, n)
    inside = ~(windows[:, 1:-1] == ord(" ")).any(axis=1)
    return _hashed(windows[inside], n)


def _pairs(codes: Hashes, apart: int, salt: int) -> Hashes:
    return (
        _hashed(np.stack([codes[:-apart], codes[apart:]], axis=1), salt) if len(codes) > apart else codes[:0]
    )


def _concept_grams(known: Hashes) -> Hashes:
    near = [_pairs(known, apart, 104) for apart in range(1, APART + 1)]
    return np.concatenate([_hashed(known[:, None], 103), _pairs(known, 1, 105), *near])


def _shape(text: str, codes: Hashes) -> Hashes:
    first = [_hashed(codes[None, :n], 110 + n) for n in (1, 2, 3) if len(codes) >= n]
    last = [_hashed(codes[None, -n:], 120 + n) for n in (1, 2, 3) if len(codes) >= n]
    facts = (
        min(12, int(np.log2(len(text) + 1) * 2)),
        20 + ("?" in text),
        22 + ("!" in text),
        24 + text.rstrip().endswith("?"),
        26 + any(c.isdigit() for c in text),
        28 + (" email" in text),
        30 + (" url" in text),
    )
    return np.concatenate([*first, *last, _hashed(np.array(facts, np.uint64)[:, None], 130)])


def _word_code(word: str) -> int:
    code = 0
    for character in word:
        code = (code * 1_000_003 + ord(character)) & 0xFFFF_FFFF_FFFF
    return code


def _hashed(windows: Hashes, salt: int) -> Hashes:
    value = np.full(len(windows), salt, dtype=np.uint64)
    for column in range(windows.shape[1]):
        value = (value ^ windows[:, column]) * FACTOR
        value ^= value >> np.uint64(29)
    return value * FACTOR


@dataclass(frozen=True, slots=True)
class NgramModel:
    """Weights as 8-bit integers (`BUCKETS`, classes), a scale and a bias a class, and the concepts that it
    was fitted with.
    """

    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    concepts: Concepts

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Scores (texts, classes)."""
        return np.stack([self._one(*features(text, self.concepts)) for text in texts])

    def _one(self, buckets: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(
            values @ self.weights[buckets].astype(np.float32) * self.scale + self.bias, np.float32
        )

    def save(self, path: Path) -> None:
        """Write the arrays, compressed."""
        np.savez_compressed(
            path,
            weights=self.weights,
            scale=self.scale,
            bias=self.bias,
            words=np.array(list(self.concepts)),
            numbers=np.array(list(self.concepts.values()), np.int32),
        )

    @classmethod
    def load(cls, path: Path) -> "NgramModel":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            concepts = dict(zip(stored["words"].tolist(), stored["numbers"].tolist(), strict=True))
            return cls(stored["weights"], stored["scale"], stored["bias"], concepts)


def matrix(found: Iterable[Features], width: int = BUCKETS) -> "csr_matrix":
    """Features of many texts as a sparse matrix (texts, `width`). Needs scipy."""
    from scipy.sparse import csr_matrix

    rows = list(found)
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    buckets = np.concatenate([buckets for buckets, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, buckets, ends), shape=(len(rows), width))


def fit(
    texts: Sequence[str], classes: Sequence[int], count: int, concepts: Concepts, strength: float = 20.0
) -> NgramModel:
    """Logistic regression over `count` classes, rounded to 8 bits. Needs scikit-learn."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=200, class_weight="balanced")
    model.fit(matrix(features(text, concepts) for text in texts), list(classes))
    weights = np.zeros((BUCKETS, count), np.float32)
    bias = np.full(count, -20.0, np.float32)
    weights[:, model.classes_] = model.coef_.T
    bias[model.classes_] = model.intercept_
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    return NgramModel(np.round(weights / scale).astype(np.int8), scale.astype(np.float32), bias, concepts)
