"""Putting the ids of due rows on the broker, fairly between tenants and never more than a window ahead."""

from collections.abc import Sequence

import redis
from dramatiq import Message
from sqlalchemy import text, update

from shared.db import EVERY_TENANT, transaction
from shared.errors import BrokerUnavailable
from shared.metrics import NUDGES
from shared.states import State
from workers.broker import broker, depth
from workers.services import ledger

WINDOW = 1_000
"""Messages of one queue that may wait at the broker; the rest waits in Postgres, where it can be ordered."""

AGAIN = 15
"""Seconds after which a due row that nobody claimed is nudged once more."""

MARKER = "relance:nudged"

_TENANTS = """
    SELECT count(*) FROM tenants t WHERE EXISTS (
        SELECT FROM {table} w WHERE w.tenant_id = t.id AND w.state = 'queued' AND w.due_at <= now()
    )
"""

# Each tenant gives its oldest rows, so that a long backlog does not hide a short one behind it.
_DUE = """
    WITH due AS MATERIALIZED (
        SELECT w.id FROM tenants t CROSS JOIN LATERAL (
            SELECT id FROM {table} WHERE tenant_id = t.id AND state = 'queued' AND due_at <= now()
            AND (nudged_at IS NULL OR nudged_at < now() - make_interval(secs => :again))
            ORDER BY due_at LIMIT :share
        ) w LIMIT :room
    )
    UPDATE {table} w SET nudged_at = now() FROM due WHERE w.id = due.id AND w.state = 'queued' RETURNING w.id
"""


def nudge(queue: str) -> int:
    """Send the ids of due rows, as far as the window has room, and return how many.

    The rows are marked in the transaction that ends after the last message went out: a crash in between
    repeats nudges, which is harmless. Raises BrokerUnavailable; the marks are then undone.
    """
    room = WINDOW - depth(queue)
    if room <= 0:
        return 0
    table = ledger.QUEUES[queue].__tablename__
    with transaction(EVERY_TENANT) as session:
        tenants = session.scalar(text(_TENANTS.format(table=table))) or 0
        if not tenants:
            return 0
        limits = {"room": room, "share": -(-room // tenants), "again": AGAIN}
        ids = session.scalars(text(_DUE.format(table=table)), limits).all()
        _send(queue, ids)
    NUDGES.labels(queue).inc(len(ids))
    return len(ids)


def notice_empty_broker() -> None:
    """Where Redis lost its data, forget that anything was nudged. Raises BrokerUnavailable."""
    try:
        fresh = broker().client.set(MARKER, "1", nx=True)
    except redis.RedisError as error:
        raise BrokerUnavailable from error
    if fresh:
        with transaction(EVERY_TENANT) as session:
            for model in ledger.QUEUES.values():
                waiting = update(model).where(model.state == State.QUEUED, model.nudged_at.is_not(None))
                session.execute(waiting.values(nudged_at=None))


def _send(queue: str, ids: Sequence[int]) -> None:
    """An actor is named like its queue, so that a nudge needs none of the code that the actor needs."""
    try:
        for row_id in ids:
            broker().enqueue(Message(queue, queue, (row_id,), {}, {}))
    except redis.RedisError as error:
        raise BrokerUnavailable from error
