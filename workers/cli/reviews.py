"""`relance review|suppress`: what the panel does, for those who live in a terminal."""

from typing import Annotated

import typer

from shared.states import ReviewKind
from workers.cli.output import AsJson, Tenant, actor, print_json, say, table
from workers.services import accounts, panel_views, reviews, suppressions

review = typer.Typer()
suppress = typer.Typer()

MOST_SHOWN = 4_000
"""Characters of a server's answer that a terminal shows."""

Number = Annotated[int, typer.Argument(help="The review's number.")]


@review.command("list")
def list_reviews(
    kind: Annotated[ReviewKind | None, typer.Option()] = None, tenant: Tenant = "", as_json: AsJson = False
) -> None:
    """Show what waits for a person, most worth first."""
    lines = reviews.queue(accounts.tenant_id(tenant), [kind] if kind else tuple(ReviewKind))
    if as_json:
        print_json(lines)
    else:
        table(
            ("review", "kind", "label", "from", "about", "why"),
            [(x.id, x.kind, x.label, x.company, x.subject, x.why) for x in lines],
        )


@review.command("show")
def show(number: Number, tenant: Tenant = "") -> None:
    """Show what is asked: a reply with its label and draft, or a form or mail with what is known of it."""
    tenant_id = accounts.tenant_id(tenant)
    kind = reviews.kind(tenant_id, number)
    if kind in reviews.MAILS:
        _show_reply(tenant_id, number)
    elif mail := panel_views.unproven_mail(tenant_id, number):
        say(f"Our mail to {mail.mail.recipient}: {mail.subject}\n\n{mail.mail.body}\n\n{mail.mail.detail}")
    else:
        _show_form(tenant_id, number)


def _show_reply(tenant_id: int, number: int) -> None:
    found = reviews.reply(tenant_id, number)
    said = found.classification
    say(f"From {found.message.from_address}: {found.message.subject}\n\n{found.message.own_text}\n")
    say(f"Label: {said.label} / {said.intent} ({said.confidence:.0%})" if said else "Label: none")
    if found.draft:
        say(f"\nDraft by {found.draft.responder}: {found.draft.subject}\n\n{found.draft.body}")
    if found.review.kind is ReviewKind.ATTRIBUTION:
        say("\nIt may be from these leads; say which with: relance review assign")
        leads = panel_views.contenders(tenant_id, number)
        table(("lead", "company", "domain"), [(one.lead_id, one.company, one.domain) for one in leads])


def _show_form(tenant_id: int, number: int) -> None:
    found = reviews.form(tenant_id, number)
    say(f"{found.lead.company} ({found.lead.domain}): {found.review.why}")
    say(f"Page: {found.submission.page_url}\nKnown: {found.submission.detail or 'nothing more'}")
    for kept in found.evidence:
        if kept.media_type.startswith("text/"):
            say(f"\n{kept.kind}, attempt {kept.attempt}:\n{kept.body.decode(errors='replace')[:MOST_SHOWN]}")


@review.command("assign")
def assign(
    number: Number,
    lead: Annotated[int, typer.Argument(help="The lead's number, as `review show` lists it.")],
    tenant: Tenant = "",
) -> None:
    """Say which lead an ambiguous mail is from."""
    reviews.assign(accounts.tenant_id(tenant), number, actor(), lead)
    say(f"The mail is from lead {lead}: it is read again.")


@review.command("approve")
def approve(number: Number, tenant: Tenant = "") -> None:
    """Send the draft as it is."""
    tenant_id = accounts.tenant_id(tenant)
    draft = reviews.reply(tenant_id, number).draft
    reviews.approve(tenant_id, number, actor(), draft.subject if draft else "", draft.body if draft else "")
    say(f"Review {number} is approved: the answer is on its way.")


@review.command("reject")
def reject(number: Number, tenant: Tenant = "") -> None:
    """Send nothing."""
    reviews.reject(accounts.tenant_id(tenant), number, actor())
    say(f"Review {number} is rejected: nothing is sent.")


@review.command("relabel")
def relabel(number: Number, intent: str, tenant: Tenant = "") -> None:
    """Correct what the reply means."""
    reviews.relabel(accounts.tenant_id(tenant), number, actor(), intent.upper())
    say(f"Review {number} is now {intent.upper()}.")


@review.command("settle")
def settle(
    number: Number, sent: Annotated[bool, typer.Option("--sent/--not-sent")], tenant: Tenant = ""
) -> None:
    """Say how a form that was handed over, or an unproven outcome, ended."""
    reviews.settle(accounts.tenant_id(tenant), number, actor(), sent)
    say(f"Review {number} is settled.")


@suppress.command("add")
def add(value: str, why: Annotated[str, typer.Option()] = "", tenant: Tenant = "") -> None:
    """Never write to an address or a domain again."""
    stored = suppressions.add(accounts.tenant_id(tenant), value, why, actor())
    say(f"{stored} is not written to again.")


@suppress.command("remove")
def remove(value: str, tenant: Tenant = "") -> None:
    """Lift a suppression."""
    gone = suppressions.remove(accounts.tenant_id(tenant), value, actor())
    say(f"{value} may be written to again." if gone else f"{value} was not suppressed.")


@suppress.command("list")
def list_suppressions(tenant: Tenant = "", as_json: AsJson = False) -> None:
    """Show every suppression."""
    rows = [
        (s.value, s.why, f"{s.created_at:%Y-%m-%d}") for s in suppressions.listed(accounts.tenant_id(tenant))
    ]
    if as_json:
        print_json([dict(zip(("value", "why", "since"), row, strict=True)) for row in rows])
    else:
        table(("address or domain", "why", "since"), rows)
