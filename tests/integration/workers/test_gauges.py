"""What the leading reconciler tells Prometheus about the ledger."""

from datetime import UTC, datetime, timedelta

from prometheus_client import REGISTRY
from sqlalchemy import update

from shared.db import transaction
from shared.models import Mailbox, Submission
from tests.integration.workers.conftest import World
from workers import gauges
from workers.services import ledger, mailboxes


def value(name: str, **labels: str) -> float:
    found = REGISTRY.get_sample_value(f"relance_{name}", labels)
    assert found is not None
    return found


def test_the_backlog_its_age_and_what_is_in_flight_are_measured_by_queue(world: World) -> None:
    waiting, taken, _later = world.add_leads("a.example", "b.example", "c.example")
    now = datetime.now(UTC)
    with transaction(world.tenant) as session:
        for row, due in ((waiting, now - timedelta(hours=1)), (taken, now)):
            session.execute(update(Submission).where(Submission.id == row.id).values(due_at=due))
    assert ledger.claim("browser", taken.id)
    gauges.measure()
    assert value("backlog_rows", queue="browser") == 1
    assert 3600 <= value("oldest_due_seconds", queue="browser") < 3660
    assert value("in_flight_rows", queue="browser", state="running") == 1
    assert value("in_flight_rows", queue="browser", state="armed") == 0
    assert value("backlog_rows", queue="send") == 0
    assert value("oldest_due_seconds", queue="send") == 0


def test_a_mailbox_that_is_being_read_is_well(world: World) -> None:
    with transaction(world.tenant) as session:
        session.execute(update(Mailbox).values(reason="connected"))
    gauges.measure()
    assert [value("mailboxes", state=state) for state in ("read", "refused", "unreachable")] == [1, 0, 0]
    assert mailboxes.standings(world.tenant)[0].reading == "ok"


def test_a_mailbox_that_is_refused_and_one_that_falls_behind_are_seen(world: World) -> None:
    read_at = datetime.now(UTC) - timedelta(minutes=20)
    with transaction(world.tenant) as session:
        session.execute(update(Mailbox).values(reason="refused", read_at=read_at))
    gauges.measure()
    assert [value("mailboxes", state=state) for state in ("read", "refused", "unreachable")] == [0, 1, 0]
    assert 1200 <= value("mailbox_lag_seconds") < 1260
