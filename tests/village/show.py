"""What the demo shows while it runs, and at its end."""

import time

from rich.console import Console
from rich.live import Live
from rich.table import Table

from tests.village.checks import Lead, arrived, by_host
from tests.village.operator import Operator
from tests.village.scenario import SITES

COLOURS = {
    "HOT": "red",
    "WARM": "yellow",
    "COLD": "blue",
    "sent": "green",
    "unknown": "red",
    "running": "cyan",
}


def live(console: Console, operator: Operator, campaign: str, within: float) -> list[Lead]:
    """Show the leads until all arrived, or the time is over; on a terminal the table moves."""
    end = time.monotonic() + within
    with Live(console=console, auto_refresh=False, transient=True) as moving:
        while True:
            leads = operator.ask("campaign", "status", campaign, "--leads")["leads"]
            moving.update(table(leads), refresh=console.is_terminal)
            known = by_host(leads)
            if all(arrived(site, known.get(site.host)) for site in SITES) or time.monotonic() > end:
                return list(leads)
            time.sleep(0.5)


def table(leads: list[Lead]) -> Table:
    """A line a lead."""
    made = Table(
        "lead", "outcome", "evidence", "reply", "label", "draft", title="The village", header_style="bold"
    )
    for lead in leads:
        label = f"{lead['label']} {lead['intent']}".strip()
        evidence = f"{lead['proof']} {lead['reason']}".strip()
        cells = (
            lead["company"],
            _tinted(lead["state"]),
            evidence,
            lead["reply"],
            _tinted(label),
            lead["draft"],
        )
        made.add_row(*cells)
    return made


def _tinted(text: str) -> str:
    colour = COLOURS.get(text.partition(" ")[0])
    return f"[{colour}]{text}[/]" if colour else text
