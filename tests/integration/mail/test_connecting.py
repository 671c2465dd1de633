"""No more connections to one mail host than it allows, whoever opens them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, update

from shared.db import transaction
from shared.models import Mailbox
from shared.settings import settings
from shared.states import State
from tests.integration.mail.providers import imap_account
from tests.integration.mail.servers import ImapServer, Postbox
from tests.integration.workers.conftest import World, build
from workers.services import connecting, ledger, mail
from workers.services.claims import Claim


@pytest.fixture
def two(
    database: str, pymap: ImapServer, postbox: Postbox, fresh_settings: pytest.MonkeyPatch
) -> list[World]:
    """Two tenants with a mailbox each on one host, which takes one connection."""
    fresh_settings.setenv("RELANCE_MAIL_CONNECTIONS", "1")
    fresh_settings.setenv("RELANCE_POLL_EVERY", "0")
    settings.cache_clear()
    account = imap_account(pymap, postbox, user=pymap.user)
    return [build(slug, replace(account, address=f"{slug}@soleil.example")) for slug in ("one", "two")]


def mailbox_of(world: World) -> Mailbox:
    with transaction(world.tenant) as session:
        return session.get_one(Mailbox, world.mailbox)


def claimed(world: World) -> Claim:
    held = ledger.claim("inbox", world.mailbox)
    assert held is not None
    return held


def due_now(world: World) -> None:
    with transaction(world.tenant) as session:
        session.execute(update(Mailbox).values(due_at=func.now()))


def test_one_over_the_limit_waits_and_says_for_what(two: list[World]) -> None:
    first, second = two
    assert connecting.admitted(claimed(first), mailbox_of(first))
    mail.poll(second.mailbox)
    waiting = mailbox_of(second)
    assert (waiting.state, waiting.reason, waiting.read_at) == (State.QUEUED, "connections", None)
    assert "1 connections to 127.0.0.1 are open" in waiting.detail


def test_who_waits_comes_before_who_was_just_read(two: list[World]) -> None:
    first, second = two
    held = claimed(first)
    assert connecting.admitted(held, mailbox_of(first))
    mail.poll(second.mailbox)
    with transaction(first.tenant) as session:
        ledger.release(session, held, "")
    mail.poll(first.mailbox)
    assert mailbox_of(first).due_at > mailbox_of(second).due_at
    due_now(second)
    mail.poll(second.mailbox)
    assert mailbox_of(second).read_at is not None


def test_a_worker_that_dies_keeps_its_connection_no_longer_than_its_lease(two: list[World]) -> None:
    first, second = two
    assert connecting.admitted(claimed(first), mailbox_of(first))
    with transaction(first.tenant) as session:
        session.execute(update(Mailbox).values(lease_until=func.now() - timedelta(seconds=1)))
    ledger.expire("inbox")
    mail.poll(second.mailbox)
    assert mailbox_of(second).read_at is not None


def test_another_host_has_a_budget_of_its_own(two: list[World]) -> None:
    first, second = two
    assert connecting.admitted(claimed(first), mailbox_of(first))
    with transaction(second.tenant) as session:
        elsewhere = session.get_one(Mailbox, second.mailbox)
        elsewhere.settings = {**elsewhere.settings, "host": "localhost"}
    assert connecting.admitted(claimed(second), mailbox_of(second))


@pytest.mark.parametrize(
    ("away", "least", "most"),
    [(timedelta(minutes=10), 290, 310), (timedelta(seconds=5), 30, 30), (timedelta(days=3), 3590, 3600)],
)
def test_a_host_that_stays_away_is_asked_less_and_less_often(away: timedelta, least: int, most: int) -> None:
    now = datetime.now(UTC)
    wait = connecting.pause(Mailbox(read_at=now - away), now)
    assert least <= wait.total_seconds() <= most
