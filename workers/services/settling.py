"""Outcomes that nothing proved at first settle themselves where there is a proof after all.

A worker that died past the point of no return leaves what it journalled; a mail that answers proves that what
it answers arrived; a mail of ours among the sent ones left. Whatever stays unproven is a person's to judge.
"""

from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session

from browser.outcome.journal import judge_journal
from browser.outcome.values import Exchange, Verdict
from browser.outcome.values import State as Said
from inbox.mailbox import Mailbox as Connection
from shared.db import EVERY_TENANT, transaction
from shared.errors import MailboxUnreachable
from shared.logs import log
from shared.metrics import SETTLED
from shared.models import Message, Outgoing, Review, Submission
from shared.states import ReviewKind, ReviewState, State
from workers.services import ledger
from workers.services.claims import Claim

BATCH = 200
"""Outcomes that one round looks through."""

LOOKED_FOR = 20
"""Mails that one poll looks for among the sent ones."""


def settle_unknown() -> int:
    """Settle what the journal or a mail that came in proves, and return how many. Made for each round.

    A row is marked before its journal is read: one that breaks the reading is left to a person.
    """
    with transaction(EVERY_TENANT) as session:
        unread = _unexamined(session)
    settled = sum(_by_journal(row) for row in unread)
    with transaction(EVERY_TENANT) as session:
        return settled + _by_answers(session)


def by_answer(session: Session, queue: str, row_id: int) -> bool:
    """Settle an unproven outcome that a mail answers; False where it was proven before."""
    return _settle(session, queue, row_id, State.SENT, "mail", "answered")


def by_sent_folder(held: Claim, connection: Connection) -> None:
    """Look once for each unproven mail of a mailbox among its sent ones. Raises MailboxRefused."""
    with transaction(held.tenant_id) as session:
        mails = session.execute(_unproven_mails(held.id)).all()
    for mail in mails:
        found = _among_sent(connection, mail.message_id)
        with transaction(held.tenant_id) as session:
            _examined(session, Review.outgoing_id == mail.id)
            if found:
                _settle(session, "send", mail.id, State.SENT, "sent_folder", "found_among_sent")


def _among_sent(connection: Connection, message_id: str) -> bool:
    """Asked twice, as a connection may be lost. Where sent mails cannot be searched it is left to a person:
    else the mailbox would count as unreachable, and be read less and less often.
    """
    for _ in range(2):
        try:
            return connection.find_sent(message_id)
        except MailboxUnreachable as error:
            log("sent mails cannot be searched", why=str(error))
    return False


def _unexamined(session: Session) -> Sequence[Submission]:
    """Unknown submissions whose journal nobody read; read ones are marked, for it says nothing new later."""
    open_ = (Review.kind == ReviewKind.UNKNOWN, Review.state == ReviewState.OPEN)
    query = (
        select(Review.submission_id)
        .where(*open_, Review.submission_id.is_not(None), Review.examined_at.is_(None))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(query).all()
    _examined(session, Review.submission_id.in_(ids))
    unknown = select(Submission).where(Submission.id.in_(ids), Submission.state == State.UNKNOWN)
    return session.scalars(unknown).all()


def _examined(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(update(Review).where(which).values(examined_at=func.now()))


def _by_journal(row: Submission) -> bool:
    verdict = _verdict(row)
    if verdict is None:
        return False
    after = State.SENT if verdict.state is Said.SENT else State.REJECTED
    told = {"detail": verdict.detail, "proof": verdict.proof.value}
    with transaction(row.tenant_id) as session:
        return _settle(session, "browser", row.id, after, "journal", verdict.rule, **told)


def _verdict(row: Submission) -> Verdict | None:
    """What the last journalled exchange proves. A form in steps posts its steps too: they prove nothing."""
    if not row.exchange or (row.plan or {}).get("next_step"):
        return None
    # A worker of another version may have written it.
    known = {field.name: row.exchange[field.name] for field in fields(Exchange) if field.name in row.exchange}
    return judge_journal(Exchange(**known), row.message)


def _by_answers(session: Session) -> int:
    """Settle what was answered by a mail that was read before the outcome was known to be unproven."""
    settled = 0
    for queue, answered in (("browser", _answered_forms()), ("send", _answered_mails())):
        for row_id in session.scalars(answered):
            settled += by_answer(session, queue, row_id)
    return settled


def _answered_forms() -> Select[int]:
    answer = exists().where(
        Message.submission_id == Submission.id, Message.kind.not_in(("", "bounce", "quarantined"))
    )
    query = select(Submission.id).join(Review, Review.submission_id == Submission.id)
    return query.where(Review.state == ReviewState.OPEN, Submission.state == State.UNKNOWN, answer)


def _answered_mails() -> Select[int]:
    """Mails of ours that another names by their Message-ID: an answer, or a bounce, which left us too."""
    own = func.btrim(Outgoing.message_id, "<>")
    named = or_(
        Message.findings["references"].contains(func.jsonb_build_array(own)),
        Message.findings["bounce"]["original_message_id"].astext == own,
    )
    answer = exists().where(Message.conversation_id == Outgoing.conversation_id, named)
    query = select(Outgoing.id).join(Review, Review.outgoing_id == Outgoing.id)
    return query.where(Review.state == ReviewState.OPEN, Outgoing.state == State.UNKNOWN, answer)


def _unproven_mails(mailbox_id: int) -> Select[int, str]:
    query = select(Outgoing.id, Outgoing.message_id).join(Review, Review.outgoing_id == Outgoing.id)
    return query.where(
        Outgoing.mailbox_id == mailbox_id,
        Outgoing.state == State.UNKNOWN,
        Review.state == ReviewState.OPEN,
        Review.examined_at.is_(None),
    ).limit(LOOKED_FOR)


def _settle(
    session: Session, queue: str, row_id: int, after: State, by: str, rule: str, **values: object
) -> bool:
    """Move the row, unless a person was faster."""
    proof = {"proof": "proven"} if queue == "browser" else {}
    if not ledger.move(session, queue, row_id, after, rule, **(proof | values)):
        return False
    SETTLED.labels(queue, by).inc()
    return True
