"""Write the answer to one message, have it checked, and bring it before a person or on its way."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.responders import guard, values
from inbox.responders.claude import ClaudeResponder, instructions
from inbox.responders.knowledge import rank
from inbox.responders.template import TemplateResponder
from inbox.responders.values import DraftRequest, Identity, Responder
from shared import tracing
from shared.db import transaction
from shared.errors import BadInput, ResponderFailed
from shared.metrics import DOLLARS, TOKENS
from shared.models import Draft, Message, Passage, Review
from shared.settings import settings
from shared.states import ReviewKind, State
from workers.services import conversations, leases, ledger, outgoing, superseding
from workers.services.claims import Claim

PASSAGES = 5
"""Passages of the tenant's knowledge that a draft may lean on."""

MAX_TRIES = 3
"""Attempts with the language model before the template answers instead."""


def write(draft_id: int) -> None:
    """Claim a draft, have it written and guarded, and queue it for a person or for sending."""
    held = ledger.claim("respond", draft_id)
    if held is None:
        return
    with leases.kept(held):
        request = _request(held)
        responder = _responder(held.attempt)
        try:
            with tracing.phase("write"):
                draft = responder.draft(request)
        except ResponderFailed as error:
            _without(held, error)
            return
        _conclude(held, request, responder, draft)


def _responder(attempt: int) -> Responder:
    """Claude where a key is set; the template otherwise, and when Claude failed too often."""
    key = settings().anthropic_api_key
    if not key.get_secret_value() or attempt > MAX_TRIES:
        return TemplateResponder()
    return ClaudeResponder(key, settings().anthropic_model, settings().anthropic_base_url)


def _request(held: Claim) -> DraftRequest:
    with transaction(held.tenant_id) as session:
        message = _message(session, held)
        around = conversations.context(session, message.conversation_id or 0)
        tracing.follows("browser", around.submission.id)
        thread = conversations.thread(session, around, until=message)
        sorted_as = conversations.newest_classification(session, message.id)
        known = [values.Passage(str(p.id), p.title, p.text) for p in session.scalars(select(Passage))]
    return DraftRequest(
        thread=thread,
        label=sorted_as.label if sorted_as else "",
        intent=sorted_as.intent if sorted_as else "",
        language=message.findings.get("language") or around.lead.language,
        sender=Identity(f"{around.sender.first_name} {around.sender.last_name}", around.sender.company),
        passages=rank(thread.question, known, PASSAGES),
    )


def _message(session: Session, held: Claim) -> Message:
    return session.scalars(
        select(Message).join(Draft, Draft.message_id == Message.id).where(Draft.id == held.id)
    ).one()


def _conclude(held: Claim, request: DraftRequest, responder: Responder, draft: values.Draft) -> None:
    found = guard.violations(draft, request, instructions())
    usage = draft.usage
    TOKENS.labels("input").inc(usage.input_tokens)
    TOKENS.labels("output").inc(usage.output_tokens)
    DOLLARS.labels(usage.model).inc(usage.cost or 0.0)
    with transaction(held.tenant_id) as session:
        _end(
            session,
            held,
            draft.needs_person or "; ".join(one.rule for one in found),
            responder=responder.name,
            subject=draft.subject,
            body=draft.body,
            passages=list(draft.passages),
            violations=[f"{one.rule}: {one.found}" for one in found],
            usage={"model": usage.model, "input": usage.input_tokens, "output": usage.output_tokens},
        )


def _end(session: Session, held: Claim, objection: str, reason: str = "", **written: object) -> None:
    """Where they wrote again meanwhile, the answer to that mail goes out, and this one stays where it is."""
    if superseding.superseded(session, held.id):
        ledger.finish(session, held, State.DONE, superseding.SUPERSEDED, **written)
        return
    ledger.finish(session, held, State.DONE, reason, **written)
    _route(session, held, objection)


def _route(session: Session, held: Claim, objection: str) -> None:
    """To a person, unless the decision on the message let it pass and the guard found nothing."""
    row = session.get_one(Draft, held.id)
    message = session.get_one(Message, row.message_id)
    why = objection or message.findings.get("review", "")
    if not why:
        try:
            outgoing.enqueue(session, message, row, outgoing.AUTOMATIC)
        except BadInput as error:  # an address that no mail can be written to, for instance
            why = str(error)
        else:
            return
    sorted_as = conversations.newest_classification(session, message.id)
    session.add(
        Review(
            tenant_id=held.tenant_id,
            kind=ReviewKind.REPLY,
            message_id=message.id,
            why=why,
            priority=conversations.priority(sorted_as),
        )
    )


def _without(held: Claim, error: ResponderFailed) -> None:
    """No answer was written: try again later, and in the end leave the writing to a person."""
    if held.attempt <= MAX_TRIES and settings().anthropic_api_key.get_secret_value():
        _later(held, error)
        return
    with transaction(held.tenant_id) as session:
        _end(session, held, str(error), "no_draft", detail=str(error), responder="none")


def _later(held: Claim, error: ResponderFailed) -> None:
    wait = min(ledger.backoff(held.attempt), timedelta(minutes=5))
    with transaction(held.tenant_id) as session:
        ledger.release(session, held, "responder_failed", wait, detail=str(error))
