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

EVERY = 2.0
"""Seconds between two looks: each starts a command."""


def live(console: Console, operator: Operator, campaign: str, within: float) -> list[Lead]:
    """Say what happens to each lead until all arrived, or the time is over."""
    began, told = time.monotonic(), dict[str, str]()
    with Live(console=console, auto_refresh=False, transient=True) as moving:
        while True:
            leads = list(operator.ask("campaign", "status", campaign, "--leads")["leads"])
            _tell(console, leads, told, time.monotonic() - began)
            known = by_host(leads)
            done = sum(arrived(site, known.get(site.host)) for site in SITES)
            moving.update(f"{done} of {len(SITES)} leads are where they belong", refresh=True)
            if done == len(SITES) or time.monotonic() - began > within:
                return leads
            time.sleep(EVERY)


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


def _tell(console: Console, leads: list[Lead], told: dict[str, str], seconds: float) -> None:
    """One line for each lead that is further than when it was last spoken of."""
    for lead in leads:
        steps = (_tinted(lead["state"]), lead["reason"], lead["reply"], _tinted(lead["label"]), lead["draft"])
        said = ", ".join(step for step in steps if step)
        if lead["state"] != "queued" and told.get(lead["company"]) != said:
            told[lead["company"]] = said
            console.print(f"{seconds:5.0f} s  {lead['company']}: {said}", highlight=False)


def _tinted(text: str) -> str:
    colour = COLOURS.get(text.partition(" ")[0])
    return f"[{colour}]{text}[/]" if colour else text
