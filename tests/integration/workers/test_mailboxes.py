"""What a mailbox may send, as an operator sees and changes it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from shared.db import transaction
from shared.models import AuditEntry, Mailbox, Outgoing
from shared.states import State
from tests.integration.mail.providers import imap_account
from tests.integration.mail.servers import ImapServer, Postbox
from tests.integration.workers.commands import Terminal
from tests.integration.workers.conftest import World, build
from tests.integration.workers.test_limits import approved_mails, claimed, may_leave
from workers.services import mailboxes

ADDRESS = "acme-camille@soleil.example"


def test_a_new_mailbox_says_that_it_is_warming_up(database: str, pymap: ImapServer, postbox: Postbox) -> None:
    account = imap_account(pymap, postbox, address="camille@soleil.example", user=pymap.user)
    world = build("acme", account)
    standing = mailboxes.standing(world.tenant, "camille@soleil.example")
    assert (standing.limit, standing.mails_a_day, standing.warming) == (20, 200, True)
    assert standing.warm_on is None


def test_check_tells_what_may_be_sent_today(
    database: str, pymap: ImapServer, postbox: Postbox, terminal: Terminal
) -> None:
    build("acme", imap_account(pymap, postbox, address="camille@soleil.example", user=pymap.user))
    said = terminal.type("mailbox", "check", "camille@soleil.example")
    assert "It sent 0 of 20 mails that it may send today." in said
    assert "it may send 200 a day four weeks after its first mail" in said
    assert terminal.ask("mailbox", "check", "camille@soleil.example")["standing"]["limit"] == 20


def test_an_established_mailbox_needs_no_warm_up(world: World, terminal: Terminal) -> None:
    said = terminal.type("mailbox", "set", ADDRESS, "--established", "--mails-a-day", 300)
    assert said.strip() == "It sent 0 of 300 mails that it may send today."
    (line,) = terminal.ask("mailbox", "list")
    assert (line["address"], line["limit"], line["warming"], line["state"]) == (ADDRESS, 300, False, "ok")


def test_the_day_on_which_it_is_warm_is_told(world: World, terminal: Terminal) -> None:
    (row_id,) = approved_mails(world, 1)
    began = datetime.now(UTC) - timedelta(days=8)
    with transaction(world.tenant) as session:
        session.execute(update(Outgoing).where(Outgoing.id == row_id).values(armed_at=began))
    (line,) = terminal.ask("mailbox", "list")
    assert line["warm_on"] == str((began + timedelta(days=28)).date())
    assert (line["limit"], line["sent_today"]) == (80, 0)


def test_resuming_lets_the_mails_go_that_waited(world: World, terminal: Terminal) -> None:
    with transaction(world.tenant) as session:
        session.execute(update(Mailbox).values(held_because="4 of the last 30 bounced."))
    (row_id,) = approved_mails(world, 1)
    assert not may_leave(claimed("send", row_id))
    assert "4 of the last 30 bounced." in terminal.type("mailbox", "list")
    assert "a new window begins" in terminal.type("mailbox", "resume", ADDRESS)
    assert may_leave(claimed("send", row_id))
    with transaction(world.tenant) as session:
        done = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"mailbox {ADDRESS}"))
        assert "resume" in list(done)


def test_a_higher_limit_lets_the_mails_go_that_waited_for_the_day(world: World, terminal: Terminal) -> None:
    with transaction(world.tenant) as session:
        session.execute(update(Mailbox).values(mails_a_day=0))
    (row_id,) = approved_mails(world, 1)
    assert not may_leave(claimed("send", row_id))
    terminal.type("mailbox", "set", ADDRESS, "--mails-a-day", 5)
    with transaction(world.tenant) as session:
        assert session.get_one(Outgoing, row_id).state is State.QUEUED
    assert may_leave(claimed("send", row_id))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resume", ADDRESS), "is not held"),
        (("resume", "nobody@soleil.example"), "no mailbox nobody@soleil.example"),
        (("set", "nobody@soleil.example", "--mails-a-day", "3"), "no mailbox nobody@soleil.example"),
    ],
)
def test_wrong_input_is_one_clear_sentence(
    world: World, terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    assert said in terminal.refused("mailbox", *words)


def test_a_number_below_zero_is_refused(world: World, terminal: Terminal) -> None:
    assert "mails-a-day" in terminal.misused("mailbox", "set", ADDRESS, "--mails-a-day", "-1")
