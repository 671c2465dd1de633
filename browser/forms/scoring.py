"""How well annotated pages were read, in the figures of Formasaurus' own evaluation, and each mistake.

Contact forms are annotated together with comment forms there, so telling the two apart counts neither way.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from browser.forms.gold import (
    BUTTONS,
    FORMASAURUS,
    SKIPPED,
    TYPES,
    GoldForm,
    GoldPage,
    aligned_controls,
    aligned_forms,
)
from browser.forms.plan import plan_reading
from browser.forms.reading import FieldReading, FormReading, Models, read_form, shipped
from browser.forms.values import Letter, Meaning
from browser.forms.vocabulary import normal
from browser.snapshot import PageSnapshot

_FULL = Letter(
    "Hello.",
    "A question",
    "a@example.org",
    "Ann",
    "Doe",
    "Ms",
    "+33 1 23 45 67 89",
    "Acme",
    "Buyer",
    "https://example.org",
    "1 Main Street",
    "75001",
    "Paris",
    "Île-de-France",
    "France",
    "en",
)
"""A sender that knows everything, so that whatever would be filled is filled."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One form or field that was read wrongly."""

    page: str
    control: str
    label: str
    expected: str
    got: str
    why: str


@dataclass(slots=True)
class Tally:
    """Counts of one class."""

    right: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def f1(self) -> float | None:
        total = 2 * self.right + self.missed + self.wrong
        return 2 * self.right / total if total else None

    def add(self, other: "Tally") -> None:
        self.right += other.right
        self.missed += other.missed
        self.wrong += other.wrong

    def row(self) -> dict[str, float | int | None]:
        """Precision, recall, F1 and how many there were."""
        said, there = self.right + self.wrong, self.right + self.missed
        return {
            "precision": self.right / said if said else None,
            "recall": self.right / there if there else None,
            "f1": self.f1,
            "support": there,
        }


@dataclass(slots=True)
class Score:
    """What was counted over some pages; figures that their annotation does not allow are None."""

    contact: Tally = field(default_factory=Tally)
    types: dict[Meaning, Tally] = field(default_factory=dict)
    micro: Tally = field(default_factory=Tally)
    fields: Counter[bool] = field(default_factory=Counter)
    wholes: Counter[bool] = field(default_factory=Counter)
    honeypots_filled: int = 0
    pages: int = 0
    forms: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def field_accuracy(self) -> float | None:
        return _share(self.fields)

    @property
    def whole_form(self) -> float | None:
        return _share(self.wholes)

    def of(self, meaning: Meaning) -> Tally:
        return self.types.setdefault(meaning, Tally())

    def add(self, other: "Score") -> None:
        """Counts another score's pages in."""
        self.contact.add(other.contact)
        self.micro.add(other.micro)
        for meaning, tally in other.types.items():
            self.of(meaning).add(tally)
        self.fields.update(other.fields)
        self.wholes.update(other.wholes)
        self.honeypots_filled += other.honeypots_filled
        self.pages += other.pages
        self.forms += other.forms
        self.mistakes += other.mistakes


def _share(counts: Counter[bool]) -> float | None:
    return counts[True] / counts.total() if counts else None


def score_pages(pages: Iterable[tuple[GoldPage, PageSnapshot]], models: Models) -> Score:
    """The score of some pages, read by these models."""
    score = Score()
    for gold, snapshot in pages:
        score_page(score, gold, snapshot, models)
    return score


def score_page(score: Score, gold: GoldPage, snapshot: PageSnapshot, models: Models | None = None) -> None:
    """Adds one page to a score, read by the shipped models or by others."""
    score.pages += 1
    if gold.forms:
        _score_formasaurus(score, gold, snapshot, models or shipped())
    else:
        _score_common_crawl(score, gold, snapshot, models or shipped())


def _score_formasaurus(score: Score, gold: GoldPage, snapshot: PageSnapshot, models: Models) -> None:
    for annotated, form in aligned_forms(gold, snapshot):
        if annotated.type in SKIPPED or not snapshot.controls_of(form.ref):
            continue
        score.forms += 1
        reading = read_form(snapshot, form, models)
        _score_kind(score, gold, annotated, reading)
        if annotated.type == "c" and annotated.complete:
            _score_fields(score, gold, annotated, reading)
        names = {name for name, code in annotated.codes.items() if code == "hp"}
        traps = {one.ref for one in snapshot.controls_of(form.ref) if one.name in names}
        _count_traps(score, snapshot, reading, traps)


def _score_kind(score: Score, gold: GoldPage, annotated: GoldForm, reading: FormReading) -> None:
    said, true = reading.wants_message, annotated.type == "c"
    score.contact.right += said and true
    score.contact.missed += true and not said
    score.contact.wrong += said and not true
    if said != true:
        expected = "contact form" if true else f"form of type {annotated.type}"
        got = "contact form" if said else reading.kind
        score.mistakes.append(Mistake(gold.path.name, "", reading.form.heading, expected, got, reading.why))


def _score_fields(score: Score, gold: GoldPage, annotated: GoldForm, reading: FormReading) -> None:
    found = {one.field.control.name: one for one in reversed(reading.fields)}
    results = [
        _score_field(score, gold, FORMASAURUS[code], found[name])
        for name, code in annotated.codes.items()
        if code not in BUTTONS and name in found
    ]
    score.fields.update(results)
    score.wholes[all(results)] += 1


def _score_field(score: Score, gold: GoldPage, allowed: Sequence[Meaning], read: FieldReading) -> bool:
    if read.meaning in allowed:
        score.of(read.meaning).right += 1
        return True
    score.of(allowed[0]).missed += 1
    score.of(read.meaning).wrong += 1
    score.mistakes.append(_mistake(gold, read, allowed[0].value))
    return False


def _mistake(gold: GoldPage, read: FieldReading, expected: str) -> Mistake:
    control = read.field.control
    return Mistake(
        gold.path.name, control.name, read.field.label[:80], expected, read.meaning.value, read.why
    )


def _count_traps(score: Score, snapshot: PageSnapshot, reading: FormReading, traps: set[str]) -> None:
    plan = plan_reading(snapshot, reading, _FULL, "")
    touched = {one.control for one in plan.actions if one.kind != "leave"}
    controls = [control for one in reading.fields for control in one.field.members if control.ref in touched]
    score.honeypots_filled += sum(one.ref in traps or not one.reachable for one in controls)


def _score_common_crawl(score: Score, gold: GoldPage, snapshot: PageSnapshot, models: Models) -> None:
    truth = {control.ref: meaning for meaning, control in aligned_controls(gold, snapshot)}
    for form in snapshot.forms:
        if not snapshot.controls_of(form.ref):
            continue
        score.forms += 1
        reading = read_form(snapshot, form, models)
        for read in reading.fields:
            _score_type(score, gold, truth.get(read.field.control.ref), read)
        traps = {
            control.ref
            for meaning, control in aligned_controls(gold, snapshot)
            if meaning is Meaning.HONEYPOT
        }
        _count_traps(score, snapshot, reading, traps)


def _score_type(score: Score, gold: GoldPage, true: Meaning | None, read: FieldReading) -> None:
    true = true if true in TYPES else None
    said = _type_of(read)
    if said == true:
        if said:
            score.of(said).right += 1
            score.micro.right += 1
        return
    if said:
        score.of(said).wrong += 1
        score.micro.wrong += 1
    if true:
        score.of(true).missed += 1
        score.micro.missed += 1
    score.mistakes.append(_mistake(gold, read, true.value if true else "none of the types"))


_BIRTH = re.compile(
    r"birth|naissance|geburt|nacimiento|nascita|geboorte|nascimento|\bb ?day|\bdob\b|生年月日|рождения"
)


def _type_of(read: FieldReading) -> Meaning | None:
    """What was read, in that corpus' types: of dates it has birth dates, and one type for both e-mails."""
    if read.meaning is Meaning.CONFIRM_EMAIL:
        return Meaning.EMAIL
    if read.meaning is Meaning.DATE and not _BIRTH.search(
        normal(f"{read.field.label} {read.field.control.name}")
    ):
        return None
    return read.meaning if read.meaning in TYPES else None
