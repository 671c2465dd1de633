"""Figures over folders of mails with known answers, laid out as the public collections are.

A source is a folder with `reply_gold.jsonl` (file, expected_reply_text) or `bounce_gold.jsonl` (file, and
either the lists temporary and permanent, or expected with reason and hardbounce); folders named `...ham...`
hold mails that are no bounce. A source folder may be named, or a parent of several.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inbox import bounces, quoting
from inbox.parsing import parse
from inbox.quoting import Label, OwnText
from shared.errors import BadInput

_REPLIES = "reply_gold.jsonl"
_BOUNCES = "bounce_gold.jsonl"
_NO_ANSWER = "header_first"
"""Quagga's mails that begin with a quotation: they have no text above it, and so no expected answer."""
_NOT_BOUNCES = frozenset({"feedback", "vacation", "delivered"})
_LEAST_LEAK = 12
"""Characters of a line below which it may stand in both texts by chance."""


@dataclass(frozen=True, slots=True)
class Error:
    """A case that came out wrong: what was expected and what was found, each cut to 300 characters."""

    source: str
    file: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Replies:
    """Own text found: `exact` and `leaked` are shares of `cases`. `sets` are the same by source."""

    exact: float
    leaked: float
    cases: int
    errors: tuple[Error, ...]
    sets: "dict[str, Replies]"


@dataclass(frozen=True, slots=True)
class Bounces:
    """Bounces `found`, their `recipients` and `hard_soft` right (shares of those with a known answer, 1.0
    where there are none), and how many mails that are no bounce were taken for one (`false`, a number);
    `cases` counts both sorts.
    """

    found: float
    recipients: float
    hard_soft: float
    false: int
    cases: int
    errors: tuple[Error, ...]


@dataclass(frozen=True, slots=True)
class _Reply:
    source: str
    file: str
    text: str
    expected: str
    keeps_signature: bool


def measure_replies(folder: Path) -> Replies:
    """Own text against the expected one, after white space is folded.

    Sources differ on whether a signature belongs to an answer. Quagga says so in its rows (`has_signature`)
    and keeps it: there the text is compared with the signature that stands above the first quotation,
    elsewhere without. A case has leaked where a line of the own text is not in the expected one. Raises
    BadInput where there is no case.
    """
    outcomes: dict[str, list[tuple[bool, bool, Error]]] = {}
    for case in _replies(folder):
        own = quoting.split(case.text)
        found, expected = _fold(_comparable(own, case.keeps_signature)), _fold(case.expected)
        leaked = any(
            len(line) > _LEAST_LEAK and line not in expected for line in map(_fold, own.own.split("\n"))
        )
        error = Error(case.source, case.file, *_apart(expected, found))
        outcomes.setdefault(case.source, []).append((found == expected, leaked, error))
    if not outcomes:
        raise BadInput(f"{folder} holds no {_REPLIES} with cases: there is nothing to measure.")
    sets = {source: _summed(results, {}) for source, results in sorted(outcomes.items())}
    return _summed([result for results in outcomes.values() for result in results], sets)


def _summed(results: list[tuple[bool, bool, Error]], sets: dict[str, Replies]) -> Replies:
    cases = len(results)
    exact = sum(right for right, _, _ in results)
    leaked = sum(leak for _, leak, _ in results)
    errors = tuple(error for right, _, error in results if not right)
    return Replies(_share(exact, cases), _share(leaked, cases), cases, errors, sets)


def _replies(folder: Path) -> Iterator[_Reply]:
    for gold, row in _rows(folder, _REPLIES):
        if row.get("kind") == _NO_ANSWER:
            continue
        text = (gold.parent / row["file"]).read_bytes().decode("utf-8", "replace")
        if row["file"].endswith(".ann"):
            text = json.loads(text)["text"]
        named = [gold.parent.name, row.get("corpus"), row.get("kind") if "corpus" in row else None]
        source = "/".join(part for part in named if part)
        yield _Reply(source, row["file"], text, row["expected_reply_text"], "has_signature" in row)


def _comparable(own: OwnText, keeps_signature: bool) -> str:
    if not keeps_signature:
        return own.own
    quoted = [at for at, (label, _) in enumerate(own.lines) if label == Label.QUOTED]
    first = quoted[0] if quoted else len(own.lines)
    return "\n".join(
        line
        for at, (label, line) in enumerate(own.lines)
        if label == Label.OWN or (at < first and label != Label.QUOTED)
    )


def measure_bounces(folder: Path) -> Bounces:
    """Bounces found, their recipients and whether they are final, and ordinary mail taken for a bounce.

    Raises BadInput where there is no case.
    """
    tally = _Tally()
    for gold, row in _rows(folder, _BOUNCES):
        tally.judge(gold.parent.name, row, (gold.parent / row["file"]).read_bytes())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and any("ham" in part for part in path.relative_to(folder.parent).parts[:-1]):
            tally.expect_none(path.parent.name, path.name, path.read_bytes())
    if not tally.cases:
        raise BadInput(f"{folder} holds no {_BOUNCES} with cases, nor ham: there is nothing to measure.")
    return tally.figures()


class _Tally:
    """Counts right and wrong answers, and keeps the wrong ones."""

    def __init__(self) -> None:
        self.cases = self.false = 0
        self.right = {"found": [0, 0], "recipients": [0, 0], "hard_soft": [0, 0]}
        self.errors: list[Error] = []

    def judge(self, source: str, row: dict[str, Any], raw: bytes) -> None:
        expected = (row.get("expected") or [{}])[0]
        recipients = {address.lower() for address in (*row.get("temporary", ()), *row.get("permanent", ()))}
        if expected.get("reason") in _NOT_BOUNCES:
            self.expect_none(source, row["file"], raw)
            return
        if "permanent" in row and not recipients:
            self._expect_no_recipient(source, row["file"], raw)
            return
        self.cases += 1
        bounce = bounces.detect(parse(raw))
        self._count("found", bounce is not None, Error(source, row["file"], "a bounce", "none"))
        if bounce and recipients:
            found = set(bounce.recipients)
            error = Error(source, row["file"], " ".join(sorted(recipients)), " ".join(sorted(found)))
            self._count("recipients", recipients == found, error)
        if bounce and "hardbounce" in expected:
            told = f"{'hard' if bounce.hard else 'soft'} {bounce.reason} {bounce.status}"
            wanted = (
                f"{'hard' if expected['hardbounce'] else 'soft'} {expected['reason']} {expected['status']}"
            )
            self._count(
                "hard_soft", bounce.hard == expected["hardbounce"], Error(source, row["file"], wanted, told)
            )

    def expect_none(self, source: str, file: str, raw: bytes) -> None:
        self.cases += 1
        bounce = bounces.detect(parse(raw))
        if bounce:
            self.false += 1
            self.errors.append(
                Error(source, file, "no bounce", f"{bounce.rule} {' '.join(bounce.recipients)}"[:300])
            )

    def _expect_no_recipient(self, source: str, file: str, raw: bytes) -> None:
        """A row that names nobody may be a bounce all the same (one whose addresses are masked)."""
        self.cases += 1
        bounce = bounces.detect(parse(raw))
        named = bounce.recipients if bounce else ()
        self._count("recipients", not named, Error(source, file, "nobody", " ".join(named)))

    def _count(self, figure: str, right: bool, error: Error) -> None:
        self.right[figure][0] += right
        self.right[figure][1] += 1
        if not right:
            self.errors.append(error)

    def figures(self) -> Bounces:
        found, recipients, hard_soft = (
            _share(right, asked, empty=1.0)
            for right, asked in (self.right[name] for name in ("found", "recipients", "hard_soft"))
        )
        return Bounces(found, recipients, hard_soft, self.false, self.cases, tuple(self.errors))


def _rows(folder: Path, name: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    for gold in sorted(folder.rglob(name)):
        for line in gold.read_text("utf-8").splitlines():
            yield gold, json.loads(line)


def _share(part: int, whole: int, empty: float = 0.0) -> float:
    return round(part / whole, 4) if whole else empty


def _fold(text: str) -> str:
    return " ".join(text.split())


def _apart(expected: str, found: str) -> tuple[str, str]:
    """Both texts from a little before where they part."""
    same = next(
        (at for at, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b),
        min(len(expected), len(found)),
    )
    start = max(0, same - 60)
    return expected[start : start + 300], found[start : start + 300]
