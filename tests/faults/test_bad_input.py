"""Servers that are full, read-only or away, clocks that differ: work waits and says why."""

import errno
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import dramatiq
import psycopg
import pytest
from dramatiq import Worker
from PIL import Image
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import func, select, update

from browser import evidence
from shared.db import EVERY_TENANT, transaction
from shared.errors import BrokerUnavailable, DatabaseUnavailable
from shared.models import Submission
from shared.settings import settings
from shared.states import State
from tests.conftest import forget
from tests.faults import rows
from tests.faults.farm import Postgres, wait_for
from tests.integration.workers.test_nudging import ALWAYS
from workers import broker, nudging
from workers.services import leases, ledger
from workers.services.claims import Claim
from workers.services.insisting import insist


@pytest.fixture
def due(database: str) -> int:
    """A submission that is due."""
    rows.leads(database, rows.tenants(database, 1), 1)
    with transaction(EVERY_TENANT) as session:
        return session.scalars(select(Submission.id)).one()


@pytest.fixture
def fresh_broker(queue: str) -> Iterator[str]:
    """The queue, with no client of another test."""
    broker.broker.cache_clear()
    yield queue
    broker.broker.cache_clear()


def row_of(row_id: int) -> Submission:
    with transaction(EVERY_TENANT) as session:
        return session.get_one(Submission, row_id)


def armed(row_id: int) -> Claim:
    held = ledger.claim("browser", row_id)
    assert held is not None
    with transaction(held.tenant_id) as session:
        ledger.arm(session, held)
    return held


def end(held: Claim) -> None:
    with transaction(held.tenant_id) as session:
        ledger.finish(session, held, State.SENT, "generic.words")


def switch(database: str, statement: str) -> None:
    """Change the database, and end every connection that does not know of it yet."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(statement)
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        connection.execute(f"{others} WHERE datname = current_database() AND pid <> pg_backend_pid()")


def test_a_database_that_only_reads_makes_work_wait_and_says_so(database: str, due: int) -> None:
    name = conninfo_to_dict(database)["dbname"]
    switch(database, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(DatabaseUnavailable, match="read-only"):
        ledger.claim("browser", due)
    switch(database, f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert ledger.claim("browser", due) == Claim("browser", due, row_of(due).tenant_id, 1)


FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$;
CREATE TRIGGER full_disk BEFORE UPDATE ON submissions FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


def test_what_was_sent_is_written_once_the_database_has_room_again(database: str, due: int) -> None:
    held = armed(due)
    with psycopg.connect(database) as connection:
        connection.execute(FULL)
    with pytest.raises(DatabaseUnavailable, match="No space left"):
        end(held)
    writing = threading.Thread(target=insist, args=(lambda: end(held),))
    writing.start()
    time.sleep(1.2)
    assert row_of(due).state is State.ARMED
    with psycopg.connect(database) as connection:
        connection.execute("DROP TRIGGER full_disk ON submissions")
    writing.join(10)
    assert row_of(due).state is State.SENT


@pytest.fixture
def own_server(tmp_path: Path, fresh_settings: pytest.MonkeyPatch) -> Iterator[Postgres]:
    """A Postgres of this test alone, with two due submissions."""
    server = Postgres(tmp_path / "postgres")
    server.folder.mkdir()
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    fresh_settings.setenv("RELANCE_DATABASE_URL", "")
    server.start()
    rows.leads(server.url, rows.tenants(server.url, 1), 2)
    yield server
    server.stop("immediate")
    forget()


def test_a_job_goes_on_through_a_database_that_is_gone_for_a_while(own_server: Postgres) -> None:
    sent, waits = (row[0] for row in _ids(own_server.url))
    held = armed(sent)
    own_server.stop("immediate")
    with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
        ledger.claim("browser", waits)
    writing = threading.Thread(target=insist, args=(lambda: end(held),))
    writing.start()
    time.sleep(2)
    own_server.again()
    writing.join(20)
    assert row_of(sent).state is State.SENT
    assert ledger.claim("browser", waits) is not None


def test_a_job_that_fails_for_want_of_the_database_is_given_back_when_it_is_there(
    own_server: Postgres,
) -> None:
    before, after = (ledger.claim("browser", row[0]) for row in _ids(own_server.url))
    assert before is not None
    assert after is not None
    with transaction(after.tenant_id) as session:
        ledger.arm(session, after)
    with suppress(DatabaseUnavailable), leases.kept(before), leases.kept(after):
        own_server.stop("immediate")
        ledger.claim("browser", before.id)
    own_server.again()
    assert wait_for(lambda: row_of(before.id).state is State.QUEUED, 4, every=0.1)
    assert (row_of(before.id).deaths, row_of(before.id).reason) == (0, "database_away")
    assert row_of(after.id).state is State.ARMED


def test_a_lease_that_ended_while_the_database_was_away_is_nobodys_death(
    own_server: Postgres, fresh_settings: pytest.MonkeyPatch
) -> None:
    fresh_settings.setenv("RELANCE_LEASE", "0.5")
    settings.cache_clear()
    one = _ids(own_server.url)[0][0]
    ledger.claim("browser", one)
    write_all_down()
    own_server.stop("immediate")
    time.sleep(0.6)
    own_server.again()
    assert ledger.expire("browser") == [one]
    assert (row_of(one).state, row_of(one).deaths) == (State.QUEUED, 0)
    ledger.claim("browser", one)
    time.sleep(0.6)
    assert ledger.expire("browser") == [one]
    assert row_of(one).deaths == 1


def write_all_down() -> None:
    """What was committed without waiting for the disk is on it after a transaction that waits."""
    with transaction(EVERY_TENANT) as session:
        session.execute(update(Submission).values(detail="kept"))


def _ids(url: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT id FROM submissions ORDER BY id").fetchall()


def test_a_redis_without_memory_makes_nudges_wait_and_marks_nothing(due: int, fresh_broker: str) -> None:
    client = broker.redis_client()
    client.config_set("maxmemory", 1)
    try:
        with pytest.raises(BrokerUnavailable, match="maxmemory"):
            nudging.Nudger("browser").nudge(ALWAYS)
        assert row_of(due).nudged_at is None
    finally:
        client.config_set("maxmemory", 0)
    nudging.Nudger("browser").nudge(ALWAYS)
    assert client.llen("dramatiq:browser") == 1


@pytest.mark.slow
def test_a_worker_outlasts_a_redis_without_memory(fresh_broker: str) -> None:
    done: list[int] = []
    made = broker.broker()
    dramatiq.actor(done.append, actor_name="browser", queue_name="browser", broker=made)
    worker = Worker(made, queues={"browser"}, worker_timeout=100, worker_threads=1)
    worker.start()
    client = broker.redis_client()
    try:
        client.config_set("maxmemory", 1)
        time.sleep(1)
        client.config_set("maxmemory", 0)
        broker.send("browser", [7])
        assert wait_for(lambda: done == [7], 15)
    finally:
        client.config_set("maxmemory", 0)
        worker.stop(timeout=5_000)


def test_workers_whose_clocks_differ_by_two_minutes_agree_on_a_lease(
    due: int, fresh_settings: pytest.MonkeyPatch
) -> None:
    fresh_settings.setenv("RELANCE_LEASE", "60")
    fast = skewed(60, "claim", due)
    slow = skewed(-60, "claim", due)
    assert (fast["claimed"], slow["claimed"]) == (True, False)
    assert 58 < fast["lease"] <= 60
    assert (fast["expired"], slow["expired"]) == (0, 0)
    assert row_of(due).state is State.RUNNING


def test_a_wait_is_counted_by_the_clock_of_the_database(database: str, due: int) -> None:
    for skew in (60, -60):
        assert 29 < skewed(skew, "release", due)["due"] <= 30
        with psycopg.connect(database) as connection:
            connection.execute("UPDATE submissions SET due_at = now()")


def skewed(seconds: int, act: str, row_id: int) -> dict:
    """What a process sees and does whose clock is wrong by so many seconds."""
    command = [sys.executable, "-m", "tests.faults.skewed", str(seconds), act, str(row_id)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_a_picture_needs_no_room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence is made in memory and kept in Postgres."""
    buffer = io.BytesIO()
    Image.effect_noise((1600, 1200), 90).save(buffer, "PNG")

    def full(*_: object, **__: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("builtins.open", full)
    monkeypatch.setattr("tempfile.mkstemp", full)
    assert len(evidence.bounded(buffer.getvalue())) <= evidence.PICTURE_BYTES


def test_the_database_tells_the_time(due: int) -> None:
    """What holds for `now()` holds for a lease: it is not the worker's clock."""
    held = armed(due)
    with transaction(held.tenant_id) as session:
        left = session.scalar(select(func.extract("epoch", Submission.lease_until - func.now())))
    assert 7 < float(left or 0) <= 8
