"""Commands typed in this process: as fast as a call, and through the same edge as the program's."""

import json
from typing import Any

import pytest

from workers.cli import app, output


class Terminal:
    """Types commands and reads what they print."""

    def __init__(self, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._captured = captured
        patch.setattr(output.out, "width", 200)
        patch.setenv("COLUMNS", "200")  # what Typer reads for its own complaints

    def type(self, *words: object) -> str:
        """Run a command that works; what it printed."""
        status, printed, complained = self._run(*words)
        assert status == 0, complained
        return printed

    def ask(self, *words: object) -> Any:
        """Run a command with --json."""
        return json.loads(self.type(*words, "--json"))

    def refused(self, *words: object) -> str:
        """Run a command that fails: one sentence on standard error, status 1, nothing else."""
        status, printed, complained = self._run(*words)
        assert (status, printed) == (1, ""), complained
        assert len(complained.strip().splitlines()) == 1
        return complained

    def misused(self, *words: object) -> str:
        """Run a command that is written wrongly: status 2 and its usage."""
        status, _, complained = self._run(*words)
        assert status == 2, complained
        return complained

    def _run(self, *words: object) -> tuple[int, str, str]:
        self._patch.setattr("sys.argv", ["relance", *map(str, words)])
        self._captured.readouterr()
        status = 0
        try:
            app.main()
        except SystemExit as left:
            status = int(left.code or 0)
        printed = self._captured.readouterr()
        return status, printed.out, printed.err


@pytest.fixture
def terminal(database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal on this test's database."""
    return Terminal(monkeypatch, capsys)
