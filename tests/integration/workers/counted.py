"""What Postgres counted of the work that was asked of it."""

import psycopg

from shared import db
from tests.faults.farm import wait_for

_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def counted(connection: psycopg.Connection, statement: str) -> int:
    """The one number that a statement gives, once all who worked so far have told what they did."""
    db.engine().dispose()  # a server process tells what it read when it ends
    db.own_engine().dispose()
    connection.execute("SELECT pg_stat_force_next_flush()")
    wait_for(lambda: connection.execute(_OTHERS).fetchone() == (0,), 10, every=0.05)
    found = connection.execute(statement).fetchone()
    assert found
    return int(found[0])
