"""How commands speak: a table or a sentence for people, JSON for scripts, errors on standard error."""

import getpass
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

# A name such as ":x:" is no emoji.
out = Console(emoji=False)
err = Console(stderr=True, emoji=False)

Tenant = Annotated[
    str, typer.Option("--tenant", "-t", envvar="RELANCE_TENANT", help="Which tenant, by name.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


def actor() -> str:
    """Who is at the keyboard, for the audit log."""
    return f"cli:{getpass.getuser()}"


def say(sentence: str) -> None:
    """A sentence to the person, its values taken literally."""
    out.print(escape(sentence), highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:  # noqa: ANN401  # whatever a command shows
    """`value` as JSON; dataclasses become objects."""
    out.print_json(json.dumps(value, default=_plain, ensure_ascii=False))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under their headings."""
    made = Table(*columns, header_style="bold")
    for row in rows:
        made.add_row(*(escape(str(cell)) for cell in row))
    out.print(made)


@contextmanager
def progress_bar(title: str, total: int) -> Iterator[Progress]:
    """A bar on standard error, so that standard output stays clean."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        bar.add_task(title, total=total)
        yield bar


def secret(prompt: str, variable: str) -> str:
    """A password: from the environment variable for scripts, else asked for without being shown."""
    return os.environ.get(variable) or typer.prompt(prompt, hide_input=True, err=True)


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
