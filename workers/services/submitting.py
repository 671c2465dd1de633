"""What a submission needs before the browser opens: may it be sent now, and what is to be said."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from browser.forms.values import Letter
from inbox.composing import plus_address
from shared.compliance import chain
from shared.compliance.verdict import Facts, Verdict
from shared.db import EVERY_TENANT, transaction
from shared.models import Campaign, Lead, Mailbox, Sender, Submission, Suppression, Tenant
from shared.states import LEASED, State
from workers.services import ledger, templates
from workers.services.ledger import Claim

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


def prepare(held: Claim) -> Job | None:
    """Ask the compliance chain; the job when it allows, else None with the row held or denied.

    Domains are shared by all tenants, so the question is asked across them, one at a time a domain.
    """
    with transaction(EVERY_TENANT) as session:
        rows = _rows(session, held)
        _take_turns(session, rows)
        ruling = chain.judge(chain.FORM, _facts(session, rows))
        if ruling.verdict is Verdict.HOLD:
            ledger.release(session, held, ruling.rule, ruling.until, detail=ruling.reason)
            return None
        if ruling.verdict is Verdict.DENY:
            ledger.finish(session, held, State.DENIED, ruling.rule, detail=ruling.reason)
            return None
        letter = _letter(rows)
        ledger.note(session, held, reason=VISITING, subject=letter.subject, message=letter.message)
        return Job(rows.lead.website, letter)


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


def _take_turns(session: Session, rows: _Rows) -> None:
    """Two workers that ask about one tenant or one domain wait for each other, in a fixed order."""
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
    session.execute(lock, {"key": f"tenant {rows.tenant.id}"})
    session.execute(lock, {"key": f"domain {rows.lead.domain}"})


def _facts(session: Session, rows: _Rows) -> Facts:
    now = datetime.now(UTC)
    last = _last_visit(session, rows)
    return Facts(
        now=now,
        suppressed=suppressed(session, rows.tenant.id, rows.lead.domain, rows.lead.email),
        campaign=rows.campaign.state,
        sent_today=_sent_today(session, rows.tenant.id, now),
        limit_a_day=rows.tenant.forms_a_day,
        domain_busy=_busy(session, rows),
        domain_free_at=last + timedelta(seconds=rows.tenant.domain_pause) if last else None,
        contacted_on=_contacted(session, rows),
        opens=rows.campaign.opens,
        closes=rows.campaign.closes,
        timezone=rows.campaign.timezone,
    )


def suppressed(session: Session, tenant_id: int, domain: str, address: str) -> str:
    """The tenant's suppression that matches a domain or an address, or an empty string."""
    query = select(Suppression.value).where(
        Suppression.tenant_id == tenant_id, Suppression.value.in_([domain, address.lower()])
    )
    return session.scalar(query.limit(1)) or ""


def _others(rows: _Rows) -> list[object]:
    return [Submission.domain == rows.lead.domain, Submission.id != rows.submission.id]


def _busy(session: Session, rows: _Rows) -> bool:
    visiting = or_(Submission.state == State.ARMED, Submission.reason == VISITING)
    query = select(Submission.id).where(*_others(rows), Submission.state.in_(LEASED), visiting)  # type: ignore[arg-type]
    return session.scalar(query.limit(1)) is not None


def _last_visit(session: Session, rows: _Rows) -> datetime | None:
    return session.scalar(select(func.max(Submission.ended_at)).where(*_others(rows)))  # type: ignore[arg-type]


def _contacted(session: Session, rows: _Rows) -> datetime | None:
    reached = Submission.state.in_([State.SENT, State.UNKNOWN, State.ARMED])
    query = select(func.max(Submission.armed_at)).where(
        *_others(rows),  # type: ignore[arg-type]
        Submission.tenant_id == rows.tenant.id,
        reached,
    )
    return session.scalar(query)


def _sent_today(session: Session, tenant_id: int, now: datetime) -> int:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    under_way = (Submission.state == State.RUNNING) & (Submission.reason == VISITING)
    query = select(func.count()).where(
        Submission.tenant_id == tenant_id, or_(Submission.armed_at >= midnight, under_way)
    )
    return session.scalar(query) or 0


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


def reply_address(mailbox: Mailbox, token: str) -> str:
    """The address that this submission alone types: `name+token@domain` where the mailbox takes it."""
    if not mailbox.plus_addressing:
        return mailbox.address
    return plus_address(mailbox.address, token)
