"""The ledger for many rows at once: what costs a round trip for each row is paid once for all of them.

The rules are those of `ledger`: a claim takes a lease, every later write is guarded by the attempt.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from shared.db import run, run_alone
from shared.errors import LeaseLost
from shared.metrics import OUTCOMES
from shared.settings import settings
from shared.states import State, sources
from workers.services import bulk, ledger
from workers.services.claims import QUEUES, Claim

# The tenant is a value to the planner, so that the companions are read off the index in their order.
_CLAIM = """
    WITH leader AS (
        UPDATE {table} SET state = 'running', attempt = attempt + 1, leased_by = %s,
            lease_until = clock_timestamp() + make_interval(secs => %s)
        WHERE id = %s AND state || '' = 'queued' AND due_at <= now() RETURNING id, tenant_id, attempt, deaths
    ), companions AS (
        SELECT id FROM {table}
        WHERE tenant_id = (SELECT tenant_id FROM leader WHERE deaths = 0) AND state = 'queued'
            AND due_at <= now() AND deaths = 0 AND id <> %s AND {small}
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
    ), taken AS (
        UPDATE {table} SET state = 'running', attempt = attempt + 1, leased_by = %s,
            lease_until = clock_timestamp() + make_interval(secs => %s)
        WHERE id IN (SELECT id FROM companions) RETURNING id, tenant_id, attempt
    )
    SELECT id, tenant_id, attempt FROM leader UNION ALL SELECT id, tenant_id, attempt FROM taken
"""

_FINISH = """
    UPDATE {table} w SET state = %s, ended_at = now(), lease_until = NULL, {written}
    FROM json_populate_recordset(NULL::{table}, %s::json) AS ended
    WHERE w.id = ended.id AND w.attempt = ended.attempt AND w.state = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Ending:
    """How one row ends, and what is written into it then."""

    held: Claim
    state: State
    reason: str
    values: Mapping[str, Any]


def claim(queue: str, row_id: int, most: int, small: str) -> list[Claim]:
    """Take a due row, and with it others of its tenant of which the SQL condition `small` is true, at most
    `most` in all, oldest first; empty where it is gone.

    A row over which a worker died goes alone, so that poison takes no other row with it.
    """
    statement = _CLAIM.format(table=QUEUES[queue].__tablename__, small=small)
    lease = (ledger.owner(), settings().lease)
    rows = run_alone(statement, (*lease, row_id, row_id, most - 1, *lease))
    ordered = sorted(rows, key=lambda row: (row[0] != row_id, row[0]))
    return [Claim(queue, *row) for row in ordered]


def still_held(session: Session, held: Sequence[Claim]) -> list[Claim]:
    """Those that no other attempt took over, locked until the transaction ends.

    Raises LeaseLost where none is left.
    """
    statement = ledger.STILL_HELD.format(table=held[0].model.__tablename__)
    ours = ([one.id for one in held], [one.attempt for one in held])
    left = {row_id for (row_id,) in run(session, statement, ours)}
    if not left:
        raise LeaseLost(f"No row of this batch of {held[0].queue} is held any more.")
    return [one for one in held if one.id in left]


def finish(session: Session, endings: Sequence[Ending]) -> None:
    """End rows that `still_held` locked. Raises LeaseLost when one of them cannot end so."""
    kinds: dict[tuple[State, tuple[str, ...]], list[Ending]] = {}
    for ending in endings:
        kinds.setdefault((ending.state, tuple(ending.values)), []).append(ending)
    for (state, columns), alike in kinds.items():
        _finish(session, state, ("reason", *columns), alike)
    for labels, ended in Counter((one.held.queue, one.state.value, one.reason) for one in endings).items():
        OUTCOMES.labels(*labels).inc(ended)


def _finish(session: Session, state: State, columns: Sequence[str], alike: Sequence[Ending]) -> None:
    statement = _FINISH.format(
        table=alike[0].held.model.__tablename__,
        written=", ".join(f"{name} = ended.{name}" for name in columns),
    )
    rows = [
        {"id": one.held.id, "attempt": one.held.attempt, "reason": one.reason, **one.values} for one in alike
    ]
    done = run(session, statement, (state, bulk.as_json(rows), [*sources(state)]))
    if done.rowcount != len(rows):
        raise LeaseLost(f"A row of this batch cannot end as {state}.")
