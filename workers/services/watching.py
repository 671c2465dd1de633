"""What comes back is watched: a campaign or a mailbox that does harm is stopped, and says why.

Looked at when something bad came back, never on a timer. Counted are the forms and mails that went out in the
window, and what became of these alone; whoever resumes a campaign or a mailbox begins a new window.
"""

from collections.abc import Collection
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import BigInteger, ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from shared.compliance import standing
from shared.compliance.standing import Tally
from shared.db import transaction
from shared.logs import log
from shared.metrics import STOPS
from shared.models import Campaign, Classification, Mailbox, Message, Outgoing, Submission
from shared.states import CampaignState, State
from workers.services import audit, conversations, parking
from workers.services.bulk import any_of

WATCHER = "relance"
"""Who acts in the audit log where no person does."""

REFUSED = "refused_by_server"
"""The reason of a mail that the server did not take: it bounced before it left."""


def heed_form(tenant_id: int, submission_id: int) -> None:
    """A form was rejected: look at its campaign."""
    with transaction(tenant_id) as session:
        campaign_id = session.scalar(select(Submission.campaign_id).where(Submission.id == submission_id))
    look(tenant_id, campaign_id or 0)


def heed_mails(tenant_id: int, message_ids: Collection[int]) -> None:
    """Mails were understood: look at the campaigns and mailboxes that a bounce or a complaint among them is
    about.
    """
    with transaction(tenant_id) as session:
        found = session.execute(_BAD, {"ids": list(message_ids)}).all()
    for campaign_id in sorted({row.campaign_id for row in found}):
        look(tenant_id, campaign_id)
    for mailbox_id in sorted({row.mailbox_id for row in found if row.kind == "bounce"}):
        look_at_mailbox(tenant_id, mailbox_id)


def look(tenant_id: int, campaign_id: int) -> None:
    """Pause a running campaign of which too much was rejected, bounced or drew a complaint."""
    with transaction(tenant_id) as session:
        campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
        if campaign.state is not CampaignState.RUNNING:
            return
        tally = tally_of(session, campaign)
        why = standing.objection(standing.CAMPAIGN, tally)
        if not why:
            return
        campaign.state, campaign.paused_because = CampaignState.PAUSED, f"Paused by itself: {why}"
        _record(session, tenant_id, "campaign", campaign.name, "pause", why, tally)
    parking.park(tenant_id, campaign_id)


def look_at_mailbox(tenant_id: int, mailbox_id: int) -> None:
    """Hold a mailbox of which too many mails bounced."""
    with transaction(tenant_id) as session:
        mailbox = session.get_one(Mailbox, mailbox_id, with_for_update=True)
        tally = mailbox_tally(session, mailbox)
        why = standing.objection(standing.MAILBOX, tally)
        if mailbox.held_because or not why:
            return
        mailbox.held_because = why
        _record(session, tenant_id, "mailbox", mailbox.address, "hold", why, tally)


def tally_of(session: Session, campaign: Campaign) -> Tally:
    """What became of the forms that the campaign sent in its window."""
    answer = Message.submission_id == Submission.id
    complaint = or_(Message.kind == "opt_out", _newest_intent() == "OPT_OUT")
    counts = _counts(
        Submission.state == State.REJECTED,
        exists().where(answer, Message.kind == "bounce"),
        exists().where(answer, complaint),
    )
    since = _since(campaign.watched_since)
    ours = (Submission.campaign_id == campaign.id, Submission.armed_at >= since)
    return Tally(*session.execute(counts.where(*ours)).one())


def mailbox_tally(session: Session, mailbox: Mailbox) -> Tally:
    """How many mails the mailbox sent in its window, and how many of them bounced."""
    bounce = exists().where(
        Message.conversation_id == Outgoing.conversation_id,
        Message.mailbox_id == Outgoing.mailbox_id,
        Message.kind == "bounce",
        Message.received_at >= Outgoing.armed_at,
    )
    bounced = func.count().filter(or_(Outgoing.reason == REFUSED, bounce))
    since = _since(mailbox.watched_since)
    ours = (Outgoing.mailbox_id == mailbox.id, Outgoing.armed_at >= since)
    sent, returned = session.execute(select(func.count(), bounced).where(*ours)).one()
    return Tally(sent=sent, bounced=returned)


def _counts(*kinds: ColumnElement[bool]) -> Select[int, int, int, int]:
    rejected, bounced, complained = (func.count().filter(kind) for kind in kinds)
    return select(func.count(), rejected, bounced, complained)


def _newest_intent() -> ColumnElement[str]:
    """What a message says: a person's newest correction, else the model's."""
    return (
        select(Classification.intent)
        .where(Classification.message_id == Message.id)
        .order_by(*conversations.CORRECTED_FIRST)
        .limit(1)
        .correlate(Message)
        .scalar_subquery()
    )


_CAMPAIGN = select(Submission.campaign_id).where(Submission.id == Message.submission_id).scalar_subquery()

# The campaign is looked up by mail: joined, the planner may look through the mails by submission.
_BAD = (
    select(_CAMPAIGN.label("campaign_id"), Message.mailbox_id, Message.kind)
    .where(Message.id == any_of("ids", BigInteger()), Message.submission_id.is_not(None))
    .where(or_(Message.kind.in_(["bounce", "opt_out"]), _newest_intent() == "OPT_OUT"))
)
"""What bounces and complaints among some mails are about."""


def _since(resumed: datetime | None) -> datetime:
    began = datetime.now(UTC) - standing.WINDOW
    return max(began, resumed) if resumed else began


def _record(
    session: Session, tenant_id: int, what: str, name: str, action: str, why: str, tally: Tally
) -> None:
    audit.record(session, tenant_id, WATCHER, action, f"{what} {name}", why=why, **asdict(tally))
    STOPS.labels(what).inc()
    log("stopped by itself", what=what, name=name, why=why)
