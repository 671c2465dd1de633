"""The reconciler: nudges what is due and ends the leases that ran out.

Any number of copies may run; an advisory lock makes one of them the leader. It wakes when Postgres announces
a due row, and by a timer for what becomes due by itself. What a dead worker held is nudged in the round that
finds its lease run out, ahead of what waits. Redis may be emptied at any time: a marker that is gone tells
so, and every due row is nudged again. While Redis is away leases end all the same. While the database was
away nobody could renew a lease: none is ended until the living had time to, and none that ended then is a
death.
"""

import argparse
import os
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

import psycopg
from psycopg.conninfo import make_conninfo

from shared import logs
from shared.db import CONNECT_TIMEOUT, KEEPALIVES, database_url
from shared.errors import BrokerUnavailable, DatabaseUnavailable
from shared.metrics import LEADER, ROUND
from shared.settings import settings
from workers import broker, gauges, health, loaded, nudging
from workers.services import ledger, settling
from workers.services.claims import QUEUES

LEADER_LOCK = 0x72656C6E
"""Advisory lock of the leader ("reln")."""

MEASURE_EVERY = 10.0

SETTLE_EVERY = 1.0

EXPIRE_EVERY = 0.5
"""Seconds between two looks for leases that ran out, unless a look found more than it could end."""

BUSY = 0.1
"""Seconds between two rounds while there is more to nudge than the broker may hold."""

AGAIN = 0.3
"""Seconds until the next try where the database is away."""

LEAST = 0.02
"""Seconds between two rounds however much is announced."""

IDLE_LIMIT = "8s"
"""Postgres ends a leader's session that is silent for so long: who froze does not keep the lead."""

CALM = 2.0
"""Seconds without expiry after a time in which nobody could renew a lease: the living renew theirs first."""

STALE = 120.0
"""Seconds without a round after which the process is taken for hung."""


class Reconciler:
    """One copy of the reconciler."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._measured = 0.0
        self._settled = 0.0
        self._expires_at = 0.0
        self._alive = time.monotonic()
        self._calm_until = 0.0
        self._away = False
        self._back: datetime | None = None
        self._nudgers = {queue: nudging.Nudger(queue) for queue in QUEUES}

    def stop(self) -> None:
        """End after the round under way."""
        self._stop.set()

    def lively(self) -> bool:
        """Whether a round, or a try to lead one, began lately; liveness asks this."""
        return time.monotonic() - self._alive < STALE

    def run(self) -> None:
        """Reconcile until stopped, through absences of the database and of Redis."""
        while not self._stop.is_set():
            self._alive = time.monotonic()
            try:
                self._lead()
            except (DatabaseUnavailable, psycopg.OperationalError) as error:
                logs.log("reconciler waits", why=str(error)[:300])
                self._away = True
                self._stop.wait(AGAIN)

    def _lead(self) -> None:
        with _connected() as connection:
            while not self._stop.is_set() and not _try_lock(connection):
                self._alive = time.monotonic()
                self._stop.wait(settings().reconcile_every)
            connection.execute("LISTEN relance_due")
            connection.execute(f"SET idle_session_timeout = '{IDLE_LIMIT}'")
            self._calm_until = time.monotonic() + CALM
            with LEADER.track_inprogress():
                while not self._stop.is_set():
                    _wait_for_news(
                        connection, BUSY if self._round(connection) else settings().reconcile_every
                    )
                    self._stop.wait(LEAST)

    def _round(self, connection: psycopg.Connection) -> bool:
        """One round; True where the next one is wanted at once."""
        late = time.monotonic() - self._alive > settings().reconcile_every + CALM
        self._alive = time.monotonic()
        now = _now(connection)
        if late or self._away or time.monotonic() - self._alive > CALM:
            self._calm_until = time.monotonic() + CALM
            self._away, self._back = False, now
        with ROUND.time():
            busy = self._reconcile(now)
        self._look_around()
        return busy

    def _look_around(self) -> None:
        """What need not be done in each of ten rounds a second."""
        now = time.monotonic()
        if now - self._settled > SETTLE_EVERY:
            self._settled = now
            settling.settle_unknown()
        if now - self._measured > MEASURE_EVERY:
            self._measured = now
            gauges.measure()

    def _reconcile(self, now: datetime) -> bool:
        lost = self._expired() if self._may_expire else {}
        try:
            since = broker.since(now)
            for queue, ids in lost.items():
                self._nudgers[queue].rescue(ids)
            nudged = [nudger.nudge(since) for nudger in self._nudgers.values()]
        except BrokerUnavailable as error:
            logs.log("nudges wait", why=str(error))
            self._alive = time.monotonic()  # Redis took this time, and the database is not late
            return False
        return any(nudged) or _more(lost)

    def _expired(self) -> dict[str, list[int]]:
        found = {queue: ledger.expire(queue, self._back) for queue in QUEUES}
        self._expires_at = time.monotonic() + (0.0 if _more(found) else EXPIRE_EVERY)
        return {queue: ids for queue, ids in found.items() if ids}

    @property
    def _may_expire(self) -> bool:
        return time.monotonic() >= max(self._calm_until, self._expires_at)


def _more(lost: Mapping[str, Sequence[int]]) -> bool:
    """Whether a batch was full, so that more leases may have run out."""
    return any(len(ids) == ledger.BATCH for ids in lost.values())


def _connected() -> psycopg.Connection:
    url = database_url().set(drivername="postgresql").render_as_string(hide_password=False)
    name = f"reconciler {os.getpid()}"
    where = make_conninfo(url, connect_timeout=CONNECT_TIMEOUT, application_name=name, **KEEPALIVES)
    return psycopg.connect(where, autocommit=True)


def _now(connection: psycopg.Connection) -> datetime:
    """The database's time, and a sign of life to it; raises psycopg's error where the lead is lost."""
    row = connection.execute("SELECT now()").fetchone()
    assert row is not None  # noqa: S101  # SELECT without FROM has one row
    return cast("datetime", row[0])


def _try_lock(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK]).fetchone()
    return bool(row and row[0])


def _wait_for_news(connection: psycopg.Connection, most: float) -> None:
    """Sleep until a row is due or `most` seconds; what was announced meanwhile makes one round, not many."""
    for _ in connection.notifies(timeout=most, stop_after=1):
        pass


def main() -> None:
    """`python -m workers.reconciler`"""
    argparse.ArgumentParser(prog="workers.reconciler", description=__doc__).parse_args()
    logs.configure()
    reconciler = Reconciler()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: reconciler.stop())
    if settings().metrics_port:
        health.serve(settings().metrics_port, {"rounds": reconciler.lively}, {"database": health.database})
    loaded.settle()
    reconciler.run()


if __name__ == "__main__":
    main()
