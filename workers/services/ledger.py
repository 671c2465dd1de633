"""The ledger: every change of state of every unit of work goes through here.

A claim takes a lease and raises the attempt number; all later writes of that job are guarded by the attempt,
so a worker that was frozen or declared dead can no longer change anything. All times are the database's own,
so the clocks of workers do not matter.
"""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Result,
    Select,
    Update,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from shared import tracing
from shared.db import EVERY_TENANT, transaction
from shared.errors import LeaseLost
from shared.metrics import LEASES_EXPIRED, OUTCOMES
from shared.models import Draft, Mailbox, Message, Outgoing, Review, Submission
from shared.settings import settings
from shared.states import LEASED, ReviewKind, State, ended, sources

type_of = type[Submission] | type[Mailbox] | type[Message] | type[Draft] | type[Outgoing]

QUEUES: dict[str, type_of] = {
    "browser": Submission,
    "inbox": Mailbox,
    "classify": Message,
    "respond": Draft,
    "send": Outgoing,
}
"""One queue a kind of work."""

MAX_DEATHS = 3
"""Workers that may die over one row before it is set aside as poison."""

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The due time of work that waits for a person, such as a paused campaign's."""

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one row until the lease ends."""

    queue: str
    id: int
    tenant_id: int
    attempt: int

    @property
    def model(self) -> type_of:
        """The table of the row."""
        return QUEUES[self.queue]


def owner() -> str:
    """Who holds a lease, for a person who looks: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"[:100]


def claim(queue: str, row_id: int) -> Claim | None:
    """Take a due row, or None where it is not due, not there, or somebody else's."""
    model = QUEUES[queue]
    statement = (
        update(model)
        .where(model.id == row_id, model.state == State.QUEUED, model.due_at <= func.now())
        .values(state=State.RUNNING, attempt=model.attempt + 1, leased_by=owner(), lease_until=_lease_end())
        .returning(model.tenant_id, model.attempt)
    )
    with transaction(EVERY_TENANT) as session:
        row = session.execute(statement).one_or_none()
    return Claim(queue, row_id, row.tenant_id, row.attempt) if row else None


def renew(queue: str, held: Sequence[Claim]) -> None:
    """Prolong the leases that are still ours; a lost one is found at its job's next guarded write."""
    model = QUEUES[queue]
    ours = tuple_(model.id, model.attempt).in_([(one.id, one.attempt) for one in held])
    with transaction(EVERY_TENANT) as session:
        session.execute(update(model).where(ours, model.state.in_(LEASED)).values(lease_until=_lease_end()))


def arm(session: Session, held: Claim, **values: object) -> None:
    """Write down the point of no return; the caller commits before it acts.

    Raises LeaseLost when the lease has run out, even where nobody noticed yet.
    """
    model = held.model
    statement = _update(held, (State.RUNNING,)).where(model.lease_until > func.now())
    armed = {"state": State.ARMED, "armed_at": func.now(), "lease_until": _lease_end()}
    _apply(session, held, statement.values(**armed, **values))


def confirm(session: Session, held: Claim) -> None:
    """Make sure, within a transaction, that the row is still ours. Raises LeaseLost when it is not."""
    _guarded(session, held, LEASED, lease_until=_lease_end())


def note(session: Session, held: Claim, **values: object) -> None:
    """Write facts into the row without ending it. Raises LeaseLost when another attempt took over."""
    _guarded(session, held, LEASED, **values)


def finish(session: Session, held: Claim, state: State, reason: str = "", **values: object) -> None:
    """End the row in `state`. Raises LeaseLost when another attempt took over."""
    _guarded(
        session,
        held,
        sources(state),
        state=state,
        reason=reason,
        ended_at=func.now(),
        lease_until=None,
        **values,
    )
    OUTCOMES.labels(held.queue, state.value, reason).inc()
    tracing.ended(state.value, reason)


def release(
    session: Session, held: Claim, reason: str, due_at: datetime | None = None, **values: object
) -> None:
    """Give an unarmed row back, due now or at `due_at`."""
    _guarded(
        session,
        held,
        (State.RUNNING,),
        state=State.QUEUED,
        reason=reason,
        due_at=due_at or func.now(),
        nudged_at=None,
        lease_until=None,
        **values,
    )


def backoff(attempt: int) -> timedelta:
    """How long to wait before the next attempt: 30 s doubling up to an hour, spread by a fifth."""
    base = min(30.0 * 2 ** max(0, attempt - 1), 3600.0)
    spread = int.from_bytes(os.urandom(2)) / 0xFFFF
    return timedelta(seconds=base * (0.9 + 0.2 * spread))


def expire(queue: str) -> int:
    """End the leases that ran out and return how many: running goes back or is poison, armed is unknown."""
    with transaction(EVERY_TENANT) as session:
        rows = session.execute(_expired(QUEUES[queue])).all()
        for row in rows:
            _expire(session, Claim(queue, row.id, row.tenant_id, row.attempt), row.state, row.deaths + 1)
    return len(rows)


def stumble(queue: str, row_id: int, error: str) -> None:
    """A job of this process failed in a way that nobody foresaw: count it as a worker's death."""
    model = QUEUES[queue]
    held = select(model.tenant_id, model.attempt, model.state, model.deaths).where(
        model.id == row_id, model.leased_by == owner(), model.state.in_(LEASED)
    )
    with transaction(EVERY_TENANT) as session:
        if row := session.execute(held.with_for_update()).one_or_none():
            lost = Claim(queue, row_id, row.tenant_id, row.attempt)
            note(session, lost, detail=error[:500])
            _expire(session, lost, row.state, row.deaths + 1)


def move(session: Session, queue: str, row_id: int, after: State, reason: str, **values: object) -> bool:
    """Move a row that nobody holds, by evidence or by a person; False where its state does not allow it."""
    model = QUEUES[queue]
    free = tuple(state for state in sources(after) if ended(state))
    statement = update(model).where(model.id == row_id, model.state.in_(free))
    extra = (
        {"ended_at": func.now()} if ended(after) else {"due_at": func.now(), "nudged_at": None, "deaths": 0}
    )
    done = session.execute(statement.values(state=after, reason=reason, **extra, **values))
    return _count(done) == 1


def _lease_end() -> ColumnElement[datetime]:
    return func.now() + literal(timedelta(seconds=settings().lease))


def _expired(model: type_of) -> Select[int, int, int, State, int]:
    return (
        select(model.id, model.tenant_id, model.attempt, model.state, model.deaths)
        .where(model.state.in_(LEASED), model.lease_until < func.now())
        .order_by(model.lease_until)
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )


def _expire(session: Session, lost: Claim, state: State, deaths: int) -> None:
    LEASES_EXPIRED.labels(lost.queue, state.value).inc()
    if state is State.ARMED:
        finish(session, lost, State.UNKNOWN, "lease_expired")
        ask_about_unknown(session, lost, "The worker stopped after the point of no return.")
    elif deaths >= MAX_DEATHS:
        finish(session, lost, State.QUARANTINED, "poison", deaths=deaths)
    else:
        due_at = datetime.now(UTC) + backoff(deaths) if deaths > 1 else None
        release(session, lost, "lease_expired", due_at, deaths=deaths)


def ask_about_unknown(session: Session, held: Claim, why: str) -> None:
    """Put an outcome that nothing proves before a person."""
    column = {"browser": "submission_id", "send": "outgoing_id"}[held.queue]
    session.add(Review(tenant_id=held.tenant_id, kind=ReviewKind.UNKNOWN, why=why, **{column: held.id}))


def _update(held: Claim, states: Sequence[State]) -> Update:
    model = held.model
    return update(model).where(model.id == held.id, model.attempt == held.attempt, model.state.in_(states))


def _guarded(session: Session, held: Claim, states: Sequence[State], **values: object) -> None:
    _apply(session, held, _update(held, states).values(**values))


def _apply(session: Session, held: Claim, statement: Update) -> None:
    if _count(session.execute(statement)) != 1:
        raise LeaseLost(f"Attempt {held.attempt} no longer holds {held.queue} row {held.id}.")


def _count(result: Result[Any]) -> int:
    return cast("CursorResult[Any]", result).rowcount
