"""The command line's root: groups of commands, and the edge where an error becomes a sentence."""

import io
import sys
from typing import NoReturn

import typer
from sqlalchemy.exc import DataError, OperationalError
from typer.main import get_group

from shared.errors import RelanceError
from workers.cli import deferred, running
from workers.cli.output import err

_GROUPS = {
    "tenant": ("accounts:tenants", "Companies that use Relance."),
    "user": ("accounts:users", "People who log in to the panel."),
    "mailbox": ("accounts:mailboxes_app", "Mailboxes to read and to send from."),
    "sender": ("accounts:senders", "The real people on whose behalf we write."),
    "knowledge": ("accounts:knowledge", "What drafts may lean on."),
    "campaign": ("campaigns:campaign", "Campaigns: made, launched, paused, looked at."),
    "leads": ("campaigns:leads", "The companies that a campaign writes to."),
    "review": ("reviews:review", "Questions to a person."),
    "suppress": ("reviews:suppress", "Who is not written to again."),
    "quarantine": ("quarantine:quarantine", "Work that workers died over, set aside."),
    "measure": ("measuring:measure", "Measure an engine on a corpus."),
    "classifier": ("models:classifier", "The model that labels replies."),
}

_app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Relance: honest outreach through contact forms, and the answers that come back.",
)
running.register(_app)
root = get_group(_app)
for _name, (_source, _said) in _GROUPS.items():
    root.add_command(deferred.group(_name, f"workers.cli.{_source}", _said))


def main() -> None:
    """Run one command. An error that was foreseen is one sentence and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows another
    try:
        root()
    except UnicodeEncodeError as error:
        _fail(f"{error.object!r} is not UTF-8.")
    except RelanceError as error:
        _fail(str(error))
    except DataError as error:
        # Postgres knows how long each text and how large each number may be; nothing was stored.
        _fail(f"A value does not fit: {str(error.orig).splitlines()[0]}.")
    except OperationalError as error:
        _fail(f"the database gave up: {error.orig}")


def _fail(sentence: str) -> NoReturn:
    err.print(f"relance: {sentence}", markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
