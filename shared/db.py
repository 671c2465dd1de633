"""Engine, sessions, transaction().

Every row belongs to a tenant, and Postgres itself refuses a query that names none: row-level security reads
`relance.scope`, which only `transaction()` sets, for that transaction alone. The login role may be a
superuser, for whom Postgres skips row-level security, so each connection drops to `relance_app` first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar, cast

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from shared.errors import DatabaseUnavailable, NotConfigured
from shared.settings import settings

T = TypeVar("T")

Driver = psycopg.Connection[Any]

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

_PASSING = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)

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
    opening = (_OPENING if durable else _OPENING_RELAXED).format(scope=scope)
    try:
        pooled, _ = _taken(engine(), lambda driver: _command(driver, opening))
        with _returned(pooled), _Begun(pooled) as session:
            yield session
            session.end()
    except (DBAPIError, psycopg.Error) as error:
        _tell(error)
        raise


def run(session: Session, statement: str, values: Values = ()) -> psycopg.Cursor[Any]:
    """One statement in psycopg's own words within the session's transaction, after what the session holds.

    With a list for an array. What psycopg raises is told by `transaction`.
    """
    session.flush()
    return cast("_Begun", session).driver.execute(statement, values)


def run_alone(statement: str, values: Values) -> Sequence[tuple[Any, ...]]:
    """One statement in psycopg's own words, for every tenant, in one round trip and not waiting for the disk.

    Where its connection is lost it is run again, so it must be one that may be. Raises DatabaseUnavailable.
    """
    try:
        pooled, rows = _taken(own_engine(), lambda driver: _rows(driver, statement, values))
    except psycopg.Error as error:
        _tell(error)
        raise
    pooled.close()
    return rows


class _Begun(Session):
    """A session in a transaction that the driver began, at a fraction of the engine's time.

    The engine takes part only where the session is asked for more than `run`.
    """

    def __init__(self, pooled: PoolProxiedConnection) -> None:
        super().__init__(expire_on_commit=False)
        self.driver = _driver(pooled)
        self._pooled = pooled
        self._bound: Connection | None = None

    def get_bind(self, *_: object, **__: object) -> Connection:
        """The engine's view of the connection."""
        if self._bound is None:
            self._bound = Connection(engine(), self._pooled)
        return self._bound

    def end(self) -> None:
        """Commit, through the engine where it took part."""
        if self.in_transaction():
            self.commit()
        if self.driver.pgconn.transaction_status != TransactionStatus.IDLE:
            _command(self.driver, "COMMIT")

    def close(self) -> None:
        """Undo what was not committed."""
        if self.driver.closed:
            self.invalidate()
        super().close()


def _taken(
    source: Engine, first: Callable[[Driver], T], *, again: bool = True
) -> tuple[PoolProxiedConnection, T]:
    """A connection of the pool, and what the first work on it gave.

    Connections that died in the pool are found out here: nothing is done yet, so it is tried once more.
    """
    pooled = source.raw_connection()
    try:
        return pooled, first(_driver(pooled))
    except psycopg.Error:
        died = _driver(pooled).closed
        _give_back(pooled)
        if not (again and died):
            raise
    source.dispose()  # what else lies in the pool died with it
    return _taken(source, first, again=False)


@contextmanager
def _returned(pooled: PoolProxiedConnection) -> Iterator[None]:
    try:
        yield
    finally:
        _give_back(pooled)


def _give_back(pooled: PoolProxiedConnection) -> None:
    if pooled.is_valid and _driver(pooled).closed:
        pooled.invalidate()
    pooled.close()


def _driver(pooled: PoolProxiedConnection) -> Driver:
    return cast("Driver", pooled.driver_connection)


def _command(driver: Driver, command: str) -> None:
    """What gives no rows, and may be more than one statement. Raises psycopg's errors."""
    done = driver.pgconn.exec_(command.encode())
    if done.status == ExecStatus.COMMAND_OK:
        return
    if done.error_field(DiagnosticField.SQLSTATE) is None:  # it comes from no server
        driver.close()
        raise psycopg.OperationalError("The connection is lost.")
    raise error_from_result(done)


def _rows(driver: Driver, statement: str, values: Values) -> Sequence[tuple[Any, ...]]:
    done = driver.execute(statement, values)
    return done.fetchall() if done.description else []


def _tell(error: psycopg.Error | DBAPIError) -> None:
    """Raise DatabaseUnavailable where the trouble is the server's and may pass, and not the statement's."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, _PASSING):
        raise DatabaseUnavailable(_why(cause)) from error


def _why(cause: BaseException | None) -> str:
    if isinstance(cause, psycopg.Error) and cause.sqlstate:
        return f"The database takes no work now: {str(cause).splitlines()[0]}."
    return "The database cannot be reached: check RELANCE_DATABASE_URL and that the server runs."
