"""One budget of connections to each mail host, shared by all workers on all machines.

Gmail allows 15 IMAP connections to an account, many hosts 10 to an address of the network, and who goes over
is locked out. A job that may connect is marked in its row, and the marks are counted: a worker that dies
leaves none behind for longer than its lease.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from shared.db import EVERY_TENANT, transaction
from shared.models import Mailbox, Outgoing
from shared.settings import settings
from shared.states import LEASED, State
from workers.services import ledger
from workers.services.claims import Claim
from workers.services.contacting import lock
from workers.services.mail_limits import CONNECTED
from workers.services.mailboxes import FULL

AGAIN = timedelta(seconds=3)
"""How long a job waits before it asks for a connection again."""


def admitted(held: Claim, mailbox: Mailbox) -> bool:
    """Take one of the host's connections until the row is given back; False where it was put off instead."""
    host = _host(mailbox)
    if not host:
        return True
    with transaction(EVERY_TENANT) as session:
        lock(session, f"mail host {host}")
        most = settings().mail_connections
        if _open(session, host) < most:
            ledger.note(session, held, reason=CONNECTED)
            return True
        detail = f"{most} connections to {host} are open: it waits for one of them."
        ledger.release(session, held, FULL, AGAIN, detail=detail)
        return False


def turn(session: Session, mailbox: Mailbox) -> timedelta:
    """How long a mailbox that was just read stands back, so that one that waits for its host comes first, and
    so that a mail does: mailboxes that fill their host's budget would otherwise keep it for good.
    """
    at = _at(_host(mailbox))
    reading = select(Mailbox.id).where(at, Mailbox.state == State.QUEUED, Mailbox.reason == FULL)
    sending = (
        select(Outgoing.id)
        .join(Mailbox, Mailbox.id == Outgoing.mailbox_id)
        .where(at, Outgoing.state == State.QUEUED, Outgoing.reason == FULL)
    )
    waits = session.scalar(reading.limit(1)) or session.scalar(sending.limit(1))
    return 2 * AGAIN if waits else timedelta(0)


def pause(mailbox: Mailbox, now: datetime) -> timedelta:
    """How long to leave a mailbox alone that cannot be reached: half as long as it has not been, within 30 s
    and an hour.
    """
    away = now - max(mailbox.read_at or mailbox.created_at, now - timedelta(hours=2))
    return max(away / 2, timedelta(seconds=30))


def _open(session: Session, host: str) -> int:
    reading = select(func.count()).where(
        _at(host), Mailbox.state == State.RUNNING, Mailbox.reason == CONNECTED
    )
    sending = (
        select(func.count())
        .select_from(Outgoing)
        .join(Mailbox, Mailbox.id == Outgoing.mailbox_id)
        .where(_at(host), Outgoing.state.in_(LEASED), Outgoing.reason == CONNECTED)
    )
    return (session.scalar(reading) or 0) + (session.scalar(sending) or 0)


def _host(mailbox: Mailbox) -> str:
    """The host that counts connections: an API counts calls instead."""
    return str(mailbox.settings.get("host", "")).lower() if mailbox.provider == "imap" else ""


def _at(host: str) -> ColumnElement[bool]:
    return (Mailbox.provider == "imap") & (func.lower(Mailbox.settings["host"].astext) == host)
