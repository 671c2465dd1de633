"""Whether a candidate may serve: it must read more labels rightly both on the hands that judge and on the
tenant's reviewed replies that nobody trained on, and that must be no chance: McNemar's exact test over both
sets together, one-sided, at 5 %.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers import metrics
from classifiers.corpus.rows import Row
from classifiers.model import Classifier
from shared.errors import BadInput

SIGNIFICANT = 0.05
SET_APART = 3
"""One reviewed reply in so many judges, and is never trained on."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a candidate compares: rightly read labels, current and candidate, on both sets, and the p-value."""

    better: bool
    judges: tuple[int, int, int]
    reviewed: tuple[int, int, int]
    p_value: float

    def __str__(self) -> str:
        """One sentence for an operator."""
        sets = (("held-out hands", self.judges), ("reviewed replies", self.reviewed))
        parts = [f"{name}: {now} right before, {then} after, of {cases}" for name, (now, then, cases) in sets]
        return f"{'; '.join(parts)}; exact McNemar p = {self.p_value:.3f} (at most {SIGNIFICANT} is asked)"


def set_apart(reviewed: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Reviewed replies to train on, and those that judge; a text falls on the same side for ever."""
    sides: tuple[list[Row], list[Row]] = ([], [])
    for row in reviewed:
        sides[hashlib.sha256(row.text.encode()).digest()[0] % SET_APART == 0].append(row)
    return sides


def compare(
    current: Classifier, candidate: Classifier, judges: Sequence[Row], reviewed: Sequence[Row]
) -> Verdict:
    """Whether the candidate may replace the current model; raises BadInput where there is nothing to judge
    by.
    """
    if not judges or not reviewed:
        raise BadInput(
            "a candidate is judged by held-out hands and by reviewed replies: one of them is empty"
        )
    before = [_right(current, rows) for rows in (judges, reviewed)]
    after = [_right(candidate, rows) for rows in (judges, reviewed)]
    counts = [(int(b.sum()), int(a.sum()), len(b)) for b, a in zip(before, after, strict=True)]
    p_value = metrics.mcnemar(np.concatenate(before), np.concatenate(after))
    gained = all(then > now for now, then, _ in counts)
    return Verdict(gained and p_value <= SIGNIFICANT, counts[0], counts[1], p_value)


def _right(classifier: Classifier, rows: Sequence[Row]) -> NDArray[np.bool_]:
    found = classifier.predict([row.text for row in rows])
    return np.array([told.label is row.label for told, row in zip(found, rows, strict=True)])
