"""Whether to answer at all (pure).

The rules stand in one table, read from the top: the first that speaks decides. Machines come first, because
answering one starts a loop (RFC 3834, 2: never answer a null return path, a list, or automatic mail); then
the wish to be left alone; then whatever makes a person look before anything leaves.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

DAEMON = re.compile(
    r"(?:mailer-?daemon|postmaster|daemon|majordomo|listserv|root|bounces?|abuse"
    r"|.*(?:no|not|do-?not|ne-?pas|nicht)[-_.]?(?:reply|replies|answer|repondre|antworten)"
    r"|(?:bounces?|owner|prvs|msprvs\d?|srs\d)[-+=_].*|.*-(?:bounces?|request|owner))(?:\+.*)?",
    re.IGNORECASE,
)
"""Local parts that no person reads. RFC 2142, RFC 3834 and the habits of the large senders."""


NEGOTIATION = frozenset({"REQUEST_PRICE", "OBJECTION_PRICE", "REFERRAL"})
"""Intents whose answer binds the tenant, or goes to somebody new."""


class Action(StrEnum):
    """What happens to a mail that was understood."""

    IGNORE = "ignore"
    """Nobody is answered, and the conversation stays as it is."""
    DRAFT = "draft"
    """An answer is written and may go out by itself."""
    REVIEW = "review"
    """An answer is written and a person looks at it."""
    STOP = "stop"
    """Nobody is answered, and nothing more is written to this contact."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a tenant lets go out without a person: answers to what the model reads with this confidence (0 to
    1) or above; a figure above 1 means never.

    `most_answers` is how many answers a contact gets within a day, and in a whole conversation three times
    that, before a person has to look: more is two machines talking.
    """

    confidence: float = 1.01
    most_answers: int = 3


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of one mail when it is to be decided on.

    `kind` is "person", "opt_out", or what the mail was found to be instead. `reply_to` is the address that an
    answer would go to, `return_path` the envelope's sender: "" or "<>" for none, None where the server did
    not say. `doubts` say why the label or the attribution may be wrong; `answers_today` and `answers` count
    ours to this contact.
    """

    kind: str
    label: str
    intent: str
    confidence: float
    reply_to: str
    return_path: str | None = None
    is_list: bool = False
    opted_out: bool = False
    doubts: tuple[str, ...] = ()
    answers_today: int = 0
    answers: int = 0
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class Decision:
    """An action and why, in words for the reviewer."""

    action: Action
    reason: str


def decide(situation: Situation) -> Decision:
    """What to do about a mail. Without a rule that lets it pass, a person looks."""
    for action, reason, applies in RULES:
        if applies(situation):
            return Decision(action, reason)
    return Decision(Action.DRAFT, "the model is as sure as the tenant asks")


def _from_daemon(mail: Situation) -> bool:
    name, _, domain = mail.reply_to.strip("<> ").rpartition("@")
    return not name or not domain or DAEMON.fullmatch(name[:100]) is not None


def _has_no_return_path(mail: Situation) -> bool:
    return mail.return_path is not None and not mail.return_path.strip("<> ")


def _is_loop(mail: Situation) -> bool:
    most = mail.policy.most_answers
    return mail.answers_today >= most or mail.answers >= 3 * most


RULES: tuple[tuple[Action, str, Callable[[Situation], bool]], ...] = (
    (Action.STOP, "they asked to be left alone", lambda m: m.opted_out or m.kind == "opt_out"),
    (Action.IGNORE, "this mail was not written by a person", lambda m: m.kind != "person"),
    (Action.IGNORE, "it has no return path", _has_no_return_path),
    (Action.IGNORE, "it came through a mailing list", lambda m: m.is_list),
    (Action.IGNORE, "its address is a machine's", _from_daemon),
    (Action.REVIEW, "too many answers went to this contact", _is_loop),
    (Action.REVIEW, "it may be something else", lambda m: bool(m.doubts)),
    (Action.STOP, "the model reads a wish to be left alone", lambda m: m.intent == "OPT_OUT"),
    (Action.STOP, "they declined", lambda m: m.label == "COLD"),
    (Action.IGNORE, "the model reads no person's answer", lambda m: m.label == "SPAM"),
    (Action.REVIEW, "a person negotiates", lambda m: m.intent in NEGOTIATION),
    (Action.REVIEW, "the tenant wants a person to look at it", lambda m: m.confidence < m.policy.confidence),
)
