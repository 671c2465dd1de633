"""How long after a mail came in its row is labelled, with the processes of a real farm: the second half of
`make bench-inbox`.

A worker that reads mailboxes, one that understands mail, the reconciler, Postgres, Redis and a Dovecot, each
a process of its own. Mails come one at a time while the mailbox idles.
"""

import contextlib
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from rich.console import Console
from sqlalchemy import select

from shared.db import transaction
from shared.models import Classification, Message
from tests.integration.mail import bench, servers
from tests.integration.mail.mix import Mix
from tests.integration.mail.providers import imap_account
from tests.integration.workers.conftest import World, build
from tests.servers import running_redis

MAILS = 30
PROCESSES = (["workers.reconciler"], ["workers.pool", "inbox"], ["workers.pool", "classify"])
WAIT = 60.0


def main() -> None:
    """Print the figures."""
    with servers.dovecot() as server, servers.postbox() as box, bench.database(), running_redis() as redis:
        os.environ["RELANCE_REDIS_URL"] = redis
        os.environ["RELANCE_POLL_EVERY"] = "20"
        bench.forget()
        world = build("latency", imap_account(server, box))
        mails = Mix(bench.sent_forms(world)).mails(1000)
        with _processes():
            _seconds(server, world, next(mails))  # the model is loaded by the first
            took = sorted(_seconds(server, world, next(mails)) for _ in range(MAILS))
    Console().print(
        f"New mail to classified row, over IDLE, {MAILS} mails one at a time: "
        f"median {statistics.median(took):.2f} s, 9 of 10 within {took[int(0.9 * MAILS) - 1]:.2f} s, "
        f"slowest {took[-1]:.2f} s"
    )


def _seconds(server: servers.ImapServer, world: World, raw: bytes) -> float:
    """From the server's answer to the delivery to the time that the row says it ended."""
    time.sleep(random.uniform(0.5, 2.0))
    known = set(_ended(world))
    server.deliver(raw)
    came, deadline = time.time(), time.monotonic() + WAIT
    while time.monotonic() < deadline:
        for id_, at in _ended(world).items():
            if id_ not in known:
                return at - came
        time.sleep(0.02)
    raise TimeoutError("the mail was not classified")


def _ended(world: World) -> dict[int, float]:
    """When each labelled mail was done, in seconds since the epoch."""
    query = select(Message.id, Message.ended_at).where(Message.ended_at.is_not(None))
    labelled = select(Classification.message_id)
    machine = Message.kind.not_in(["person", "opt_out"])
    with transaction(world.tenant) as session:
        rows = session.execute(query.where(Message.id.in_(labelled) | machine)).all()
    return {row.id: row.ended_at.timestamp() for row in rows if row.ended_at}


@contextlib.contextmanager
def _processes() -> Iterator[None]:
    running = [
        subprocess.Popen([sys.executable, "-m", *one], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for one in PROCESSES
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


if __name__ == "__main__":
    main()
