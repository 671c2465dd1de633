"""What a person is asked, and what their decision does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Subquery, func, select, true
from sqlalchemy.orm import Session, aliased

from classifiers.labels import INTENTS, LABEL_OF, Intent
from inbox.responders.values import Thread
from shared.db import transaction
from shared.errors import BadInput, NotFound
from shared.models import (
    Classification,
    Conversation,
    Draft,
    Evidence,
    Lead,
    Message,
    Outgoing,
    Review,
    Submission,
)
from shared.states import ReviewKind, ReviewState, State
from workers.services import audit, conversations, ledger, models, outgoing, suppressions, watching

MAX_BODY = 20_000

MAILS = (ReviewKind.REPLY, ReviewKind.ATTRIBUTION)
FORMS = (ReviewKind.CAPTCHA, ReviewKind.ANSWER, ReviewKind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the queue. `label` and `intent` are those of the mail in question, empty without one."""

    id: int
    kind: ReviewKind
    why: str
    priority: float
    since: datetime
    company: str
    subject: str
    label: str
    intent: str


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


def queue(tenant_id: int, kinds: Sequence[ReviewKind] = tuple(ReviewKind), most: int = 500) -> list[Line]:
    """The open questions, most worth first, then oldest; at most `most` of them."""
    wanted = _open(kinds).order_by(Review.priority.desc(), Review.created_at).limit(most)
    with transaction(tenant_id) as session:
        return [Line(**row) for row in session.execute(_lines(wanted.subquery())).mappings()]


def waiting(tenant_id: int, kinds: Sequence[ReviewKind] = tuple(ReviewKind)) -> int:
    """How many questions are open."""
    with transaction(tenant_id) as session:
        return session.scalar(select(func.count()).select_from(_open(kinds).subquery())) or 0


def kind(tenant_id: int, review_id: int) -> ReviewKind:
    """What a review asks about. Raises NotFound."""
    with transaction(tenant_id) as session:
        return _get(session, review_id, tuple(ReviewKind)).kind


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
        _lock_conversation(session, review_id)
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
        _lock_conversation(session, review_id)
        review = _get(session, review_id, MAILS)
        message = session.get_one(Message, review.message_id)
        said = Classification(
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
        session.add(said)
        review.priority = conversations.priority(said)
        if intent == "OPT_OUT":
            suppressions.opt_out(session, message, f"marked by {user}")
            _decide(session, review_id, ReviewState.SETTLED, user, MAILS)
        audit.record(session, tenant_id, user, "relabel", f"message {message.id}", intent=intent)
    watching.heed_mails(tenant_id, [message.id])


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


def _lock_conversation(session: Session, review_id: int) -> None:
    """First of all, as whoever supersedes the answer in question does."""
    mail = select(Message.conversation_id).join(Review, Review.message_id == Message.id)
    found = session.scalar(mail.where(Review.id == review_id))
    conversations.lock(session, [found] if found else [])


def _decide(
    session: Session, review_id: int, state: ReviewState, user: str, kinds: Sequence[ReviewKind]
) -> Review:
    """Close a question once: two people who decide at the same moment do not both act."""
    review = session.scalar(
        select(Review).where(Review.id == review_id, Review.state == ReviewState.OPEN).with_for_update()
    )
    if review is None:
        raise _closed(session, review_id)
    review.state, review.decided_by, review.decided_at = state, user, datetime.now(UTC)
    return _of_kind(review, kinds)


def _closed(session: Session, review_id: int) -> NotFound:
    """Why a question cannot be decided. One that was assigned or answered is gone."""
    if session.get(Review, review_id) is None:
        return NotFound(f"There is no review {review_id}: it never was, or somebody decided it already.")
    why = "somebody decided it already, or a later mail takes its place"
    return NotFound(f"Review {review_id} is not open: {why}.")


def _open(kinds: Sequence[ReviewKind]) -> Select[Review]:
    return select(Review).where(Review.state == ReviewState.OPEN, Review.kind.in_(kinds))


def _lines(wanted: Subquery) -> Select[Any]:
    """The columns of Line, named like its fields, in one query: a question is about a form, a mail that came,
    or a mail of ours.
    """
    review = aliased(Review, wanted)
    said = conversations.said(Message.id)
    company = func.coalesce(Lead.company, Message.from_address, Outgoing.recipient).label("company")
    subject = func.coalesce(Submission.page_url, Message.subject, Outgoing.message_id).label("subject")
    return (
        select(review.id, review.kind, review.why, review.priority, review.created_at.label("since"))
        .add_columns(company, subject)
        .add_columns(*(func.coalesce(said.c[name], "").label(name) for name in ("label", "intent")))
        .outerjoin(Submission, Submission.id == review.submission_id)
        .outerjoin(Message, Message.id == review.message_id)
        .outerjoin(Outgoing, Outgoing.id == review.outgoing_id)
        .outerjoin(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Lead, Lead.id == func.coalesce(Submission.lead_id, Conversation.lead_id))
        .outerjoin(said, true())
        .order_by(review.priority.desc(), review.created_at)
    )
