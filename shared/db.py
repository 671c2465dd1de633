"""Engine, sessions, transaction().

Every row belongs to a tenant, and Postgres itself refuses a query that names none: row-level security reads
`relance.scope`, which only `transaction()` sets, for that transaction alone. The login role may be a
superuser, for whom Postgres skips row-level security, so each connection drops to `relance_app` first.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

import psycopg
from psycopg.pq import ExecStatus
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from shared.errors import DatabaseUnavailable, NotConfigured
from shared.settings import settings

Values = Sequence[object] | Mapping[str, object]
"""What stands for the placeholders of a statement, by place or by name."""

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

_DRIVER = "driver"
"""Under which a session keeps psycopg's own connection, since asking the engine for it takes a while."""

_OPENING = "BEGIN; SET LOCAL relance.scope = '{scope:d}'"
_OPENING_RELAXED = _OPENING + "; SET LOCAL synchronous_commit = off"


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
            if not _passing(error.orig):
                raise
            raise DatabaseUnavailable(_why(error.orig)) from error
        except psycopg.Error as error:
            if session.info[_DRIVER].closed:
                session.invalidate()
            if not _passing(error):
                raise
            raise DatabaseUnavailable(_why(error)) from error


def run(session: Session, statement: str, values: Values = ()) -> psycopg.Cursor[Any]:
    """One statement in psycopg's own words within the session's transaction, after what the session holds.

    With a list for an array. What psycopg raises is told by `transaction`.
    """
    session.flush()
    driver: psycopg.Connection[Any] = session.info[_DRIVER]
    return driver.execute(statement, values)


def run_alone(statement: str, values: Values) -> Sequence[tuple[Any, ...]]:
    """One statement in psycopg's own words, for every tenant, in one round trip and not waiting for the disk.

    Where its connection is lost it is run again, so it must be one that may be. Raises DatabaseUnavailable.
    """
    try:
        return _run_alone(statement, values)
    except psycopg.Error as error:
        if not _passing(error):
            raise
        raise DatabaseUnavailable(_why(error)) from error


def _run_alone(statement: str, values: Values, *, again: bool = True) -> Sequence[tuple[Any, ...]]:
    with _own_connection() as driver:
        try:
            done = driver.execute(statement, values)
            return done.fetchall() if done.description else []
        except psycopg.OperationalError:
            if not (again and driver.closed):
                raise
    own_engine().dispose()  # what else lies in the pool died with it
    return _run_alone(statement, values, again=False)


@contextmanager
def _own_connection() -> Iterator["psycopg.Connection[Any]"]:
    pooled = own_engine().raw_connection()
    driver = cast("psycopg.Connection[Any]", pooled.driver_connection)
    try:
        yield driver
    finally:
        if driver.closed:
            pooled.invalidate()
        pooled.close()


def _driver(session: Session) -> "psycopg.Connection[Any]":
    return cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)


def _begin(session: Session, opening: str) -> None:
    """libpq is asked itself, at a fraction of the driver's and the engine's time: they where that fails."""
    driver = _driver(session)
    try:
        begun = driver.pgconn.exec_(opening.encode()).status
    except psycopg.Error:
        begun = ExecStatus.FATAL_ERROR
    if begun != ExecStatus.COMMAND_OK:
        _begin_anew(session, opening)
        driver = _driver(session)
    session.info[_DRIVER] = driver


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


def _passing(cause: BaseException | None) -> bool:
    """Whether the trouble is the server's and may pass, and not the statement's."""
    passing = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)
    return isinstance(cause, passing)


def _why(cause: BaseException | None) -> str:
    if isinstance(cause, psycopg.Error) and cause.sqlstate:
        return f"The database takes no work now: {str(cause).splitlines()[0]}."
    return "The database cannot be reached: check RELANCE_DATABASE_URL and that the server runs."
