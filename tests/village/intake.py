"""What each form demands of a posted submission: pure, from fields to verdict.

A trap that was filled is no error: as the plugins do, the form then looks accepted and nothing is stored.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.village.scenario import CAPTCHA_TOKEN, FormKind

Fields = Mapping[str, str]

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
FRENCH_PHONE = r"0[1-9]([ .]?[0-9]{2}){4}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """The names of a form's fields by their role. `patterns` and `choices` bind only what is not empty."""

    name: tuple[str, ...]
    email: str
    message: str
    required: tuple[str, ...]
    patterns: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    same_as_email: str = ""
    consent: str = ""
    token: str = ""
    traps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`errors` maps a field to what is wrong with it; `trapped` tells that a trap was filled."""

    errors: Mapping[str, str]
    trapped: bool

    @property
    def stored(self) -> bool:
        """Whether the site keeps the submission."""
        return not self.errors and not self.trapped


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who wrote, as far as the form's fields tell."""

    name: str
    email: str
    message: str


def _plain(name: str, email: str, message: str, *more: str) -> Demands:
    return Demands(name=(name,), email=email, message=message, required=(name, email, message, *more))


DEMANDS: Mapping[FormKind, Demands] = {
    FormKind.PLAIN: _plain("nom", "courriel", "message"),
    FormKind.CONTACT_FORM_7: Demands(
        name=("your-name",),
        email="your-email",
        message="your-message",
        required=("your-name", "your-email", "your-subject", "your-message"),
        choices={"your-subject": ("Devis", "Support", "Autre")},
    ),
    FormKind.IFRAME: _plain("full_name", "email", "enquiry"),
    FormKind.LATE: _plain("nom", "email", "projet"),
    FormKind.SHADOW: _plain("customer", "email", "question"),
    FormKind.CROWDED: _plain("contact_nom", "contact_email", "contact_message", "contact_objet"),
    FormKind.HONEYPOT: Demands(
        name=("votre_nom",),
        email="votre_email",
        message="votre_message",
        required=("votre_nom", "votre_email", "votre_message"),
        traps=("gp-7", "nom"),
    ),
    FormKind.CONSENT: Demands(
        name=("name",),
        email="email",
        message="comments",
        required=("name", "email", "comments"),
        consent="privacy",
    ),
    FormKind.STEPS: Demands(
        name=("prenom", "nom"),
        email="email",
        message="message",
        required=("prenom", "nom", "email", "objet", "message"),
        choices={"objet": ("Chambre", "Séminaire", "Autre demande")},
    ),
    FormKind.CAPTCHA: Demands(
        name=("nom",),
        email="email",
        message="message",
        required=("nom", "email", "message"),
        token="g-recaptcha-response",
    ),
    FormKind.NO_SOLICITATION: _plain("nom", "email", "message", "objet"),
    FormKind.COOKIE_WALL: _plain("name", "email", "message"),
    FormKind.STUDIO_ORDER: _plain("name", "email", "message"),
    FormKind.CONFIRM_EMAIL: Demands(
        name=("prenom", "nom"),
        email="email",
        message="message",
        required=("prenom", "nom", "email", "email2", "telephone", "message"),
        patterns={"telephone": FRENCH_PHONE},
        same_as_email="email2",
    ),
    FormKind.PLACEHOLDER: Demands(
        name=("first", "last"),
        email="mail",
        message="text",
        required=("first", "last", "mail", "department", "text"),
        choices={"department": ("appointments", "billing", "general")},
    ),
    FormKind.HIDDEN_SUCCESS: _plain("Nom", "Email", "Message"),
}


def judge(demands: Demands, fields: Fields) -> Verdict:
    """Whether a form takes these fields."""
    errors = _shape_errors(demands, fields) | _proof_errors(demands, fields) | _missing(demands, fields)
    return Verdict(errors, any(fields.get(trap) for trap in demands.traps))


def visitor(demands: Demands, fields: Fields) -> Visitor:
    """Who wrote these fields, once the form took them."""
    name = " ".join(fields[part].strip() for part in demands.name)
    return Visitor(name, fields[demands.email].strip(), fields[demands.message])


def _missing(demands: Demands, fields: Fields) -> dict[str, str]:
    return {name: "required" for name in demands.required if not fields.get(name, "").strip()}


def _shape_errors(demands: Demands, fields: Fields) -> dict[str, str]:
    errors = {}
    for name, pattern in demands.patterns.items():
        if not re.fullmatch(pattern, fields.get(name, "")):
            errors[name] = "format"
    for name, options in demands.choices.items():
        if fields.get(name, "") not in options:
            errors[name] = "choice"
    if not _EMAIL.fullmatch(fields.get(demands.email, "")):
        errors[demands.email] = "email"
    return errors


def _proof_errors(demands: Demands, fields: Fields) -> dict[str, str]:
    errors = {}
    if demands.same_as_email and fields.get(demands.same_as_email) != fields.get(demands.email):
        errors[demands.same_as_email] = "mismatch"
    if demands.consent and not fields.get(demands.consent):
        errors[demands.consent] = "consent"
    if demands.token and fields.get(demands.token) != CAPTCHA_TOKEN:
        errors[demands.token] = "captcha"
    return errors
