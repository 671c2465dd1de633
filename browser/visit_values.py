"""What goes into a visit and what comes out of it."""

from dataclasses import dataclass
from enum import StrEnum

from browser.evidence import Evidence
from browser.forms.values import FormPlan, Letter, Question
from browser.outcome.values import Proof


@dataclass(frozen=True, slots=True)
class VisitLimits:
    """Bounds of one visit, in seconds and counts.

    `answer` runs from the click to the last look; `silence` is how long an answered submit may show nothing
    new.
    """

    total: float = 110.0
    open: float = 25.0
    settle: float = 6.0
    late: float = 3.0
    answer: float = 25.0
    silence: float = 4.0
    pages: int = 6
    steps: int = 6


@dataclass(frozen=True, slots=True)
class Visit:
    """One letter for one site. `url` is its home page or any page of it."""

    url: str
    letter: Letter
    limits: VisitLimits = VisitLimits()


class VisitState(StrEnum):
    """How a visit ended. All but the first three ended before anything could have been sent, captcha and
    forbidden unless their rule says that the server answered so.
    """

    SENT = "sent"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NO_FORM = "no_form"
    CAPTCHA = "captcha"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    NEEDS_ANSWER = "needs_answer"


@dataclass(frozen=True, slots=True)
class Armed:
    """What is about to be sent, for the ledger to write down before it can be."""

    plan: FormPlan
    page_url: str
    before: Evidence


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a visit. `rule` names what decided, `detail` says it, `captcha` names a product."""

    state: VisitState
    rule: str
    detail: str = ""
    proof: Proof = Proof.PROVEN
    page_url: str = ""
    plan: FormPlan | None = None
    evidence: tuple[Evidence, ...] = ()
    questions: tuple[Question, ...] = ()
    captcha: str = ""
