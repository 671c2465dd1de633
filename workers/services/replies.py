"""Understand one mail: what it is, from which lead, what it says, and what is to be done about it.

Reading and classifying happen outside any transaction; then everything that follows from the mail is written
in one: its state, the suppression, the label, the evidence for its submission, and the next piece of work.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from classifiers.model import Prediction
from inbox.attribution import Attribution
from inbox.responders.decide import Action, Decision, Policy, Situation, decide
from inbox.understanding import Understanding, understand
from shared.db import transaction
from shared.metrics import DOUBT
from shared.models import Classification, Draft, Message, Outgoing, Review, Submission, Tenant
from shared.states import ReviewKind, State
from workers.services import conversations, leases, ledger, suppressions
from workers.services.attributing import attribute_mail
from workers.services.ledger import Claim
from workers.services.reading import classify, findings_of, modelled, ruled, storable

SURE = 0.8
"""Confidence of an attribution from which a mail needs no person to say whose it is."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail as understood, before anything is written."""

    understood: Understanding
    attribution: Attribution
    prediction: Prediction | None
    assigned: int | None = field(default=None)


def process(message_id: int) -> None:
    """Claim a mail, understand it, and write down all that follows."""
    held = ledger.claim("classify", message_id)
    if held is None:
        return
    with leases.kept(held):
        reading = _read(held)
        with transaction(held.tenant_id) as session:
            _conclude(session, held, reading)


def _read(held: Claim) -> Reading:
    with transaction(held.tenant_id) as session:
        row = session.get_one(Message, held.id)
    understood = understand(row.raw)
    attribution = attribute_mail(held.tenant_id, understood, row.received_at)
    prediction = classify(understood)
    for doubt in prediction.doubts if prediction else ():
        DOUBT.labels(doubt).inc()
    return Reading(understood, attribution, prediction, row.conversation_id)


def _conclude(session: Session, held: Claim, reading: Reading) -> None:
    understood = reading.understood
    if understood.kind == "quarantined":
        ledger.finish(session, held, State.QUARANTINED, "poison", detail=understood.rule, kind="quarantined")
        return
    conversation_id = _conversation(session, held, reading)
    submission = _submission(session, conversation_id)
    ledger.finish(
        session,
        held,
        State.DONE,
        reading.attribution.rule,
        conversation_id=conversation_id,
        submission_id=submission.id if submission else None,
        findings=findings_of(understood, reading.attribution),
        **storable(understood),
    )
    message = session.get_one(Message, held.id, populate_existing=True)
    _label(session, message, reading)
    if submission is not None:
        _as_evidence(session, submission, understood)
    _follow_up(session, message, reading)


def _conversation(session: Session, held: Claim, reading: Reading) -> int | None:
    if reading.assigned is not None:
        return reading.assigned
    found = reading.attribution
    if found.candidate is None or found.ambiguous or found.confidence < SURE:
        return None
    return conversations.of_lead(session, held.tenant_id, int(found.candidate.lead_id))


def _submission(session: Session, conversation_id: int | None) -> Submission | None:
    if conversation_id is None:
        return None
    return conversations.context(session, conversation_id).submission


def _label(session: Session, message: Message, reading: Reading) -> None:
    """What a rule is sure of needs no model; the rest is the model's."""
    said = ruled(reading.understood) or modelled(reading.prediction)
    if said is not None:
        session.add(Classification(tenant_id=message.tenant_id, message_id=message.id, **said))
        session.flush()


def _as_evidence(session: Session, submission: Submission, understood: Understanding) -> None:
    """Whoever answers a form, person or machine, got it: that proves an unknown submission."""
    if understood.kind != "bounce" and submission.state is State.UNKNOWN:
        ledger.move(session, "browser", submission.id, State.SENT, "answered", proof="proven")
        settled = select(Review).where(Review.submission_id == submission.id)
        for review in session.scalars(settled):
            session.delete(review)


def _follow_up(session: Session, message: Message, reading: Reading) -> None:
    understood = reading.understood
    if understood.kind == "opt_out":
        suppressions.opt_out(session, message, f"opted out by mail ({understood.rule})")
    if understood.bounce and understood.bounce.hard:
        for address in understood.bounce.recipients:
            suppressions.suppress(session, message.tenant_id, address, f"bounced: {understood.bounce.reason}")
    if message.conversation_id is None:
        _ask_whose(session, message, reading)
        return
    decision = decide(_situation(session, message, reading))
    message.detail = decision.reason
    _act(session, message, decision)


def _ask_whose(session: Session, message: Message, reading: Reading) -> None:
    """Only a mail that may be an answer to us is put before a person; the rest of the mailbox is not ours."""
    contenders = reading.attribution.contenders
    if reading.understood.kind == "person" and contenders:
        names = ", ".join(sorted({str(one.lead_id) for one in contenders})[:10])
        why = f"This may be an answer from lead {names}."
        session.add(
            Review(tenant_id=message.tenant_id, kind=ReviewKind.ATTRIBUTION, message_id=message.id, why=why)
        )


def _situation(session: Session, message: Message, reading: Reading) -> Situation:
    tenant = session.get_one(Tenant, message.tenant_id)
    said, mail = reading.prediction, reading.understood.mail
    return Situation(
        kind=reading.understood.kind,
        label=said.label if said else "",
        intent=said.intent if said else "",
        confidence=said.confidence if said else 0.0,
        reply_to=message.findings["reply_to"],
        return_path=mail.return_path,
        is_list=message.findings["list"],
        opted_out=reading.understood.kind == "opt_out",
        doubts=said.doubts if said else (),
        answers_today=_answers(session, message, Outgoing.created_at > func.now() - timedelta(days=1)),
        answers=_answers(session, message),
        policy=Policy(tenant.automatic_confidence),
    )


def _answers(session: Session, message: Message, *bounds: ColumnElement[bool]) -> int:
    ours = Outgoing.conversation_id == message.conversation_id
    return session.scalar(select(func.count()).where(ours, *bounds)) or 0


def _act(session: Session, message: Message, decision: Decision) -> None:
    if decision.action is Action.STOP:
        suppressions.stop(session, message.conversation_id or 0, decision.reason)
    elif decision.action in (Action.DRAFT, Action.REVIEW):
        review = decision.reason if decision.action is Action.REVIEW else ""
        message.findings = {**message.findings, "review": review}
        session.add(Draft(tenant_id=message.tenant_id, message_id=message.id))
