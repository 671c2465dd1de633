"""`make bench-inbox`: how fast mail becomes committed rows, beside a bare IMAPClient fetch, in one run.

Mails of about 5 kB lie in a Dovecot of this machine. "fetch" reads them with IMAPClient alone, "ingest" polls
them into Postgres, "understand" parses, sorts, attributes and labels each stored mail.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from shared.db import transaction
from shared.models import Message
from tests import conftest
from tests.integration.mail import servers
from tests.integration.mail.providers import imap_account
from tests.integration.workers.conftest import World, build
from workers.services import mail, replies

MAILS = 500
BATCH = 50
FILLER = "We read your message with interest and will come back to you with questions. " * 60


def main() -> None:
    """Print the figures."""
    with servers.dovecot() as server, servers.postbox() as box, _database():
        world = build("bench", imap_account(server, box))
        for number in range(MAILS):
            server.deliver(_mail(number))
        fetch = _seconds(lambda: _fetch(server))
        ingest = _seconds(lambda: mail.poll(world.mailbox))
        understand = _seconds(lambda: _understand(world))
    _print(fetch, ingest, understand)


def _mail(number: int) -> bytes:
    head = f"Message-ID: <{number}@bench.example>\r\nFrom: anna@example.org\r\nTo: eve@shop.example\r\n"
    return f"{head}Subject: Your message\r\n\r\n{FILLER}{number}\r\n".encode()


def _fetch(server: servers.ImapServer) -> None:
    server.client.select_folder("INBOX", readonly=True)
    uids = server.client.search()
    for first in range(0, len(uids), BATCH):
        server.client.fetch(uids[first : first + BATCH], ["BODY.PEEK[]"])


def _understand(world: World) -> None:
    with transaction(world.tenant) as session:
        ids = session.scalars(select(Message.id)).all()
    assert len(ids) == MAILS
    for message_id in ids:
        replies.process(message_id)


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _print(fetch: float, ingest: float, understand: float) -> None:
    table = Table("step", "mails/s", "times as long as a bare fetch", title=f"{MAILS} mails of 5 kB")
    for name, seconds in (("fetch", fetch), ("ingest", ingest), ("understand", understand)):
        table.add_row(name, f"{MAILS / seconds:,.0f}", f"{seconds / fetch:.1f}")
    Console().print(table)


@contextmanager
def _database() -> Iterator[None]:
    with (
        tempfile.TemporaryDirectory(prefix="relance-bench-") as data,
        conftest.running_postgres() as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("RELANCE_DATA_DIR", str(Path(data)))
        patch.setenv("RELANCE_POLL_EVERY", "0")
        patch.setenv("RELANCE_DATABASE_URL", conftest.database_at(folder, "template"))
        conftest.forget()
        yield
        conftest.forget()


if __name__ == "__main__":
    main()
