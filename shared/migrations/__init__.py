"""Alembic migrations, run by `relance up`, by `relance migrate`, and as a Job on Kubernetes."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from shared.db import CONNECT_TIMEOUT, database_url
from shared.errors import DatabaseUnavailable, MigrationFailed

LOCK = 0x52656C61
"""Advisory lock that makes two migrating processes take turns ("Rela")."""


def upgrade() -> None:
    """Bring the database to the newest schema, in one transaction.

    Raises DatabaseUnavailable when it cannot be reached, or MigrationFailed, and then nothing was changed.
    """
    engine = create_engine(database_url(), connect_args={"connect_timeout": CONNECT_TIMEOUT})
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            command.upgrade(configuration(connection), "head")
    except OperationalError as error:
        raise DatabaseUnavailable(
            "The database cannot be reached: check RELANCE_DATABASE_URL and that the server runs."
        ) from error
    except DBAPIError as error:
        why = str(error.orig).splitlines()[0]
        raise MigrationFailed(f"The schema stays as it was, nothing was changed: {why}.") from error
    finally:
        engine.dispose()


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for an open connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["connection"] = connection
    return made
