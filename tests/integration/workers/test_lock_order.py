"""Who locks many rows locks them in one order, so that two never wait for each other in a ring."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
from sqlalchemy import select

from shared.db import transaction
from shared.models import Folder, Message
from tests.integration.mail.providers import mail as small_mail
from tests.integration.mail.servers import ImapServer
from tests.integration.workers.conftest import World
from workers.services import campaigns, ledger, mail

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def between_two_locks(database: str, table: str, low: int, high: int, write: Callable[[], object]) -> None:
    """Lock the row `low`, let `write` come to it and wait, then lock `high`, as who goes by the ids does."""
    lock = f"SELECT FROM {table} WHERE id = %s FOR UPDATE"
    with ThreadPoolExecutor(1) as pool, psycopg.connect(database) as ordered:
        ordered.execute(lock, [low])
        written = pool.submit(write)
        while ordered.execute(WAITING).fetchone() == (0,):
            assert not written.done()
            time.sleep(0.02)
        ordered.execute(lock, [high])
        ordered.commit()
        written.result(10)


def test_leases_are_renewed_in_the_order_of_the_rows(database: str, world: World) -> None:
    low, high = (row.id for row in world.add_leads("one.example", "two.example"))
    campaigns.launch(world.tenant, world.campaign, "test")
    held = [claim for row in (high, low) if (claim := ledger.claim("browser", row))]
    between_two_locks(database, "submissions", low, high, lambda: ledger.renew("browser", held))
    between_two_locks(database, "submissions", low, high, lambda: ledger.give_back("browser", held))
    assert {row.reason for row in world.submissions()} == {"database_away"}


def test_mails_that_are_known_are_read_again_in_the_order_of_the_rows(
    database: str, live: World, pymap: ImapServer
) -> None:
    for text in ("one", "two"):
        pymap.deliver(small_mail(text))
        mail.poll(live.mailbox)
    pymap.client.select_folder("INBOX")
    pymap.client.delete_messages(pymap.client.search()[:1])
    pymap.client.expunge()
    pymap.deliver(small_mail("one"))
    with transaction(live.tenant) as session:
        session.execute(Folder.__table__.delete())
        low, high = session.scalars(select(Message.id).order_by(Message.id))
    between_two_locks(database, "messages", low, high, lambda: mail.poll(live.mailbox))
    with transaction(live.tenant) as session:
        assert session.scalars(select(Message.id).order_by(Message.id)).all() == [low, high]
