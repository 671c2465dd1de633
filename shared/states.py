"""The states of a unit of work, and the only table of transitions between them.

Submissions, outgoing mails, incoming messages, drafts and mailbox polls are all units of work: a row with a
state, an attempt number and a lease. `ARMED` is the point of no return: committed just before the click or
the SMTP dialogue. What is armed and then lost is `UNKNOWN`, and nothing but evidence or a person moves it on.
"""

from enum import StrEnum

from shared.errors import IllegalTransition


class State(StrEnum):
    """Where a unit of work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    ARMED = "armed"
    # Ends of anything that is sent
    SENT = "sent"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"
    # Ends of a submission before the click
    NO_FORM = "no_form"
    CAPTCHA = "captcha"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    NEEDS_ANSWER = "needs_answer"
    DENIED = "denied"
    # Ends of work inside the house
    DONE = "done"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"


_BEFORE_THE_CLICK = frozenset(
    {State.NO_FORM, State.CAPTCHA, State.FORBIDDEN, State.UNREACHABLE, State.NEEDS_ANSWER, State.DENIED}
)

TRANSITIONS: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED, State.QUARANTINED}),
    State.RUNNING: _BEFORE_THE_CLICK
    | {State.QUEUED, State.ARMED, State.DONE, State.QUARANTINED, State.REJECTED},
    State.ARMED: frozenset({State.SENT, State.REJECTED, State.UNKNOWN, State.CAPTCHA, State.FORBIDDEN}),
    State.UNKNOWN: frozenset({State.SENT, State.NOT_SENT, State.REJECTED}),
    # A person finished the form by hand, or decided not to.
    State.CAPTCHA: frozenset({State.SENT, State.CANCELLED}),
    # A person gave the missing answer.
    State.NEEDS_ANSWER: frozenset({State.QUEUED, State.SENT, State.CANCELLED}),
    # A person named the lead of an ambiguous mail, which is then understood again.
    State.DONE: frozenset({State.QUEUED}),
    # A person looked at the poison and wants one more try.
    State.QUARANTINED: frozenset({State.QUEUED, State.CANCELLED}),
}

LEASED = (State.RUNNING, State.ARMED)


def check(before: State, after: State) -> None:
    """Raise IllegalTransition unless the table allows it."""
    if after not in TRANSITIONS.get(before, frozenset()):
        raise IllegalTransition(f"A unit of work cannot go from {before} to {after}.")


def sources(after: State) -> tuple[State, ...]:
    """The states that may lead to `after`, for the WHERE clause of a guarded update."""
    return tuple(before for before, afters in TRANSITIONS.items() if after in afters)


def ended(state: State) -> bool:
    """Whether nothing more happens to it by itself."""
    return state not in (State.QUEUED, State.RUNNING, State.ARMED)


class CampaignState(StrEnum):
    """A campaign's life. Only a running one sends."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"


class Role(StrEnum):
    """What a user of the panel may do: a reviewer decides on replies, an operator also on campaigns."""

    REVIEWER = "reviewer"
    OPERATOR = "operator"


class ReviewKind(StrEnum):
    """What a person is asked."""

    REPLY = "reply"
    CAPTCHA = "captcha"
    ANSWER = "answer"
    UNKNOWN = "unknown"
    ATTRIBUTION = "attribution"


class ReviewState(StrEnum):
    """Where a question to a person stands."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    SETTLED = "settled"


WRITTEN = ("person", "opt_out")
"""The kinds of mail that somebody wrote, as `inbox.understanding.Kind` names them; the rest are machines'."""
