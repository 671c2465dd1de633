"""What was said between a lead and us, read from the rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, ColumnElement, Text, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.selectable import LateralFromClause

from inbox.responders.values import Thread, Turn
from shared.db import run
from shared.models import (
    Campaign,
    Classification,
    Conversation,
    Draft,
    Lead,
    Mailbox,
    Message,
    Outgoing,
    Sender,
    Submission,
)
from shared.states import State
from workers.services import bulk

CORRECTED_FIRST = ((Classification.by != "").desc(), Classification.id.desc())
"""The order in which classifications of one message count: a person's newest correction, else the model's."""

_THESE = bulk.any_of("ids", BigInteger())

_OF_LEADS = select(Conversation.lead_id, Conversation.id).where(Conversation.lead_id == _THESE)

_LOCK = "SELECT FROM conversations WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"

_ANSWERS = (
    select(
        func.count().label("answers"),
        func.count().filter(Outgoing.created_at > func.now() - timedelta(days=1)).label("answers_today"),
    )
    .where(Outgoing.conversation_id == Conversation.id)
    .lateral()
)

_BEGUN = (
    select(Conversation.id, Submission.id, Submission.state, Submission.domain)
    .add_columns(_ANSWERS.c.answers, _ANSWERS.c.answers_today)
    .join(Submission, Submission.lead_id == Conversation.lead_id)
    .join(_ANSWERS, true())
    .where(Conversation.id == _THESE)
)


SAME = ("message_id", "from_address", "own_text")
"""The columns in which copies of one mail agree, whatever way they came. A Message-ID alone may be forged."""

_ANSWERED = (
    select(Message.conversation_id, *(getattr(Message, name) for name in SAME))
    .join(Draft, Draft.message_id == Message.id)
    .where(Message.message_id == bulk.any_of("message_ids", Text()))
)


@dataclass(frozen=True, slots=True)
class Begun:
    """The submission that a conversation began with, and how many answers of ours followed, in all and within
    a day.
    """

    submission_id: int
    state: State
    domain: str
    answers: int
    answers_today: int


@dataclass(frozen=True, slots=True)
class Context:
    """Everybody who takes part in a conversation."""

    conversation: Conversation
    lead: Lead
    submission: Submission
    campaign: Campaign
    sender: Sender
    mailbox: Mailbox


def context(session: Session, conversation_id: int) -> Context:
    """The rows around a conversation."""
    query = (
        select(Conversation, Lead, Submission, Campaign, Sender, Mailbox)
        .join(Lead, Lead.id == Conversation.lead_id)
        .join(Submission, Submission.lead_id == Lead.id)
        .join(Campaign, Campaign.id == Lead.campaign_id)
        .join(Sender, Sender.id == Campaign.sender_id)
        .join(Mailbox, Mailbox.id == Sender.mailbox_id)
        .where(Conversation.id == conversation_id)
    )
    return Context(*session.execute(query).one())


def of_lead(session: Session, tenant_id: int, lead_id: int) -> int:
    """The lead's conversation, begun where there is none."""
    return of_leads(session, tenant_id, [lead_id])[lead_id]


def of_leads(session: Session, tenant_id: int, lead_ids: Collection[int]) -> dict[int, int]:
    """The conversations of some leads, by lead; begun where there are none."""
    if not lead_ids:
        return {}
    # In one order, so that two workers that begin the same ones do not wait for each other in a ring.
    rows = [{"tenant_id": tenant_id, "lead_id": lead_id} for lead_id in sorted(lead_ids)]
    bulk.insert(session, Conversation, rows, "ON CONFLICT (lead_id) DO NOTHING")
    found = session.execute(_OF_LEADS, {"ids": list(lead_ids)})
    return {row.lead_id: row.id for row in found}


def lock(session: Session, conversation_ids: Collection[int]) -> None:
    """Be the only one, until the transaction ends, to decide what is answered in these conversations.

    Mails may be stored into them meanwhile. In one order, so that two workers never wait in a ring; before
    any draft or question about one of their mails is written, for the same reason.
    """
    if conversation_ids:
        run(session, _LOCK, [list(conversation_ids)])


def begun(session: Session, conversation_ids: Collection[int]) -> dict[int, Begun]:
    """How some conversations began and went on, by conversation."""
    if not conversation_ids:
        return {}
    rows = session.execute(_BEGUN, {"ids": list(conversation_ids)})
    return {row[0]: Begun(*row[1:]) for row in rows}


def answered(session: Session, message_ids: Collection[str]) -> set[tuple[object, ...]]:
    """The mails of these Message-IDs to which an answer was drafted: conversation, and what is the `SAME`."""
    return {tuple(row) for row in session.execute(_ANSWERED, {"message_ids": list(message_ids)})}


def thread(session: Session, around: Context, until: Message | None = None) -> Thread:
    """The turns in order: our form, their mails, our answers. With `until` that mail is the last turn, also
    where a later one was understood before it: the answer is to both.
    """
    turns = [*_form(around), *_theirs(session, around), *_ours(session, around)]
    turns.sort(key=lambda turn: turn.at)
    if until is None:
        return Thread(around.submission.subject, tuple(turns))
    last = Turn("them", until.own_text, until.received_at, until.from_name)
    before = [turn for turn in turns if turn != last]
    return Thread(until.subject or around.submission.subject, (*before, last))


def newest_classification(session: Session, message_id: int) -> Classification | None:
    """The classification that counts: a person's newest correction, else the model's."""
    query = select(Classification).where(Classification.message_id == message_id)
    return session.scalar(query.order_by(*CORRECTED_FIRST).limit(1))


def said(message_id: ColumnElement[int] | InstrumentedAttribute[int]) -> LateralFromClause:
    """What counts of each message of a query (label, intent, confidence), to be joined beside it."""
    query = select(Classification.label, Classification.intent, Classification.confidence)
    query = query.where(Classification.message_id == message_id).order_by(*CORRECTED_FIRST)
    return query.limit(1).lateral()


def priority(sorted_as: Classification | None) -> float:
    """What a person should see first: what may become business, and what the model doubts."""
    if sorted_as is None:
        return 1.0
    worth = {"HOT": 10.0, "WARM": 6.0, "COLD": 2.0, "SPAM": 1.0}[sorted_as.label]
    return worth + (1.0 - sorted_as.confidence)


def _form(around: Context) -> list[Turn]:
    said = around.submission
    name = f"{around.sender.first_name} {around.sender.last_name}"
    return [Turn("us", said.message, said.armed_at, name)] if said.armed_at else []


def _theirs(session: Session, around: Context) -> list[Turn]:
    mails = session.scalars(
        select(Message).where(Message.conversation_id == around.conversation.id, Message.kind != "")
    )
    return [Turn("them", mail.own_text, mail.received_at, mail.from_name) for mail in mails]


def _ours(session: Session, around: Context) -> list[Turn]:
    sent = (State.SENT, State.UNKNOWN)
    mails = session.scalars(
        select(Outgoing).where(Outgoing.conversation_id == around.conversation.id, Outgoing.state.in_(sent))
    )
    return [Turn("us", mail.body, mail.armed_at) for mail in mails if mail.armed_at]
