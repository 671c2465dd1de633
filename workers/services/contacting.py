"""What forms and mails have in common: taking turns, who must not be written to, where answers go."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from inbox.composing import plus_address
from shared.models import Mailbox, Outgoing, Submission, Suppression
from shared.states import State

Sendable = type[Submission] | type[Outgoing]


def lock(session: Session, name: str) -> None:
    """Wait for whoever holds the lock of that name; it is let go with the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def used_today(
    session: Session,
    model: Sendable,
    ours: ColumnElement[bool],
    going: Collection[str],
    now: datetime,
    most: int | None = None,
) -> int:
    """What was armed since midnight (UTC), counted to `most` where given, and what may be any moment: the
    running rows whose reason is one of `going`.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    sent = select(model.id).where(ours, model.armed_at >= midnight).limit(most)
    under_way = select(func.count()).where(ours, model.state == State.RUNNING, model.reason.in_(going))
    counted = select(func.count()).select_from(sent.subquery())
    return (session.scalar(counted) or 0) + (session.scalar(under_way) or 0)


def suppressed(session: Session, tenant_id: int, domain: str, address: str) -> str:
    """The tenant's suppression that matches a domain or an address, or an empty string."""
    query = select(Suppression.value).where(
        Suppression.tenant_id == tenant_id, Suppression.value.in_([domain, address.lower()])
    )
    return session.scalar(query.limit(1)) or ""


def reply_address(mailbox: Mailbox, token: str) -> str:
    """The address that this submission alone types: `name+token@domain` where the mailbox takes it."""
    if not mailbox.plus_addressing:
        return mailbox.address
    return plus_address(mailbox.address, token)
