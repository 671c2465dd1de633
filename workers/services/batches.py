"""The ledger for many rows at once: what costs a round trip for each row is paid once for all of them.

The rules are those of `ledger`: a claim takes a lease, every later write is guarded by the attempt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from shared.db import EVERY_TENANT, transaction
from shared.errors import LeaseLost
from shared.metrics import OUTCOMES
from shared.settings import settings
from shared.states import LEASED, State, sources
from workers.services import ledger
from workers.services.ledger import Claim


@dataclass(frozen=True, slots=True)
class Ending:
    """How one row ends, and what is written into it then."""

    held: Claim
    state: State
    reason: str
    values: Mapping[str, Any]


def claim(queue: str, row_id: int, most: int, small: ColumnElement[bool]) -> list[Claim]:
    """Take a due row, and with it others of its tenant that are `small`, at most `most` in all, oldest first;
    empty where it is gone.

    A row over which a worker died goes alone, so that poison takes no other row with it.
    """
    first = ledger.claim(queue, row_id)
    return [first, *_companions(first, most - 1, small)] if first else []


def _companions(first: Claim, most: int, small: ColumnElement[bool]) -> list[Claim]:
    model = ledger.QUEUES[first.queue]
    leader = aliased(model)
    due = (
        select(model.id)
        .where(model.tenant_id == first.tenant_id, model.state == State.QUEUED, model.due_at <= func.now())
        .where(
            small,
            model.deaths == 0,
            select(leader.deaths).where(leader.id == first.id).scalar_subquery() == 0,
        )
        .order_by(model.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    lease = func.now() + literal(timedelta(seconds=settings().lease))
    taken = (
        update(model)
        .where(model.id.in_(due))
        .values(state=State.RUNNING, attempt=model.attempt + 1, leased_by=ledger.owner(), lease_until=lease)
        .returning(model.id, model.attempt)
    )
    with transaction(EVERY_TENANT) as session:
        rows = session.execute(taken, execution_options={"synchronize_session": False}).all()
    return [Claim(first.queue, row.id, first.tenant_id, row.attempt) for row in sorted(rows)]


def still_held(session: Session, held: Sequence[Claim]) -> list[Claim]:
    """Those that no other attempt took over, locked until the transaction ends.

    Raises LeaseLost where none is left.
    """
    model = held[0].model
    ours = tuple_(model.id, model.attempt).in_([(one.id, one.attempt) for one in held])
    query = select(model.id).where(ours, model.state.in_(LEASED)).order_by(model.id).with_for_update()
    left = set(session.scalars(query))
    if not left:
        raise LeaseLost(f"No row of this batch of {held[0].queue} is held any more.")
    return [one for one in held if one.id in left]


def finish(session: Session, endings: Sequence[Ending]) -> None:
    """End rows that `still_held` locked. Raises LeaseLost when one of them cannot end so."""
    kinds: dict[tuple[State, tuple[str, ...]], list[Ending]] = {}
    for ending in endings:
        kinds.setdefault((ending.state, tuple(ending.values)), []).append(ending)
    for (state, columns), alike in kinds.items():
        _finish(session, state, columns, alike)


def _finish(session: Session, state: State, columns: Sequence[str], alike: Sequence[Ending]) -> None:
    """One statement for all: a column of the rows goes over as one array."""
    table = alike[0].held.model.__table__
    written = ("reason", *columns)
    rows = [(one.held.id, one.held.attempt, one.reason, *one.values.values()) for one in alike]
    arrays = (
        literal(list(values), ARRAY(table.c[name].type))
        for name, values in zip(("id", "attempt", *written), zip(*rows, strict=True), strict=True)
    )
    ended = func.unnest(*arrays).table_valued("id", "attempt", *written).render_derived("ended")
    ours = (table.c.id == ended.c.id, table.c.attempt == ended.c.attempt, table.c.state.in_(sources(state)))
    fixed = {"state": state, "ended_at": func.now(), "lease_until": None}
    statement = (
        update(alike[0].held.model).where(*ours).values(**fixed, **{name: ended.c[name] for name in written})
    )
    done = session.execute(statement, execution_options={"synchronize_session": False})
    if cast("CursorResult[Any]", done).rowcount != len(rows):
        raise LeaseLost(f"A row of this batch cannot end as {state}.")
    for one in alike:
        OUTCOMES.labels(one.held.queue, state.value, one.reason).inc()
