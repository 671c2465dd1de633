"""`make bench-inbox`: how fast mail becomes rows that are understood, beside a bare IMAPClient fetch.

Made-up mail (`mix`) lies in a Dovecot of this machine, half of it addressed to one of 300 submissions. One
process on one core does all; Dovecot and Postgres, which a farm has elsewhere, keep to the other cores.
"fetch" reads the mails with IMAPClient and drops them; "ingest" polls them into committed rows; "understand",
in as many threads as a worker has, claims, parses, parts own from quoted text, tells bounces, automatic mail
and opt-outs, attributes each to its lead, and commits all that follows. "Both at once" is what a farm does:
as many mails more are understood while the mailbox is read. The model's labels are a step of their own: the
same work again, with the shipped model reading what people wrote.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from sqlalchemy import ColumnElement, delete, func, select, update

from inbox.understanding import Understanding
from shared.db import transaction
from shared.models import Draft, Message, Review, Submission
from shared.states import State
from tests import conftest
from tests.integration.mail import servers
from tests.integration.mail.mix import OURS, Mix
from tests.integration.mail.providers import imap_account
from tests.integration.workers.conftest import World, build
from workers import loaded, pool
from workers.services import campaigns, mail, replies

MAILS = 5_000
LEADS = 300
BATCH = 50
WITH_MODEL = 300


def main() -> None:
    """Print the figures."""
    *others, ours = sorted(os.sched_getaffinity(0))
    with _on(set(others) or {ours}), servers.dovecot() as server, servers.postbox() as box, database():
        world = build("bench", imap_account(server, box))
        answered = sent_forms(world)
        mails = Mix(answered).mails(2 * MAILS)
        _deliver(server, islice(mails, MAILS))
        loaded.settle()
        with _on({ours}), without_model():
            fetch = _took(lambda: _fetch(server))
            ingest = _took(lambda: mail.poll(world.mailbox))
            understand = _took(lambda: _understand(world))
        kinds = _kinds(world)
        _deliver(server, mails)
        with _on({ours}), without_model():
            both = _took(lambda: _both(world))
        with _on({ours}):
            _again(world, 1)  # loads the model
            model = _again(world, WITH_MODEL) * (MAILS / WITH_MODEL)
    steps = {
        "bare fetch": fetch,
        "ingest: fetch to committed row": ingest,
        "understand: to committed findings and lead": understand,
        "both, one after the other": ingest + understand,
        "both at once": both,
        "both, with the model's labels": ingest + model,
    }
    _print(steps, kinds)


def sent_forms(world: World) -> list[str]:
    """Addresses that forms were given; the submissions are written as if they had gone out just now."""
    world.add_leads(*(f"firm{number}.example" for number in range(LEADS)))
    campaigns.launch(world.tenant, world.campaign, "bench")
    message = func.replace(OURS, "{domain}", Submission.domain)
    with transaction(world.tenant) as session:
        sent = {"state": State.SENT, "armed_at": func.now(), "message": message}
        session.execute(update(Submission).values(**sent))
        tokens = select(Submission.token).order_by(Submission.id)
        return [f"camille+{token}@soleil.example" for token in session.scalars(tokens)]


def _deliver(server: servers.ImapServer, mails: Iterator[bytes]) -> None:
    for raw in mails:
        server.deliver(raw)


def _fetch(server: servers.ImapServer) -> None:
    server.client.select_folder("INBOX", readonly=True)
    uids = server.client.search()
    for first in range(0, len(uids), BATCH):
        server.client.fetch(uids[first : first + BATCH], ["BODY.PEEK[]"])


def _understand(world: World) -> None:
    """As the threads of a worker do: a nudge names one mail, and its job takes others along."""
    threads = pool._threads(["classify"])
    with ThreadPoolExecutor(threads) as executor:
        list(executor.map(work_off, [world] * threads, range(threads)))


def _both(world: World) -> None:
    with ThreadPoolExecutor(1) as executor:
        polled = executor.submit(mail.poll, world.mailbox)
        while not polled.done():
            _understand(world)
            time.sleep(0.005)
        polled.result()
    _understand(world)


def work_off(world: World, number: int = 0) -> None:
    """Understand what waits, a job at a time. Each of two threads begins at an end of its own, as nudges name
    different mails.
    """
    while waiting := _waiting(world, Message.due_at if number % 2 else Message.due_at.desc()):
        replies.process(waiting)


def _waiting(world: World, order: ColumnElement[datetime]) -> int | None:
    with transaction(world.tenant) as session:
        queued = (Message.tenant_id == world.tenant, Message.state == State.QUEUED)
        return session.scalar(select(Message.id).where(*queued).order_by(order).limit(1))


def _put_back(world: World, mails: int) -> None:
    with transaction(world.tenant) as session:
        some = select(Message.id).order_by(Message.id).limit(mails)
        session.execute(delete(Draft))
        session.execute(delete(Review))
        session.execute(update(Message).where(Message.id.in_(some)).values(state=State.QUEUED))


def _kinds(world: World) -> dict[str, int]:
    with transaction(world.tenant) as session:
        ours = func.count(Message.conversation_id)
        rows = session.execute(
            select(Message.kind, func.count(), ours).where(Message.state == State.DONE).group_by(Message.kind)
        ).all()
    assert sum(count for _, count, _ in rows) == MAILS
    return {kind: count for kind, count, _ in rows} | {"attributed": sum(row[2] for row in rows)}


@contextmanager
def without_model() -> Iterator[None]:
    """Leave out the model's time, which `make bench-classifier` measures."""

    def none(_tenant: int, mails: Sequence[Understanding]) -> list[None]:
        return [None] * len(mails)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replies, "classify", none)
        yield


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """This process, and those that it starts, on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of this process's own work: what a core gives that nobody else is on."""

    clock: float
    work: float

    def __add__(self, other: "Took") -> "Took":
        return Took(self.clock + other.clock, self.work + other.work)

    def __mul__(self, times: float) -> "Took":
        return Took(self.clock * times, self.work * times)


def _took(work: Callable[[], None]) -> Took:
    clock, process = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - clock, time.process_time() - process)


def _again(world: World, mails: int) -> Took:
    _put_back(world, mails)
    return _took(lambda: _understand(world))


def _print(steps: Mapping[str, Took], kinds: Mapping[str, int]) -> None:
    columns = ("step", "mails/s", "mails a second of own work", "times as long as a bare fetch")
    table = Table(*columns, title=f"{MAILS} mails of 5 kB, one core")
    for name, took in steps.items():
        rates = (f"{MAILS / took.clock:,.0f}", f"{MAILS / took.work:,.0f}")
        table.add_row(name, *rates, f"{took.clock / steps['bare fetch'].clock:.1f}")
    Console().print(table, ", ".join(f"{count} {kind}" for kind, count in kinds.items()))


@contextmanager
def database() -> Iterator[None]:
    with (
        tempfile.TemporaryDirectory(prefix="relance-bench-") as data,
        conftest.running_postgres() as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("RELANCE_DATA_DIR", str(Path(data)))
        patch.setenv("RELANCE_POLL_EVERY", "0")
        patch.setenv("RELANCE_DATABASE_URL", conftest.database_at(folder, "template"))
        forget()
        yield
        forget()


def forget() -> None:
    """Let settings and connections be made anew."""
    conftest.forget()


if __name__ == "__main__":
    main()
