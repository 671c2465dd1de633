"""What a person is asked, and what their decision does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.labels import INTENTS, LABEL_OF, Intent
from inbox.responders.values import Thread
from shared.db import transaction
from shared.errors import BadInput, NotFound
from shared.models import Classification, Draft, Evidence, Lead, Message, Outgoing, Review, Submission
from shared.states import ReviewKind, ReviewState, State
from workers.services import audit, conversations, ledger, models, outgoing, suppressions

MAX_BODY = 20_000

MAILS = (ReviewKind.REPLY, ReviewKind.ATTRIBUTION)
FORMS = (ReviewKind.CAPTCHA, ReviewKind.ANSWER, ReviewKind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the queue."""

    id: int
    kind: ReviewKind
    why: str
    priority: float
    company: str
    subject: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A flagged reply with all that a person needs to decide."""

    review: Review
    message: Message
    lead: Lead | None
    thread: Thread | None
    classification: Classification | None
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class Form:
    """A form to finish by hand, or an outcome to judge, with its evidence."""

    review: Review
    submission: Submission
    lead: Lead
    evidence: Sequence[Evidence]


def queue(tenant_id: int, kinds: Sequence[ReviewKind] = tuple(ReviewKind)) -> list[Line]:
    """The open questions, most worth first, then oldest."""
    query = (
        select(Review)
        .where(Review.state == ReviewState.OPEN, Review.kind.in_(kinds))
        .order_by(Review.priority.desc(), Review.created_at)
        .limit(500)
    )
    with transaction(tenant_id) as session:
        return [_line(session, review) for review in session.scalars(query)]


def reply(tenant_id: int, review_id: int) -> Reply:
    """A flagged reply. Raises NotFound."""
    with transaction(tenant_id) as session:
        review = _get(session, review_id, MAILS)
        message = session.get_one(Message, review.message_id)
        around = conversations.context(session, message.conversation_id) if message.conversation_id else None
        return Reply(
            review,
            message,
            around.lead if around else None,
            conversations.thread(session, around) if around else None,
            conversations.newest_classification(session, message.id),
            session.scalar(select(Draft).where(Draft.message_id == message.id)),
        )


def form(tenant_id: int, review_id: int) -> Form:
    """A form that was handed over, or an unproven submission. Raises NotFound."""
    with transaction(tenant_id) as session:
        review = _get(session, review_id, FORMS)
        submission = session.get_one(Submission, review.submission_id)
        evidence = session.scalars(
            select(Evidence).where(Evidence.submission_id == submission.id).order_by(Evidence.id)
        ).all()
        return Form(review, submission, session.get_one(Lead, submission.lead_id), evidence)


def approve(tenant_id: int, review_id: int, user: str, subject: str, body: str) -> None:
    """Send the draft as the person left it. Raises BadInput for an empty one, NotFound when decided."""
    if not body.strip() or len(body) > MAX_BODY:
        raise BadInput(f"An answer has between 1 and {MAX_BODY} characters.")
    with transaction(tenant_id) as session:
        review = _decide(session, review_id, ReviewState.APPROVED, user, [ReviewKind.REPLY])
        message = session.get_one(Message, review.message_id)
        draft = session.scalars(select(Draft).where(Draft.message_id == message.id)).one()
        edited = (draft.subject, draft.body) != (subject, body)
        draft.subject, draft.body = subject, body
        outgoing.enqueue(session, message, draft, user)
        audit.record(session, tenant_id, user, "approve", f"review {review_id}", edited=edited)


def reject(tenant_id: int, review_id: int, user: str) -> None:
    """Send nothing. Raises NotFound when it was decided already."""
    with transaction(tenant_id) as session:
        _decide(session, review_id, ReviewState.REJECTED, user, MAILS)
        audit.record(session, tenant_id, user, "reject", f"review {review_id}")


def relabel(tenant_id: int, review_id: int, user: str, intent: str) -> None:
    """Correct what the reply means; an opt-out takes effect at once. Raises BadInput, NotFound."""
    if intent not in INTENTS:
        raise BadInput(f"There is no intent {intent!r}: use one of {', '.join(INTENTS)}.")
    label = LABEL_OF[Intent(intent)]
    with transaction(tenant_id) as session:
        review = _get(session, review_id, MAILS)
        message = session.get_one(Message, review.message_id)
        session.add(
            Classification(
                tenant_id=tenant_id,
                message_id=message.id,
                label=label,
                intent=intent,
                confidence=1.0,
                probabilities={intent: 1.0},
                doubts=[],
                model=models.PERSON,
                by=user,
            )
        )
        if intent == "OPT_OUT":
            suppressions.opt_out(session, message, f"marked by {user}")
            _decide(session, review_id, ReviewState.SETTLED, user, MAILS)
        audit.record(session, tenant_id, user, "relabel", f"message {message.id}", intent=intent)


def settle(tenant_id: int, review_id: int, user: str, sent: bool) -> None:
    """Say how a handed-over form or an unproven outcome ended. Raises NotFound when decided."""
    with transaction(tenant_id) as session:
        review = _decide(session, review_id, ReviewState.SETTLED, user, FORMS)
        kind, row_id, given_up = (
            ("browser", review.submission_id, _given_up(review))
            if review.submission_id
            else ("send", review.outgoing_id, State.NOT_SENT)
        )
        after = State.SENT if sent else given_up
        _moved(ledger.move(session, kind, row_id or 0, after, "person"))
        audit.record(session, tenant_id, user, "settle", f"review {review_id}", state=after.value)


def answer(tenant_id: int, review_id: int, user: str, answers: dict[str, str]) -> None:
    """Give the answers that a form asks for, by label, and queue it again. Raises BadInput, NotFound."""
    if not any(value.strip() for value in answers.values()):
        raise BadInput("Give at least one answer.")
    with transaction(tenant_id) as session:
        review = _decide(session, review_id, ReviewState.SETTLED, user, [ReviewKind.ANSWER])
        submission = session.get_one(Submission, review.submission_id)
        merged = {**submission.answers, **answers}
        _moved(ledger.move(session, "browser", submission.id, State.QUEUED, "answered", answers=merged))
        session.delete(review)
        audit.record(session, tenant_id, user, "answer", f"submission {submission.id}")


def assign(tenant_id: int, review_id: int, user: str, lead_id: int) -> None:
    """Say which lead an ambiguous mail is from; it is then understood again with that knowledge."""
    with transaction(tenant_id) as session:
        if session.get(Lead, lead_id) is None:
            raise NotFound(f"There is no lead {lead_id}.")
        review = _decide(session, review_id, ReviewState.SETTLED, user, [ReviewKind.ATTRIBUTION])
        conversation = conversations.of_lead(session, tenant_id, lead_id)
        message_id = review.message_id or 0
        _moved(
            ledger.move(
                session, "classify", message_id, State.QUEUED, "assigned", conversation_id=conversation
            )
        )
        session.delete(review)
        audit.record(session, tenant_id, user, "assign", f"message {review.message_id}", lead=lead_id)


def _moved(done: bool) -> None:
    if not done:
        raise BadInput("Nothing was changed: meanwhile it went on by itself. Look at it again.")


def _given_up(review: Review) -> State:
    return State.NOT_SENT if review.kind is ReviewKind.UNKNOWN else State.CANCELLED


def _get(session: Session, review_id: int, kinds: Sequence[ReviewKind]) -> Review:
    review = session.get(Review, review_id)
    if review is None:
        raise NotFound(f"There is no review {review_id}.")
    return _of_kind(review, kinds)


def _of_kind(review: Review, kinds: Sequence[ReviewKind]) -> Review:
    if review.kind not in kinds:
        raise BadInput(f"Review {review.id} asks about something else ({review.kind.value}).")
    return review


def _decide(
    session: Session, review_id: int, state: ReviewState, user: str, kinds: Sequence[ReviewKind]
) -> Review:
    """Close a question once: two people who decide at the same moment do not both act."""
    review = session.scalar(
        select(Review).where(Review.id == review_id, Review.state == ReviewState.OPEN).with_for_update()
    )
    if review is None:
        raise NotFound(f"Review {review_id} is not open: somebody decided it already.")
    review.state, review.decided_by, review.decided_at = state, user, datetime.now(UTC)
    return _of_kind(review, kinds)


def _line(session: Session, review: Review) -> Line:
    if review.submission_id:
        submission = session.get_one(Submission, review.submission_id)
        lead = session.get_one(Lead, submission.lead_id)
        return Line(review.id, review.kind, review.why, review.priority, lead.company, submission.page_url)
    if review.message_id:
        message = session.get_one(Message, review.message_id)
        around = conversations.context(session, message.conversation_id) if message.conversation_id else None
        company = around.lead.company if around else message.from_address
        return Line(review.id, review.kind, review.why, review.priority, company, message.subject)
    mail = session.get_one(Outgoing, review.outgoing_id)
    return Line(review.id, review.kind, review.why, review.priority, mail.recipient, mail.message_id)
