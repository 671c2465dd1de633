"""KEDA: its objects, its question to the ledger, and what it may see there."""

import jsonschema
import psycopg
import pytest
from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker

from shared.db import EVERY_TENANT, transaction
from shared.models import Tenant
from tests.unit.deploy.conftest import DEPLOY, named, of_kind, render
from tests.unit.deploy.keda_schema import SPECS
from workers.services.claims import QUEUES


def trigger(pool: dict, kind: str) -> dict:
    (found,) = (one["metadata"] for one in pool["spec"]["triggers"] if one["type"] == kind)
    return found


def query(queue: str) -> str:
    return trigger(named(render("base"), "ScaledObject", queue), "postgresql")["query"]


def as_scaler(database: str) -> psycopg.Connection:
    """A connection like KEDA's, with the role that roles.sql makes."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute((DEPLOY / "k8s" / "roles.sql").read_text())
    return psycopg.connect(database, user="relance_scaler", autocommit=True)


def fill(database: str) -> None:
    """A mailbox in every state that matters: due twice, held, running, armed, ended."""
    with transaction(EVERY_TENANT) as session:
        tenant = Tenant(slug="a", name="A")
        session.add(tenant)
        session.flush()
        number = tenant.id
    states = [
        ("queued", "-1 s"),
        ("queued", "-1 h"),
        ("queued", "1 h"),
        ("running", "0"),
        ("armed", "0"),
        ("done", "0"),
    ]
    with psycopg.connect(database) as connection:
        for position, (state, due) in enumerate(states):
            connection.execute(
                "INSERT INTO mailboxes (tenant_id, provider, address, settings, credentials, state, due_at)"
                " VALUES (%s, 'imap', %s, '{}', '', %s, now() + %s::interval)",
                [number, f"{position}@example.com", state, due],
            )


def test_every_object_is_what_keda_accepts(objects: tuple[dict, ...]) -> None:
    found = list(of_kind(objects, *SPECS))
    assert len(found) == len(QUEUES) + 2
    for one in found:
        assert one["apiVersion"] == "keda.sh/v1alpha1"
        jsonschema.validate(one["spec"], SPECS[one["kind"]])


def test_each_pool_is_scaled_by_its_rows_and_by_its_messages(objects: tuple[dict, ...]) -> None:
    for queue, model in QUEUES.items():
        pool = named(objects, "ScaledObject", queue)
        assert pool["spec"]["scaleTargetRef"] == {"name": queue}
        assert f"FROM {model.__tablename__} " in trigger(pool, "postgresql")["query"]
        assert trigger(pool, "redis")["listName"] == f"dramatiq:{queue}.msgs"
        assert "replicas" not in named(objects, "Deployment", queue)["spec"]


def test_the_count_is_bounded_but_not_below_what_the_largest_pool_wants(objects: tuple[dict, ...]) -> None:
    for pool in of_kind(objects, "ScaledObject"):
        asked = trigger(pool, "postgresql")
        limit = int(asked["query"].split("LIMIT ")[1].split(")")[0])
        assert pool["spec"]["maxReplicaCount"] * int(asked["targetQueryValue"]) <= limit


def test_a_pool_shrinks_later_than_its_slowest_leave(objects: tuple[dict, ...]) -> None:
    for pool in of_kind(objects, "ScaledObject"):
        behaviour = pool["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
        leave = named(objects, "Deployment", pool["metadata"]["name"])["spec"]["template"]["spec"]
        assert behaviour["scaleDown"]["stabilizationWindowSeconds"] >= leave["terminationGracePeriodSeconds"]
        assert behaviour["scaleUp"]["stabilizationWindowSeconds"] == 0
        assert pool["spec"]["minReplicaCount"] <= pool["spec"]["maxReplicaCount"]


def test_what_the_triggers_ask_with_is_a_secret_by_reference(objects: tuple[dict, ...]) -> None:
    known = {one["metadata"]["name"] for one in of_kind(objects, "TriggerAuthentication")}
    for pool in of_kind(objects, "ScaledObject"):
        assert {one["authenticationRef"]["name"] for one in pool["spec"]["triggers"]} <= known


@pytest.mark.parametrize("queue", QUEUES)
def test_each_question_runs_on_the_real_schema_as_the_scaler(queue: str, database: str) -> None:
    with as_scaler(database) as connection:
        assert connection.execute(query(queue)).fetchone() == (0,)


def test_what_is_due_runs_or_is_armed_counts_and_what_is_held_or_ended_does_not(database: str) -> None:
    fill(database)
    with as_scaler(database) as connection:
        assert connection.execute(query("inbox")).fetchone() == (4,)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT credentials FROM mailboxes",
        "SELECT address FROM mailboxes",
        "SELECT * FROM submissions",
        "SELECT email FROM users",
        "UPDATE mailboxes SET state = 'queued'",
        "DELETE FROM outgoing",
    ],
)
def test_the_scaler_sees_and_changes_nothing_else(statement: str, database: str) -> None:
    fill(database)
    with (
        as_scaler(database) as connection,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)),
    ):
        connection.execute(statement)


def test_the_login_of_the_processes_is_held_to_row_level_security(database: str) -> None:
    fill(database)
    as_scaler(database).close()
    with psycopg.connect(database, user="relance_login") as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no tenant"):
            connection.execute("SELECT count(*) FROM mailboxes")
        connection.rollback()
        connection.execute("SET ROLE relance_app")
        connection.execute("SELECT set_config('relance.scope', '0', true)")
        assert connection.execute("SELECT count(*) FROM mailboxes").fetchone() == (6,)


def test_the_second_trigger_names_the_hash_that_dramatiq_fills(queue: str) -> None:
    broker = RedisBroker(url=queue, middleware=[])
    broker.declare_queue("send")
    broker.enqueue(Message("send", "send", (1,), {}, {}))
    name = trigger(named(render("base"), "ScaledObject", "send"), "redis")["listName"]
    assert broker.client.type(name) == b"hash"
    assert broker.client.hlen(name) == 1
    broker.client.flushall()
    broker.close()


def test_roles_may_be_made_twice(database: str) -> None:
    as_scaler(database).close()
    as_scaler(database).close()
