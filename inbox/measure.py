"""Figures over folders of mails with known answers, laid out as the public collections are."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inbox import quoting


@dataclass(frozen=True, slots=True)
class Case:
    source: str
    kind: str
    file: str
    text: str
    expected: str
    keeps_signature: bool


def cases(folder: Path) -> Iterator[Case]:
    for gold in sorted(folder.rglob("reply_gold.jsonl")):
        for line in gold.read_text("utf-8").splitlines():
            row = json.loads(line)
            text = (gold.parent / row["file"]).read_bytes().decode("utf-8", "replace")
            if row["file"].endswith(".ann"):
                text = json.loads(text)["text"]
            yield Case(gold.parent.name, f"{row.get('corpus', '')} {row.get('kind', '')}".strip(), row["file"], text, row["expected_reply_text"], "has_signature" in row)


def fold(text: str) -> str:
    return " ".join(text.split())


def read(case: Case) -> tuple[str, quoting.OwnText]:
    found = quoting.split(case.text)
    if case.keeps_signature:
        first = next((at for at, (label, _) in enumerate(found.lines) if label == quoting.Label.QUOTED), len(found.lines))
        return fold("\n".join(line for at, (label, line) in enumerate(found.lines) if label == quoting.Label.OWN or (label != 1 and at<first))), found
    return fold(found.own), found
