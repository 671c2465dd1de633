"""How far a campaign is: its counts, and a line for each lead, read in a few queries whatever its size."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, RowMapping, Select, Subquery, and_, case, func, select, true

from shared.compliance.standing import Tally
from shared.db import transaction
from shared.models import Campaign, Conversation, Draft, Lead, Message, Outgoing, Submission
from shared.states import WRITTEN, CampaignState, State
from workers.services import campaigns, conversations, watching
from workers.services.ledger import NEVER


@dataclass(frozen=True, slots=True)
class LeadLine:
    """One lead: how its form ended, what came back, what it was taken for, and the answer in preparation.

    `reason` is the code of the rule that ended or delayed it, `detail` says it; `until` is when a delayed one
    goes on, None where it waits for nothing or for a person.
    """

    lead_id: int
    submission_id: int
    company: str
    domain: str
    state: State
    proof: str
    reason: str
    detail: str
    until: datetime | None
    reply: str
    label: str
    intent: str
    draft: str


@dataclass(frozen=True, slots=True)
class Status:
    """How far a campaign is: the number of submissions in each state."""

    name: str
    state: CampaignState
    paused_because: str
    leads: int
    submissions: dict[str, int]


def status(tenant_id: int, name: str) -> Status:
    """Where a campaign stands. Raises NotFound."""
    campaign = campaigns.by_name(tenant_id, name)
    (found,) = _statuses(tenant_id, select(Campaign).where(Campaign.id == campaign.id))
    return found


def statuses(tenant_id: int) -> list[Status]:
    """Every campaign of a tenant, newest first."""
    return _statuses(tenant_id, select(Campaign).order_by(Campaign.id.desc()))


def window(tenant_id: int, name: str) -> Tally:
    """What became of the forms of a campaign that count for or against it now. Raises NotFound."""
    campaign = campaigns.by_name(tenant_id, name)
    with transaction(tenant_id) as session:
        return watching.tally_of(session, campaign)


def lead_lines(
    tenant_id: int, name: str, first: int = 0, most: int | None = None, state: State | None = None
) -> list[LeadLine]:
    """A line a lead in the order of import, with the newest answer and its draft. Raises NotFound.

    `first` leads are passed over, and at most `most` are read; with `state` only those whose form is in it.
    """
    campaign = campaigns.by_name(tenant_id, name)
    with transaction(tenant_id) as session:
        rows = session.execute(_lines(_page(campaign, first, most, state)))
        return [_line(row) for row in rows.mappings()]


def _statuses(tenant_id: int, wanted: Select[Campaign]) -> list[Status]:
    with transaction(tenant_id) as session:
        rows = session.scalars(wanted).all()
        counted = (
            select(Submission.campaign_id, Submission.state, func.count())
            .where(Submission.campaign_id.in_([row.id for row in rows]))
            .group_by(Submission.campaign_id, Submission.state)
        )
        counts: dict[int, dict[str, int]] = defaultdict(dict)
        for campaign_id, state, number in session.execute(counted):
            counts[campaign_id][state.value] = number
    return [
        Status(row.name, row.state, row.paused_because, sum(counts[row.id].values()), counts[row.id])
        for row in rows
    ]


def _page(campaign: Campaign, first: int, most: int | None, state: State | None) -> Subquery:
    """The submissions that are read. The joins that follow are made for these alone."""
    page = select(Submission.id, Submission.lead_id).where(Submission.campaign_id == campaign.id)
    if state is not None:
        page = page.where(Submission.state == state)
    return page.order_by(Submission.lead_id).offset(first).limit(most).subquery()


def _lines(page: Subquery) -> Select[Any]:
    """The columns of LeadLine, named like its fields; not the rows, whose plans and exchanges are large.

    What a person wrote says more than the automatic copy that came with it.
    """
    mail = (
        select(Message.id, Message.kind)
        .where(Message.conversation_id == Conversation.id)
        .order_by(Message.kind.in_(WRITTEN).desc(), Message.received_at.desc())
        .limit(1)
        .lateral()
    )
    said = conversations.said(mail.c.id)
    waits = and_(Submission.state == State.QUEUED, Submission.due_at < NEVER)
    return (
        select(Lead.id.label("lead_id"), Submission.id.label("submission_id"), Lead.company, Lead.domain)
        .add_columns(Submission.state, Submission.proof, Submission.reason, Submission.detail)
        .add_columns(case((waits, Submission.due_at)).label("until"), _text("reply", mail.c.kind))
        .add_columns(_text("label", said.c.label), _text("intent", said.c.intent))
        .add_columns(Draft.state.label("drafted"), Outgoing.state.label("sent"))
        .join_from(page, Submission, Submission.id == page.c.id)
        .join(Lead, Lead.id == Submission.lead_id)
        .outerjoin(Conversation, Conversation.lead_id == Lead.id)
        .outerjoin(mail, true())
        .outerjoin(said, true())
        .outerjoin(Draft, Draft.message_id == mail.c.id)
        .outerjoin(Outgoing, Outgoing.draft_id == Draft.id)
        .order_by(Lead.id)
    )


def _text(name: str, value: ColumnElement[str]) -> Label[str]:
    return func.coalesce(value, "").label(name)


def _line(row: RowMapping) -> LeadLine:
    columns = dict(row)
    return LeadLine(draft=_draft(columns.pop("drafted"), columns.pop("sent")), **columns)


def _draft(drafted: State | None, sent: State | None) -> str:
    if sent is not None:
        return sent.value
    if drafted is None:
        return ""
    return "written" if drafted is State.DONE else drafted.value
