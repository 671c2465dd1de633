"""The command line's root: groups of commands, and the edge where an error becomes a sentence."""

import sys

import typer
from sqlalchemy.exc import OperationalError

from shared.errors import RelanceError
from workers.cli import accounts, campaigns, measuring, models, quarantine, reviews, running
from workers.cli.output import err

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Relance: honest outreach through contact forms, and the answers that come back.",
)
running.register(app)
app.add_typer(accounts.tenants, name="tenant")
app.add_typer(accounts.users, name="user")
app.add_typer(accounts.mailboxes_app, name="mailbox")
app.add_typer(accounts.senders, name="sender")
app.add_typer(accounts.knowledge, name="knowledge")
app.add_typer(campaigns.campaign, name="campaign")
app.add_typer(campaigns.leads, name="leads")
app.add_typer(reviews.review, name="review")
app.add_typer(reviews.suppress, name="suppress")
app.add_typer(quarantine.quarantine, name="quarantine")
app.add_typer(measuring.measure, name="measure")
app.add_typer(models.classifier, name="classifier")


def main() -> None:
    """Run one command. An error that was foreseen is one sentence and exit status 1."""
    try:
        app()
    except RelanceError as error:
        err.print(f"relance: {error}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except OperationalError as error:
        err.print(
            f"relance: the database gave up: {error.orig}", markup=False, highlight=False, soft_wrap=True
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
