"""`relance up|worker|reconciler|panel|migrate|doctor`: the processes themselves."""

import os
import sys
from typing import Annotated

import typer

from shared.settings import settings
from workers.cli.output import AsJson, out, print_json, say, table
from workers.services.claims import QUEUES


def register(app: typer.Typer) -> None:
    """Put the commands at the root."""
    for command in (up, worker, reconciler, panel, migrate, doctor):
        app.command(command.__name__)(command)


def up(without_panel: Annotated[bool, typer.Option(help="Leave the panel out.")] = False) -> None:
    """Run everything on this machine until Ctrl-C."""
    from workers import stack  # each command starts faster without the others' libraries

    say("Starting the database, the queue, the workers and the panel ...")
    stack.up(not without_panel, _ready)
    say("Everything has ended.")


def worker(queues: Annotated[list[str], typer.Argument(help=f"Some of {', '.join(QUEUES)}.")]) -> None:
    """Work on some queues, as one process of a pool."""
    _become("workers.pool", *queues)


def reconciler() -> None:
    """Nudge what is due and end leases that ran out."""
    _become("workers.reconciler")


def panel() -> None:
    """Serve the review panel."""
    from workers import stack

    command = stack.panel_command(settings())
    os.execv(command[0], command)  # noqa: S606  # our own program


def migrate() -> None:
    """Bring the database to the newest schema."""
    from shared import migrations

    migrations.upgrade()
    say("The database has the newest schema.")


def doctor(as_json: AsJson = False) -> None:
    """Look at everything that Relance needs here, and say how to mend what is missing."""
    from workers import doctor as examination

    findings = examination.examine()
    if as_json:
        print_json(findings)
    else:
        table(("", "what", "found"), [("ok" if f.ok else "!!", f.name, f.said) for f in findings])
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _ready() -> None:
    given = settings()
    out.print(
        f"Relance is up. Panel: http://{given.panel_host}:{given.panel_port}  (Ctrl-C drains and ends it)"
    )


def _become(module: str, *arguments: str) -> None:
    """Replace this process, so that signals reach the worker itself."""
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606  # our own program
