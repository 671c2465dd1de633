"""What the ledger holds, counted by the leading reconciler for all: backlog, work in flight, mailboxes."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.db import EVERY_TENANT, transaction
from shared.metrics import BACKLOG, IN_FLIGHT, MAILBOX_LAG, MAILBOXES, OLDEST
from workers.services.claims import QUEUES
from workers.services.mailboxes import WELL

_BACKLOG = """
    SELECT count(*), coalesce(extract(epoch FROM now() - min(due_at)), 0)
    FROM {table} WHERE state = 'queued' AND due_at <= now()
"""

_IN_FLIGHT = """
    SELECT count(*) FILTER (WHERE state = 'running'), count(*) FILTER (WHERE state = 'armed')
    FROM {table} WHERE state IN ('running', 'armed')
"""

_MAILBOXES = """
    SELECT count(*) FILTER (WHERE reason = ANY(:well)), count(*) FILTER (WHERE reason = 'refused'),
           count(*) FILTER (WHERE reason = 'unreachable'),
           coalesce(extract(epoch FROM max(now() - coalesce(read_at, created_at))), 0)
    FROM mailboxes
"""


def measure() -> None:
    """Set the gauges. Raises DatabaseUnavailable."""
    with transaction(EVERY_TENANT) as session:
        for queue, model in QUEUES.items():
            _measure_queue(session, queue, model.__tablename__)
        *counts, lag = session.execute(text(_MAILBOXES), {"well": list(WELL)}).one()
        for state, mailboxes in zip(("read", "refused", "unreachable"), counts, strict=True):
            MAILBOXES.labels(state).set(mailboxes)
        MAILBOX_LAG.set(float(lag))


def _measure_queue(session: Session, queue: str, table: str) -> None:
    rows, oldest = session.execute(text(_BACKLOG.format(table=table))).one()
    BACKLOG.labels(queue).set(rows)
    OLDEST.labels(queue).set(float(oldest))
    running, armed = session.execute(text(_IN_FLIGHT.format(table=table))).one()
    IN_FLIGHT.labels(queue, "running").set(running)
    IN_FLIGHT.labels(queue, "armed").set(armed)
