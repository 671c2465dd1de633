"""Engine, sessions, transaction().

Every row belongs to a tenant, and Postgres itself refuses a query that names none: row-level security reads
`relance.scope`, which only `transaction()` sets, for that transaction alone. The login role may be a
superuser, for whom Postgres skips row-level security, so each connection drops to `relance_app` first.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import psycopg
from sqlalchemy import Engine, Row, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from shared.errors import DatabaseUnavailable, NotConfigured
from shared.settings import settings

EVERY_TENANT = 0
"""The scope of the farm's own work (claims, nudges, migrations, log-in), never of a person's query."""

APP_ROLE = "relance_app"

CONNECT_TIMEOUT = 5
"""Seconds to wait for the server before saying that it is away."""

POOL = 20
"""Connections that a process keeps, opened as they are needed: as many as it has threads at work, since each
one beyond is opened and closed for a single transaction."""

KEEPALIVES = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,
}
"""libpq's: a host that vanished, or a network that was cut, ends a connection after about twelve seconds."""

_OPENING = "BEGIN; SELECT set_config('relance.scope', '{scope:d}', true)"
_OPENING_RELAXED = _OPENING + ", set_config('synchronous_commit', 'off', true)"


def database_url() -> URL:
    """The configured address with the psycopg driver.

    Raises NotConfigured where no address is set and no stack runs on this machine.
    """
    if not settings().database_url:
        raise NotConfigured("No database: run `relance up` on this machine, or set RELANCE_DATABASE_URL.")
    return make_url(settings().database_url).set(drivername="postgresql+psycopg")


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The process's pool of connections. A server that went away without a word is noticed in seconds.

    The driver begins no transaction by itself: `transaction()` does, in the round trip that sets the scope.
    """
    return _engine()


@lru_cache(maxsize=1)
def own_engine() -> Engine:
    """Connections for single statements of the farm's own, which need no transaction around them."""
    made = _engine()
    event.listen(made, "connect", _work_for_every_tenant)
    return made


def _engine() -> Engine:
    made = create_engine(
        database_url(),
        pool_size=POOL,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": CONNECT_TIMEOUT, **KEEPALIVES},
    )
    event.listen(made, "connect", _drop_privileges)
    return made


def _work_for_every_tenant(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET relance.scope = '{EVERY_TENANT}'")
    cursor.execute("SET synchronous_commit = off")
    cursor.close()
    connection.commit()


def _drop_privileges(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET ROLE {APP_ROLE}")
    cursor.close()
    connection.commit()


@contextmanager
def transaction(scope: int, *, durable: bool = True) -> Iterator[Session]:
    """One short transaction that sees the rows of one tenant, committed unless the block raises.

    `scope` is the tenant's id, or EVERY_TENANT. Never hold it open across the network. Without `durable` it
    does not wait for the disk: a crash of the server may undo it, up to 0.6 s after it was committed.
    Raises DatabaseUnavailable when Postgres cannot be reached, is lost meanwhile, or takes no change now
    (full, read-only, starting); what was written then may or may not be there.
    """
    with Session(engine(), expire_on_commit=False) as session:
        try:
            _begin(session, (_OPENING if durable else _OPENING_RELAXED).format(scope=scope))
            yield session
            session.commit()
        except DBAPIError as error:
            if not _passing(error):
                raise
            raise DatabaseUnavailable(_why(error)) from error


def run_alone(statement: str, values: Sequence[object]) -> Sequence[Row[Any]]:
    """One statement in psycopg's own words, for every tenant, in one round trip and not waiting for the disk.

    Where its connection is lost it is run again, so it must be one that may be. Raises DatabaseUnavailable.
    """
    try:
        try:
            return _run_alone(statement, values)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return _run_alone(statement, values)
    except DBAPIError as error:
        if not _passing(error):
            raise
        raise DatabaseUnavailable(_why(error)) from error


def _run_alone(statement: str, values: Sequence[object]) -> Sequence[Row[Any]]:
    with own_engine().connect() as connection:
        done = connection.exec_driver_sql(statement, tuple(values))
        return done.all() if done.returns_rows else []


def _begin(session: Session, opening: str) -> None:
    """The driver is asked itself, at a fraction of the engine's time, and the engine where that fails."""
    driver = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    try:
        driver.execute(opening)
    except psycopg.Error:
        _begin_anew(session, opening)


def _begin_anew(session: Session, opening: str) -> None:
    """Connections that died in the pool are found out here: nothing is done yet, so it is tried once more."""
    try:
        _open(session, opening)
    except DBAPIError as error:
        session.rollback()
        if not error.connection_invalidated:
            raise
        _open(session, opening)


def _open(session: Session, opening: str) -> None:
    # Postgres takes two statements at once only where they have no parameters.
    session.connection().exec_driver_sql(opening, execution_options={"no_parameters": True})


def _passing(error: DBAPIError) -> bool:
    """Whether the trouble is the server's and may pass, and not the statement's."""
    return isinstance(error, OperationalError | InterfaceError) or isinstance(
        error.orig, psycopg.errors.ReadOnlySqlTransaction
    )


def _why(error: DBAPIError) -> str:
    if isinstance(error.orig, psycopg.Error) and error.orig.sqlstate and not error.connection_invalidated:
        return f"The database takes no work now: {str(error.orig).splitlines()[0]}."
    return "The database cannot be reached: check RELANCE_DATABASE_URL and that the server runs."
