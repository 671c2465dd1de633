"""Leases are renewed by one thread a process, so that a job that takes long is not taken for dead.

A frozen or killed process renews nothing, and its rows are picked up by others. A job that failed because the
database was away is given back by the same thread, as soon as the database is there.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from shared import tracing
from shared.errors import DatabaseUnavailable
from shared.logs import log
from shared.settings import settings
from workers.services import ledger
from workers.services.claims import Claim

AGAIN = 0.5
"""Seconds until the next try where the database was away: when it is back, leases have little left."""


class Keeper:
    """Renews every lease that is held, three times a lease."""

    def __init__(self) -> None:
        self._held: set[Claim] = set()
        self._dropped: set[Claim] = set()
        self._failed = threading.Event()
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
        except DatabaseUnavailable:
            with self._lock:
                self._dropped.update((held, *companions))
            self._failed.set()
            raise
        finally:
            with self._lock:
                self._held.difference_update((held, *companions))

    def _run(self) -> None:
        wait = settings().lease / 3
        while True:
            self._failed.wait(wait)
            self._failed.clear()
            wait = settings().lease / 3 if self._renewed() else AGAIN

    def _renewed(self) -> bool:
        with self._lock:
            held, dropped = set(self._held), set(self._dropped)
        try:
            _each(held, ledger.renew)
            _each(dropped, ledger.give_back)
        except DatabaseUnavailable as error:
            log("leases not renewed", why=str(error))
            return False
        with self._lock:
            self._dropped -= dropped
        return True


def _each(claims: Iterable[Claim], write: Callable[[str, Sequence[Claim]], None]) -> None:
    """Write a queue's claims at once."""
    grouped: dict[str, list[Claim]] = defaultdict(list)
    for one in claims:
        grouped[one.queue].append(one)
    for queue, ours in grouped.items():
        write(queue, ours)


_keeper = Keeper()
kept = _keeper.kept
