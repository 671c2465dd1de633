"""A linear model over hashed character and word n-grams: what the transformer overlooks at a fraction of
its cost.

Character n-grams of 2 to 5 within words and word n-grams of 1 to 2 are hashed into 2**16 counters by a
rolling polynomial over code points, all of a length at once in numpy. Counts are damped (1 + log) and
scaled to unit length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifiers.text import bare

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

BUCKETS = 1 << 16
CHARACTERS = (2, 3, 4, 5)
FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4)."""

Features = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Buckets (n,), sorted and distinct, and their values (n,), of unit length."""


def features(text: str) -> Features:
    """The reply's hashed n-grams; two empty arrays for a text without letters or digits."""
    padded = " ".join(["", *_split(bare(text)), ""])
    points = np.fromiter(map(ord, padded), dtype=np.uint64, count=len(padded))
    hashes = np.concatenate([*(_character_grams(points, n) for n in CHARACTERS), *_word_grams(padded)])
    buckets, counts = np.unique((hashes >> np.uint64(48)).astype(np.int64), return_counts=True)
    values = 1 + np.log(counts)
    return buckets, (values / max(float(np.linalg.norm(values)), 1.0)).astype(np.float32)


def _split(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c in "?!€$%" else " " for c in text).split()


def _character_grams(points: NDArray[np.uint64], n: int) -> NDArray[np.uint64]:
    if len(points) < n:
        return np.zeros(0, np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(points, n)
    inside = ~(windows[:, 1:-1] == ord(" ")).any(axis=1)
    return _hashed(windows[inside], n)


def _word_grams(padded: str) -> list[NDArray[np.uint64]]:
    codes = np.array([_word_code(word) for word in padded.split()], dtype=np.uint64)
    pairs = np.stack([codes[:-1], codes[1:]], axis=1) if len(codes) > 1 else np.zeros((0, 2), np.uint64)
    return [_hashed(codes[:, None], 101), _hashed(pairs, 102)]


def _word_code(word: str) -> int:
    code = 0
    for character in word:
        code = (code * 1_000_003 + ord(character)) & 0xFFFF_FFFF_FFFF
    return code


def _hashed(windows: NDArray[np.uint64], salt: int) -> NDArray[np.uint64]:
    value = np.full(len(windows), salt, dtype=np.uint64)
    for column in range(windows.shape[1]):
        value = (value ^ windows[:, column]) * FACTOR
        value ^= value >> np.uint64(29)
    return value * FACTOR


@dataclass(frozen=True, slots=True)
class NgramModel:
    """Weights as 8-bit integers (`BUCKETS`, classes), a scale and a bias a class."""

    weights: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Scores (texts, classes)."""
        return np.stack([self._one(*features(text)) for text in texts])

    def _one(self, buckets: NDArray[np.int64], values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(
            values @ self.weights[buckets].astype(np.float32) * self.scale + self.bias, np.float32
        )

    def save(self, path: Path) -> None:
        """Write the three arrays, compressed."""
        np.savez_compressed(path, weights=self.weights, scale=self.scale, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> "NgramModel":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(stored["weights"], stored["scale"], stored["bias"])


def matrix(texts: Sequence[str]) -> "csr_matrix":
    """Features of many texts as a sparse matrix (texts, `BUCKETS`). Needs scipy."""
    from scipy.sparse import csr_matrix

    found = [features(text) for text in texts]
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in found)])
    buckets = np.concatenate([buckets for buckets, _ in found])
    values = np.concatenate([values for _, values in found])
    return csr_matrix((values, buckets, ends), shape=(len(texts), BUCKETS))


def fit(texts: Sequence[str], classes: Sequence[int], count: int, strength: float = 20.0) -> NgramModel:
    """Logistic regression over `count` classes, rounded to 8 bits. Needs scikit-learn."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=200, class_weight="balanced")
    model.fit(matrix(texts), list(classes))
    weights = np.zeros((BUCKETS, count), np.float32)
    bias = np.full(count, -20.0, np.float32)
    weights[:, model.classes_] = model.coef_.T
    bias[model.classes_] = model.intercept_
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    return NgramModel(np.round(weights / scale).astype(np.int8), scale.astype(np.float32), bias)
