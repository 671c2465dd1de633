"""What each form of a page is for and what each of its fields means: rules where they are certain, else the model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from browser.forms.captcha_signs import quiz_kind, widget_of
from browser.forms.features import Features, field_features
from browser.forms.fields import Field, choice_text, fields_of
from browser.forms.formkind import kind_features, not_contact
from browser.forms.gold import MOZILLA
from browser.forms.model import load
from browser.forms.traps import trap
from browser.forms.values import Meaning
from browser.forms.vocabulary import hits, normal
from browser.snapshot import Control, Form, PageSnapshot


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What one field means, how sure that is (0 to 1), and why."""

    field: Field
    meaning: Meaning
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class FormReading:
    """What one form is for: "contact", or another kind; `contact` is the model's probability of contact or comment."""

    form: Form
    kind: str
    contact: float
    why: str
    fields: tuple[FieldReading, ...]

    def of(self, meaning: Meaning) -> tuple[FieldReading, ...]:
        return tuple(one for one in self.fields if one.meaning is meaning)


def read_page(snapshot: PageSnapshot) -> tuple[FormReading, ...]:
    """Every form that has a field, in document order."""
    return tuple(read_form(snapshot, form) for form in snapshot.forms if snapshot.controls_of(form.ref))


def read_form(snapshot: PageSnapshot, form: Form) -> FormReading:
    """One form, read as a whole."""
    fields = fields_of(snapshot.controls_of(form.ref))
    buttons = snapshot.buttons_of(form.ref)
    model = load("form")
    features = kind_features(form, fields, buttons)
    chances = model.probabilities([features])[0]
    best = model.classes[int(chances.argmax())]
    contact = float(chances[model.classes.index("contact")])
    other = not_contact(form, fields, buttons) if best == "contact" else ""
    why = f"{other} wording" if other else ", ".join(model.strongest(features, best))
    return FormReading(form, other or best, contact, why, read_fields(fields))


def read_fields(fields: Sequence[Field]) -> tuple[FieldReading, ...]:
    """What each field of one form means, each in the light of the others."""
    if not fields:
        return ()
    model = load("field")
    rows = field_features(fields)
    chances = _merged(model.classes, model.probabilities(rows))
    readings = [_read(field, row, chance) for field, row, chance in zip(fields, rows, chances, strict=True)]
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


def _read(field: Field, row: Features, chances: dict[Meaning, float]) -> FieldReading:
    for rule in (_by_captcha, _by_trap, _by_type, _by_autocomplete):
        if found := rule(field, chances):
            return FieldReading(field, found[0], 0.99, found[1])
    meaning = max(chances, key=lambda one: chances[one])
    model = load("field")
    said = [name for name in model.classes if name.partition(".")[0] == meaning]
    why = ", ".join(model.strongest(row, said[0]))
    return FieldReading(field, meaning, chances[meaning], why)


Rule = tuple[Meaning, str] | None


def _by_captcha(field: Field, _: dict[Meaning, float]) -> Rule:
    control = field.control
    if named := widget_of(control):
        return Meaning.CAPTCHA, f"answer field of {named}"
    if control.visible and control.type in {"text", "number", "tel"} and quiz_kind(control) == "quiz":
        return Meaning.CAPTCHA, "asks a question that proves a person"
    return None


def _by_trap(field: Field, _: dict[Meaning, float]) -> Rule:
    reasons = [trap(one) for one in field.members]
    return (Meaning.HONEYPOT, reasons[0]) if all(reasons) else None


_TYPES = {"file": Meaning.FILE, "password": Meaning.OTHER, "search": Meaning.OTHER}
_EMAILS = (Meaning.EMAIL, Meaning.CONFIRM_EMAIL)


def _by_type(field: Field, chances: dict[Meaning, float]) -> Rule:
    control = field.control
    if control.type == "email":
        return max(_EMAILS, key=lambda one: chances.get(one, 0.0)), "an e-mail input"
    if control.type in _TYPES:
        return _TYPES[control.type], f"a {control.type} input"
    if control.type == "checkbox":
        return _by_wording(field)
    return None


def _by_wording(field: Field) -> Rule:
    """Marketing beats consent: a box that wants both is left alone."""
    text = normal(" ".join([choice_text(field.control), field.control.label]))[:300]
    if _MARKETING.search(text):
        return Meaning.MARKETING, "speaks of news or offers"
    if not field.is_group and _CONSENT.search(text):
        return Meaning.CONSENT, "agrees to terms or to the handling of data"
    return None


_MARKETING = re.compile(
    r"newsletter|news letter|mailing list|marketing|promotion|special offer|offres? (commerciale|promotionnelle|speciale)|"
    r"actualites|infolettre|subscribe|abonne|boletin|novedades|ofertas|offerte (speciali|commerciali)|novita|"
    r"nieuwsbrief|aanbiedingen|novidades|promoc|werbung|angebote|notify me|keep me (informed|updated|posted)|"
    r"receive (e ?mails?|news|updates|information|offers)|iscriv|commerciali|publicitari"
)
_CONSENT = re.compile(
    r"privacy|datenschutz|confidentialit|rgpd|gdpr|dsgvo|lgpd|\bavg\b|privacid|privacidade|terms|conditions|condiciones|"
    r"condizioni|termos|termini|voorwaarden|agb\b|nutzungsbedingung|donnees (personnelles|soient)|personal data|"
    r"datos personales|dati personali|personenbezogen|persoonsgegevens|dados pessoais|"
    r"\bi (agree|consent|accept)|j accepte|je consens|ich (stimme|willige)|einverstanden|acepto|acconsento|accetto|akkoord|"
    r"aceito|concordo"
)


def _by_autocomplete(field: Field, chances: dict[Meaning, float]) -> Rule:
    """The page's own word for it, unless the model finds it absurd: authors do copy the wrong token."""
    token = field.control.autocomplete.lower().split(" ")[-1]
    meaning = MOZILLA.get(token)
    if meaning and field.control.type not in {"checkbox", "radio"} and chances.get(meaning, 0.0) > _PLAUSIBLE:
        return meaning, f"autocomplete={token}"
    return None


_PLAUSIBLE = 0.03


def _settled(readings: Sequence[FieldReading]) -> list[FieldReading]:
    """What only the whole form tells: a second e-mail that says "again" confirms the first."""
    return list(readings)


def spoken_of(control: Control) -> frozenset[Meaning]:
    """The meanings whose phrase is the whole label."""
    return hits(normal(control.label)[:160])[0]
