"""The ledger: every change of state of every unit of work goes through here.

A claim takes a lease and raises the attempt number; all later writes of that job are guarded by the attempt,
so a worker that was frozen or declared dead can no longer change anything. All times are the database's own,
so the clocks of workers do not matter.

What a crash of the database may take back (a claim, a renewal) does not wait for its disk: a row whose claim
was undone may be claimed again under the same attempt number, and then only one of the two can arm. What says
that something was sent, or was about to be, is on the disk before anything follows from it.
"""

import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Result, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import tracing
from shared.db import EVERY_TENANT, run, run_alone, transaction
from shared.errors import LeaseLost
from shared.metrics import LEASES_EXPIRED, OUTCOMES
from shared.models import Review
from shared.settings import settings
from shared.states import LEASED, ReviewKind, ReviewState, State, ended, sources
from workers.services import guarded
from workers.services.claims import QUEUES, Claim
from workers.services.guarded import NOW, Change

MAX_DEATHS = 3
"""Workers that may die over one row before it is set aside as poison."""

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The due time of work that waits for a person, such as a paused campaign's."""

BATCH = 500
"""Leases that `expire` ends at once."""

_HOST = socket.gethostname()

_ABOUT = {"browser": "submission_id", "send": "outgoing_id"}
"""The queues whose rows a person may be asked about, and how a question names its row."""

# clock_timestamp() and not now(), which may be long ago where the database stood still. `guarded` tells why
# the state is written so.
_CLAIM = """
    UPDATE {table} SET state = 'running', attempt = attempt + 1, leased_by = %s,
        lease_until = clock_timestamp() + make_interval(secs => %s)
    WHERE id = %s AND state || '' = 'queued' AND due_at <= now() RETURNING tenant_id, attempt
"""

STILL_HELD = """
    SELECT w.id FROM {table} w JOIN unnest(%s::bigint[], %s::bigint[]) AS held(id, attempt)
        ON held.id = w.id AND held.attempt = w.attempt
    WHERE w.state IN ('running', 'armed') ORDER BY w.id FOR UPDATE OF w
"""
"""Locks rows that are held. Many rows are locked in the order of their ids everywhere, so that nobody waits
for each other in a ring."""

_RENEW = """
    WITH held AS MATERIALIZED ({still_held})
    UPDATE {table} w SET lease_until = clock_timestamp() + make_interval(secs => %s)
    FROM held WHERE w.id = held.id
"""

_GIVE_BACK = """
    WITH held AS MATERIALIZED ({still_held})
    UPDATE {table} w SET state = 'queued', lease_until = NULL, nudged_at = NULL, reason = 'database_away',
        due_at = w.due_at - interval '1 ms'
    FROM held WHERE w.id = held.id AND w.state = 'running' AND w.leased_by = %s
"""

_CANCEL = """
    WITH unbegun AS MATERIALIZED (
        SELECT id FROM {table} WHERE id = ANY(%s) AND state || '' = 'queued' ORDER BY id FOR UPDATE
    )
    UPDATE {table} w SET state = 'cancelled', reason = %s, ended_at = now() FROM unbegun
    WHERE w.id = unbegun.id RETURNING w.id
"""

# What is given back goes before what became due together with it, as all leads of a launch do; after a second
# death it waits as backoff() does. A lease that ended while nobody could renew it is no worker's death.
_LOST = """
    WITH lost AS MATERIALIZED (
        SELECT id, state, deaths + CASE WHEN state = 'armed' OR {excused} THEN 0 ELSE 1 END AS deaths
        FROM {table} WHERE {chosen} LIMIT :batch FOR UPDATE SKIP LOCKED
    ), fate AS (
        SELECT id, deaths, CASE WHEN state = 'armed' THEN 'unknown' WHEN deaths >= :most THEN 'quarantined'
            ELSE 'queued' END AS after
        FROM lost
    )
    UPDATE {table} w SET state = fate.after, lease_until = NULL, nudged_at = NULL, deaths = fate.deaths,
        reason = CASE fate.after WHEN 'quarantined' THEN 'poison' ELSE 'lease_expired' END,
        detail = CASE WHEN :detail = '' THEN w.detail ELSE :detail END,
        ended_at = CASE fate.after WHEN 'queued' THEN NULL ELSE now() END,
        due_at = CASE WHEN fate.after = 'queued' AND fate.deaths > greatest(w.deaths, 1)
            THEN now() + make_interval(secs => 30 * 2 ^ w.deaths * (0.9 + 0.2 * random()))
            ELSE w.due_at - interval '1 ms' END
    FROM fate WHERE w.id = fate.id RETURNING w.id, w.tenant_id, w.state, w.reason
"""

_RAN_OUT = "state IN ('running', 'armed') AND lease_until < now() ORDER BY lease_until"
_NOBODY_COULD_RENEW = "lease_until < greatest(pg_postmaster_start_time(), CAST(:back AS timestamptz))"
_OURS = "id = :id AND leased_by = :owner AND state IN ('running', 'armed')"


def owner() -> str:
    """Who holds a lease, for a person who looks: host and process."""
    return f"{_HOST}:{os.getpid()}"[:100]


def now(session: Session) -> datetime:
    """The time of the transaction, by the one clock that counts."""
    return session.scalars(select(func.now())).one()


def claim(queue: str, row_id: int) -> Claim | None:
    """Take a due row, or None where it is not due, not there, or somebody else's."""
    statement = _CLAIM.format(table=QUEUES[queue].__tablename__)
    taken = run_alone(statement, (owner(), settings().lease, row_id))
    return Claim(queue, row_id, *taken[0]) if taken else None


def renew(queue: str, held: Sequence[Claim]) -> None:
    """Prolong the leases that are still ours; a lost one is found at its job's next guarded write."""
    ours = ([one.id for one in held], [one.attempt for one in held])
    run_alone(_of_held(_RENEW, queue), (*ours, settings().lease))


def give_back(queue: str, dropped: Sequence[Claim]) -> None:
    """Give back, all at once, what is still ours and not armed: its jobs failed for want of the database."""
    ours = ([one.id for one in dropped], [one.attempt for one in dropped])
    run_alone(_of_held(_GIVE_BACK, queue), (*ours, owner()))


def _of_held(statement: str, queue: str) -> str:
    table = QUEUES[queue].__tablename__
    return statement.format(table=table, still_held=STILL_HELD.format(table=table))


def arm(session: Session, held: Claim, **values: object) -> None:
    """Write down the point of no return; the caller commits before it acts.

    Raises LeaseLost when the lease has run out, even where nobody noticed yet.
    """
    _guarded(session, held, _ARM, state=State.ARMED, armed_at=NOW, **values)


def confirm(session: Session, held: Claim) -> None:
    """Make sure, within a transaction, that the row is still ours. Raises LeaseLost when it is not."""
    _guarded(session, held, _CONFIRM)


def note(session: Session, held: Claim, **values: object) -> None:
    """Write facts into the row without ending it, also where what was armed is unknown by now.

    Raises LeaseLost when another attempt took over.
    """
    _guarded(session, held, _NOTE, **values)


def finish(session: Session, held: Claim, state: State, reason: str = "", **values: object) -> None:
    """End the row in `state`. Raises LeaseLost when another attempt took over.

    What was given up as unknown meanwhile ends all the same, and nobody is asked about it any more.
    """
    values |= {"state": state, "reason": reason, "lease_until": None, "ended_at": NOW}
    if not guarded.write(session, held, _END[state], values):
        if State.UNKNOWN not in sources(state):
            raise _lost(held)
        _guarded(session, held, _END_UNKNOWN, **values)
        _withdraw(session, held.queue, held.id)
    OUTCOMES.labels(held.queue, state.value, reason).inc()
    tracing.ended(state.value, reason)


def release(
    session: Session,
    held: Claim,
    reason: str,
    due: datetime | timedelta | None = None,
    **values: object,
) -> None:
    """Give an unarmed row back: to its old place, due at a time, or after a while (the database's)."""
    given = {"state": State.QUEUED, "reason": reason, "nudged_at": None, "lease_until": None, **values}
    if due is None:
        _guarded(session, held, _RELEASE, **given)
    else:
        _guarded(session, held, _RELEASE_LATER, due_at=due, **given)


def backoff(attempt: int) -> timedelta:
    """How long to wait before the next attempt: 30 s doubling up to an hour, spread by a fifth."""
    doublings = min(max(0, attempt - 1), 7)  # a row that waits for its turn may be claimed thousands of times
    base = min(30.0 * 2**doublings, 3600.0)
    spread = int.from_bytes(os.urandom(2)) / 0xFFFF
    return timedelta(seconds=base * (0.9 + 0.2 * spread))


def expire(queue: str, back: datetime | None = None) -> list[int]:
    """End the leases that ran out, the oldest first and at most BATCH; the ids of their rows.

    Running goes back or is poison, armed is unknown. `back` is when the database was last back after an
    absence, as its reconciler saw it: a lease that ended before, or before the server started, counts as
    nobody's death.
    """
    with transaction(EVERY_TENANT) as session:
        return _end_leases(session, queue, _RAN_OUT, _NOBODY_COULD_RENEW, detail="", back=back)


def stumble(queue: str, row_id: int, error: str) -> None:
    """A job of this process failed in a way that nobody foresaw: count it as a worker's death."""
    why = error[:500].replace("\x00", "")
    with transaction(EVERY_TENANT) as session:
        _end_leases(session, queue, _OURS, "false", detail=why, id=row_id, owner=owner())


def move(session: Session, queue: str, row_id: int, after: State, reason: str, **values: object) -> bool:
    """Move a row that nobody holds, by evidence or by a person; False where its state does not allow it.

    An unknown outcome takes its open question along.
    """
    model = QUEUES[queue]
    free = tuple(state for state in sources(after) if ended(state))
    statement = update(model).where(model.id == row_id, model.state.in_(free))
    extra = (
        {"ended_at": func.now()} if ended(after) else {"due_at": func.now(), "nudged_at": None, "deaths": 0}
    )
    done = session.execute(statement.values(state=after, reason=reason, **extra, **values))
    if _count(done) != 1:
        return False
    if State.UNKNOWN in free and queue in _ABOUT:
        _withdraw(session, queue, row_id)
    return True


def cancel(session: Session, queue: str, row_ids: Sequence[int], reason: str) -> set[int]:
    """Cancel those of some rows on which no work has begun, and return which they were."""
    statement = _CANCEL.format(table=QUEUES[queue].__tablename__)
    cancelled = {row_id for (row_id,) in run(session, statement, [list(row_ids), reason])}
    OUTCOMES.labels(queue, State.CANCELLED.value, reason).inc(len(cancelled))
    return cancelled


def ask(session: Session, held: Claim, kind: ReviewKind, why: str, priority: float = 0.0) -> None:
    """Put a question about a row before a person, anew where one was asked about it before."""
    _ask(session, held.queue, [(held.tenant_id, held.id)], {"kind": kind, "why": why, "priority": priority})


def ask_about_unknown(session: Session, held: Claim, why: str) -> None:
    """Put an outcome that nothing proves before a person."""
    ask(session, held, ReviewKind.UNKNOWN, why)


def _ask(session: Session, queue: str, about: Sequence[tuple[int, int]], question: dict[str, object]) -> None:
    column = _ABOUT[queue]
    values = [{"tenant_id": tenant_id, column: row_id, **question} for tenant_id, row_id in about]
    anew = {"state": ReviewState.OPEN, "created_at": func.now(), "decided_by": "", "decided_at": None}
    statement = insert(Review).values(values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[column], set_={**question, **anew, "examined_at": None}
        )
    )


def _withdraw(session: Session, queue: str, row_id: int) -> None:
    about = getattr(Review, _ABOUT[queue]) == row_id
    open_ = (Review.kind == ReviewKind.UNKNOWN, Review.state == ReviewState.OPEN)
    session.execute(delete(Review).where(about, *open_))


def _end_leases(session: Session, queue: str, chosen: str, excused: str, **values: object) -> list[int]:
    """End the leases of rows that the SQL condition `chosen` finds; `excused` are no deaths. Their ids."""
    lost = _LOST.format(table=QUEUES[queue].__tablename__, chosen=chosen, excused=excused)
    rows = session.execute(text(lost), {**values, "most": MAX_DEATHS, "batch": BATCH}).all()
    for row in rows:
        before = State.ARMED if row.state == State.UNKNOWN else State.RUNNING
        LEASES_EXPIRED.labels(queue, before.value).inc()
        if ended(State(row.state)):
            OUTCOMES.labels(queue, row.state, row.reason).inc()
    if unknown := [(row.tenant_id, row.id) for row in rows if row.state == State.UNKNOWN]:
        why = "The worker stopped after the point of no return."
        _ask(session, queue, unknown, {"kind": ReviewKind.UNKNOWN, "why": why})
    return [row.id for row in rows]


_ARM = Change((State.RUNNING,), leased=True, live=True)
_CONFIRM = Change(LEASED, leased=True)
_NOTE = Change((*LEASED, State.UNKNOWN))
_RELEASE = Change((State.RUNNING,), first=True)
_RELEASE_LATER = Change((State.RUNNING,))
_END = {state: Change(tuple(one for one in sources(state) if one is not State.UNKNOWN)) for state in State}
_END_UNKNOWN = Change((State.UNKNOWN,))


def _guarded(session: Session, held: Claim, change: Change, **values: object) -> None:
    if not guarded.write(session, held, change, values):
        raise _lost(held)


def _lost(held: Claim) -> LeaseLost:
    return LeaseLost(f"Attempt {held.attempt} no longer holds {held.queue} row {held.id}.")


def _count(result: Result[Any]) -> int:
    return cast("CursorResult[Any]", result).rowcount
