"""Putting the ids of due rows on the broker: fairly between tenants, and only just ahead of the workers.

What waits at the broker can no longer be ordered, so that a tenant who comes later waits behind it: no more
is put there than the workers fetch in about a second. Who was served least lately is served next.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heapreplace

from shared.db import run_alone
from shared.errors import BrokerUnavailable
from shared.metrics import NUDGES
from workers import broker
from workers.services.claims import QUEUES

WINDOW = 500
"""The most messages of one queue that may wait at the broker."""

FLOOR = 4
"""Messages that may wait however slowly they are fetched."""

AHEAD = 1.0
"""Seconds of the workers' present pace that may wait."""

AGAIN = 5
"""Seconds after which a due row that nobody claimed is nudged again: of two messages one finds nothing."""

SOON = 2
"""The same for a row whose worker died: where workers die, so do the messages that they fetched."""

MEMORY = 600.0
"""Seconds after which a nudge counts half towards what its tenant was given."""

SWEEP_EVERY = 60.0

# What no nudge is on its way for: none was sent, or it is long ago, or Redis has lost it since.
_FRESH = """
    state = 'queued' AND due_at <= now()
    AND (nudged_at IS NULL OR nudged_at < greatest(now() - make_interval(secs => %(again)s), %(since)s))
"""

_TENANTS = """
    SELECT t.id FROM tenants t CROSS JOIN LATERAL (
        SELECT FROM {table} WHERE tenant_id = t.id AND {fresh} ORDER BY due_at LIMIT 1
    ) w
"""

# The rows are changed where they were locked: a join by id would be planned by statistics, which after a
# large import are older than the rows, and would then read every due one.
_DUE = """
    WITH due AS MATERIALIZED (
        SELECT w.place
        FROM unnest(CAST(%(tenants)s AS bigint[]), CAST(%(shares)s AS bigint[])) AS s(tenant_id, share)
        CROSS JOIN LATERAL (
            SELECT ctid AS place FROM {table} WHERE tenant_id = s.tenant_id AND {fresh} AND {free}
            ORDER BY due_at LIMIT s.share FOR UPDATE SKIP LOCKED
        ) w
    )
    UPDATE {table} SET nudged_at = now()
    WHERE ctid = ANY(ARRAY(SELECT place FROM due)) RETURNING due_at, tenant_id, id
"""

# A site is visited by one worker at a time: who would only have to wait is not called.
_FREE = {
    "browser": """
        domain <> ALL (ARRAY(SELECT domain FROM submissions WHERE state IN ('running', 'armed')))
    """
}

_RESCUE = """
    UPDATE {table} SET nudged_at = now() - make_interval(secs => %(early)s)
    WHERE id = ANY(%(ids)s) AND state || '' = 'queued' AND due_at <= now() RETURNING id
"""

_UNMARK = "UPDATE {table} SET nudged_at = NULL WHERE id = ANY(%(ids)s) AND state || '' = 'queued'"


@dataclass(slots=True)
class Pace:
    """How fast the workers fetch the messages of one queue, and how many may wait for them."""

    rate: float = 0.0
    left: int = 0
    at: float = 0.0

    def room(self, waiting: int, now: float) -> int:
        """How many messages may be added at `now` (seconds), where so many wait."""
        if self.at:
            fetched = max(0, self.left - waiting)
            seen = fetched / max(now - self.at, 0.01)
            # Whoever fetched all of it would have fetched more.
            self.rate = 2 * seen if fetched and not waiting else 0.5 * self.rate + 0.5 * seen
        self.left, self.at = waiting, now
        return max(0, min(WINDOW, FLOOR + int(self.rate * AHEAD)) - waiting)

    def added(self, messages: int) -> None:
        """So many were put there just now."""
        self.left += messages


@dataclass(slots=True)
class Served:
    """What each tenant was given lately, in nudges that fade with age."""

    given: dict[int, float] = field(default_factory=dict)
    at: float = 0.0

    def fade(self, now: float) -> None:
        """Let what was given count less, and forget what hardly counts."""
        part = 0.5 ** ((now - self.at) / MEMORY)
        self.given = {tenant: part * nudges for tenant, nudges in self.given.items() if part * nudges > 0.1}
        self.at = now

    def order(self, rows: Sequence[tuple[datetime, int, int]]) -> list[int]:
        """Count rows (due time, tenant, id) as given; their ids, the least served tenant's first."""
        turns: list[tuple[float, int]] = []
        for _, tenant, row_id in sorted(rows):
            turn = self.given[tenant] = self.given.get(tenant, 0.0) + 1.0
            turns.append((turn, row_id))
        return [row_id for _, row_id in sorted(turns)]


def shares(given: Mapping[int, float], tenants: Sequence[int], room: int) -> dict[int, int]:
    """Deal `room` places out one by one, each to the tenant that was given least so far."""
    turns = [(given.get(tenant, 0.0), tenant) for tenant in tenants]
    heapify(turns)
    dealt: dict[int, int] = {}
    for _ in range(room if turns else 0):
        turn, tenant = turns[0]
        dealt[tenant] = dealt.get(tenant, 0) + 1
        heapreplace(turns, (turn + 1.0, tenant))
    return dealt


class Nudger:
    """Nudges the due rows of one queue. What it remembers may be lost: then all tenants are equal again."""

    def __init__(self, queue: str) -> None:
        self._queue = queue
        self._pace = Pace()
        self.served = Served()
        self._swept = time.monotonic()
        names = {
            "table": QUEUES[queue].__tablename__,
            "fresh": _FRESH,
            "free": _FREE.get(queue, "true"),
        }
        self._tenants = _TENANTS.format(**names)
        self._due = _DUE.format(**names)
        self._rescue = _RESCUE.format(**names)
        self._unmark = _UNMARK.format(**names)

    def nudge(self, since: datetime) -> bool:
        """Send the ids of due rows as far as there is room; False where none was due.

        `since` is when Redis lost what it had. The rows are marked before the messages go out: a crash in
        between costs them AGAIN seconds. Raises BrokerUnavailable; the marks are then undone.
        """
        now = time.monotonic()
        self.served.fade(now)
        if now - self._swept > SWEEP_EVERY:
            self._swept = now
            broker.sweep(self._queue)
        ids, any_due = self.due(self._pace.room(broker.waiting(self._queue), now), since)
        if ids:
            self._send(ids)
        return any_due

    def rescue(self, ids: Sequence[int]) -> None:
        """Send at once, and ahead of all that waits, those of the rows whose worker died that are due.

        Raises BrokerUnavailable, as `nudge` does.
        """
        due = run_alone(self._rescue, {"ids": list(ids), "early": AGAIN - SOON})
        if due:
            self._send([row_id for (row_id,) in due], ahead=True)

    def due(self, room: int, since: datetime) -> tuple[list[int], bool]:
        """Mark at most `room` due rows as nudged: their ids, in turns, and whether any was due."""
        fresh = {"again": AGAIN, "since": since}
        tenants = [tenant for (tenant,) in run_alone(self._tenants, fresh)]
        dealt = shares(self.served.given, tenants, room)
        wanted = {"tenants": list(dealt), "shares": list(dealt.values())}
        rows = run_alone(self._due, fresh | wanted) if dealt else []
        return self.served.order(rows), bool(tenants)

    def _send(self, ids: Sequence[int], *, ahead: bool = False) -> None:
        try:
            broker.send(self._queue, ids, ahead=ahead)
        except BrokerUnavailable:
            run_alone(self._unmark, {"ids": list(ids)})
            raise
        self._pace.added(len(ids))
        NUDGES.labels(self._queue).inc(len(ids))
