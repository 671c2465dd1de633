"""`relance quarantine`: rows over which workers died, and what becomes of them."""

from typing import Annotated

import typer

from workers.cli.output import AsJson, Tenant, actor, print_json, say, table
from workers.services import accounts
from workers.services import quarantine as service
from workers.services.claims import QUEUES

quarantine = typer.Typer()

Queue = Annotated[str, typer.Argument(help=f"One of {', '.join(QUEUES)}.")]
Number = Annotated[int, typer.Argument(help="Its number in that queue.")]


@quarantine.command("list")
def list_poison(tenant: Tenant = "", as_json: AsJson = False) -> None:
    """Show what is set aside, and why."""
    found = service.listed(accounts.tenant_id(tenant))
    if as_json:
        print_json(found)
    elif not found:
        say("Nothing is in quarantine.")
    else:
        columns = ("queue", "number", "about", "deaths", "why")
        table(columns, [(x.queue, x.id, x.about, x.deaths, x.detail) for x in found])


@quarantine.command("retry")
def retry(queue: Queue, number: Number, tenant: Tenant = "") -> None:
    """Let a row run once more."""
    service.retry(accounts.tenant_id(tenant), queue, number, actor())
    say(f"{queue} {number} runs once more.")


@quarantine.command("drop")
def drop(queue: Queue, number: Number, tenant: Tenant = "") -> None:
    """Give a row up for good."""
    service.drop(accounts.tenant_id(tenant), queue, number, actor())
    say(f"{queue} {number} is given up.")
