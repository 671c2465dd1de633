"""What a submission needs before the browser opens: may it be sent now, and what is to be said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from browser.forms.values import Letter
from shared.compliance import chain
from shared.compliance.verdict import Facts, Scope, Verdict
from shared.db import EVERY_TENANT, transaction
from shared.models import Campaign, Lead, Mailbox, Sender, Submission, Tenant
from shared.states import LEASED, State
from workers.services import ledger, templates
from workers.services.claims import Claim
from workers.services.contacting import lock, reply_address, suppressed, used_today
from workers.services.guarded import NOW
from workers.services.holding import hold
from workers.services.hosting import server_of

VISITING = "visiting"
"""The reason of a running row that passed the chain: it holds its domain and counts against the day."""


@dataclass(frozen=True, slots=True)
class Job:
    """A visit that is allowed now."""

    url: str
    letter: Letter


@dataclass(frozen=True, slots=True)
class _Rows:
    submission: Submission
    lead: Lead
    campaign: Campaign
    sender: Sender
    mailbox: Mailbox
    tenant: Tenant


@dataclass(frozen=True, slots=True)
class _Target:
    """What a visit would go to; `server` is empty where visits to it are not counted."""

    campaign_id: int
    domain: str
    server: str


def prepare(held: Claim) -> Job | None:
    """Ask the compliance chain; the job when it allows, else None with the row held or denied.

    Domains and servers are shared by all tenants, so the question is asked across them, one at a time for
    each: a worker that asks sees what the one before it was allowed.
    """
    target = _target(held)
    with transaction(EVERY_TENANT) as session:
        _take_turns(session, held, target)
        rows = _rows(session, held)
        ruling = chain.judge(chain.FORM, _facts(session, rows, target))
        if ruling.verdict is Verdict.HOLD:
            hold(session, held, ruling, _alike(rows).get(ruling.scope))
            return None
        if ruling.verdict is Verdict.DENY:
            ledger.finish(session, held, State.DENIED, ruling.rule, detail=ruling.reason)
            return None
        letter = _letter(rows)
        ledger.note(
            session,
            held,
            reason=VISITING,
            subject=letter.subject,
            message=letter.message,
            address=target.server,
            visited_at=NOW,
        )
        return Job(rows.lead.website, letter)


def _target(held: Claim) -> _Target:
    query = select(Lead.campaign_id, Lead.domain, Lead.website).join(
        Submission, Submission.lead_id == Lead.id
    )
    with transaction(held.tenant_id) as session:
        campaign_id, domain, website = session.execute(query.where(Submission.id == held.id)).one()
    return _Target(campaign_id, domain, server_of(website))


def _rows(session: Session, held: Claim) -> _Rows:
    query = (
        select(Submission, Lead, Campaign, Sender, Mailbox, Tenant)
        .join(Lead, Lead.id == Submission.lead_id)
        .join(Campaign, Campaign.id == Submission.campaign_id)
        .join(Sender, Sender.id == Campaign.sender_id)
        .join(Mailbox, Mailbox.id == Sender.mailbox_id)
        .join(Tenant, Tenant.id == Submission.tenant_id)
        .where(Submission.id == held.id)
    )
    return _Rows(*session.execute(query).one())


def _take_turns(session: Session, held: Claim, target: _Target) -> None:
    """Workers that ask about one tenant, domain or server wait for each other, in this order everywhere.

    The campaign is neither launched nor paused meanwhile, so that a launch finds a row that a pause held.
    """
    lock(session, f"tenant {held.tenant_id}")
    session.execute(select(Campaign.id).where(Campaign.id == target.campaign_id).with_for_update(read=True))
    lock(session, f"domain {target.domain}")
    if target.server:
        lock(session, f"server {target.server}")


def _alike(rows: _Rows) -> dict[Scope, ColumnElement[bool]]:
    """The tenant's rows that a hold of each scope is about."""
    return {Scope.TENANT: true(), Scope.CAMPAIGN: Submission.campaign_id == rows.campaign.id}


def _facts(session: Session, rows: _Rows, target: _Target) -> Facts:
    now = ledger.now(session)
    last = _last_visit(session, rows)
    return Facts(
        now=now,
        suppressed=suppressed(session, rows.tenant.id, rows.lead.domain, rows.lead.email),
        campaign=rows.campaign.state,
        sent_today=used_today(
            session,
            Submission,
            Submission.tenant_id == rows.tenant.id,
            (VISITING,),
            now,
            most=rows.tenant.forms_a_day,
        ),
        limit_a_day=rows.tenant.forms_a_day,
        domain_busy=_under_way(session, *_others(rows)) > 0,
        domain_free_at=last + timedelta(seconds=rows.tenant.domain_pause) if last else None,
        server_visits=_under_way(session, Submission.address == target.server) if target.server else 0,
        contacted_on=_contacted(session, rows),
        opens=rows.campaign.opens,
        closes=rows.campaign.closes,
        timezone=rows.campaign.timezone,
    )


def _others(rows: _Rows) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Submission.domain == rows.lead.domain, Submission.id != rows.submission.id


def _under_way(session: Session, *where: ColumnElement[bool]) -> int:
    visiting = or_(Submission.state == State.ARMED, Submission.reason == VISITING)
    query = select(func.count()).where(Submission.state.in_(LEASED), visiting, *where)
    return session.scalar(query) or 0


def _last_visit(session: Session, rows: _Rows) -> datetime | None:
    return session.scalar(select(func.max(Submission.visited_at)).where(*_others(rows)))


def _contacted(session: Session, rows: _Rows) -> datetime | None:
    reached = Submission.state.in_([State.SENT, State.UNKNOWN, State.ARMED])
    query = select(func.max(Submission.armed_at)).where(
        *_others(rows), Submission.tenant_id == rows.tenant.id, reached
    )
    return session.scalar(query)


def _letter(rows: _Rows) -> Letter:
    sender, lead = rows.sender, rows.lead
    variables = {
        **{
            name: getattr(lead, name)
            for name in ("company", "website", "domain", "first_name", "last_name", "city")
        },
        **{
            f"sender_{name}": getattr(sender, name)
            for name in ("first_name", "last_name", "company", "job_title", "phone", "website")
        },
    }
    said = ("first_name", "last_name", "salutation", "phone", "company", "job_title", "website", "street",
            "postcode", "city", "country")  # fmt: skip
    return Letter(
        message=templates.render(rows.campaign.body, variables),
        subject=templates.render(rows.campaign.subject, variables),
        email=reply_address(rows.mailbox, rows.submission.token),
        language=lead.language,
        answers=dict(rows.submission.answers),
        **{name: getattr(sender, name) for name in said},
    )
