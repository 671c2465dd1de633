"""Limits on real rows: none is passed by workers that ask at once, and what may not go leaves its place."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from shared.compliance import server
from shared.db import EVERY_TENANT, transaction
from shared.models import Campaign, Draft, Lead, Mailbox, Message, Outgoing, Submission, Tenant
from shared.settings import settings
from shared.states import State
from tests.integration.workers.conftest import World
from tests.integration.workers.letters import arrive, sent_form, written
from workers.services import campaigns, connecting, conversations, ledger, mail_limits
from workers.services.claims import Claim
from workers.services.guarded import NOW
from workers.services.submitting import Job, prepare

Build = Callable[[str], World]


def tomorrow() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def due_forms(world: World, *domains: str) -> list[int]:
    """Due submissions for these domains, whose pause between visits is none."""
    ids = [row.id for row in world.add_leads(*domains) if row.domain in domains]
    campaigns.launch(world.tenant, world.campaign, "test")
    return ids


def no_pause() -> None:
    with transaction(EVERY_TENANT) as session:
        session.execute(update(Tenant).values(domain_pause=0.0))


def limit(world: World, **limits: float) -> None:
    with transaction(world.tenant) as session:
        session.execute(update(Tenant).where(Tenant.id == world.tenant).values(**limits))


def claimed(queue: str, row_id: int) -> Claim:
    held = ledger.claim(queue, row_id)
    assert held is not None
    return held


def asked_at_once(held: Sequence[Claim]) -> list[Job]:
    """What many workers are allowed that ask in the same moment."""
    with ThreadPoolExecutor(8) as pool:
        return [job for job in pool.map(prepare, held) if job]


def row_of(row_id: int) -> Submission:
    with transaction(EVERY_TENANT) as session:
        return session.get_one(Submission, row_id)


def end(held: Claim, state: State = State.NO_FORM) -> None:
    with transaction(held.tenant_id) as session:
        ledger.finish(session, held, state, "test", visited_at=NOW)


def test_workers_that_ask_at_once_do_not_pass_the_tenants_day(world: World) -> None:
    limit(world, forms_a_day=3)
    ids = due_forms(world, *(f"site{n}.org" for n in range(8)))
    held = [claimed("browser", row_id) for row_id in ids]
    assert len(asked_at_once(held)) == 3
    waiting = [row for row in world.submissions() if row.state is State.QUEUED]
    assert {(row.reason, row.due_at) for row in waiting} == {("quota", tomorrow())}
    assert {row.detail for row in waiting} == {"All 3 of today are used."}


def test_a_visit_that_sent_nothing_gives_its_place_in_the_day_back(world: World) -> None:
    limit(world, forms_a_day=1)
    first, second = due_forms(world, "one.org", "two.org")
    held = claimed("browser", first)
    assert prepare(held)
    end(held)
    assert prepare(claimed("browser", second))


def test_one_form_above_the_limit_takes_all_that_wait_along(world: World) -> None:
    limit(world, forms_a_day=0)
    first, *_ = due_forms(world, *(f"site{n}.org" for n in range(30)))
    assert prepare(claimed("browser", first)) is None
    assert {row.due_at for row in world.submissions()} == {tomorrow()}


def test_a_limit_holds_no_other_tenants_rows(new_world: Build) -> None:
    big, small = new_world("big"), new_world("small")
    limit(big, forms_a_day=0)
    (first,) = due_forms(big, "one.org")
    (theirs,) = due_forms(small, "two.org")
    assert prepare(claimed("browser", first)) is None
    assert prepare(claimed("browser", theirs)) is not None


def test_two_tenants_do_not_visit_one_site_at_once(new_world: Build) -> None:
    worlds = [new_world(f"tenant{n}") for n in range(4)]
    ids = [row_id for world in worlds for row_id in due_forms(world, "bakery.org")]
    assert len(asked_at_once([claimed("browser", row_id) for row_id in ids])) == 1
    held = [row_of(row_id) for row_id in ids if row_of(row_id).state is State.QUEUED]
    assert {row.reason for row in held} == {"domain"}
    assert all(row.due_at > datetime.now(UTC) for row in held)


def test_between_two_visits_to_a_site_lies_the_pause(new_world: Build) -> None:
    first, second = new_world("first"), new_world("second")
    limit(second, domain_pause=600)
    (one,) = due_forms(first, "bakery.org")
    (two,) = due_forms(second, "bakery.org")
    held = claimed("browser", one)
    assert prepare(held)
    end(held)
    assert prepare(claimed("browser", two)) is None
    row = row_of(two)
    assert (row.reason, row.detail) == ("domain", "The pause between two visits is not over.")
    assert timedelta(seconds=590) < row.due_at - datetime.now(UTC) <= timedelta(seconds=600)


def test_a_visit_that_was_given_back_counts_for_the_pause_too(new_world: Build) -> None:
    first, second = new_world("first"), new_world("second")
    (one,) = due_forms(first, "bakery.org")
    (two,) = due_forms(second, "bakery.org")
    held = claimed("browser", one)
    assert prepare(held)
    with transaction(held.tenant_id) as session:
        ledger.release(session, held, "unreachable", datetime.now(UTC) + timedelta(minutes=5))
    assert prepare(claimed("browser", two)) is None
    assert row_of(two).reason == "domain"


def test_a_row_that_was_denied_without_a_visit_makes_nobody_wait(new_world: Build) -> None:
    first, second = new_world("first"), new_world("second")
    (one,) = due_forms(first, "bakery.org")
    (two,) = due_forms(second, "bakery.org")
    held = claimed("browser", one)
    with transaction(held.tenant_id) as session:
        ledger.finish(session, held, State.DENIED, "suppression")
    assert prepare(claimed("browser", two)) is not None


def on_server(world: World, address: str, *domains: str) -> list[int]:
    """Due forms of sites that are on the server of that address."""
    ids = due_forms(world, *domains)
    with transaction(world.tenant) as session:
        session.execute(update(Lead).values(website=f"http://{address}/"))
    return ids


def test_many_sites_of_one_server_are_visited_a_few_at_a_time(world: World) -> None:
    ids = on_server(world, "1.1.1.1", *(f"site{n}.org" for n in range(8)))
    held = [claimed("browser", row_id) for row_id in ids]
    assert len(asked_at_once(held)) == server.AT_ONCE
    waiting = [row for row in world.submissions() if row.state is State.QUEUED]
    assert {row.reason for row in waiting} == {"server"}
    assert all(row.due_at > datetime.now(UTC) for row in waiting)


def test_a_server_of_this_machine_is_not_counted(world: World) -> None:
    ids = on_server(world, "127.0.0.1", *(f"site{n}.org" for n in range(6)))
    assert len(asked_at_once([claimed("browser", row_id) for row_id in ids])) == 6


def test_outside_its_hours_a_campaign_leaves_its_place_until_it_opens(world: World) -> None:
    opens = (datetime.now(UTC) + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    hours = {"opens": opens.time(), "closes": (opens + timedelta(hours=1)).time(), "timezone": "UTC"}
    first, second = due_forms(world, "one.org", "two.org")
    with transaction(world.tenant) as session:
        session.execute(update(Campaign).values(**hours))
    assert prepare(claimed("browser", first)) is None
    for row in (row_of(first), row_of(second)):
        assert (row.reason, row.due_at) == ("hours", opens)
        assert row.detail == f"Sending opens at {opens:%H:%M} (UTC)."


def test_what_a_pause_holds_a_launch_brings_back(world: World) -> None:
    (row_id,) = due_forms(world, "one.org")
    held = claimed("browser", row_id)
    campaigns.pause(world.tenant, world.campaign, "eve", "a typo")
    assert prepare(held) is None
    assert (row_of(row_id).reason, row_of(row_id).due_at) == ("campaign", ledger.NEVER)
    campaigns.launch(world.tenant, world.campaign, "eve")
    assert prepare(claimed("browser", row_id)) is not None


def approved_mails(world: World, number: int) -> list[int]:
    """Answers that were approved, each to another company."""
    return [_approved(world, f"company{n}.org") for n in range(number)]


def _approved(world: World, domain: str) -> int:
    sent = sent_form(world, domain)
    message = arrive(world, written(f"Tell me more, says {domain}.", "camille@soleil.example"))
    with transaction(world.tenant) as session:
        mail = session.get_one(Message, message)
        mail.conversation_id = conversations.of_lead(session, world.tenant, sent.lead_id)
        draft = Draft(tenant_id=world.tenant, message_id=message, state=State.DONE)
        session.add(draft)
        session.flush()
        row = Outgoing(
            tenant_id=world.tenant,
            draft_id=draft.id,
            mailbox_id=world.mailbox,
            conversation_id=mail.conversation_id,
            recipient=f"marie@{domain}",
            message_id=f"<{draft.id}@soleil.example>",
            body="Gladly.",
            raw=b"",
            approved_by="eve",
        )
        session.add(row)
        session.flush()
        return row.id


def mailbox_is(world: World, **values: object) -> None:
    with transaction(world.tenant) as session:
        session.execute(update(Mailbox).where(Mailbox.id == world.mailbox).values(**values))


def may_leave(held: Claim) -> bool:
    with transaction(held.tenant_id) as session:
        return mail_limits.allowed(session, held)


def mails_that_may_leave(ids: Sequence[int]) -> int:
    held = [claimed("send", row_id) for row_id in ids]
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(may_leave, held))


def logs_in(world: World, held: Claim) -> bool:
    """Whether a mail may open a connection to its mailbox's host, which counts them."""
    with transaction(world.tenant) as session:
        mailbox = session.get_one(Mailbox, world.mailbox)
        mailbox.settings = {**mailbox.settings, "host": "imap.soleil.example"}
    return connecting.admitted(held, mailbox)


def reasons(world: World) -> set[tuple[str, datetime]]:
    with transaction(world.tenant) as session:
        waiting = session.scalars(select(Outgoing).where(Outgoing.state == State.QUEUED))
        return {(row.reason, row.due_at) for row in waiting}


def test_mails_that_ask_at_once_do_not_pass_the_tenants_day(world: World) -> None:
    limit(world, mails_a_day=2)
    ids = approved_mails(world, 6)
    assert mails_that_may_leave(ids) == 2
    assert reasons(world) == {("quota", tomorrow())}


def test_mails_that_ask_at_once_do_not_pass_the_mailboxs_day(world: World) -> None:
    mailbox_is(world, mails_a_day=3, established=True)
    ids = approved_mails(world, 6)
    assert mails_that_may_leave(ids) == 3
    assert reasons(world) == {("mailbox_quota", tomorrow())}


def test_a_mail_that_logs_in_keeps_its_place_in_the_day(world: World) -> None:
    mailbox_is(world, mails_a_day=1, established=True)
    first, second = approved_mails(world, 2)
    held = claimed("send", first)
    assert may_leave(held)
    assert logs_in(world, held)
    assert not may_leave(claimed("send", second))


def test_mails_that_were_sent_today_count(world: World) -> None:
    mailbox_is(world, mails_a_day=1, established=True)
    first, second = approved_mails(world, 2)
    held = claimed("send", first)
    assert may_leave(held)
    with transaction(world.tenant) as session:
        ledger.arm(session, held)
        ledger.finish(session, held, State.SENT, "accepted")
    assert not may_leave(claimed("send", second))


@pytest.mark.parametrize(("days", "limit_"), [(None, 20), (2, 20), (3, 40), (10, 80), (27, 160), (28, 200)])
def test_a_new_mailbox_sends_little_at_first(world: World, days: int | None, limit_: int) -> None:
    (row_id,) = approved_mails(world, 1)
    if days is not None:
        with transaction(world.tenant) as session:
            began = datetime.now(UTC) - timedelta(days=days, minutes=1)
            session.execute(update(Outgoing).where(Outgoing.id == row_id).values(armed_at=began))
    with transaction(world.tenant) as session:
        may = mail_limits.allowance(session, session.get_one(Mailbox, world.mailbox), datetime.now(UTC))
    assert (may.limit, may.warming) == (limit_, limit_ < 200)


def test_a_held_mailbox_sends_nothing_until_somebody_resumes_it(world: World) -> None:
    mailbox_is(world, held_because="half of its mails bounced")
    ids = approved_mails(world, 3)
    assert not may_leave(claimed("send", ids[0]))
    assert reasons(world) == {("mailbox_held", ledger.NEVER)}


def test_a_mailbox_stands_back_for_a_mail_that_waits_for_their_host(
    world: World, fresh_settings: pytest.MonkeyPatch
) -> None:
    fresh_settings.setenv("RELANCE_MAIL_CONNECTIONS", "1")
    settings.cache_clear()
    first, second = approved_mails(world, 2)
    assert logs_in(world, claimed("send", first))
    assert not logs_in(world, claimed("send", second))
    with transaction(EVERY_TENANT) as session:
        assert connecting.turn(session, session.get_one(Mailbox, world.mailbox)) > connecting.AGAIN
