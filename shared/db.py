"""Engine, sessions, transaction().

Every row belongs to a tenant, and Postgres itself refuses a query that names none: row-level security reads
`relance.scope`, which only `transaction()` sets, for that transaction alone. The login role may be a
superuser, for whom Postgres skips row-level security, so each connection drops to `relance_app` first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from shared.errors import DatabaseUnavailable, NotConfigured
from shared.settings import settings

EVERY_TENANT = 0
"""The scope of the farm's own work (claims, nudges, migrations, log-in), never of a person's query."""

APP_ROLE = "relance_app"

CONNECT_TIMEOUT = 5
"""Seconds to wait for the server before saying that it is away."""


def database_url() -> URL:
    """The configured address with the psycopg driver.

    Raises NotConfigured where no address is set and no stack runs on this machine.
    """
    if not settings().database_url:
        raise NotConfigured("No database: run `relance up` on this machine, or set RELANCE_DATABASE_URL.")
    return make_url(settings().database_url).set(drivername="postgresql+psycopg")


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The process's pool of connections."""
    made = create_engine(
        database_url(), pool_pre_ping=True, pool_size=10, connect_args={"connect_timeout": CONNECT_TIMEOUT}
    )
    event.listen(made, "connect", _drop_privileges)
    return made


def _drop_privileges(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET ROLE {APP_ROLE}")
    cursor.close()
    connection.commit()


@contextmanager
def transaction(scope: int) -> Iterator[Session]:
    """One short transaction that sees the rows of one tenant, committed unless the block raises.

    `scope` is the tenant's id, or EVERY_TENANT. Never hold it open across the network.
    Raises DatabaseUnavailable when Postgres cannot be reached.
    """
    with Session(engine(), expire_on_commit=False) as session:
        try:
            session.execute(text("SELECT set_config('relance.scope', :scope, true)"), {"scope": str(scope)})
        except (OperationalError, InterfaceError) as error:
            raise DatabaseUnavailable(
                "The database cannot be reached: check RELANCE_DATABASE_URL and that the server runs."
            ) from error
        yield session
        session.commit()
