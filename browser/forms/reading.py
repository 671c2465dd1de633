"""What each form of a page is for and what each of its fields means: certain rules first, then the model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from browser.forms import boxes
from browser.forms.captcha_signs import answer_of, quiz_kind
from browser.forms.features import Features, field_features, words_of
from browser.forms.fields import Field, fields_of
from browser.forms.formkind import kind_features, never_contact, not_contact
from browser.forms.gold import MOZILLA
from browser.forms.model import Linear, load
from browser.forms.traps import trap
from browser.forms.values import Meaning
from browser.forms.vocabulary import core, hits, normal
from browser.snapshot import Control, Form, PageSnapshot

CONTACT = 0.3
CONTACT_WITHOUT_TEXTAREA = 0.8
"""From these probabilities on a form is a contact form; cross-validated by domain on Formasaurus' pages. One
without room for a letter may be the first step of several, but seldom is."""


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What one field means, how sure that is (0 to 1), and why."""

    field: Field
    meaning: Meaning
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class FormReading:
    """What one form is for: "contact", or another kind.

    `contact` is the model's probability that it wants a message, comments and reviews included,
    `wants_message` whether that is enough; the wording then tells a contact form from those.
    """

    form: Form
    kind: str
    contact: float
    wants_message: bool
    why: str
    fields: tuple[FieldReading, ...]

    def of(self, meaning: Meaning) -> tuple[FieldReading, ...]:
        return tuple(one for one in self.fields if one.meaning is meaning)


@dataclass(frozen=True, slots=True)
class Models:
    """What means what: one model for fields, one for forms."""

    field: Linear
    form: Linear


@lru_cache(maxsize=1)
def shipped() -> Models:
    """The models that ship."""
    return Models(load("field"), load("form"))


def read_page(snapshot: PageSnapshot) -> tuple[FormReading, ...]:
    """Every form that has a field, in document order, read by the shipped models."""
    return tuple(
        read_form(snapshot, form, shipped()) for form in snapshot.forms if snapshot.controls_of(form.ref)
    )


def read_form(snapshot: PageSnapshot, form: Form, models: Models) -> FormReading:
    """One form, read as a whole."""
    fields = fields_of(snapshot.controls_of(form.ref))
    buttons = snapshot.buttons_of(form.ref)
    model = models.form
    features = kind_features(form, fields, buttons)
    chances = model.probabilities([features])[0]
    best = model.classes[int(chances.argmax())]
    contact = float(chances[model.classes.index("contact")])
    if never := never_contact(form, buttons):
        return FormReading(
            form, never, 0.0, False, "by its button or target", read_fields(fields, models.field)
        )
    if likely := contact >= _enough(fields):
        best = not_contact(form, fields, buttons) or "contact"
    elif best == "contact":
        best = "other"
    why = ", ".join(model.strongest(features, best)) if best in model.classes else f"{best} wording"
    return FormReading(form, best, contact, likely, why, read_fields(fields, models.field))


def _enough(fields: Sequence[Field]) -> float:
    long = any(one.control.tag == "textarea" or one.control.type == "textbox" for one in fields)
    return CONTACT if long else CONTACT_WITHOUT_TEXTAREA


def read_fields(fields: Sequence[Field], model: Linear) -> tuple[FieldReading, ...]:
    """What each field of one form means, each in the light of the others."""
    if not fields:
        return ()
    rows = field_features(fields)
    chances = _merged(model.classes, model.probabilities(rows))
    readings = [
        _read(field, row, chance, model) for field, row, chance in zip(fields, rows, chances, strict=True)
    ]
    return tuple(_settled(readings))


def _merged(classes: Sequence[str], chances: np.ndarray) -> list[dict[Meaning, float]]:
    """Class probabilities as meanings; "other.search" and its like are classes of the model only."""
    found: list[dict[Meaning, float]] = []
    for row in chances:
        one: dict[Meaning, float] = {}
        for name, chance in zip(classes, row, strict=True):
            meaning = Meaning(name.partition(".")[0])
            one[meaning] = one.get(meaning, 0.0) + float(chance)
        found.append(one)
    return found


def _read(field: Field, row: Features, chances: dict[Meaning, float], model: Linear) -> FieldReading:
    for rule in (_by_captcha, _by_trap, _by_choice, _by_type, _by_autocomplete):
        if found := rule(field, chances):
            return FieldReading(field, found[0], 0.99, found[1])
    meaning = max(chances, key=lambda one: chances[one])
    if chances[meaning] < _GUESS:
        return FieldReading(
            field, Meaning.OTHER, chances[meaning], f"no meaning is likely; {meaning} comes first"
        )
    said = [name for name in model.classes if name.partition(".")[0] == meaning]
    why = ", ".join(model.strongest(row, said[0]))
    return FieldReading(field, meaning, chances[meaning], why)


_GUESS = 0.4
"""Below this probability a meaning is a guess; cross-validated by domain on both corpora."""
Rule = tuple[Meaning, str] | None


def _by_captcha(field: Field, _: dict[Meaning, float]) -> Rule:
    control = field.control
    if named := answer_of(control):
        return Meaning.CAPTCHA, f"answer field of {named}"
    if control.type in {"text", "number", "tel"} and (kind := quiz_kind(control)) and not trap(control):
        return Meaning.CAPTCHA, f"asks for what proves a person ({kind})"
    return None


def _by_trap(field: Field, _: dict[Meaning, float]) -> Rule:
    reasons = [trap(one) for one in field.members]
    return (Meaning.HONEYPOT, reasons[0]) if all(reasons) else None


_TYPES = {"file": Meaning.FILE, "password": Meaning.OTHER, "search": Meaning.OTHER}


def _by_type(field: Field, _: dict[Meaning, float]) -> Rule:
    control = field.control
    if control.type == "email":
        return Meaning.EMAIL, "an e-mail input"
    if control.type in _TYPES:
        return _TYPES[control.type], f"a {control.type} input"
    if control.type == "checkbox":
        return boxes.by_wording(field)
    return None


_TOPICS = re.compile(
    r"\b(support|sales|billing|general|question|feedback|press|media|partner|advert|complain|orders?|"
    r"career|jobs?|technical|"
    r"information|suggest|website|service|presse|emploi|devis|commande|reclamation|recrutement|anfrage|"
    r"bestellung|"
    r"reklamation|bewerbung|consulta|pedido|reclamo|informacion|richiesta|ordine|reclami|klacht|vacature|"
    r"duvida|"
    r"сотрудничество|вопрос|реклама|other|autre|sonstiges|altro|otro|outro|anders)"
)


_SHORT = 4
"""Words of a label within which a phrase may stand anywhere and still be what is asked."""


def _by_choice(field: Field, chances: dict[Meaning, float]) -> Rule:
    """A choice of subject is a choice of topic, and so is one whose options read like departments."""
    if not field.options or (field.control.type == "checkbox" and not field.is_group):
        return None
    if field.control.type != "checkbox" and boxes.may_decline(field):
        return Meaning.MARKETING, "asks whether to send news or offers"
    said = hits(field.label)[len(field.label.split()) <= _SHORT] | hits(words_of(field.control.name))[0]
    if said & {Meaning.SUBJECT, Meaning.DEPARTMENT}:
        return Meaning.DEPARTMENT, "a choice of subject"
    if max(chances, key=lambda one: chances[one]) in {Meaning.OTHER, Meaning.SUBJECT, Meaning.MESSAGE}:
        topics = [one for one in field.options if _TOPICS.search(normal(one.text))]
        if len(topics) > 1:
            return Meaning.DEPARTMENT, f"options read like topics: {topics[0].text[:40]}"
    return None


def _by_autocomplete(field: Field, chances: dict[Meaning, float]) -> Rule:
    """The page's own word for it, unless the model finds it absurd: authors do copy the wrong token."""
    token = field.control.autocomplete.lower().split(" ")[-1]
    meaning = MOZILLA.get(token)
    if meaning and field.control.type not in {"checkbox", "radio"} and chances.get(meaning, 0.0) > _PLAUSIBLE:
        return meaning, f"autocomplete={token}"
    return None


_PLAUSIBLE = 0.03


def _settled(readings: Sequence[FieldReading]) -> list[FieldReading]:
    """What only the whole form tells: an e-mail asked for again, and which part of a name "name" is."""
    return _whole_names(_confirmed(readings))


_AGAIN = re.compile(
    r"confirm|repeat|retype|re ?enter|again|verif|second|repete|ressaisi|bestatig|wiederhol|nochmal|repet|"
    r"repit|"
    r"ripeti|verifica|bevestig|herhaal|確認|\bretry|mail ?2|повтор|powtorz"
)


def _confirmed(readings: Sequence[FieldReading]) -> list[FieldReading]:
    """An e-mail confirms when it says so and follows another; nothing else does."""
    before = False
    found: list[FieldReading] = []
    for one in readings:
        if one.meaning in {Meaning.EMAIL, Meaning.CONFIRM_EMAIL}:
            control = one.field.control
            said = normal(" ".join([*control.labels.values(), words_of(control.name), words_of(control.id)]))
            again = before and bool(_AGAIN.search(said))
            meaning = Meaning.CONFIRM_EMAIL if again else Meaning.EMAIL
            one = replace(one, meaning=meaning, why="the e-mail once more" if again else one.why)
            before = before or one.field.control.reachable
        found.append(one)
    return found


_NAMES = frozenset({Meaning.FULL_NAME, Meaning.FIRST_NAME, Meaning.LAST_NAME})


def _whole_names(readings: Sequence[FieldReading]) -> list[FieldReading]:
    """A part of a name beside a "name" makes that the other part; "nom" or "nome" alone is the whole name."""
    found = list(readings)
    places = [place for place, one in enumerate(found) if one.meaning in _NAMES]
    for place in places:
        near = {found[at].meaning for at in places if at != place and abs(at - place) <= 2}
        if change := _other_part(found[place], near):
            found[place] = replace(
                found[place], meaning=change, why=f"{found[place].why}; by the names beside it"
            )
    return found


def _other_part(reading: FieldReading, near: set[Meaning]) -> Meaning | None:
    may = spoken_of(reading.field.control) & _NAMES
    if reading.meaning is Meaning.FULL_NAME and Meaning.FULL_NAME not in near and _bare(reading):
        if near == {Meaning.FIRST_NAME}:
            return Meaning.LAST_NAME
        if near == {Meaning.LAST_NAME}:
            return Meaning.FIRST_NAME
    if reading.meaning is not Meaning.FULL_NAME and not near and Meaning.FULL_NAME in may:
        return Meaning.FULL_NAME
    return None


def _bare(reading: FieldReading) -> bool:
    """Whether a label says just "name", which may be a part; "full name" may not, nor "child's name"."""
    return len(core(reading.field.label).split()) == 1


def spoken_of(control: Control) -> frozenset[Meaning]:
    """The meanings whose phrase is the whole label, or the whole name where there is no label."""
    return hits(control.label or words_of(control.name))[0]
