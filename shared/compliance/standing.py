"""When what comes back says: stop. Pure.

The bounce limit is where Amazon SES pauses an account (10 %). Its complaint limit (0.5 %) counts presses of a
spam button among thousands of mails; here a complaint is a person who writes to be left alone, which more
people do, so that the limit is wider. The limit on rejections is judged: sites refuse a few forms for their
own reasons, but when four in ten do, it is the message.
"""

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(days=7)
"""How far back one looks, unless somebody resumed it later."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`name` of a count, the share from which it is too much, and how many must have gone out to say so."""

    name: str
    share: float
    sample: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What went out in the window, and how much of it was rejected, bounced, or drew a complaint."""

    sent: int = 0
    rejected: int = 0
    bounced: int = 0
    complained: int = 0


CAMPAIGN: tuple[Limit, ...] = (
    Limit("complained", 0.05, 40, "asked to be left alone"),
    Limit("bounced", 0.10, 20, "bounced"),
    Limit("rejected", 0.40, 20, "were rejected"),
)

MAILBOX: tuple[Limit, ...] = (Limit("bounced", 0.10, 20, "bounced"),)


def objection(limits: tuple[Limit, ...], tally: Tally) -> str:
    """Why it must stop, in a sentence; empty while it may go on."""
    for limit in limits:
        count: int = getattr(tally, limit.name)
        if tally.sent >= limit.sample and count >= limit.share * tally.sent:
            return (
                f"{count} of the last {tally.sent} {limit.sentence} "
                f"({count / tally.sent:.0%}; the limit is {limit.share:.0%})."
            )
    return ""
