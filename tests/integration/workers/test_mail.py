"""Polling a real mailbox: each mail is one row, and trouble is the mailbox's state."""

from sqlalchemy import select, update

from shared.db import transaction
from shared.models import Folder, Mailbox, Message
from shared.states import State
from tests.integration.mail.providers import mail as small_mail
from tests.integration.mail.servers import ImapServer
from tests.integration.workers.conftest import World
from workers.services import mail


def stored(world: World) -> list[bytes]:
    with transaction(world.tenant) as session:
        return list(session.scalars(select(Message.raw).order_by(Message.id)))


def mailbox_of(world: World) -> Mailbox:
    with transaction(world.tenant) as session:
        return session.get_one(Mailbox, world.mailbox)


def test_each_mail_is_one_row_with_its_raw_bytes(live: World, pymap: ImapServer) -> None:
    raw = small_mail("one")
    pymap.deliver(raw)
    mail.poll(live.mailbox)
    mail.poll(live.mailbox)
    assert stored(live) == [raw]
    assert pymap.unread() == 1


def test_the_cursor_moves_with_the_messages(live: World, pymap: ImapServer) -> None:
    pymap.deliver(small_mail("one"))
    mail.poll(live.mailbox)
    pymap.deliver(small_mail("two"))
    mail.poll(live.mailbox)
    assert len(stored(live)) == 2
    with transaction(live.tenant) as session:
        assert "INBOX" in session.scalars(select(Folder.name)).all()


def test_a_lost_cursor_makes_no_second_row(live: World, pymap: ImapServer) -> None:
    pymap.deliver(small_mail("one"))
    mail.poll(live.mailbox)
    with transaction(live.tenant) as session:
        session.execute(update(Folder).values(cursor={}))
        session.execute(Folder.__table__.delete())
    mail.poll(live.mailbox)
    assert len(stored(live)) == 1


def test_the_same_mail_twice_in_one_batch_is_one_row(live: World, pymap: ImapServer) -> None:
    pymap.deliver(small_mail("one"))
    pymap.deliver(small_mail("one"))
    mail.poll(live.mailbox)
    assert len(stored(live)) == 1


def test_after_a_poll_the_mailbox_is_due_again(live: World) -> None:
    mail.poll(live.mailbox)
    row = mailbox_of(live)
    assert (row.state, row.reason, row.detail) == (State.QUEUED, "", "")


def test_a_refused_password_is_the_mailboxes_state_and_says_no_secret(live: World) -> None:
    with transaction(live.tenant) as session:
        row = session.get_one(Mailbox, live.mailbox)
        row.settings = {**row.settings, "user": "nobody"}
    mail.poll(live.mailbox)
    row = mailbox_of(live)
    assert (row.state, row.reason) == (State.QUEUED, "refused")
    assert row.detail
    assert "pass" not in row.detail.lower() or "secret" not in row.detail


def test_an_unreachable_server_is_tried_later(live: World) -> None:
    with transaction(live.tenant) as session:
        row = session.get_one(Mailbox, live.mailbox)
        row.settings = {**row.settings, "port": 9}
    mail.poll(live.mailbox)
    row = mailbox_of(live)
    assert (row.state, row.reason) == (State.QUEUED, "unreachable")


def test_a_mailbox_says_when_it_was_last_read_to_its_end(live: World, pymap: ImapServer) -> None:
    before = mailbox_of(live)
    mail.poll(live.mailbox)
    after = mailbox_of(live)
    assert before.read_at is None
    assert after.read_at
    assert after.read_at > before.created_at
