"""Servers that are full, read-only or away, clocks that differ: work waits and says why."""

import errno
import io
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dramatiq
import psycopg
import pytest
from dramatiq import Worker
from PIL import Image
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import func, select

from browser import evidence
from shared.db import EVERY_TENANT, transaction
from shared.errors import BrokerUnavailable, DatabaseUnavailable
from shared.models import Submission
from shared.states import State
from tests.conftest import forget
from tests.faults import rows
from tests.faults.farm import Postgres, wait_for
from tests.integration.workers.test_nudging import ALWAYS
from workers import broker, nudging
from workers.services import ledger
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
    broker._nudger.cache_clear()
    yield queue
    broker.broker.cache_clear()
    broker._nudger.cache_clear()


def row_of(row_id: int) -> Submission:
    with transaction(EVERY_TENANT) as session:
        return session.get_one(Submission, row_id)


def armed(row_id: int) -> ledger.Claim:
    held = ledger.claim("browser", row_id)
    assert held is not None
    with transaction(held.tenant_id) as session:
        ledger.arm(session, held)
    return held


def end(held: ledger.Claim) -> None:
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
    assert ledger.claim("browser", due) == ledger.Claim("browser", due, row_of(due).tenant_id, 1)


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


def test_a_job_goes_on_through_a_database_that_is_gone_for_a_while(
    tmp_path: Path, fresh_settings: pytest.MonkeyPatch
) -> None:
    server = Postgres(tmp_path / "postgres")
    server.folder.mkdir()
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    fresh_settings.setenv("RELANCE_DATABASE_URL", "")
    server.start()
    try:
        rows.leads(server.url, rows.tenants(server.url, 1), 2)
        sent, waits = (row[0] for row in _ids(server.url))
        held = armed(sent)
        server.stop("immediate")
        with pytest.raises(DatabaseUnavailable, match="cannot be reached"):
            ledger.claim("browser", waits)
        writing = threading.Thread(target=insist, args=(lambda: end(held),))
        writing.start()
        time.sleep(2)
        server.again()
        writing.join(20)
        assert row_of(sent).state is State.SENT
        assert ledger.claim("browser", waits) is not None
    finally:
        server.stop("immediate")
        forget()


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


def test_workers_whose_clocks_differ_by_two_minutes_agree_on_a_lease(due: int) -> None:
    fast = skewed(60, "claim", due)
    slow = skewed(-60, "claim", due)
    assert (fast["claimed"], slow["claimed"]) == (True, False)
    assert 6 < fast["lease"] <= 8
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
