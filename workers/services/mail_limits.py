"""May this mail leave now? What is known of its tenant, its mailbox and its conversation."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from shared import tracing
from shared.compliance import chain, warmup
from shared.compliance.verdict import Facts, Ruling, Scope, Verdict
from shared.models import Mailbox, Outgoing, Tenant
from shared.states import State
from workers.services import conversations, ledger
from workers.services.claims import Claim
from workers.services.contacting import lock, suppressed, used_today
from workers.services.holding import hold

SENDING = "sending"
"""The reason of a running row that passed the chain."""

CONNECTED = "connected"
"""The reason of a leased row that holds one of its host's connections."""

_GOING = (SENDING, CONNECTED)
"""The reasons of a running row that counts against the day until it is armed: it passed the chain, and took a
connection since, where its host counts them."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a mailbox sent since midnight UTC, and what it may. `first_sent_at`: None where it never sent."""

    sent_today: int
    limit: int
    first_sent_at: datetime | None
    warming: bool


def allowed(session: Session, held: Claim) -> bool:
    """Ask the compliance chain about a claimed mail; where it objects, the row is held or denied.

    Mails of one tenant ask one after the other: each sees what the one before it was allowed.
    """
    lock(session, f"mails {held.tenant_id}")
    row = session.get_one(Outgoing, held.id)
    ruling = chain.judge(chain.MAIL, _facts(session, row))
    if ruling.verdict is Verdict.HOLD:
        hold(session, held, ruling, _alike(row, ruling))
    elif ruling.verdict is Verdict.DENY:
        ledger.finish(session, held, State.DENIED, ruling.rule, detail=ruling.reason)
    else:
        ledger.note(session, held, reason=SENDING)
    return ruling.verdict is Verdict.ALLOW


def allowance(session: Session, mailbox: Mailbox, now: datetime) -> Allowance:
    """What the mailbox may send today, its warm-up considered, and what it did."""
    ours = Outgoing.mailbox_id == mailbox.id
    first = session.scalar(select(func.min(Outgoing.armed_at)).where(ours))
    age = now - first if first else None
    limit = mailbox.mails_a_day if mailbox.established else warmup.allowance(age, mailbox.mails_a_day)
    return Allowance(
        used_today(session, Outgoing, ours, _GOING, now), limit, first, limit < mailbox.mails_a_day
    )


def _facts(session: Session, row: Outgoing) -> Facts:
    around = conversations.context(session, row.conversation_id)
    tracing.follows("browser", around.submission.id)
    tenant = session.get_one(Tenant, row.tenant_id)
    mailbox = session.get_one(Mailbox, row.mailbox_id)
    now = ledger.now(session)
    domain = row.recipient.rpartition("@")[2]
    may = allowance(session, mailbox, now)
    return Facts(
        now=now,
        suppressed=suppressed(session, tenant.id, around.lead.domain, row.recipient)
        or suppressed(session, tenant.id, domain, row.recipient),
        sent_today=used_today(session, Outgoing, Outgoing.tenant_id == tenant.id, _GOING, now),
        limit_a_day=tenant.mails_a_day,
        mailbox_sent_today=may.sent_today,
        mailbox_limit=may.limit,
        mailbox_held=mailbox.held_because,
        opens=around.campaign.opens,
        closes=around.campaign.closes,
        timezone=around.campaign.timezone,
        stopped=around.conversation.stopped,
    )


def _alike(row: Outgoing, ruling: Ruling) -> ColumnElement[bool] | None:
    """The tenant's mails that the hold is about too."""
    if ruling.scope is Scope.TENANT:
        return true()
    return Outgoing.mailbox_id == row.mailbox_id if ruling.scope is Scope.MAILBOX else None
