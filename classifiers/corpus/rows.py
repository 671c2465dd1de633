"""Reading labelled replies: tab-separated files with a header, `\\n` and `\\t` escaped, one reply a line."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.labels import LABEL_OF, Intent, Label
from shared.errors import BadInput

HANDS = Path(__file__).parent / "hands"
LANGUAGE_CODE = re.compile("[a-z]{2}")
NEEDED = ("label", "intent", "language", "text")


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled reply. `hand` is who wrote it: a hand is never on both sides of a split."""

    label: Label
    intent: Intent
    language: str
    hand: str
    text: str


def read(path: Path) -> list[Row]:
    """The rows of one file; a file without a `hand` column is one hand, named after the file.

    Raises BadInput, naming file and line, for a missing column, an unknown label, intent or language, an
    intent of another label, or an empty text.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read as UTF-8 text ({error})") from error
    header, *lines = content.replace("\r\n", "\n").split("\n")
    columns = header.split("\t")
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise BadInput(f"{path}: line 1: no column {', '.join(missing)}")
    return [
        _row(_cells(columns, line, f"{path}: line {number}"), f"{path}: line {number}", path.stem)
        for number, line in enumerate(lines, start=2)
        if line
    ]


def read_hands(folder: Path = HANDS) -> list[Row]:
    """Every row of the corpus, in the order of the files' names."""
    return [row for path in sorted(folder.glob("*.tsv")) for row in read(path)]


def hands_of(rows: Iterable[Row]) -> tuple[str, ...]:
    """The hands that wrote these rows, sorted."""
    return tuple(sorted({row.hand for row in rows}))


def by_hand(rows: Sequence[Row], hands: Iterable[str]) -> tuple[list[Row], list[Row]]:
    """Rows of these hands, and the others."""
    chosen = frozenset(hands)
    return [row for row in rows if row.hand in chosen], [row for row in rows if row.hand not in chosen]


def unescape(text: str) -> str:
    """Undo the escapes of the files: `\\n`, `\\t` and `\\\\`."""
    return text.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace("\0", "\\")


def _cells(columns: list[str], line: str, where: str) -> dict[str, str]:
    cells = line.split("\t")
    if len(cells) != len(columns):
        raise BadInput(f"{where}: {len(cells)} columns where the header has {len(columns)}")
    return dict(zip(columns, cells, strict=True))


def _row(cells: dict[str, str], where: str, stem: str) -> Row:
    intent = _intent(cells["intent"], where)
    label = LABEL_OF[intent]
    if cells["label"] != label:
        raise BadInput(f"{where}: {intent} belongs to {label}, not to {cells['label']!r}")
    language = cells["language"]
    if not LANGUAGE_CODE.fullmatch(language):
        raise BadInput(f"{where}: {language!r} is no language code (two letters)")
    text = unescape(cells["text"]).strip()
    if not text:
        raise BadInput(f"{where}: the text is empty")
    return Row(label, intent, language, cells.get("hand") or stem, text)


def _intent(name: str, where: str) -> Intent:
    try:
        return Intent(name)
    except ValueError:
        raise BadInput(f"{where}: unknown intent {name!r}, expected one of {', '.join(Intent)}") from None
