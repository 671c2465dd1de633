"""One worker process: some queues, some threads, and a good leave.

SIGTERM or SIGINT: nothing new is claimed, what is not armed is given back, the rest has `GRACE` to end.
"""

import argparse
import importlib
import signal
import threading
from collections.abc import Sequence

import dramatiq.worker
from dramatiq import Worker

from shared import logs, tracing
from shared.settings import settings
from workers import broker, health, loaded
from workers.services.claims import QUEUES
from workers.services.leaving import departure
from workers.standby import Standby

GRACE = 150.0
"""Seconds for the jobs under way: longer than a visit, shorter than Kubernetes waits before it kills."""

POLL_MS = 200
"""How long an idle worker may sleep before it looks for a message again."""

REDIS_AGAIN = 1
"""Seconds until a process tries Redis again. The library's own three, and five for an acknowledgement, would
be what every restart of Redis costs each thread."""

_THREADS = {"inbox": 16, "classify": 2, "respond": 4, "send": 4}


def run(queues: Sequence[str]) -> None:
    """Work on `queues` until a signal comes."""
    logs.configure()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    tracing.configure(f"relance-{'-'.join(sorted(queues))}")
    own = _declare(queues)
    broker.broker().add_middleware(Standby(queues, _threads(queues)))
    worker = _worker(queues)
    loaded.settle()
    worker.start()
    if settings().metrics_port:
        health.serve(settings().metrics_port, _threads_live(worker) | own, _ready())
    logs.log("worker ready", queues=sorted(queues))
    stop.wait()
    departure.leaving = True
    worker.stop(timeout=int(GRACE * 1000))
    logs.log("worker left", queues=sorted(queues))


def _worker(queues: Sequence[str]) -> Worker:
    dramatiq.worker.CONSUMER_RESTART_DELAY_SECS = REDIS_AGAIN
    dramatiq.worker.POST_PROCESS_MESSAGE_RETRY_DELAY_SECS = REDIS_AGAIN
    made = Worker(
        broker.broker(), queues=set(queues), worker_timeout=POLL_MS, worker_threads=_threads(queues)
    )
    if "browser" in queues:
        # A visit takes long: what is fetched ahead of it would wait here while other workers are idle.
        made.queue_prefetch = made.worker_threads
    return made


def _declare(queues: Sequence[str]) -> dict[str, health.Check]:
    """Import the actors of `queues`, and no more than these need; what their process can check of itself."""
    checks: dict[str, health.Check] = {}
    for queue in queues:
        checks |= getattr(importlib.import_module(f"workers.actors.{queue}"), "LIVE", {})
    return checks


def _threads_live(worker: Worker) -> dict[str, health.Check]:
    return {"threads": lambda: all(thread.is_alive() for thread in worker.workers)}


def _ready() -> health.Checks:
    return {"staying": lambda: not departure.leaving, "database": health.database, "queue": broker.takes}


def _threads(queues: Sequence[str]) -> int:
    return sum(settings().browser_pages if queue == "browser" else _THREADS[queue] for queue in queues)


def main() -> None:
    """`python -m workers.pool QUEUE...`"""
    parser = argparse.ArgumentParser(prog="workers.pool", description="Work on some queues.")
    parser.add_argument("queues", nargs="+", choices=sorted(QUEUES))
    run(parser.parse_args().queues)


if __name__ == "__main__":
    main()
