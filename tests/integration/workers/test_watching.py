"""A campaign or a mailbox that does harm is stopped by itself, says why, and goes on when a person wants."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from shared.compliance import standing
from shared.compliance.standing import Tally
from shared.db import transaction
from shared.models import AuditEntry, Campaign, Draft, Lead, Mailbox, Message, Outgoing, Submission
from shared.states import CampaignState, State
from tests.integration.workers.conftest import World
from tests.integration.workers.letters import DSN, sent_form, typed_address, understood, written
from workers.services import campaigns, conversations, ledger, mailboxes, progress, watching
from workers.services.watching import WATCHER


def campaign(world: World) -> Campaign:
    with transaction(world.tenant) as session:
        return session.scalars(select(Campaign)).one()


def forms(world: World, number: int, state: State = State.SENT, ago: timedelta = timedelta(hours=2)) -> None:
    """So many forms of other companies that the campaign sent, and how they ended."""
    at, known = datetime.now(UTC) - ago, campaign(world)
    with transaction(world.tenant) as session:
        first = (session.scalar(select(func.max(Lead.id))) or 0) + 1
        domains = [f"company{first + n}.org" for n in range(number)]
        common = {"tenant_id": world.tenant, "campaign_id": known.id}
        leads = [
            {**common, "company": d, "website": f"https://{d}", "domain": d, "language": "en"}
            for d in domains
        ]
        ids = session.scalars(insert(Lead).returning(Lead.id), leads).all()
        rows = [
            {**common, "lead_id": i, "domain": d, "token": f"t{i}", "state": state, "armed_at": at}
            for i, d in zip(ids, domains, strict=True)
        ]
        session.execute(insert(Submission), rows)


def running(world: World, since: timedelta = timedelta(days=1)) -> None:
    """The campaign runs since then."""
    with transaction(world.tenant) as session:
        began = datetime.now(UTC) - since
        session.execute(update(Campaign).values(state=CampaignState.RUNNING, watched_since=began))


def entries(world: World) -> list[AuditEntry]:
    with transaction(world.tenant) as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.actor == WATCHER)))


def test_a_campaign_whose_forms_are_rejected_pauses_and_says_why(world: World) -> None:
    forms(world, 13)
    forms(world, 9, State.REJECTED)
    world.add_leads("waiting.org")
    campaigns.launch(world.tenant, world.campaign, "eve")
    running(world)
    watching.look(world.tenant, campaign(world).id)
    status = progress.status(world.tenant, world.campaign)
    why = "9 of the last 22 were rejected (41%; the limit is 40%)."
    assert (status.state, status.paused_because) == (CampaignState.PAUSED, f"Paused by itself: {why}")
    (entry,) = entries(world)
    assert (entry.action, entry.subject, entry.facts["why"]) == ("pause", "campaign spring", why)
    waiting = next(row for row in world.submissions() if row.domain == "waiting.org")
    assert waiting.due_at == ledger.NEVER


def test_a_few_rejections_of_few_forms_say_nothing_yet(world: World) -> None:
    forms(world, 5)
    forms(world, 14, State.REJECTED)
    running(world)
    watching.look(world.tenant, campaign(world).id)
    assert campaign(world).state is CampaignState.RUNNING


def test_what_was_sent_before_the_window_no_longer_counts(world: World) -> None:
    forms(world, 30, State.REJECTED, ago=standing.WINDOW + timedelta(hours=1))
    forms(world, 25)
    running(world, since=timedelta(days=30))
    watching.look(world.tenant, campaign(world).id)
    assert campaign(world).state is CampaignState.RUNNING


def test_resuming_begins_a_new_window(world: World) -> None:
    forms(world, 30, State.REJECTED)
    running(world)
    watching.look(world.tenant, campaign(world).id)
    campaigns.launch(world.tenant, world.campaign, "eve")
    watching.look(world.tenant, campaign(world).id)
    status = progress.status(world.tenant, world.campaign)
    assert (status.state, status.paused_because) == (CampaignState.RUNNING, "")
    forms(world, 20, State.REJECTED, ago=timedelta(seconds=-1))
    watching.look(world.tenant, campaign(world).id)
    assert campaign(world).state is CampaignState.PAUSED
    assert len(entries(world)) == 2


def test_opt_outs_that_come_by_mail_pause_the_campaign(world: World) -> None:
    forms(world, 40)
    answered = [sent_form(world, f"angry{n}.org") for n in range(3)]
    running(world)
    for n, sent in enumerate(answered):
        assert campaign(world).state is CampaignState.RUNNING, n
        letter = written("Please do not contact us again.", typed_address(world, sent), f"a@angry{n}.org")
        understood(world, letter)
    assert "3 of the last 43 asked to be left alone (7%; the limit is 5%)" in campaign(world).paused_because


def test_bounces_that_come_by_mail_pause_the_campaign(world: World) -> None:
    forms(world, 18)
    answered = [sent_form(world, f"gone{n}.org") for n in range(2)]
    running(world)
    for n, sent in enumerate(answered):
        understood(world, DSN.format(domain=f"gone{n}.org", to=typed_address(world, sent)))
    assert "2 of the last 20 bounced (10%; the limit is 10%)" in campaign(world).paused_because


def mails(world: World, number: int, reason: str = "accepted") -> None:
    """So many answers that left the mailbox an hour ago."""
    forms(world, number)
    with transaction(world.tenant) as session:
        leads = session.scalars(select(Lead).order_by(Lead.id.desc()).limit(number)).all()
        for lead in leads:
            _answer(session, world, lead.id, reason)


def _answer(session: Session, world: World, lead_id: int, reason: str) -> None:
    conversation = conversations.of_lead(session, world.tenant, lead_id)
    message = Message(
        tenant_id=world.tenant,
        mailbox_id=world.mailbox,
        conversation_id=conversation,
        state=State.DONE,
        digest=str(lead_id).encode().ljust(32),
        folder="INBOX",
        uid="1",
        raw=b"",
        received_at=datetime.now(UTC) - timedelta(hours=2),
    )
    session.add(message)
    session.flush()
    draft = Draft(tenant_id=world.tenant, message_id=message.id, state=State.DONE)
    session.add(draft)
    session.flush()
    session.add(
        Outgoing(
            tenant_id=world.tenant,
            draft_id=draft.id,
            mailbox_id=world.mailbox,
            conversation_id=conversation,
            recipient="marie@bakery.org",
            message_id=f"<{draft.id}@soleil.example>",
            body="Gladly.",
            raw=b"",
            approved_by="eve",
            state=State.REJECTED if reason == watching.REFUSED else State.SENT,
            reason=reason,
            armed_at=datetime.now(UTC) - timedelta(hours=1),
        )
    )


def test_a_mailbox_whose_mails_are_refused_is_held_until_somebody_resumes_it(world: World) -> None:
    mails(world, 18)
    mails(world, 2, watching.REFUSED)
    watching.look_at_mailbox(world.tenant, world.mailbox)
    address = f"acme-{'camille@soleil.example'}"
    found = mailboxes.standing(world.tenant, address)
    assert found.held_because == "2 of the last 20 bounced (10%; the limit is 10%)."
    assert [entry.action for entry in entries(world)] == ["hold"]
    mailboxes.resume(world.tenant, address, "eve")
    watching.look_at_mailbox(world.tenant, world.mailbox)
    assert mailboxes.standing(world.tenant, address).held_because == ""


def test_a_bounce_that_comes_back_counts_against_its_mailbox(world: World) -> None:
    mails(world, 20)
    with transaction(world.tenant) as session:
        for mail in session.scalars(select(Outgoing).order_by(Outgoing.id).limit(2)):
            session.add(
                Message(
                    tenant_id=world.tenant,
                    mailbox_id=world.mailbox,
                    conversation_id=mail.conversation_id,
                    state=State.DONE,
                    kind="bounce",
                    digest=f"bounce {mail.id}".encode().ljust(32),
                    folder="INBOX",
                    uid="2",
                    raw=b"",
                    received_at=datetime.now(UTC),
                )
            )
    watching.look_at_mailbox(world.tenant, world.mailbox)
    with transaction(world.tenant) as session:
        assert session.get_one(Mailbox, world.mailbox).held_because


counts = st.integers(0, 60)


@given(st.integers(0, 200), counts, counts, counts)
def test_nothing_is_stopped_below_a_limit_or_its_sample(
    sent: int, rejected: int, bounced: int, complained: int
) -> None:
    tally = Tally(sent, min(rejected, sent), min(bounced, sent), min(complained, sent))
    why = standing.objection(standing.CAMPAIGN, tally)
    over = [
        limit
        for limit in standing.CAMPAIGN
        if sent >= limit.sample and getattr(tally, limit.name) / max(sent, 1) >= limit.share
    ]
    assert bool(why) == bool(over)


@pytest.mark.parametrize("limit", standing.CAMPAIGN, ids=lambda limit: limit.name)
def test_each_limit_stops_a_campaign_by_itself(limit: standing.Limit) -> None:
    tally = Tally(sent=100, **{limit.name: round(100 * limit.share)})
    assert limit.sentence in standing.objection(standing.CAMPAIGN, tally)
