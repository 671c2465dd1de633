"""Which model serves: candidates, the one that was promoted, and the way back.

A home folder holds one sealed folder a version and `history.json`, the promotions and rollbacks in order.
The model that serves is the last entry's; without entries it is the shipped one. A candidate replaces it
only where it reads more labels rightly both on the hands that judge and on the tenant's reviewed replies
that nobody trained on, and where that is no chance: McNemar's exact test over both sets together,
one-sided, at 5 %.
"""

import datetime
import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers import artifact, metrics
from classifiers.corpus.rows import Row
from classifiers.model import Classifier
from shared.errors import BadInput, NotFound

SIGNIFICANT = 0.05
SET_APART = 3
"""One reviewed reply in so many judges, and is never trained on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of the serving model. `when` is UTC in ISO 8601; `version` is empty for the shipped
    model.
    """

    version: str
    when: str
    by: str
    reason: str


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


class History:
    """The models of one installation (or of one tenant: give each its own home)."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._log = home / "history.json"

    def entries(self) -> list[Entry]:
        """Promotions and rollbacks, oldest first."""
        if not self._log.exists():
            return []
        return [Entry(**entry) for entry in json.loads(self._log.read_text(encoding="utf-8"))]

    def current(self) -> Path:
        """The folder of the model that serves."""
        entries = self.entries()
        return self.folder(entries[-1].version) if entries else artifact.SHIPPED

    def folder(self, version: str) -> Path:
        """Where a version lies; an empty version is the shipped model. Raises NotFound."""
        place = self.home / version if version else artifact.SHIPPED
        if not (place / artifact.MANIFEST).exists():
            raise NotFound(f"there is no model {version!r} in {self.home}")
        return place

    def promote(self, candidate: Path, judges: Sequence[Row], reviewed: Sequence[Row], by: str) -> Verdict:
        """Let a sealed candidate serve if it is better, and say how it compares; else nothing changes.

        `reviewed` are the replies that `set_apart` kept for judging.
        """
        new = Classifier.load(candidate)
        verdict = compare(Classifier.load(self.current()), new, judges, reviewed)
        if verdict.better:
            self._adopt(candidate, new.version)
            self._append(Entry(new.version, _now(), by, str(verdict)))
        return verdict

    def rollback(self, by: str, reason: str = "rollback") -> Entry:
        """Let the model before the current one serve again; raises NotFound where there is none."""
        entries = self.entries()
        if not entries:
            raise NotFound("the shipped model serves: there is nothing to go back to")
        before = [entry for entry in entries if entry.version != entries[-1].version]
        return self._append(Entry(before[-1].version if before else "", _now(), by, reason))

    def _adopt(self, candidate: Path, version: str) -> None:
        if candidate.resolve() != (self.home / version).resolve():
            shutil.copytree(candidate, self.home / version, dirs_exist_ok=True)

    def _append(self, entry: Entry) -> Entry:
        self.home.mkdir(parents=True, exist_ok=True)
        part = self._log.with_suffix(".part")
        part.write_text(json.dumps([asdict(e) for e in [*self.entries(), entry]], indent=1), encoding="utf-8")
        part.rename(self._log)
        return entry


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
