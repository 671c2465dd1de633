"""The shipped linear models: hashed features in, a probability for each class out. `train.py` trains them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from browser.forms.features import WIDTH, Features, column

WEIGHTS = Path(__file__).with_name("weights.npz")


@dataclass(frozen=True, slots=True)
class Linear:
    """Multinomial logistic regression: `weights` is WIDTH x classes, `bias` one number a class."""

    classes: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def probabilities(self, rows: Sequence[Features]) -> NDArray[np.float64]:
        """One row of class probabilities for each row of features."""
        scores = np.array([self._score(row) for row in rows]).reshape(len(rows), len(self.classes))
        exact = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(exact / exact.sum(axis=1, keepdims=True), dtype=np.float64)

    def _score(self, row: Features) -> NDArray[np.float64]:
        columns = [column(name) for name in row]
        values = np.fromiter(row.values(), dtype=np.float64, count=len(row))
        return np.asarray(values @ self.weights[columns] + self.bias, dtype=np.float64)

    def strongest(self, row: Features, wanted: str, most: int = 3) -> tuple[str, ...]:
        """The features that spoke most for a class, strongest first."""
        place = self.classes.index(wanted)
        pulls = sorted(((v * float(self.weights[column(k), place]), k) for k, v in row.items()), reverse=True)
        return tuple(name for pull, name in pulls[:most] if pull > 0)


@lru_cache(maxsize=2)
def load(name: str) -> Linear:
    """The model "field" (what a control means) or "form" (what a form is for)."""
    with np.load(WEIGHTS, allow_pickle=False) as held:
        weights = np.zeros((WIDTH, held[f"{name}_classes"].size), dtype=np.float32)
        weights[held[f"{name}_columns"]] = held[f"{name}_weights"].astype(np.float32) * held[f"{name}_scale"]
        return Linear(tuple(map(str, held[f"{name}_classes"])), weights, held[f"{name}_bias"])


def pack(name: str, model: Linear) -> dict[str, NDArray[np.generic]]:
    """What `load` reads: the columns in use, as signed bytes with one scale a class."""
    used = np.flatnonzero(np.abs(model.weights).max(axis=1) > 1e-3)
    scale = np.maximum(np.abs(model.weights[used]).max(axis=0), 1e-6) / 127
    return {
        f"{name}_classes": np.array(model.classes),
        f"{name}_columns": used.astype(np.uint16),
        f"{name}_weights": np.round(model.weights[used] / scale).astype(np.int8),
        f"{name}_scale": scale.astype(np.float32),
        f"{name}_bias": model.bias.astype(np.float32),
    }
