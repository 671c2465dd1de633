"""Starting and ending the village's programs, for whoever drives them."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.village.journal import Journal, Submission
from tests.village.running import LOOPBACK

STOP_WITHIN = 10.0
"""Seconds that a program may take to end."""


@dataclass(frozen=True, slots=True)
class Village:
    """The running programs: where they listen, what the sites stored, where the villagers' mail lies."""

    port: int
    imap_port: int
    smtp_port: int
    journal: Journal
    spool: Path

    def url(self, site: str, path: str) -> str:
        """The address of a page."""
        return f"http://{site}.localhost:{self.port}{path}"

    def stored(self, email: str) -> list[Submission]:
        """What was stored with this address in a field."""
        return [entry for entry in self.journal.read() if email in entry.fields.values()]


@contextmanager
def running_village(folder: Path, user: str, password: str, *, delay: float = 1.5) -> Iterator[Village]:
    """Both programs, with all their files under `folder`, until the block ends.

    Raises:
        RuntimeError: a program did not start, or did not end well when told to stop.
    """
    smtp_port, port = free_port(), free_port()
    journal, spool = folder / "journal.jsonl", folder / "spool"
    with running_mail(spool, user, password, smtp_port=smtp_port) as imap_port:
        options = ("--port", port, "--mail-port", smtp_port, "--journal", journal, "--delay", delay)
        with _running("sites", *options):
            yield Village(port, imap_port, smtp_port, Journal(journal), spool)


@contextmanager
def running_mail(spool: Path, user: str, password: str, *, smtp_port: int) -> Iterator[int]:
    """The mail server alone; yields its IMAP port."""
    imap_port = free_port()
    login = ("--user", user, "--password", password)
    with _running("mail", "--imap-port", imap_port, "--smtp-port", smtp_port, *login, "--spool", spool):
        yield imap_port


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.create_server((LOOPBACK, 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def _running(program: str, *arguments: object) -> Iterator[None]:
    command = [sys.executable, "-m", f"tests.village.{program}", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            if not process.stdout or not process.stdout.readline():
                raise RuntimeError(f"{program} did not start")
            yield
        finally:
            _stop(program, process)


def _stop(program: str, process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        code = process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        raise RuntimeError(f"{program} did not end within {STOP_WITHIN:.0f} s") from None
    if code != 0:
        raise RuntimeError(f"{program} ended with {code}")
