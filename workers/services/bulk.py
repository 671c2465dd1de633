"""Many rows in one statement: they go over as one JSON text, which Postgres reads by the table's own columns.

A statement with a parameter for each value is taken apart anew for each batch, by SQLAlchemy, by psycopg and
by Postgres; for a hundred mails that took longer than to understand them.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, SelectBase, any_, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import CollectionAggregate
from sqlalchemy.types import TypeEngine

from shared.db import run
from shared.models import Base

_INSERT = """
    INSERT INTO {table} ({columns})
    SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json) {otherwise}
"""


def insert(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, object]], otherwise: str = ""
) -> None:
    """Insert rows, in their order, that all name the columns of the first; `otherwise` is an ON CONFLICT."""
    if rows:
        columns = ", ".join(rows[0])
        named = _INSERT.format(table=model.__tablename__, columns=columns, otherwise=otherwise)
        run(session, named, [as_json(rows)])


def any_of(name: str, of: TypeEngine[Any]) -> CollectionAggregate[Any]:
    """ANY of a parameter that is a list: the same statement for any number of values, unlike IN."""
    return any_(bindparam(name, type_=ARRAY(of)))


def any_in(rows: SelectBase) -> CollectionAggregate[Any]:
    """ANY of what a query gives: asked first, then looked up by key, however little the planner knows."""
    return any_(func.array(rows.scalar_subquery(), type_=ARRAY(BigInteger())))


def as_json(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as `json_populate_recordset` reads them. Postgres takes no NUL in a text."""
    return json.dumps(rows, ensure_ascii=False)
