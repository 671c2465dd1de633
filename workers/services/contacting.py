"""What forms and mails have in common: taking turns, who must not be written to, where answers go."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inbox.composing import plus_address
from shared.models import Mailbox, Suppression


def lock(session: Session, name: str) -> None:
    """Wait for whoever holds the lock of that name; it is let go with the transaction."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


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
