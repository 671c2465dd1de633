"""`relance campaign|leads`: what is said, to whom, and how far it is."""

import time
from collections.abc import Sequence
from datetime import time as clock
from pathlib import Path
from typing import Annotated

import typer
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from shared.errors import BadInput
from shared.states import State
from workers.cli.output import AsJson, Tenant, actor, out, print_json, progress_bar, say, table
from workers.services import accounts, campaigns, progress, report
from workers.services.progress import LeadLine, Status

campaign = typer.Typer()
leads = typer.Typer()

Name = Annotated[str, typer.Argument(help="The campaign's name.")]

_OPEN = ("queued", "running", "armed")


@campaign.command("create")
def create(
    name: Name,
    subject: Annotated[str, typer.Option(help="Jinja2, such as 'A question for {{ company }}'.")],
    message: Annotated[Path, typer.Option(help="A text file with the message, Jinja2 too.")],
    language: Annotated[str, typer.Option(help="Of leads that name none.")] = "fr",
    sender: Annotated[int | None, typer.Option(help="Its number; needed where there are several.")] = None,
    hours: Annotated[str, typer.Option(help="When it may send, such as 08:30-18:00.")] = "",
    timezone: Annotated[str, typer.Option(help="Of the hours; Europe/Paris unless told.")] = "",
    tenant: Tenant = "",
) -> None:
    """Make a campaign. A template that speaks of an unknown variable is refused here."""
    body = _text(message)
    bounds = _hours(hours, timezone)
    campaigns.create(accounts.tenant_id(tenant), name, sender, subject, body, language, actor(), bounds)
    say(f"Campaign {name} is a draft: import leads, then launch it.")


@campaign.command("launch")
def launch(name: Name, tenant: Tenant = "") -> None:
    """Let a campaign send."""
    due = campaigns.launch(accounts.tenant_id(tenant), name, actor())
    say(f"Campaign {name} runs: {due} forms are due.")


@campaign.command("pause")
def pause(name: Name, why: Annotated[str, typer.Option()] = "", tenant: Tenant = "") -> None:
    """Stop a campaign. What is under way ends, nothing more begins."""
    campaigns.pause(accounts.tenant_id(tenant), name, actor(), why)
    say(f"Campaign {name} is paused.")


@campaign.command("list")
def list_campaigns(tenant: Tenant = "", as_json: AsJson = False) -> None:
    """Show every campaign."""
    found = progress.statuses(accounts.tenant_id(tenant))
    if as_json:
        print_json(found)
    else:
        table(("campaign", "state", "leads", "open"), [(s.name, s.state, s.leads, _open(s)) for s in found])


@campaign.command("status")
def status(
    name: Name,
    tenant: Tenant = "",
    as_json: AsJson = False,
    watch: Annotated[bool, typer.Option(help="Stay until every form has ended.")] = False,
    leads_too: Annotated[
        bool, typer.Option("--leads", help="A line a lead, with outcome and answer.")
    ] = False,
    first: Annotated[int, typer.Option(min=0, help="Pass over so many leads.")] = 0,
    most: Annotated[int, typer.Option(min=1, help="Show at most so many leads.")] = 1_000,
    state: Annotated[State | None, typer.Option(help="Only leads whose form is so.")] = None,
) -> None:
    """Show how far a campaign is, and what came back of late."""
    tenant_id = accounts.tenant_id(tenant)
    if watch:
        _watch(tenant_id, name)
    found, window = progress.status(tenant_id, name), progress.window(tenant_id, name)
    lines = progress.lead_lines(tenant_id, name, first, most, state) if leads_too else []
    if as_json:
        print_json({"campaign": found, "window": window, "leads": lines})
        return
    out.print(_table(found))
    if found.paused_because:
        say(f"It does not run: {found.paused_because}")
    say(
        f"Of {window.sent} forms of late {window.rejected} were rejected, {window.bounced} bounced, "
        f"{window.complained} drew a complaint."
    )
    if leads_too:
        _leads(lines)


def _leads(lines: Sequence[LeadLine]) -> None:
    columns = ("lead", "outcome", "why", "until", "reply", "label", "draft")
    rows = [
        (x.company, x.state, x.detail if x.until else x.reason, _when(x), x.reply, x.label, x.draft)
        for x in lines
    ]
    table(columns, rows)


def _when(line: LeadLine) -> str:
    """When a delayed form goes on, in the operator's own time."""
    return f"{line.until.astimezone():%Y-%m-%d %H:%M}" if line.until and line.reason else ""


@campaign.command("report")
def write_report(
    name: Name, file: Annotated[Path, typer.Argument(help="Where the HTML goes.")], tenant: Tenant = ""
) -> None:
    """Write a campaign as one HTML file: leads, pictures, answers, drafts."""
    page = report.render(accounts.tenant_id(tenant), name)
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be written: {error.strerror}.") from error
    say(f"The report is in {file}.")


@leads.command("import")
def import_leads(
    name: Name,
    file: Annotated[Path, typer.Argument(help="CSV, UTF-8.")],
    tenant: Tenant = "",
    as_json: AsJson = False,
) -> None:
    """Put the good lines of a CSV in, and list the others with line and reason."""
    content = _bytes(file)
    with progress_bar("Reading", content.count(b"\n")) as bar:
        task = bar.task_ids[0]
        imported = campaigns.import_leads(
            accounts.tenant_id(tenant), name, content, actor(), lambda lines: bar.advance(task, lines)
        )
    if as_json:
        print_json(imported)
        return
    say(f"{imported.added} leads are in, {len(imported.errors)} lines are not.")
    if imported.errors:
        table(("line", "reason"), [(error.line, error.reason) for error in imported.errors])


def _watch(tenant_id: int, name: str) -> None:
    with Live(_table(progress.status(tenant_id, name)), console=out, transient=True) as live:
        while _open(found := progress.status(tenant_id, name)):
            live.update(_table(found))
            time.sleep(0.5)


def _table(found: Status) -> Table:
    made = Table(title=escape(f"{found.name}: {found.state.value}"), header_style="bold")
    made.add_column("state")
    made.add_column("forms", justify="right")
    for state, number in sorted(found.submissions.items()):
        made.add_row(state, str(number))
    made.add_row("all", str(found.leads))
    return made


def _open(found: Status) -> int:
    return sum(found.submissions.get(state, 0) for state in _OPEN)


def _hours(given: str, timezone: str) -> campaigns.Hours | None:
    if not given:
        if timezone:
            raise typer.BadParameter("Without hours it sends at any hour in any zone: give --hours too.")
        return None
    try:
        opens, closes = (clock.fromisoformat(part.strip()) for part in given.split("-"))
    except ValueError as error:
        raise BadInput(f"{given!r} are no hours: write them as 08:30-18:00.") from error
    return campaigns.Hours(opens, closes, timezone or campaigns.ZONE)


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode()
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8.") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
