"""Kill -9 at random points while mail is read and understood, and lose the server's numbering on the way.

`make faults-inbox` does it with 20,000 mails on a Dovecot of this machine; the tests do it with fewer.
"""

import hashlib
import multiprocessing
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from shared import db
from shared.db import EVERY_TENANT, transaction
from shared.models import Classification, Draft, Mailbox, Message, Review
from shared.states import State
from tests.integration.mail import bench, servers
from tests.integration.mail.mix import Mix
from tests.integration.mail.providers import imap_account
from tests.integration.workers.conftest import World, build
from workers.services import ledger, mail, replies

MAILS = 20_000
PAUSE = (0.05, 0.6)
"""Seconds between two kills, drawn anew for each."""

Fork = multiprocessing.get_context("fork")


@dataclass
class Outcome:
    """What was left: `once` are the mails with exactly one row, `doubled` the questions and drafts beyond one
    a mail.
    """

    mails: int
    once: int
    rows: int
    states: dict[State, int]
    doubled: int
    kills: int


def main() -> None:
    """Print what was left."""
    with servers.dovecot() as server, servers.postbox() as box, bench.database():
        print(kill_at_random(server, box, MAILS))  # noqa: T201


def kill_at_random(server: servers.ImapServer, box: servers.Postbox, mails: int, seed: int = 1) -> Outcome:
    """Read `mails` with two processes, killed again and again; lose the UIDVALIDITY after each third."""
    world = build("killed", imap_account(server, box))
    raws = list(Mix(bench.sent_forms(world)).mails(mails))
    drop(server, raws)
    chance, kills, lost = random.Random(seed), 0, 0
    with _settings():
        running = {work: _start(work, world) for work in (_poll, _understand)}
        try:
            while lost < 2 or not _finished(world, mails):
                time.sleep(chance.uniform(*PAUSE))
                work = chance.choice(list(running))
                _kill(running[work])
                kills += 1
                if lost < 2 and _rows(world) > mails * (lost + 1) // 3:
                    _kill(running[_poll])
                    lose_numbering(server)
                    lost += 1
                    running[_poll] = _start(_poll, world)
                if work is not _poll or not running[_poll].is_alive():
                    running[work] = _start(work, world)
        finally:
            for process in running.values():
                _kill(process)
    assert lost == 2
    return _outcome(world, raws, kills)


def drop(server: servers.ImapServer, raws: list[bytes]) -> None:
    """Deliver as a local delivery agent does: a file a mail."""
    assert server.client.login
    folder = _maildir(server) / "new"
    owner = folder.stat()
    for number, raw in enumerate(raws):
        path = folder / f"{1_700_000_000 + number}.M{number}.host,S={len(raw)}"
        path.write_bytes(raw)
        os.chown(path, owner.st_uid, owner.st_gid)


def lose_numbering(server: servers.ImapServer) -> None:
    """What a restored backup or a lost index does: every mail gets another UID under another UIDVALIDITY."""
    before = server.client.folder_status("INBOX", ["UIDVALIDITY"])
    time.sleep(1.1)  # Dovecot's UIDVALIDITY is the second of creation
    for path in _maildir(server).glob("dovecot*"):
        path.unlink() if path.is_file() else shutil.rmtree(path)
    server.client.logout()
    del server.client
    assert server.client.folder_status("INBOX", ["UIDVALIDITY"]) != before


def _maildir(server: servers.ImapServer) -> Path:
    assert server.state is not None
    server.client.folder_status("INBOX", ["MESSAGES"])
    return server.state / "mail" / server.user / "Maildir"


@contextmanager
def _settings() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELANCE_LEASE", "1.5")
        patch.setenv("RELANCE_POLL_EVERY", "0")
        # Kills are what is tested here, and the model takes no part in what they may break.
        patch.setattr(replies, "classify", lambda _tenant, mails: [None] * len(mails))
        bench.forget()
        yield
    bench.forget()


def _start(work: Callable[[World], None], world: World) -> BaseProcess:
    process = Fork.Process(target=_forever, args=(work, world), daemon=True)
    process.start()
    return process


def _forever(work: Callable[[World], None], world: World) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    db.engine.cache_clear()  # the parent's connections are the parent's
    db.own_engine.cache_clear()
    while True:
        work(world)
        time.sleep(0.02)


def _poll(world: World) -> None:
    ledger.expire("inbox")
    _no_waiting(Mailbox)
    mail.poll(world.mailbox)


def _understand(world: World) -> None:
    ledger.expire("classify")
    _no_waiting(Message)
    waiting = select(Message.id).where(Message.state == State.QUEUED).order_by(Message.due_at).limit(1)
    with transaction(world.tenant) as session:
        message_id = session.scalar(waiting)
    if message_id:
        replies.process(message_id)


def _no_waiting(model: type[Mailbox] | type[Message]) -> None:
    """As if days lay between two deaths: a row is neither put off nor taken for poison."""
    with transaction(EVERY_TENANT) as session:
        died = (model.state == State.QUEUED, model.deaths > 0)
        session.execute(update(model).where(*died).values(due_at=func.now(), deaths=0))


def _kill(process: BaseProcess) -> None:
    process.kill()
    process.join()


def _rows(world: World) -> int:
    with transaction(world.tenant) as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def _finished(world: World, mails: int) -> bool:
    open_ = Message.state.in_([State.QUEUED, State.RUNNING])
    with transaction(world.tenant) as session:
        left = session.scalar(select(func.count()).select_from(Message).where(open_))
        state = session.get_one(Mailbox, world.mailbox).state
    assert state is not State.QUARANTINED
    return left == 0 and _rows(world) >= mails


def _outcome(world: World, raws: list[bytes], kills: int) -> Outcome:
    with transaction(world.tenant) as session:
        digests = Counter(session.scalars(select(Message.digest)))
        states = Counter(session.scalars(select(Message.state)))
        doubled = 0
        for table in (Classification, Draft, Review):
            counts = select(func.count()).where(table.message_id.is_not(None)).group_by(table.message_id)
            doubled += sum(count - 1 for count in session.scalars(counts))
    once = sum(digests[hashlib.sha256(raw).digest()] == 1 for raw in raws)
    return Outcome(len(raws), once, sum(digests.values()), dict(states), doubled, kills)


if __name__ == "__main__":
    main()
