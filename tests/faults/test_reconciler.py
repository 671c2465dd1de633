"""One leader at a time: killed or frozen, it is followed by another copy."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import func, select, update

from shared.db import EVERY_TENANT, transaction
from shared.models import Submission
from shared.settings import settings
from shared.states import State
from tests.faults import rows
from tests.faults.farm import wait_for
from tests.scale.bench import leader, started
from workers import broker
from workers.reconciler import EXPIRE_EVERY, Reconciler, _connected
from workers.services import ledger
from workers.services.claims import Claim


@pytest.fixture(autouse=True)
def _fresh_broker(queue: str) -> Iterator[None]:
    for cached in (broker.broker, broker._nudger):
        cached.cache_clear()
    yield
    for cached in (broker.broker, broker._nudger):
        cached.cache_clear()


@contextmanager
def reconciling() -> Iterator[Reconciler]:
    """A copy in a thread of this process."""
    copy = Reconciler()
    thread = threading.Thread(target=copy.run)
    thread.start()
    try:
        yield copy
    finally:
        copy.stop()
        thread.join(20)
        assert not thread.is_alive()


def messages() -> int:
    return int(broker.redis_client().llen("dramatiq:browser"))


def end_others(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        connection.execute(f"{others} WHERE application_name LIKE 'reconciler %'")


def test_a_row_that_becomes_due_is_nudged_at_once(database: str, fresh_settings: pytest.MonkeyPatch) -> None:
    """By its notice: the timer is far away."""
    fresh_settings.setenv("RELANCE_RECONCILE_EVERY", "60")
    settings.cache_clear()
    first, second = rows.tenants(database, 2)
    with reconciling() as copy:
        assert wait_for(lambda: leader(database) is not None, 10, every=0.05)
        time.sleep(0.5)
        rows.leads(database, [first], 1)
        assert wait_for(lambda: messages() == 1, 5, every=0.02)
        copy.stop()
        rows.leads(database, [second], 1)  # wakes it, so that it sees that it was stopped


def test_the_lead_is_taken_again_when_its_connection_was_ended(database: str) -> None:
    ids = rows.tenants(database, 1)
    with reconciling():
        assert wait_for(lambda: leader(database) is not None, 10, every=0.05)
        end_others(database)
        assert wait_for(lambda: leader(database) is None, 10, every=0.01)
        assert wait_for(lambda: leader(database) is not None, 10, every=0.05)
        rows.leads(database, ids, 1)
        assert wait_for(lambda: messages() == 1, 5)


def test_after_a_flush_of_redis_the_queue_is_built_anew(database: str) -> None:
    rows.leads(database, rows.tenants(database, 1), 3)
    with reconciling():
        assert wait_for(lambda: messages() == 3, 10)
        broker.redis_client().flushall()
        assert wait_for(lambda: messages() == 3, 4)


def held_row(database: str) -> Claim:
    """A row that a worker holds."""
    rows.leads(database, rows.tenants(database, 1), 1)
    with transaction(EVERY_TENANT) as session:
        row_id = session.scalars(select(Submission.id)).one()
    held = ledger.claim("browser", row_id)
    assert held is not None
    return held


def row_now() -> Submission:
    with transaction(EVERY_TENANT) as session:
        return session.scalars(select(Submission)).one()


def end_lease_in(seconds: float) -> None:
    with transaction(EVERY_TENANT) as session:
        session.execute(update(Submission).values(lease_until=func.now() + timedelta(seconds=seconds)))


def test_what_a_dead_worker_held_is_nudged_in_the_round_that_ends_its_lease(database: str) -> None:
    broker.since(datetime(2000, 1, 1, tzinfo=UTC))  # Redis has lost nothing for long
    held_row(database)
    end_lease_in(-1)
    reconciler = Reconciler()
    with _connected() as connection:
        reconciler._round(connection)
    assert (row_now().state, row_now().deaths, messages()) == (State.QUEUED, 1, 1)


def test_of_ten_rounds_a_second_two_look_for_leases_that_ran_out(database: str) -> None:
    broker.since(datetime(2000, 1, 1, tzinfo=UTC))
    reconciler = Reconciler()
    with _connected() as connection:
        reconciler._round(connection)
        held_row(database)
        end_lease_in(-1)
        reconciler._round(connection)
        assert row_now().state is State.RUNNING
        time.sleep(EXPIRE_EVERY)
        reconciler._round(connection)
        assert row_now().state is State.QUEUED


def test_a_lease_that_ended_while_the_leader_was_cut_off_is_nobodys_death(database: str) -> None:
    with reconciling():
        assert wait_for(lambda: leader(database) is not None, 10, every=0.05)
        held_row(database)
        end_lease_in(0.05)
        end_others(database)
        assert wait_for(lambda: row_now().state is State.QUEUED, 20)
    assert row_now().deaths == 0


@pytest.mark.slow
def test_leases_end_while_redis_stands_still(database: str) -> None:
    with reconciling():
        assert wait_for(lambda: leader(database) is not None, 10, every=0.05)
        held_row(database)
        broker.redis_client().client_pause(12_000)
        time.sleep(3)
        end_lease_in(0)
        assert wait_for(lambda: row_now().state is State.QUEUED, 8)
        assert wait_for(lambda: messages() == 1, 20)


def test_leases_are_not_ended_before_the_living_could_renew_them(database: str) -> None:
    """The database was away for longer than a lease, and then the leader is there first."""
    held = held_row(database)
    end_lease_in(-10)
    with reconciling():
        assert wait_for(lambda: leader(database) is not None, 10, every=0.05)
        time.sleep(0.5)
        ledger.renew("browser", [held])
        time.sleep(3)
    assert row_now().state is State.RUNNING


@pytest.mark.slow
@pytest.mark.parametrize(("number", "seconds"), [(signal.SIGKILL, 5), (signal.SIGSTOP, 15)])
def test_another_copy_leads_when_the_leader_is_killed_or_frozen(
    number: signal.Signals, seconds: int, database: str
) -> None:
    copies = {copy.pid: copy for copy in (started(), started())}
    try:
        assert wait_for(lambda: leader(database) in copies, 60)
        first = leader(database)
        os.kill(first, number)
        assert wait_for(lambda: leader(database) in copies.keys() - {first}, seconds, every=0.05)
    finally:
        for copy in copies.values():
            copy.kill()
            copy.wait()
