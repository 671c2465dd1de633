"""`relance tenant|user|mailbox|sender|knowledge`: who writes, from where, and what they know."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from inbox.mailbox import Account, Tls
from shared.errors import BadInput
from shared.states import Role
from workers.cli.output import AsJson, Tenant, actor, print_json, say, secret, table
from workers.services import accounts, mailboxes
from workers.services import knowledge as knowledge_service

tenants = typer.Typer()
users = typer.Typer()
mailboxes_app = typer.Typer()
senders = typer.Typer()
knowledge = typer.Typer()

LONGEST_PAUSE = 30 * 86_400
"""Seconds; a number that no calendar holds would end every visit in an error."""


@tenants.command("create")
def create_tenant(slug: str, name: Annotated[str, typer.Option(help="Its full name.")] = "") -> None:
    """Make a tenant."""
    accounts.create_tenant(slug, name or slug, actor())
    say(f"Tenant {slug} is there.")


@tenants.command("list")
def list_tenants(as_json: AsJson = False) -> None:
    """Show every tenant and its limits."""
    rows = [(t.slug, t.name, t.forms_a_day, t.mails_a_day) for t in accounts.tenants()]
    if as_json:
        print_json(
            [dict(zip(("slug", "name", "forms_a_day", "mails_a_day"), row, strict=True)) for row in rows]
        )
    else:
        table(("tenant", "name", "forms a day", "mails a day"), rows)


@tenants.command("set")
def set_limits(
    tenant: Tenant = "",
    forms_a_day: Annotated[int | None, typer.Option(min=0)] = None,
    mails_a_day: Annotated[int | None, typer.Option(min=0)] = None,
    domain_pause: Annotated[
        float | None, typer.Option(min=0, max=LONGEST_PAUSE, help="Seconds between visits to a site.")
    ] = None,
    automatic_confidence: Annotated[
        float | None,
        typer.Option(min=0, help="Answers go out unreviewed from this confidence; above 1: never."),
    ] = None,
) -> None:
    """Change a tenant's limits."""
    given = {
        "forms_a_day": forms_a_day,
        "mails_a_day": mails_a_day,
        "domain_pause": domain_pause,
        "automatic_confidence": automatic_confidence,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    accounts.set_limits(accounts.tenant_id(tenant), changed, actor())
    say(f"Changed: {', '.join(changed) or 'nothing'}.")


@users.command("add")
def add_user(email: str, role: Annotated[Role, typer.Option()] = Role.REVIEWER, tenant: Tenant = "") -> None:
    """Add somebody to the panel. The password is asked for, or taken from RELANCE_USER_PASSWORD."""
    chosen = secret("Password", "RELANCE_USER_PASSWORD")
    accounts.create_user(accounts.tenant_id(tenant), email, chosen, role, actor())
    say(f"{email} can log in as {role.value}.")


@users.command("list")
def list_users(tenant: Tenant = "", as_json: AsJson = False) -> None:
    """Show who may log in, and as what."""
    found = accounts.users(accounts.tenant_id(tenant))
    rows = [(user.email, user.role.value, "disabled" if user.disabled_at else "active") for user in found]
    if as_json:
        print_json([dict(zip(("email", "role", "state"), row, strict=True)) for row in rows])
    else:
        table(("user", "role", "state"), rows)


@users.command("role")
def set_role(email: str, role: Annotated[Role, typer.Argument()], tenant: Tenant = "") -> None:
    """Change what a user may do."""
    accounts.set_role(accounts.tenant_id(tenant), email, role, actor())
    say(f"{email} is {role.value} from now on.")


@users.command("disable")
def disable_user(email: str, tenant: Tenant = "") -> None:
    """Keep a user out; whoever is logged in is logged out."""
    accounts.disable(accounts.tenant_id(tenant), email, actor())
    say(f"{email} can no longer log in.")


@users.command("enable")
def enable_user(email: str, tenant: Tenant = "") -> None:
    """Let a disabled user in again."""
    accounts.enable(accounts.tenant_id(tenant), email, actor())
    say(f"{email} can log in again.")


@mailboxes_app.command("add")
def add_mailbox(
    address: str,
    host: Annotated[str, typer.Option(help="The IMAP server (empty for Gmail).")] = "",
    user: Annotated[str, typer.Option(help="The log-in name; the address by default.")] = "",
    provider: Annotated[str, typer.Option(help="imap or gmail.")] = "imap",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 993,
    tls: Annotated[str, typer.Option(help="tls, starttls or none.")] = "tls",
    smtp_host: Annotated[str, typer.Option(help="The SMTP server; the IMAP server by default.")] = "",
    smtp_port: Annotated[int, typer.Option(min=1, max=65535)] = 587,
    smtp_tls: Annotated[str, typer.Option(help="tls, starttls or none.")] = "starttls",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Read mail from this day on.")
    ] = None,
    plus: Annotated[
        bool, typer.Option("--plus/--no-plus", help="Whether name+token@domain reaches it.")
    ] = True,
    tenant: Tenant = "",
) -> None:
    """Add a mailbox once its log-in works. Its password is asked for, or RELANCE_MAILBOX_PASSWORD."""
    account = Account(
        provider=provider,
        address=address,
        secret=SecretStr(secret("Mailbox password", "RELANCE_MAILBOX_PASSWORD")),
        user=user or address,
        host=host,
        port=port,
        tls=_tls(tls),
        smtp_host=smtp_host or host,
        smtp_port=smtp_port,
        smtp_tls=_tls(smtp_tls),
        since=since.date() if since else date.today(),  # noqa: DTZ011  # the operator's own day
    )
    _, report = mailboxes.add(accounts.tenant_id(tenant), account, plus, actor())
    say(f"{address} is there: it reads {', '.join(report.folders)}.")


@mailboxes_app.command("check")
def check_mailbox(address: str, tenant: Tenant = "", as_json: AsJson = False) -> None:
    """Log in to a mailbox and say what it offers, and what it may send today."""
    tenant_id = accounts.tenant_id(tenant)
    report = mailboxes.check(tenant_id, address)
    standing = mailboxes.standing(tenant_id, address)
    if as_json:
        print_json(asdict(report) | {"standing": asdict(standing)})
        return
    waits = "announces new mail" if report.idle else "is polled"
    say(f"{address} works, it {waits}; sent mail is kept in {report.sent or 'no folder'}.")
    say(_allowance(standing))
    if standing.held_because:
        say(f"It is held: {standing.held_because} Resume it with: relance mailbox resume {address}")


@mailboxes_app.command("list")
def list_mailboxes(tenant: Tenant = "", as_json: AsJson = False) -> None:
    """Show the mailboxes, how their last poll went, and what they sent of what they may."""
    found = mailboxes.standings(accounts.tenant_id(tenant))
    if as_json:
        # The state was all that scripts read before there was more to say.
        print_json([asdict(x) | {"state": x.reading} for x in found])
        return
    columns = ("mailbox", "provider", "state", "sent today", "held", "detail")
    sent = [f"{x.sent_today} of {x.limit}{' (new)' if x.warming else ''}" for x in found]
    table(
        columns,
        [
            (x.address, x.provider, x.reading, said, x.held_because, x.detail)
            for x, said in zip(found, sent, strict=True)
        ],
    )


@mailboxes_app.command("set")
def set_mailbox(
    address: str,
    mails_a_day: Annotated[int | None, typer.Option(min=0, help="What may leave it in a day.")] = None,
    established: Annotated[
        bool | None,
        typer.Option("--established/--new", help="Whether it sent enough elsewhere to need no warm-up."),
    ] = None,
    tenant: Tenant = "",
) -> None:
    """Change what a mailbox may send."""
    standing = mailboxes.change(accounts.tenant_id(tenant), address, actor(), mails_a_day, established)
    say(_allowance(standing))


@mailboxes_app.command("resume")
def resume_mailbox(address: str, tenant: Tenant = "") -> None:
    """Let a mailbox send that was held because its mails bounced."""
    mailboxes.resume(accounts.tenant_id(tenant), address, actor())
    say(f"{address} sends again; a new window begins.")


def _allowance(standing: mailboxes.Standing) -> str:
    sent = f"It sent {standing.sent_today} of {standing.limit} mails that it may send today."
    if not standing.warming:
        return sent
    begins = f"on {standing.warm_on}" if standing.warm_on else "four weeks after its first mail"
    return f"{sent} It is new: it may send {standing.mails_a_day} a day {begins}."


@senders.command("add")
def add_sender(
    mailbox: Annotated[str, typer.Option(help="The mailbox that answers come to.")],
    first_name: Annotated[str, typer.Option()],
    last_name: Annotated[str, typer.Option()],
    company: Annotated[str, typer.Option()],
    salutation: Annotated[str, typer.Option(help="As forms ask for it: M., Mme, Mr, Ms.")] = "",
    job_title: Annotated[str, typer.Option()] = "",
    phone: Annotated[str, typer.Option()] = "",
    website: Annotated[str, typer.Option()] = "",
    street: Annotated[str, typer.Option()] = "",
    postcode: Annotated[str, typer.Option()] = "",
    city: Annotated[str, typer.Option()] = "",
    country: Annotated[str, typer.Option()] = "",
    tenant: Tenant = "",
) -> None:
    """Add the real person who signs. What is left out is never said in a form."""
    details = mailboxes.SenderDetails(
        first_name, last_name, company, salutation, job_title, phone, website, street, postcode, city, country
    )
    number = mailboxes.add_sender(accounts.tenant_id(tenant), mailbox, details, actor())
    say(f"Sender {number} is {first_name} {last_name}, {company}.")


@senders.command("list")
def list_senders(tenant: Tenant = "", as_json: AsJson = False) -> None:
    """Show the senders."""
    rows = [
        (s.id, f"{s.first_name} {s.last_name}", s.company)
        for s in mailboxes.senders(accounts.tenant_id(tenant))
    ]
    if as_json:
        print_json([dict(zip(("id", "name", "company"), row, strict=True)) for row in rows])
    else:
        table(("sender", "name", "company"), rows)


@knowledge.command("add")
def add_knowledge(file: Path, tenant: Tenant = "") -> None:
    """Store a text file as passages, one for each heading (`# Title`), over those of the same title."""
    if not file.is_file():
        raise BadInput(f"There is no file {file}.")
    titles = knowledge_service.add(accounts.tenant_id(tenant), file.read_bytes(), actor())
    say(f"{len(titles)} passages: {', '.join(titles)}.")


@knowledge.command("list")
def list_knowledge(tenant: Tenant = "", as_json: AsJson = False) -> None:
    """Show the passages."""
    rows = [(p.title, len(p.text)) for p in knowledge_service.listed(accounts.tenant_id(tenant))]
    if as_json:
        print_json([dict(zip(("title", "characters"), row, strict=True)) for row in rows])
    else:
        table(("passage", "characters"), rows)


def _tls(given: str) -> Tls:
    if given == "tls":
        return "tls"
    if given == "starttls":
        return "starttls"
    if given == "none":
        return "none"
    raise BadInput(f"{given!r} is none of tls, starttls, none.")
