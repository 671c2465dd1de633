"""How much a new mailbox may send: little at first, more each week.

Mail providers trust a sender by its history and slow down one that begins with many mails. Gmail advises to
begin with 10 to 20, and practitioners count four to six weeks (wordtothewise.com, "Warmup advice for Gmail").
Age is counted from the first mail that Relance sent from the mailbox; what was sent elsewhere is not known,
so an operator may call a mailbox established.
"""

from datetime import timedelta

RAMP: tuple[tuple[int, int], ...] = ((0, 20), (3, 40), (7, 80), (14, 120), (21, 160))
"""From this day of age on, so many mails a day."""

WARM_AFTER = 28
"""Days after which only the mailbox's own limit counts."""


def allowance(age: timedelta | None, limit: int) -> int:
    """Mails that a mailbox of this age (None: it never sent) may send in a day, at most `limit`."""
    days = age.days if age else 0
    if days >= WARM_AFTER:
        return limit
    return min(limit, max(mails for day, mails in RAMP if day <= max(days, 0)))
