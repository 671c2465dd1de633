"""Who wrote what training may not see. A split is by hand: replies of one hand look alike.

`splits.txt` names the hands that are kept out of training: those of `calibrate` stop the training and fit the
probabilities, those of `judge` are measured on, and decide whether a new model may replace the old one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.corpus.rows import Row

SPLITS = Path(__file__).parent / "splits.txt"


@dataclass(frozen=True, slots=True)
class Split:
    """Three sets of rows that share no hand."""

    train: tuple[Row, ...]
    calibrate: tuple[Row, ...]
    judge: tuple[Row, ...]


def roles(path: Path = SPLITS) -> dict[str, str]:
    """Hand to role (`calibrate` or `judge`) of the hands that training may not see."""
    pairs = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {hand: role for role, hand in pairs}


def split(rows: Sequence[Row]) -> Split:
    """The rows by the roles of their hands."""
    role = roles()
    return Split(
        train=tuple(row for row in rows if row.hand not in role),
        calibrate=tuple(row for row in rows if role.get(row.hand) == "calibrate"),
        judge=tuple(row for row in rows if role.get(row.hand) == "judge"),
    )
