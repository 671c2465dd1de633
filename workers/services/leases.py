"""Leases are renewed by one thread a process, so that a job that takes long is not taken for dead.

A frozen or killed process renews nothing, and its rows are picked up by others.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from shared import tracing
from shared.errors import DatabaseUnavailable
from shared.logs import log
from shared.settings import settings
from workers.services import ledger
from workers.services.ledger import Claim

AGAIN = 0.5
"""Seconds until the next try where the database was away: when it is back, leases have little left."""


class Keeper:
    """Renews every lease that is held, three times a lease."""

    def __init__(self) -> None:
        self._held: set[Claim] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def kept(self, held: Claim, *companions: Claim) -> Iterator[None]:
        """Renew the lease of `held`, and of rows done with it, while the block, its job, runs."""
        with self._lock:
            self._held.update((held, *companions))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
        try:
            with tracing.job(held.queue, held.id):
                yield
        finally:
            with self._lock:
                self._held.difference_update((held, *companions))

    def _run(self) -> None:
        pause = threading.Event()
        wait = settings().lease / 3
        while not pause.wait(wait):
            wait = settings().lease / 3 if self._renewed() else AGAIN

    def _renewed(self) -> bool:
        try:
            for queue, claims in self._by_queue().items():
                ledger.renew(queue, claims)
        except DatabaseUnavailable as error:
            log("leases not renewed", why=str(error))
            return False
        return True

    def _by_queue(self) -> dict[str, list[Claim]]:
        grouped: dict[str, list[Claim]] = defaultdict(list)
        with self._lock:
            for held in self._held:
                grouped[held.queue].append(held)
        return grouped


_keeper = Keeper()
kept = _keeper.kept
