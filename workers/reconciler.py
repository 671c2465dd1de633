"""The reconciler: nudges what is due and ends the leases that ran out.

Any number of copies may run; an advisory lock makes one of them the leader. It wakes when Postgres announces
a due row, and by a timer for what becomes due by itself. Redis may be emptied at any time: a marker that is
gone tells so, and every due row is nudged again.
"""

import argparse
import signal
import threading
import time

import psycopg

from shared import logs
from shared.db import database_url
from shared.errors import BrokerUnavailable, DatabaseUnavailable
from shared.metrics import LEADER, ROUND
from shared.settings import settings
from workers import gauges, health, nudging
from workers.services import ledger

LEADER_LOCK = 0x72656C6E
"""Advisory lock of the leader ("reln")."""

MEASURE_EVERY = 10.0

STALE = 120.0
"""Seconds without a round after which the process is taken for hung."""


class Reconciler:
    """One copy of the reconciler."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._measured = 0.0
        self._alive = time.monotonic()

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
                self._stop.wait(settings().reconcile_every)

    def _lead(self) -> None:
        url = database_url().set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            while not self._stop.is_set() and not _try_lock(connection):
                self._alive = time.monotonic()
                self._stop.wait(settings().reconcile_every)
            connection.execute("LISTEN relance_due")
            with LEADER.track_inprogress():
                while not self._stop.is_set():
                    self._round()
                    _wait_for_news(connection)

    def _round(self) -> None:
        self._alive = time.monotonic()
        with ROUND.time():
            self._reconcile()
        if time.monotonic() - self._measured > MEASURE_EVERY:
            self._measured = time.monotonic()
            gauges.measure()

    def _reconcile(self) -> None:
        for queue in ledger.QUEUES:
            ledger.expire(queue)
        try:
            nudging.notice_empty_broker()
            for queue in ledger.QUEUES:
                nudging.nudge(queue)
        except BrokerUnavailable as error:
            logs.log("nudges wait", why=str(error))


def _try_lock(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LEADER_LOCK]).fetchone()
    return bool(row and row[0])


def _wait_for_news(connection: psycopg.Connection) -> None:
    """Sleep until a row is due or the timer ends; what was announced meanwhile makes one round, not many."""
    for _ in connection.notifies(timeout=settings().reconcile_every, stop_after=1):
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
    reconciler.run()


if __name__ == "__main__":
    main()
