"""Real servers for every test: one Postgres and one Redis a run, a fresh database and queue a test."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from shared import db, migrations, vault
from shared.settings import settings
from tests.servers import free_port, running_redis
from workers import broker, stack

CORPORA = Path(os.environ.get("RELANCE_CORPORA", Path(__file__).parents[2] / "shared" / "corpora"))


def corpus(name: str) -> Path:
    """A folder of the corpora; the test is skipped where it is absent."""
    folder = CORPORA / name
    if not folder.is_dir():
        pytest.skip(f"no corpus at {folder}: set RELANCE_CORPORA")
    return folder


@contextmanager
def running_postgres() -> Iterator[str]:
    """A server with a migrated database named "template"; its folder."""
    with tempfile.TemporaryDirectory(prefix="relance-pg-") as folder:
        server = stack.postgres_server(Path(folder))
        server.start()
        try:
            _make_template(folder)
            yield folder
        finally:
            server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The folder of a server, for psycopg, with a migrated database named "template"."""
    with running_postgres() as folder:
        yield folder


@pytest.fixture
def fresh_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Settings of this test alone: a data folder of its own, and nothing cached before or after."""
    for name in [name for name in os.environ if name.startswith("RELANCE_") and name != "RELANCE_CORPORA"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RELANCE_DATA_DIR", str(tmp_path / "data"))
    forget()
    yield monkeypatch
    forget()


@pytest.fixture
def database(postgres: str, fresh_settings: pytest.MonkeyPatch) -> Iterator[str]:
    """A migrated, empty database that the settings name; its address."""
    name = f"test_{os.getpid()}_{free_port()}"
    run_sql(postgres, f"CREATE DATABASE {name} TEMPLATE template")
    url = database_at(postgres, name)
    fresh_settings.setenv("RELANCE_DATABASE_URL", url)
    forget()
    # A thread of an earlier test may be reading the old ones just then. They are what is kept where it is the
    # first to end, though this thread is answered with the new ones: the second answer is what is kept.
    while not settings() or settings().database_url != url:
        forget()
    yield url
    forget()
    run_sql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a Redis that keeps nothing."""
    with running_redis() as url:
        yield url


@pytest.fixture
def queue(redis_server: str, fresh_settings: pytest.MonkeyPatch) -> str:
    """An empty Redis that the settings name; its address."""
    import redis

    redis.Redis.from_url(redis_server).flushall()
    fresh_settings.setenv("RELANCE_REDIS_URL", redis_server)
    forget()
    return redis_server


def _make_template(folder: str) -> None:
    run_sql(folder, "CREATE DATABASE template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RELANCE_DATABASE_URL", database_at(folder, "template"))
        forget()
        migrations.upgrade()
    forget()


def database_at(folder: str, name: str) -> str:
    return f"postgresql://postgres:@/{name}?host={folder}"


def run_sql(folder: str, statement: str) -> None:
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(statement)


def forget() -> None:
    for engine in (db.engine, db.own_engine):
        if engine.cache_info().currsize:
            engine().dispose()
    for cached in (settings, db.engine, db.own_engine, vault.vault, broker._nudger):
        cached.cache_clear()
