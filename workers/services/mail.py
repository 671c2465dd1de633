"""Read one mailbox: every mail becomes one row, in the transaction that moves the cursor past it."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from inbox.mailbox import Batch, Cursor, RawMessage
from inbox.mailbox import Mailbox as Connection
from shared.db import EVERY_TENANT, run, transaction
from shared.errors import MailboxError, MailboxRefused
from shared.logs import log
from shared.models import Folder, Mailbox
from shared.settings import settings
from workers.services import connecting, leases, ledger, settling
from workers.services.claims import Claim
from workers.services.guarded import NOW
from workers.services.leaving import departure
from workers.services.mailboxes import opened

BATCH = 100
"""Mails a transaction: in batches they are fetched three times as fast as one by one."""

REFUSED_AGAIN = timedelta(minutes=15)
"""A refused password is not tried more often, lest the provider locks the account."""

# Bytes go over as they are (%b): as text they would be twice as long, and escaped.
_STORE = """
    INSERT INTO messages (tenant_id, mailbox_id, state, digest, folder, uid, raw, received_at, findings)
    SELECT %s, %s, 'queued', digest, folder, uid, raw, received_at,
        CASE WHEN truncated THEN '{"truncated": true}'::jsonb ELSE '{}' END
    FROM unnest(%b::bytea[], %b::text[], %b::text[], %b::bytea[], %b::timestamptz[], %b::boolean[])
        AS came(digest, folder, uid, raw, received_at, truncated)
    ON CONFLICT (mailbox_id, digest) DO UPDATE SET folder = excluded.folder, uid = excluded.uid
    RETURNING attempt
"""

# In the order of their ids, as who understands them locks them: an upsert goes by the order of its values.
_LOCK_KNOWN = """
    SELECT FROM messages WHERE mailbox_id = %s AND digest = ANY(%b::bytea[]) ORDER BY id FOR UPDATE
"""

LISTEN = 10.0
"""Seconds of one IDLE, so that a worker that leaves does not wait long, nor a mail that may have left."""


def poll(mailbox_id: int) -> None:
    """Claim the mailbox, fetch what is new, listen for a while, and put it back due at once."""
    held = ledger.claim("inbox", mailbox_id)
    if held is None:
        return
    with leases.kept(held):
        with transaction(held.tenant_id) as session:
            mailbox = session.get_one(Mailbox, held.id)
        if not connecting.admitted(held, mailbox):
            return
        try:
            _read(held, mailbox)
        except MailboxRefused as error:
            _put_back(held, "refused", REFUSED_AGAIN, str(error))
        except MailboxError as error:
            _put_back(held, "unreachable", connecting.pause(mailbox, datetime.now(UTC)), str(error))
        else:
            _put_back(held, "", _turn(mailbox), "", read_at=NOW)


def _turn(mailbox: Mailbox) -> timedelta:
    with transaction(EVERY_TENANT) as session:
        return connecting.turn(session, mailbox)


def _read(held: Claim, mailbox: Mailbox) -> None:
    connection = opened(mailbox)
    try:
        end = monotonic() + settings().poll_every
        _fetch_all(held, connection)
        settling.by_sent_folder(held, connection)
        while not departure.leaving and (left := end - monotonic()) > 0:
            if connection.wait(min(LISTEN, left)):
                _fetch_all(held, connection)
            settling.by_sent_folder(held, connection)
    finally:
        connection.close()


def _fetch_all(held: Claim, connection: Connection) -> None:
    for folder in connection.folders():
        for batch in connection.fetch(folder, _cursor(held, folder), BATCH):
            new = _store(held, folder, batch)
            log("mail fetched", mailbox=held.id, folder=folder, mails=len(batch.messages), new=new)


def _cursor(held: Claim, folder: str) -> Cursor | None:
    with transaction(held.tenant_id) as session:
        return session.scalar(
            select(Folder.cursor).where(Folder.mailbox_id == held.id, Folder.name == folder)
        )


def _store(held: Claim, folder: str, batch: Batch) -> int:
    """Insert what is new and move the cursor; a mail that is known only gets its new place."""
    with transaction(held.tenant_id) as session:
        ledger.confirm(session, held)
        _move_cursor(session, held, folder, batch.cursor)
        if not batch.messages:
            return 0
        ledger.note(session, held, deaths=0)  # a mailbox that gets on is no poison, whoever dies over it
        return _insert(session, held, batch.messages)


def _insert(session: Session, held: Claim, mails: Sequence[RawMessage]) -> int:
    """One statement for all, a column of the rows as one array: how many were new."""
    rows = {(row := _values(mail))[0]: row for mail in mails}.values()
    columns = [list(values) for values in zip(*rows, strict=True)]
    run(session, _LOCK_KNOWN, (held.id, columns[0]))
    stored = run(session, _STORE, (held.tenant_id, held.id, *columns))
    return sum(attempt == 0 for (attempt,) in stored)


def _move_cursor(session: Session, held: Claim, folder: str, cursor: Cursor) -> None:
    values = {"tenant_id": held.tenant_id, "mailbox_id": held.id, "name": folder, "cursor": dict(cursor)}
    statement = insert(Folder).values(**values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["mailbox_id", "name"], set_={"cursor": statement.excluded.cursor}
        )
    )


def _values(mail: RawMessage) -> tuple[object, ...]:
    """The columns of `_STORE`. A mail that the server cannot read comes empty: its key tells it from others
    of that kind.
    """
    digest = hashlib.sha256(mail.raw or f"{mail.folder} {mail.key}".encode()).digest()
    return digest, mail.folder, mail.key, mail.raw, mail.received_at, mail.truncated


def _put_back(held: Claim, reason: str, wait: timedelta, detail: str, **values: object) -> None:
    with transaction(held.tenant_id) as session:
        ledger.release(session, held, reason, wait or None, detail=detail, deaths=0, **values)
