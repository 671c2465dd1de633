"""What a click can have done, and what is seen of it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """What became of a submission."""

    SENT = "sent"
    REJECTED = "rejected"
    CAPTCHA = "captcha"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


class Proof(StrEnum):
    """Proven: the server or the product's own markup said so. Probable: it reads like it."""

    PROVEN = "proven"
    PROBABLE = "probable"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that the click caused, and what is known of its response.

    `status` is None until a response arrives; `done` tells that its body did, or never will. `body` is the
    start of the response, at most BODY_LIMIT characters.
    """

    number: int
    method: str
    url: str
    resource: str
    status: int | None = None
    content_type: str = ""
    location: str = ""
    body: str = ""
    failure: str = ""
    done: bool = False

    def json(self) -> dict[str, Any]:
        """The response as a JSON object, empty where it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}


BODY_LIMIT = 65536


@dataclass(frozen=True, slots=True)
class Seen:
    """An element that is visible and new since the click. `kind` is success, failure, pending or live."""

    kind: str
    selector: str
    text: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """A control that the page marks as wrong, and what it says about it."""

    name: str
    label: str
    message: str


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at the page after the click.

    `navigated` tells that it is another document than the one that was clicked in. `form` is "there",
    "emptied", "hidden" or "gone". `lines` are the visible lines of text that were not there at the click.
    """

    url: str
    navigated: bool
    form: str
    seen: tuple[Seen, ...] = ()
    invalid: tuple[Invalid, ...] = ()
    lines: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[Seen, ...]:
        return tuple(one for one in self.seen if one.kind == kind)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule concludes. `repairable`: wrong values were named, and the product stores nothing then."""

    state: State
    proof: Proof
    rule: str
    detail: str = ""
    invalid: tuple[Invalid, ...] = ()
    repairable: bool = False


@dataclass(frozen=True, slots=True)
class Product:
    """How one form product shows what it did. Selectors are CSS.

    `fingerprint` matches the form, something in it or around it. `scope` matches the ancestor that its answer
    appears in, empty for the whole document; `{id}` in a selector stands for the number in the form's id.
    `endpoint` and `sent_url` are regular expressions over URLs. `answer` reads the submit's own response.
    `least_seconds` is the time from load to submit below which its own check calls a sender a machine.
    """

    name: str
    fingerprint: str
    scope: str = ""
    success: tuple[str, ...] = ()
    failure: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    endpoint: str = ""
    sent_url: str = ""
    answer: Callable[[Exchange], Verdict | None] | None = None
    newsletter: bool = False
    least_seconds: float = 0.0

    def owns(self, method: str, url: str) -> bool:
        """True if such a request is a submit of this product."""
        return bool(self.endpoint and method != "GET" and re.search(self.endpoint, url))


def sent(rule: str, detail: str = "") -> Verdict:
    return Verdict(State.SENT, Proof.PROVEN, rule, detail)


def rejected(rule: str, detail: str = "", *, repairable: bool = False) -> Verdict:
    return Verdict(State.REJECTED, Proof.PROVEN, rule, detail, repairable=repairable)
