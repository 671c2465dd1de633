"""Who may log in, as what, and how that ends."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from shared.db import transaction
from shared.errors import BadInput, NotFound
from shared.models import AuditEntry
from shared.states import Role
from tests.integration.workers.commands import Terminal
from tests.integration.workers.conftest import World
from workers.services import accounts

PASSWORD = "a long enough password"
EVE, BOB = "eve@acme.example", "bob@acme.example"


@pytest.fixture
def people(world: World) -> World:
    """An operator and a reviewer."""
    accounts.create_user(world.tenant, EVE, PASSWORD, Role.OPERATOR, "test")
    accounts.create_user(world.tenant, BOB, PASSWORD, Role.REVIEWER, "test")
    return world


def test_a_disabled_user_cannot_log_in_until_enabled(people: World) -> None:
    accounts.disable(people.tenant, BOB, EVE)
    assert accounts.log_in(BOB, PASSWORD) is None
    accounts.enable(people.tenant, BOB, EVE)
    assert accounts.log_in(BOB, PASSWORD) is not None


def test_a_session_under_way_ends_and_takes_on_the_role_of_today(people: World) -> None:
    login = accounts.log_in(BOB, PASSWORD)
    assert login is not None
    accounts.set_role(people.tenant, BOB, Role.OPERATOR, EVE)
    now = accounts.renewed(login)
    assert now is not None
    assert now.role is Role.OPERATOR
    accounts.disable(people.tenant, BOB, EVE)
    assert accounts.renewed(login) is None


def test_the_only_operator_stays(people: World) -> None:
    with pytest.raises(BadInput, match="the only operator"):
        accounts.disable(people.tenant, EVE, EVE)
    with pytest.raises(BadInput, match="the only operator"):
        accounts.set_role(people.tenant, EVE, Role.REVIEWER, EVE)


def test_two_operators_who_disable_each_other_do_not_both_go(people: World) -> None:
    accounts.set_role(people.tenant, BOB, Role.OPERATOR, EVE)

    def disable(email: str) -> bool:
        try:
            accounts.disable(people.tenant, email, "other")
        except BadInput:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, [EVE, BOB])) == [False, True]


def test_a_user_of_another_tenant_is_not_touched(people: World) -> None:
    other = accounts.create_tenant("other", "Other", "test")
    with pytest.raises(NotFound):
        accounts.disable(other, BOB, "mallory")
    assert accounts.log_in(BOB, PASSWORD) is not None


def test_what_is_done_to_a_user_is_in_the_audit_log(people: World) -> None:
    accounts.set_role(people.tenant, BOB, Role.OPERATOR, EVE)
    accounts.disable(people.tenant, BOB, EVE)
    accounts.enable(people.tenant, BOB, EVE)
    with transaction(people.tenant) as session:
        done = session.execute(
            select(AuditEntry.action, AuditEntry.subject).where(AuditEntry.actor == EVE)
        ).all()
    assert [tuple(one) for one in done] == [(name, f"user {BOB}") for name in ("role", "disable", "enable")]


def test_users_are_changed_from_the_command_line(people: World, terminal: Terminal) -> None:
    assert "operator from now on" in terminal.type("user", "role", BOB, "operator")
    terminal.type("user", "disable", EVE)
    rows = {row["email"]: (row["role"], row["state"]) for row in terminal.ask("user", "list")}
    assert rows == {EVE: ("operator", "disabled"), BOB: ("operator", "active")}
    assert "only operator" in terminal.refused("user", "disable", BOB)
    terminal.type("user", "enable", EVE)
    terminal.type("user", "disable", BOB)


@pytest.mark.parametrize("command", ["disable", "enable"])
def test_a_user_who_is_not_there_is_one_sentence(people: World, terminal: Terminal, command: str) -> None:
    assert "no user nobody@acme.example" in terminal.refused("user", command, "nobody@acme.example")


def test_a_role_that_is_none_is_refused(people: World, terminal: Terminal) -> None:
    assert "'reviewer', 'operator'" in terminal.misused("user", "role", BOB, "emperor")
