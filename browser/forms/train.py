"""Trains the shipped weights: `python -m browser.forms.train DIR... [--cross-validate]`.

Needs scikit-learn (the "train" extra) and Chromium, in which the pages are rendered. DIR is laid out like
Formasaurus' data or like the Common Crawl contact forms. Pages are learned from and not kept: what is written
is `weights.npz`.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import scipy.sparse as sparse
import typer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from browser.forms.features import WIDTH, Features, column, field_features, words_of
from browser.forms.fields import Field, fields_of
from browser.forms.formkind import kind_features
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
from browser.forms.model import WEIGHTS, Linear, pack
from browser.forms.reading import Models
from browser.forms.scoring import Score, score_pages
from browser.forms.values import Meaning
from browser.forms.vocabulary import hits, phrases
from browser.measure import render, summary
from browser.snapshot import Control, PageSnapshot

Page = tuple[GoldPage, PageSnapshot]


@dataclass(frozen=True, slots=True)
class Example:
    """One thing to learn: its features, its class, its weight, and the group it must not be split from."""

    features: Features
    label: str
    group: str
    weight: float = 1.0


_FINE = {
    **dict.fromkeys(("p1", "p2"), "other.password"),
    **dict.fromkeys(("us", "ue"), "other.username"),
    **dict.fromkeys(("qq", "qc"), "other.search"),
    **dict.fromkeys(("OS", "OM"), "other.choice"),
    "rC": "other.remember",
    "oC": "other.confirm",
    "qt": "other.quantity",
}
"""Classes that only the model knows: what is alike is learned together, and read as "other"."""
KINDS = {
    "s": "search",
    "l": "login",
    "r": "registration",
    "p": "recovery",
    "c": "contact",
    "m": "newsletter",
    "b": "order",
}


def field_examples(pages: Iterable[Page]) -> list[Example]:
    """What each annotated field means, and weak labels for fields of contact forms that nobody annotated."""
    found: list[Example] = []
    for gold, snapshot in pages:
        if gold.forms:
            for annotated, form in aligned_forms(gold, snapshot):
                fields = fields_of(snapshot.controls_of(form.ref))
                found += _labelled(fields, _codes(annotated, fields), gold.group)
        else:
            found += _common_crawl(gold, snapshot)
    return found


def _labelled(
    fields: Sequence[Field], labels: Sequence[tuple[str, float] | None], group: str
) -> list[Example]:
    return [
        Example(row, label[0], group, label[1])
        for row, label in zip(field_features(fields), labels, strict=True)
        if label
    ]


def _codes(annotated: GoldForm, fields: Sequence[Field]) -> list[tuple[str, float] | None]:
    """A class for the first field of each annotated name."""
    left = {name: code for name, code in annotated.codes.items() if code != "XX" and code not in BUTTONS}
    codes = [left.pop(field.control.name, None) for field in fields]
    weight = 2.0 if annotated.type == "c" else 0.6
    return [
        (_class(code, field), weight) if code else None for code, field in zip(codes, fields, strict=True)
    ]


def _class(code: str, field: Field) -> str:
    """The class of a code; a subject that is chosen and not typed is what we call a department."""
    if code == "CT" and field.options:
        return Meaning.DEPARTMENT.value
    return _FINE.get(code) or FORMASAURUS[code][0].value


def _common_crawl(gold: GoldPage, snapshot: PageSnapshot) -> list[Example]:
    known = {control.ref: meaning for meaning, control in aligned_controls(gold, snapshot) if meaning}
    found: list[Example] = []
    for form in snapshot.forms:
        fields = fields_of(snapshot.controls_of(form.ref))
        labels = [
            (known[field.control.ref].value, 1.0) if field.control.ref in known else _weak(field)
            for field in fields
        ]
        found += _labelled(fields, labels, gold.group)
    return found


_WEAK = {
    Meaning.SUBJECT,
    Meaning.WEBSITE,
    Meaning.JOB_TITLE,
    Meaning.BUDGET,
    Meaning.DEPARTMENT,
    Meaning.HOW_HEARD,
    Meaning.CONSENT,
    Meaning.MARKETING,
    Meaning.CAPTCHA,
    Meaning.HONEYPOT,
}
_WEAK_WEIGHT = 0.5
_UNLABELLED_WEIGHT = 0.3
_PHRASE_WEIGHT = 0.8


def _weak(field: Field) -> tuple[str, float] | None:
    """A class that the vocabulary alone makes plain, for fields outside what that corpus annotates."""
    said = hits(field.label)[0]
    if field.control.tag == "textarea" and (Meaning.MESSAGE in said or not said):
        return Meaning.MESSAGE.value, _WEAK_WEIGHT
    if field.control.type == "file":
        return Meaning.FILE.value, _WEAK_WEIGHT
    plain = said & _WEAK
    if len(plain) == 1:
        return next(iter(plain)).value, _WEAK_WEIGHT
    spoken = hits(field.label)[1] | hits(words_of(field.control.name))[1]
    return None if spoken & set(TYPES) else ("other.unlabelled", _UNLABELLED_WEIGHT)


def phrase_examples() -> list[Example]:
    """Every phrase of the vocabulary as the label, placeholder or name of a field that stands alone."""
    found: list[Example] = []
    for meaning, texts in phrases().items():
        for place, text in enumerate(texts):
            tag, kind = _dress(meaning, place)
            ways = [Control("0:0", 0, None, tag, kind, labels={"for": text})]
            if place % 2:
                ways.append(Control("0:0", 0, None, tag, kind, labels={"placeholder": text}))
            if len(text.split()) <= 3 and text.isascii():
                ways.append(Control("0:0", 0, None, tag, kind, name=text.replace(" ", "_")))
            rows = [field_features([Field((one,))])[0] for one in ways]
            found += [Example(row, meaning.value, "phrases", _PHRASE_WEIGHT) for row in rows]
    return found


def _dress(meaning: Meaning, place: int) -> tuple[str, str]:
    """The tag and type that a field of this meaning often has; every other time plain text."""
    if meaning is Meaning.MESSAGE:
        return "textarea", "textarea"
    if meaning in {Meaning.CONSENT, Meaning.MARKETING}:
        return "input", "checkbox"
    if place % 2 and meaning in {Meaning.EMAIL, Meaning.CONFIRM_EMAIL}:
        return "input", "email"
    if place % 2 and meaning in {
        Meaning.DEPARTMENT,
        Meaning.BUDGET,
        Meaning.HOW_HEARD,
        Meaning.COUNTRY,
        Meaning.SALUTATION,
    }:
        return "select", "select-one"
    return "input", {Meaning.PHONE: "tel", Meaning.FILE: "file", Meaning.DATE: "date"}.get(
        meaning, "text"
    ) if place % 2 else "text"


def form_examples(pages: Iterable[Page]) -> list[Example]:
    """What each annotated `<form>` is for."""
    return [
        Example(
            kind_features(form, fields_of(snapshot.controls_of(form.ref)), snapshot.buttons_of(form.ref)),
            KINDS.get(annotated.type, "other"),
            gold.group,
        )
        for gold, snapshot in pages
        for annotated, form in (aligned_forms(gold, snapshot) if gold.forms else ())
        if annotated.type not in SKIPPED and snapshot.controls_of(form.ref)
    ]


def matrix(rows: Sequence[Features]) -> sparse.csr_matrix:
    """Rows of features as rows x WIDTH."""
    columns = [column(name) for row in rows for name in row]
    values = [value for row in rows for value in row.values()]
    ends = np.cumsum([0, *(len(row) for row in rows)])
    return sparse.csr_matrix((values, columns, ends), shape=(len(rows), WIDTH))


def fit(examples: Sequence[Example], strength: float) -> Linear:
    """A multinomial logistic regression; `strength` is scikit-learn's C."""
    learner = LogisticRegression(C=strength, max_iter=200, tol=3e-3)
    learner.fit(
        matrix([one.features for one in examples]),
        [one.label for one in examples],
        sample_weight=[one.weight for one in examples],
    )
    return Linear(
        tuple(map(str, learner.classes_)),
        learner.coef_.T.astype(np.float32),
        learner.intercept_.astype(np.float32),
    )


def models(pages: Sequence[Page]) -> dict[str, Linear]:
    """Both models, learned from these pages and the vocabulary."""
    return {
        "field": fit([*field_examples(pages), *phrase_examples()], 10.0),
        "form": fit(form_examples(pages), 3.0),
    }


def write(learned: dict[str, Linear]) -> None:
    """Packs the models into the file that ships."""
    arrays: dict[str, Any] = {}
    for name, model in learned.items():
        arrays |= pack(name, model)
    np.savez_compressed(WEIGHTS, **arrays)


def cross_validate(pages: Sequence[Page], folds: int) -> Score:
    """The score of each page by models that saw no page of its domain."""
    groups = [gold.group for gold, _ in pages]
    total = Score()
    for seen, held in GroupKFold(folds).split(groups, groups=groups):
        learned = models([pages[place] for place in seen])
        total.add(score_pages([pages[place] for place in held], Models(learned["field"], learned["form"])))
    return total


async def rendered(folders: Sequence[Path]) -> list[Page]:
    """The pages of some folders with their snapshots."""
    return [
        (gold, snapshot)
        for folder in folders
        async for gold, snapshot, _ in render(folder)
        if snapshot is not None
    ]


def train(
    folders: Annotated[list[Path], typer.Argument(help="Folders of annotated pages.")],
    cross_validate_by_domain: Annotated[
        bool, typer.Option("--cross-validate", help="Measure; write nothing.")
    ] = False,
    folds: Annotated[int, typer.Option(min=2)] = 5,
) -> None:
    """Learn the shipped weights from annotated pages, or measure by domain how well that generalises."""
    pages = asyncio.run(rendered(folders))
    if cross_validate_by_domain:
        figures = summary(cross_validate(pages, folds), 0.0).as_json()
        typer.echo(json.dumps(figures, indent=2))
        return
    write(models(pages))
    typer.echo(f"{WEIGHTS} ({WEIGHTS.stat().st_size / 1024:.0f} KiB) from {len(pages)} pages")


if __name__ == "__main__":
    typer.run(train)
