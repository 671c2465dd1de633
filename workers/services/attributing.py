"""Which submission a mail answers: the candidates that the rows offer, weighed by the inbox's pure rules."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from inbox.attribution import Attribution, Candidate, Clues, attribute, clues
from inbox.understanding import Understanding
from shared.db import transaction
from shared.models import Conversation, Lead, Message, Outgoing, Submission

MOST = 200
"""Candidates that are weighed; more share a domain only where the domain is a mail provider's."""

RECENT = timedelta(days=60)
"""How far back an answer without any clue in its headers is looked for by the text that it quotes."""


def attribute_mail(tenant_id: int, understood: Understanding, received_at: datetime) -> Attribution:
    """Weigh the tenant's submissions against a mail's clues."""
    found = clues(understood.mail, understood.own, understood.bounce)
    with transaction(tenant_id) as session:
        candidates = _candidates(session, found, received_at)
    return attribute(found, candidates)


def _candidates(session: Session, found: Clues, received_at: datetime) -> list[Candidate]:
    named = _rows(session, _armed().where(_named(found)))
    if named:
        return [_candidate(session, *row) for row in named]
    recent = Submission.armed_at > received_at - RECENT
    return [_candidate(session, *row) for row in _rows(session, _armed().where(recent))]


def _armed() -> Select[Submission, Lead]:
    query = select(Submission, Lead).join(Lead, Lead.id == Submission.lead_id)
    return query.where(Submission.armed_at.is_not(None)).order_by(Submission.armed_at.desc()).limit(MOST)


def _rows(session: Session, query: Select[Submission, Lead]) -> list[tuple[Submission, Lead]]:
    return [(row[0], row[1]) for row in session.execute(query)]


def _named(found: Clues) -> ColumnElement[bool]:
    """Whatever ties a submission to the mail by name: token, Message-ID, address, domain."""
    bracketed = [f"<{one}>" for one in found.message_ids]
    answered = select(Conversation.lead_id).join(Outgoing, Outgoing.conversation_id == Conversation.id)
    wrote_before = (
        select(Conversation.lead_id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.from_address.in_(found.addresses), Message.kind.in_(["person", "opt_out"]))
    )
    return or_(
        Submission.token.in_(found.tokens),
        Lead.id.in_(answered.where(Outgoing.message_id.in_(bracketed))),
        func.lower(Lead.email).in_(found.addresses),
        Lead.domain == found.domain,
        Lead.id.in_(wrote_before),
    )


def _candidate(session: Session, sent: Submission, lead: Lead) -> Candidate:
    conversation = select(Conversation.id).where(Conversation.lead_id == lead.id).scalar_subquery()
    answers = session.scalars(select(Outgoing.message_id).where(Outgoing.conversation_id == conversation))
    known = session.scalars(
        select(Message.from_address)
        .where(Message.conversation_id == conversation, Message.kind.in_(["person", "opt_out"]))
        .distinct()
    )
    return Candidate(
        submission_id=str(sent.id),
        lead_id=str(lead.id),
        token=sent.token,
        message_ids=tuple(answers),
        addresses=tuple(one for one in (lead.email, *known) if one),
        domain=lead.domain,
        message=sent.message,
        sent_at=sent.armed_at,
    )
