"""The one statement that changes a row under a lease: written only where the attempt still holds it.

In psycopg's own words: an engine that makes a statement of values takes longer to make it than Postgres takes
to run it.

`state || ''` is the state of a row that is chosen by its id, here and wherever one is. Said plainly, Postgres
would look for the row among all that are in the state where it takes them to be few, as it does until it has
counted a large import: a claim then read every due row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import lru_cache

from psycopg.types.json import Jsonb
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from shared.db import run
from shared.models import Base
from shared.settings import settings
from shared.states import State
from workers.services.claims import Claim


class Clock(Enum):
    """Values that the database's clock gives."""

    NOW = "now()"


NOW = Clock.NOW
"""The time of the transaction, to be written into a column."""


@dataclass(frozen=True, slots=True)
class Change:
    """From which states a guarded write goes, and what the database's clock writes with it.

    `leased` begins the lease anew; `live` asks that the lease has not run out; `first` puts the row before
    those that became due together with it.
    """

    states: tuple[State, ...]
    leased: bool = False
    live: bool = False
    first: bool = False


def write(session: Session, held: Claim, change: Change, values: Mapping[str, object]) -> bool:
    """Write `values` into the row; False where another attempt holds it, or it is in none of the states.

    A value may be NOW; a timedelta is that much after it.
    """
    return run(session, *prepared(held, change, values)).rowcount == 1


def prepared(held: Claim, change: Change, values: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """The statement that `write` runs, and what stands for its placeholders."""
    places = tuple((name, _place(name, value)) for name, value in values.items())
    statement, documents = _statement(held.model, change, places)
    given = dict(values) | {name: Jsonb(values[name]) for name in documents}
    own = {"of_id": held.id, "of_attempt": held.attempt, "new_lease": settings().lease}
    return statement, given | own


def _place(name: str, value: object) -> str:
    """What stands for a value in the statement."""
    if value is NOW:
        return NOW.value
    return f"now() + %({name})s" if isinstance(value, timedelta) else f"%({name})s"


@lru_cache(maxsize=256)
def _statement(
    model: type[Base], change: Change, written: tuple[tuple[str, str], ...]
) -> tuple[str, tuple[str, ...]]:
    """The statement, and which of its columns are JSON. Raises KeyError for a column that is not there."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101  # every model of a queue is mapped to one table
    documents = tuple(name for name, _ in written if isinstance(table.c[name].type, JSONB))
    changes = [f"{name} = {place}" for name, place in written]
    if change.leased:
        changes.append("lease_until = clock_timestamp() + make_interval(secs => %(new_lease)s)")
    if change.first:
        changes.append("due_at = due_at - interval '1 ms'")
    where = ["id = %(of_id)s", "attempt = %(of_attempt)s", f"state || '' IN ({_listed(change.states)})"]
    if change.live:
        where.append("lease_until > clock_timestamp()")
    return f"UPDATE {table.name} SET {', '.join(changes)} WHERE {' AND '.join(where)}", documents  # noqa: S608


def _listed(states: tuple[State, ...]) -> str:
    return ", ".join(f"'{state}'" for state in states)
