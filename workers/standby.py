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
"""Seconds between two looks at Redis, and at the ledger where nothing was due."""

TAKE_EVERY = 0.2
"""Seconds between two looks at the ledger while there is more due than threads."""


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
        self._away = threading.Event()
        self._loops = [threading.Thread(target=loop, daemon=True) for loop in (self._watch, self._work)]

    def after_worker_boot(self, *_: object) -> None:
        """Begin to watch Redis."""
        for loop in self._loops:
            loop.start()

    def before_worker_shutdown(self, *_: object) -> None:
        """Take nothing more."""
        self._stop.set()

    def after_worker_shutdown(self, *_: object) -> None:
        """Wait for the jobs under way."""
        for loop in self._loops:
            loop.join()
        self._pool.shutdown()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            if broker.takes():
                self._away.clear()
            elif not self._away.is_set():
                log("redis is away: working from the ledger")
                self._away.set()

    def _work(self) -> None:
        while not self._stop.is_set():
            if self._away.wait(LOOK_EVERY):
                try:
                    self._stand_in()
                except DatabaseUnavailable as error:
                    log("standby waits", why=str(error))
                    self._stop.wait(LOOK_EVERY)

    def _stand_in(self) -> None:
        """Work on what is due until Redis is back; what it was sent before is lost for now."""
        with transaction(EVERY_TENANT) as session:
            since = ledger.now(session)
        while self._away.is_set() and not self._stop.is_set():
            self._stop.wait(TAKE_EVERY if self._take(since) else LOOK_EVERY)

    def _take(self, since: datetime) -> bool:
        """Begin what is due, as far as threads are free; False where they are, and nothing was."""
        taken = 0
        for queue, nudger in self._nudgers.items():
            self._running = {job for job in self._running if not job.done()}
            if free := self._threads - len(self._running):
                ids, _ = nudger.due(free, since)
                run = broker.broker().get_actor(queue).fn
                self._running |= {self._pool.submit(run, row_id) for row_id in ids}
                taken += len(ids)
        return taken > 0 or len(self._running) == self._threads
