"""What workers died over waits for a person, in every queue, and goes on or is given up by their word."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from shared.db import EVERY_TENANT, transaction
from shared.models import AuditEntry, Draft, Message, Submission
from shared.states import State
from tests.integration.workers.commands import Terminal
from tests.integration.workers.conftest import World
from tests.integration.workers.letters import arrive, sent_form, written
from workers.services import campaigns, conversations, ledger
from workers.services import quarantine as service
from workers.services.claims import QUEUES


def poisoned(queue: str, row_id: int) -> None:
    """Workers die over a row until it is set aside."""
    model = QUEUES[queue]
    for _ in range(ledger.MAX_DEATHS):
        with transaction(EVERY_TENANT) as session:
            session.execute(update(model).where(model.id == row_id).values(due_at=func.now()))
        assert ledger.claim(queue, row_id)
        with transaction(EVERY_TENANT) as session:
            past = func.now() - timedelta(seconds=1)
            session.execute(update(model).where(model.id == row_id).values(lease_until=past))
        ledger.expire(queue)


def form(world: World) -> int:
    (row,) = world.add_leads("bakery.org")
    campaigns.launch(world.tenant, world.campaign, "test")
    return row.id


def mail(world: World) -> int:
    return arrive(world, written("Hello", "camille@soleil.example"))


def draft(world: World) -> int:
    sent = sent_form(world, "bakery.org")
    message = mail(world)
    with transaction(world.tenant) as session:
        told = {"state": State.DONE, "from_address": "marie@bakery.org", "subject": "Your message"}
        told["conversation_id"] = conversations.of_lead(session, world.tenant, sent.lead_id)
        session.execute(update(Message).where(Message.id == message).values(**told))
        row = Draft(tenant_id=world.tenant, message_id=message)
        session.add(row)
        session.flush()
        return row.id


MAKERS = {"browser": form, "inbox": lambda world: world.mailbox, "classify": mail, "respond": draft}


@pytest.mark.parametrize("queue", MAKERS)
def test_poison_of_every_queue_is_listed_and_runs_once_more(
    world: World,
    terminal: Terminal,
    queue: str,
) -> None:
    row_id = MAKERS[queue](world)
    poisoned(queue, row_id)
    (line,) = terminal.ask("quarantine", "list")
    assert (line["queue"], line["id"], line["deaths"]) == (queue, row_id, ledger.MAX_DEATHS)
    assert line["about"]
    assert str(row_id) in terminal.type("quarantine", "list")
    assert "runs once more" in terminal.type("quarantine", "retry", queue, row_id)
    assert terminal.ask("quarantine", "list") == []
    assert ledger.claim(queue, row_id) is not None


def test_what_runs_once_more_starts_without_deaths(world: World) -> None:
    row_id = form(world)
    poisoned("browser", row_id)
    service.retry(world.tenant, "browser", row_id, "eve")
    with transaction(world.tenant) as session:
        row = session.get_one(Submission, row_id)
    assert (row.state, row.deaths) == (State.QUEUED, 0)


def test_what_is_dropped_stays_dropped(world: World, terminal: Terminal) -> None:
    row_id = form(world)
    poisoned("browser", row_id)
    assert "given up" in terminal.type("quarantine", "drop", "browser", row_id)
    with transaction(world.tenant) as session:
        assert session.get_one(Submission, row_id).state is State.CANCELLED
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "drop")).one()
    assert entry.subject == f"browser {row_id}"
    assert "Nothing numbered" in terminal.refused("quarantine", "retry", "browser", row_id)


def test_an_empty_quarantine_says_so(world: World, terminal: Terminal) -> None:
    assert "Nothing is in quarantine." in terminal.type("quarantine", "list")


def test_a_mailbox_is_not_dropped(world: World, terminal: Terminal) -> None:
    poisoned("inbox", world.mailbox)
    assert "is not dropped" in terminal.refused("quarantine", "drop", "inbox", world.mailbox)
    assert [one.queue for one in service.listed(world.tenant)] == ["inbox"]


def test_only_what_is_in_quarantine_is_touched(world: World, terminal: Terminal) -> None:
    row_id = form(world)
    assert "Nothing numbered" in terminal.refused("quarantine", "retry", "browser", row_id)
    assert "Nothing numbered 999" in terminal.refused("quarantine", "drop", "classify", 999)
    assert "no queue 'kitchen'" in terminal.refused("quarantine", "drop", "kitchen", 1)
    assert "valid integer" in terminal.misused("quarantine", "drop", "browser", "first")
    with transaction(world.tenant) as session:
        assert session.get_one(Submission, row_id).state is State.QUEUED
