"""Somebody who types `relance ...`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.village.programs import Village
from tests.village.scenario import MAIL_DOMAIN

MAILBOX = f"camille@{MAIL_DOMAIN}"
PASSWORD = "village-mailbox-password"
PANEL_USER = f"operator@{MAIL_DOMAIN}"
PANEL_PASSWORD = "village-panel-password"


class Operator:
    """Types commands to one running Relance, and reads what they print."""

    def __init__(self, environment: dict[str, str], panel: str) -> None:
        self.program = str(Path(sys.executable).parent / "relance")
        self.panel = panel
        self._environment = environment | {
            "RELANCE_MAILBOX_PASSWORD": PASSWORD,
            "RELANCE_USER_PASSWORD": PANEL_PASSWORD,
            "COLUMNS": "120",
        }

    def type(self, *words: object, shown: bool = False) -> str:
        """Run one command and return what it printed.

        Raises:
            RuntimeError: it ended with another status than 0.
        """
        command = [self.program, *map(str, words)]
        ran = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(f"relance {' '.join(command[1:3])}: {ran.stderr.strip()}")
        if shown:
            print(f"$ relance {' '.join(command[1:])}\n{ran.stdout.rstrip()}", flush=True)  # noqa: T201
        return ran.stdout

    def ask(self, *words: object) -> Any:
        """Run one command with --json."""
        return json.loads(self.type(*words, "--json"))

    def set_up(self, village: Village, knowledge: Path) -> None:
        """A tenant with a user, a mailbox, a sender and some knowledge."""
        self.type("tenant", "create", "demo", "--name", "Soleil de l'Ouest")
        self.type("user", "add", PANEL_USER, "--role", "operator")
        servers = ("--host", "127.0.0.1", "--port", village.imap_port, "--tls", "none")
        smtp = ("--smtp-host", "127.0.0.1", "--smtp-port", village.smtp_port, "--smtp-tls", "none")
        self.type("mailbox", "add", MAILBOX, *servers, *smtp, shown=True)
        self.type(
            "sender", "add", "--mailbox", MAILBOX, "--first-name", "Camille", "--last-name", "Perrin",
            "--company", "Soleil de l'Ouest", "--job-title", "Conseillère", "--phone", "01 99 00 12 34",
            "--website", "https://soleil-ouest.example", "--salutation", "Mme", "--street", "4 rue du Port",
            "--postcode", "44000", "--city", "Nantes", "--country", "France",
        )  # fmt: skip
        self.type("knowledge", "add", knowledge)
