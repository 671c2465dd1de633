"""What a worker does while Redis is away: it asks the ledger itself what is due, and works on that.

Redis only carries nudges, so a farm that is without it for a while need not stand still: what a dead worker
held would wait for as long. Turns between tenants are then each process's own, and a row that two of them
take up is claimed by one.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from dramatiq.middleware import Middleware

from shared.db import EVERY_TENANT, transaction
from shared.errors import DatabaseUnavailable
from shared.logs import log
from workers import broker, nudging
from workers.services import ledger

LOOK_EVERY = 1.0
"""Seconds between two looks at Redis, and at the ledger while Redis is away."""


class Standby(Middleware):
    """Runs the jobs of some queues on threads of its own, as many as the worker has, while Redis is away.

    It is added after the middleware of the queues, so that what these keep open outlasts its last job.
    """

    def __init__(self, queues: Sequence[str], threads: int) -> None:
        self._nudgers = {queue: nudging.Nudger(queue) for queue in queues}
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="standby")
        self._running: set[Future[object]] = set()
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._run, name="standby", daemon=True)

    def after_worker_boot(self, *_: object) -> None:
        """Begin to watch Redis."""
        self._watch.start()

    def before_worker_shutdown(self, *_: object) -> None:
        """Take nothing more."""
        self._stop.set()

    def after_worker_shutdown(self, *_: object) -> None:
        """Wait for the jobs under way."""
        self._watch.join()
        self._pool.shutdown()

    def _run(self) -> None:
        since: datetime | None = None
        while not self._stop.wait(LOOK_EVERY):
            if broker.takes():
                since = None
                continue
            try:
                since = since or _began()
                self._take(since)
            except DatabaseUnavailable as error:
                log("standby waits", why=str(error))

    def _take(self, since: datetime) -> None:
        """Begin what is due, as far as threads are free. Nudges sent before `since` are lost for now."""
        for queue, nudger in self._nudgers.items():
            self._running = {job for job in self._running if not job.done()}
            if free := self._threads - len(self._running):
                ids, _ = nudger.due(free, since)
                run = broker.broker().get_actor(queue).fn
                self._running |= {self._pool.submit(run, row_id) for row_id in ids}


def _began() -> datetime:
    log("redis is away: working from the ledger")
    with transaction(EVERY_TENANT) as session:
        return ledger.now(session)
