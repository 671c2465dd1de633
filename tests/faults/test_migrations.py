"""A migration that fails leaves nothing, and code of the first schema runs on the newest."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Inspector

from shared import migrations
from shared.db import database_url
from shared.errors import MigrationFailed
from tests.conftest import database_at, forget, run_sql
from tests.faults import rows


@pytest.fixture
def empty(postgres: str, fresh_settings: pytest.MonkeyPatch) -> Iterator[str]:
    """A database without a schema; its address."""
    run_sql(postgres, "CREATE DATABASE empty_one")
    url = database_at(postgres, "empty_one")
    fresh_settings.setenv("RELANCE_DATABASE_URL", url)
    forget()
    yield url
    forget()
    run_sql(postgres, "DROP DATABASE empty_one WITH (FORCE)")


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row[0] for row in found}


def test_a_migration_that_fails_halfway_leaves_nothing_and_the_next_try_works(empty: str) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute("CREATE TABLE reviews (what int)")  # stands in the way of the last table
    with pytest.raises(MigrationFailed, match='nothing was changed: relation "reviews" already exists'):
        migrations.upgrade()
    assert tables(empty) == {"reviews"}
    with psycopg.connect(empty) as connection:
        connection.execute("DROP TABLE reviews")
    migrations.upgrade()
    assert "submissions" in tables(empty)


def at(revision: str) -> Inspector:
    """What the schema is at a revision."""
    engine = create_engine(database_url())
    with engine.begin() as connection:
        command.upgrade(migrations.configuration(connection), revision)
    return inspect(engine)


def revisions() -> list[str]:
    with create_engine(database_url()).connect() as connection:
        script = ScriptDirectory.from_config(migrations.configuration(connection))
    return [one.revision for one in reversed(list(script.walk_revisions()))]


def columns(schema: Inspector) -> dict[tuple[str, str], dict]:
    return {
        (table, column["name"]): column
        for table in schema.get_table_names()
        for column in schema.get_columns(table)
    }


def test_every_revision_only_adds_what_the_code_before_can_do_without(empty: str) -> None:
    known: dict[tuple[str, str], dict] = {}
    old_tables: set[str] = set()
    for revision in revisions():
        now = columns(at(revision))
        assert known.keys() <= now.keys(), f"{revision} takes something away"
        for name in known:
            assert str(now[name]["type"]) == str(known[name]["type"]), f"{revision} changes {name}"
            assert now[name]["nullable"] or not known[name]["nullable"], f"{revision} demands {name}"
        for name in now.keys() - known.keys():
            optional = now[name]["nullable"] or now[name]["default"] or name[0] not in old_tables
            assert optional, f"{revision} demands {name}, which the code before does not give"
        known, old_tables = now, {table for table, _ in now}


CLAIM = """
UPDATE submissions SET state = 'running', attempt = attempt + 1, leased_by = 'old:1',
    lease_until = now() + interval '30 s'
WHERE id = 1 AND state = 'queued' AND due_at <= now() RETURNING tenant_id, attempt
"""
ARM = """
UPDATE submissions SET state = 'armed', armed_at = now(), lease_until = now() + interval '30 s', plan = '{}',
    page_url = 'http://x' WHERE id = 1 AND attempt = 1 AND state = 'running' AND lease_until > now()
"""
NOTE = "UPDATE submissions SET exchange = '{}' WHERE id = 1 AND attempt = 1 AND state IN ('running', 'armed')"
FINISH = """
UPDATE submissions SET state = 'sent', reason = 'generic.words', ended_at = now(), lease_until = NULL,
    detail = '', page_url = 'http://x', proof = 'proven', captcha = '', plan = '{}'
WHERE id = 1 AND attempt = 1 AND state IN ('armed', 'unknown')
"""
EVIDENCE = """
INSERT INTO evidence (tenant_id, submission_id, attempt, kind, media_type, body)
VALUES (1, 1, 1, 'after', 'text/plain', '')
"""
ASK = "INSERT INTO reviews (tenant_id, kind, submission_id, why) VALUES (1, 'unknown', 1, 'why')"


def test_the_statements_of_the_first_version_run_on_the_newest_schema(database: str) -> None:
    """As the first version sent them; the row itself is inserted with its columns alone."""
    rows.leads(database, rows.tenants(database, 1), 1)
    with psycopg.connect(database) as connection:
        connection.execute("SET ROLE relance_app")
        connection.execute("SELECT set_config('relance.scope', '0', true)")
        for statement in (CLAIM, ARM, NOTE, FINISH, EVIDENCE, ASK):
            assert connection.execute(statement).rowcount == 1
