"""A worker process, held to one core, whose jobs are nothing, or nothing but the ledger.

Run as `python -m tests.scale.noop alone|ledger CORE THREADS`; it ends with SIGTERM.
"""

import os
import signal
import sys
import threading

import dramatiq
from dramatiq import Worker

from shared.db import transaction
from shared.states import State
from workers import loaded
from workers.broker import broker
from workers.services import leases, ledger


def nothing(_: int) -> None:
    """What Dramatiq alone costs."""


def through_the_ledger(row_id: int) -> None:
    """A submission's writes without a visit: claim, lease, arm, end."""
    held = ledger.claim("browser", row_id)
    if held is None:
        return
    with leases.kept(held):
        with transaction(held.tenant_id) as session:
            ledger.arm(session, held)
        with transaction(held.tenant_id) as session:
            ledger.finish(session, held, State.SENT, "bench")


def main() -> None:
    """Work until SIGTERM."""
    kind, core, threads = sys.argv[1:]
    os.sched_setaffinity(0, {int(core)})
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    job = {"alone": nothing, "ledger": through_the_ledger}[kind]
    broker()
    dramatiq.actor(job, actor_name="browser", queue_name="browser")
    worker = Worker(broker(), queues={"browser"}, worker_timeout=200, worker_threads=int(threads))
    loaded.settle()
    worker.start()
    stop.wait()
    worker.stop()


if __name__ == "__main__":
    main()
