"""No query sees another tenant's rows, and none runs without naming a tenant."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from shared.db import EVERY_TENANT, engine, transaction
from shared.models import AuditEntry, Base, Lead
from tests.integration.workers.conftest import World

TABLES = sorted(table.name for table in Base.metadata.sorted_tables)


@pytest.mark.parametrize("table", TABLES)
def test_postgres_itself_guards_every_table(database: str, table: str) -> None:
    query = text("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = :table")
    with transaction(EVERY_TENANT) as session:
        assert session.execute(query, {"table": table}).one() == (True, True)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_asks_for_the_scope(database: str, table: str) -> None:
    query = text("SELECT qual FROM pg_policies WHERE tablename = :table")
    with transaction(EVERY_TENANT) as session:
        assert session.scalars(query, {"table": table}).one().count("relance_scope()") == 2


@pytest.mark.parametrize("table", ["tenants", "mailboxes", "senders", "campaigns", "leads", "submissions"])
def test_a_query_that_names_no_tenant_fails(world: World, table: str) -> None:
    world.add_leads("one.example.org")
    with Session(engine()) as session, pytest.raises(ProgrammingError, match="no tenant"):
        session.execute(text(f"SELECT * FROM {table}")).all()


def test_the_scope_ends_with_its_transaction(world: World) -> None:
    world.add_leads("one.example.org")
    with transaction(world.tenant) as session:
        session.scalar(select(func.count()).select_from(Lead))
    with Session(engine()) as session, pytest.raises(ProgrammingError, match="no tenant"):
        session.scalar(select(func.count()).select_from(Lead))


def test_one_tenant_sees_none_of_anothers_rows(new_world: Callable[[str], World]) -> None:
    mine, theirs = new_world("mine"), new_world("theirs")
    theirs.add_leads("secret.example.org")
    with transaction(mine.tenant) as session:
        assert session.scalars(select(Lead)).all() == []


def test_one_tenant_cannot_write_into_anothers_rows(new_world: Callable[[str], World]) -> None:
    mine, theirs = new_world("mine"), new_world("theirs")
    with transaction(mine.tenant) as session:
        session.add(AuditEntry(tenant_id=theirs.tenant, actor="x", action="x", subject="x", facts={}))
        with pytest.raises(ProgrammingError, match="row-level security"):
            session.flush()
        session.rollback()


def test_the_audit_log_is_append_only(world: World) -> None:
    with transaction(world.tenant) as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("UPDATE audit_log SET actor = 'nobody'"))
    with transaction(world.tenant) as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("DELETE FROM audit_log"))
