"""Nudges: ids of due rows, fair, only just ahead of the workers, and again when Redis forgot."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from shared.db import EVERY_TENANT, transaction
from shared.errors import BrokerUnavailable
from shared.models import Submission
from shared.settings import settings
from shared.states import State
from tests.faults import rows
from tests.faults.farm import Redis
from tests.integration.workers.conftest import World
from tests.integration.workers.counted import counted
from workers import broker, nudging
from workers.services import campaigns, ledger

Connection = psycopg.Connection[tuple[Any, ...]]
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
"""Redis has lost nothing since."""


@pytest.fixture(autouse=True)
def _fresh_broker(queue: str) -> None:
    broker.broker.cache_clear()
    broker._nudger.cache_clear()


@pytest.fixture
def nudger() -> nudging.Nudger:
    return nudging.Nudger("browser")


def queued_ids() -> list[int]:
    """The ids in the queue's messages, in the order in which workers get them."""
    client = broker.broker().client
    decode = broker.dramatiq.get_encoder().decode
    names = client.lrange("dramatiq:browser", 0, -1)
    return [decode(client.hget("dramatiq:browser.msgs", name))["args"][0] for name in names]


def fetch(number: int) -> list[int]:
    """What a worker would get, and work on at once."""
    ids = queued_ids()[:number]
    broker.broker().client.ltrim("dramatiq:browser", number, -1)
    for row_id in ids:
        ledger.claim("browser", row_id)
    return ids


def launched(world: World, number: int) -> list[int]:
    rows = world.add_leads(*(f"site-{world.tenant}-{n}.org" for n in range(number)))
    campaigns.launch(world.tenant, world.campaign, "test")
    return [row.id for row in rows]


def test_a_message_is_one_that_dramatiq_delivers_and_carries_the_id_alone(
    world: World, nudger: nudging.Nudger
) -> None:
    (row_id,) = launched(world, 1)
    nudger.nudge(ALWAYS)
    made = broker.broker()
    made.declare_queue("browser")
    message = next(made.consume("browser"))
    assert message is not None
    assert (message.actor_name, message.args, message.kwargs) == ("browser", (row_id,), {})
    assert made.client.hlen("dramatiq:browser.msgs") == 1


def test_a_row_is_not_nudged_again_at_once_but_later(world: World, nudger: nudging.Nudger) -> None:
    launched(world, 1)
    nudger.nudge(ALWAYS)
    assert not nudger.nudge(ALWAYS)
    assert len(queued_ids()) == 1
    with transaction(EVERY_TENANT) as session:
        long_ago = func.now() - timedelta(seconds=nudging.AGAIN + 1)
        session.execute(update(Submission).values(nudged_at=long_ago))
    assert nudger.nudge(ALWAYS)
    assert len(queued_ids()) == 2


def test_rows_that_are_not_due_are_left_alone(world: World, nudger: nudging.Nudger) -> None:
    launched(world, 2)
    campaigns.pause(world.tenant, world.campaign, "test")
    assert not nudger.nudge(ALWAYS)
    assert queued_ids() == []


def test_no_more_waits_than_the_workers_fetch(world: World, nudger: nudging.Nudger) -> None:
    launched(world, 40)
    nudger.nudge(ALWAYS)
    nudger.nudge(ALWAYS)
    assert len(queued_ids()) == nudging.FLOOR
    fetch(nudging.FLOOR)
    nudger.nudge(ALWAYS)
    assert len(queued_ids()) > nudging.FLOOR


def test_who_comes_late_with_little_is_served_before_who_was_given_much(
    new_world: Callable[[str], World], nudger: nudging.Nudger
) -> None:
    large, small = new_world("large"), new_world("small")
    launched(large, 60)
    for _ in range(3):
        nudger.nudge(ALWAYS)
        fetch(100)
    ten = launched(small, 10)
    before = queued_ids()
    nudger.nudge(ALWAYS)
    assert queued_ids()[len(before) :][:10] == ten


def test_tenants_that_were_given_alike_take_turns(
    new_world: Callable[[str], World], nudger: nudging.Nudger
) -> None:
    first, second = launched(new_world("first"), 30), launched(new_world("second"), 30)
    nudger.nudge(ALWAYS)
    turns = ["first" if one in first else "second" for one in queued_ids() if one in first + second]
    assert turns == ["first", "second"] * 2


def test_what_a_dead_worker_held_goes_before_what_waits(world: World, nudger: nudging.Nudger) -> None:
    first, *others = launched(world, 4)
    nudger.nudge(ALWAYS)
    fetch(1)
    nudger.rescue(abandoned(first))
    assert queued_ids() == [first, *others]
    assert not nudger.nudge(ALWAYS)
    with transaction(EVERY_TENANT) as session:
        passed = Submission.nudged_at - timedelta(seconds=nudging.SOON)
        session.execute(update(Submission).values(nudged_at=passed))
    assert nudger.due(10, ALWAYS)[0] == [first]


def test_what_two_workers_died_over_is_not_sent_before_its_time(world: World, nudger: nudging.Nudger) -> None:
    (row_id,) = launched(world, 1)
    for _ in range(2):
        ledger.claim("browser", row_id)
        ids = abandoned(row_id)
    nudger.rescue(ids)
    assert queued_ids() == []


def abandoned(row_id: int) -> list[int]:
    """The ids that an expiry finds, when nobody renewed the row's lease."""
    with transaction(EVERY_TENANT) as session:
        started = session.scalars(select(func.pg_postmaster_start_time())).one()
        session.execute(update(Submission).where(Submission.id == row_id).values(lease_until=started))
    return ledger.expire("browser")


def test_a_site_that_is_being_visited_calls_no_second_worker(
    new_world: Callable[[str], World], nudger: nudging.Nudger
) -> None:
    rows = [new_world(name).add_leads("same.example.org")[0] for name in ("one", "two")]
    for row in rows:
        campaigns.launch(row.tenant_id, "spring", "test")
    assert ledger.claim("browser", rows[0].id)
    nudger.nudge(ALWAYS)
    assert queued_ids() == []
    with transaction(EVERY_TENANT) as session:
        done = update(Submission).where(Submission.id == rows[0].id).values(state=State.SENT)
        session.execute(done)
    nudger.nudge(ALWAYS)
    assert queued_ids() == [rows[1].id]


def test_after_a_flush_everything_due_is_nudged_again(world: World, nudger: nudging.Nudger) -> None:
    ids = launched(world, 3)
    nudger.nudge(broker.since(_now()))
    broker.broker().client.flushall()
    nudger.nudge(broker.since(_now()))
    assert Counter(queued_ids()) == Counter(ids)


def test_a_redis_that_kept_its_data_is_known_again(queue: str, database: str) -> None:
    first = broker.since(_now())
    assert broker.since(_now()) == first


def test_a_redis_that_was_started_anew_may_have_lost_the_last_messages(
    tmp_path: Path, database: str, fresh_settings: pytest.MonkeyPatch
) -> None:
    server = Redis(tmp_path)
    server.start()
    fresh_settings.setenv("RELANCE_REDIS_URL", server.url)
    settings.cache_clear()
    broker._nudger.cache_clear()
    first = broker.since(_now())
    server.kill()
    server.start()
    assert broker.since(_now()) > first
    server.kill()


def test_messages_whose_acknowledgement_was_lost_are_dropped(world: World, nudger: nudging.Nudger) -> None:
    launched(world, 3)
    nudger.nudge(ALWAYS)
    client = broker.broker().client
    fetched = client.lpop("dramatiq:browser")
    assert broker.sweep("browser") == 0
    stored = client.hget("dramatiq:browser.msgs", fetched)
    old = broker.dramatiq.Message.decode(stored).copy(message_timestamp=0)
    client.hset("dramatiq:browser.msgs", fetched, old.encode())
    assert broker.sweep("browser") == 1
    assert client.hlen("dramatiq:browser.msgs") == 2


def test_without_redis_the_rows_are_not_marked_as_nudged(
    world: World, nudger: nudging.Nudger, fresh_settings: pytest.MonkeyPatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes away between the look at what waits and the sending."""
    launched(world, 1)
    monkeypatch.setattr(broker, "waiting", lambda _: 0)
    fresh_settings.setenv("RELANCE_REDIS_URL", "unix:///nowhere/redis.sock")
    settings.cache_clear()
    broker._nudger.cache_clear()
    with pytest.raises(BrokerUnavailable):
        nudger.nudge(ALWAYS)
    with transaction(EVERY_TENANT) as session:
        assert session.scalars(select(Submission.nudged_at)).all() == [None]


@pytest.fixture
def imported(database: str) -> Iterator[Connection]:
    """10,000 due rows that Postgres has not counted: it knows of as many that ended, and of none due."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER TABLE submissions SET (autovacuum_enabled = off)")
        rows.leads(database, rows.tenants(database, 50), 200)
        connection.execute("UPDATE submissions SET state = 'sent'")
        connection.execute("VACUUM ANALYZE submissions")
        connection.execute("REINDEX TABLE submissions")
        rows.leads(database, rows.tenants(database, 50), 200)
        yield connection


def read_of_due(connection: Connection) -> int:
    """Entries of the index of due rows that were read so far."""
    read = "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'ix_submissions_due'"
    return counted(connection, read)


def test_a_nudge_reads_little_of_a_large_import(imported: Connection, nudger: nudging.Nudger) -> None:
    before = read_of_due(imported)
    ids, _ = nudger.due(100, ALWAYS)
    assert len(ids) == 100
    assert 0 < read_of_due(imported) - before < 1000


def test_a_claim_and_a_rescue_read_none_of_it_but_their_rows(
    imported: Connection, nudger: nudging.Nudger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.broker.send", lambda *_, **__: None)
    due = "SELECT id FROM submissions WHERE state = 'queued' ORDER BY id DESC LIMIT 10"
    ids = [row_id for (row_id,) in imported.execute(due)]
    before = read_of_due(imported)
    nudger.rescue(ids)
    assert ledger.claim("browser", ids[0])
    assert read_of_due(imported) == before


@given(
    st.dictionaries(st.integers(1, 20), st.floats(0, 50)),
    st.lists(st.integers(1, 20), unique=True, min_size=1),
    st.integers(0, 200),
)
def test_every_place_is_dealt_and_nobody_who_had_less_is_passed_over(
    served: dict[int, float], tenants: list[int], room: int
) -> None:
    dealt = nudging.shares(served, tenants, room)
    assert sum(dealt.values()) == room
    after = {tenant: served.get(tenant, 0.0) + dealt.get(tenant, 0) for tenant in tenants}
    for tenant in dealt:
        assert after[tenant] - 1 <= min(after.values()) + 1e-6


@given(st.lists(st.tuples(st.integers(0, 3000), st.floats(0.01, 100)), max_size=30))
def test_the_room_is_never_negative_and_never_above_the_window(steps: list[tuple[int, float]]) -> None:
    pace, now = nudging.Pace(), 1.0
    for waiting, passed in steps:
        now += passed
        room = pace.room(waiting, now)
        assert 0 <= room <= max(0, nudging.WINDOW - waiting)
        pace.added(room)


def _now() -> datetime:
    with transaction(EVERY_TENANT) as session:
        return session.scalars(select(func.now())).one()
