"""The values of the form engine: what may be said, what a control means, what will be done to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from browser.elements import Ref
from browser.snapshot import Form


class Meaning(StrEnum):
    """What a control asks for."""

    FULL_NAME = "full_name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    SALUTATION = "salutation"
    EMAIL = "email"
    CONFIRM_EMAIL = "confirm_email"
    PHONE = "phone"
    COMPANY = "company"
    JOB_TITLE = "job_title"
    WEBSITE = "website"
    SUBJECT = "subject"
    MESSAGE = "message"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    REGION = "region"
    COUNTRY = "country"
    BUDGET = "budget"
    DEPARTMENT = "department"
    HOW_HEARD = "how_heard"
    CONSENT = "consent"
    MARKETING = "marketing"
    FILE = "file"
    DATE = "date"
    HONEYPOT = "honeypot"
    CAPTCHA = "captcha"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Letter:
    """All that may be typed into a form: the sender as a real person, and the message. Empty means unknown.

    `email` is the address that this submission alone uses, so that an answer finds its way back.
    """

    message: str
    subject: str
    email: str
    first_name: str
    last_name: str
    salutation: str = ""
    phone: str = ""
    company: str = ""
    job_title: str = ""
    website: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    country: str = ""
    language: str = "fr"
    answers: Mapping[str, str] = field(default_factory=dict)
    """What a person answered to questions of this form, by the control's label."""


@dataclass(frozen=True, slots=True)
class FieldAction:
    """What happens to one control: `kind` is type, search (type, then press the option of that name), select,
    check or leave; `why` is said to a person.
    """

    control: Ref
    meaning: Meaning
    kind: str
    value: str
    why: str
    confidence: float = 1.0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A required control that nobody has an answer for yet."""

    control: Ref
    label: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormPlan:
    """The chosen form and what to do with each of its controls, in reading order.

    `submit` is None where no button was found: the filler then presses Enter. `next_step` tells that the
    button leads to a further step. `captcha` names the product, empty for none. Nobody touches `honeypots`.
    """

    form: Form
    actions: tuple[FieldAction, ...]
    questions: tuple[Question, ...]
    honeypots: tuple[Ref, ...]
    submit: Ref | None
    next_step: bool
    captcha: str
    why: str
    confidence: float
