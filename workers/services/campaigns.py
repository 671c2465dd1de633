"""Campaigns: made, filled with leads, launched, paused."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.db import transaction
from shared.errors import BadInput, NotFound
from shared.models import Campaign, Lead, Sender, Submission
from shared.states import CampaignState, State
from workers.services import audit, parking, templates
from workers.services.lead_csv import LANGUAGES, NewLead, RowError, parse
from workers.services.ledger import NEVER

_BATCH = 1_000

ZONE = "Europe/Paris"
"""The time zone of hours that name none."""

Progress = Callable[[int], None]
"""Told how many more lines were read."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a campaign may send, in an IANA time zone."""

    opens: time
    closes: time
    timezone: str = ZONE


@dataclass(slots=True)
class ImportReport:
    """What became of a file: leads added, and each line that did not go in."""

    added: int = 0
    errors: list[RowError] = field(default_factory=list)


def create(
    tenant_id: int,
    name: str,
    sender_id: int | None,
    subject: str,
    body: str,
    language: str,
    actor: str,
    hours: Hours | None = None,
) -> int:
    """Make a draft campaign. Raises BadInput for a template that would fail at a lead, or NotFound."""
    templates.check("subject", subject)
    templates.check("message", body)
    _check_details(name, language, hours)
    with transaction(tenant_id) as session:
        if session.scalar(select(Campaign.id).where(Campaign.name == name)):
            raise BadInput(f"There is a campaign {name!r} already.")
        campaign = Campaign(
            tenant_id=tenant_id,
            name=name,
            sender_id=_sender(session, sender_id),
            subject=subject,
            body=body,
            language=language,
            state=CampaignState.DRAFT,
        )
        if hours:
            campaign.opens, campaign.closes, campaign.timezone = hours.opens, hours.closes, hours.timezone
        session.add(campaign)
        session.flush()
        audit.record(session, tenant_id, actor, "create", f"campaign {name}")
        return campaign.id


def import_leads(
    tenant_id: int, name: str, content: bytes, actor: str, progress: Progress = lambda _: None
) -> ImportReport:
    """Put a CSV's good lines in and report the others. Raises BadInput where nothing can be read."""
    campaign = by_name(tenant_id, name)
    report = ImportReport()
    lines = parse(content, campaign.language)
    while batch := list(islice(lines, _BATCH)):
        report.errors.extend(line for line in batch if isinstance(line, RowError))
        _store(campaign, [line for line in batch if isinstance(line, NewLead)], report)
        progress(len(batch))
    with transaction(tenant_id) as session:
        audit.record(session, tenant_id, actor, "import", f"campaign {name}", added=report.added)
    report.errors.sort(key=lambda error: error.line)
    return report


def launch(tenant_id: int, name: str, actor: str) -> int:
    """Let a campaign send and return how many forms are due. Raises BadInput where it has no lead.

    What went wrong before no longer counts against it.
    """
    campaign = by_name(tenant_id, name)
    with transaction(tenant_id) as session:
        if not session.scalar(select(Lead.id).where(Lead.campaign_id == campaign.id).limit(1)):
            raise BadInput(f"Campaign {name!r} has no lead yet: import some with `relance leads import`.")
        _set_state(session, campaign, CampaignState.RUNNING, "", watched_since=func.now())
        parking.bring_back(session, campaign.id)
        audit.record(session, tenant_id, actor, "launch", f"campaign {name}")
        return session.scalar(_due(campaign)) or 0


def pause(tenant_id: int, name: str, actor: str, why: str = "") -> None:
    """Stop a campaign: what is under way ends, nothing more begins."""
    campaign = by_name(tenant_id, name)
    with transaction(tenant_id) as session:
        _set_state(session, campaign, CampaignState.PAUSED, why or f"paused by {actor}")
        audit.record(session, tenant_id, actor, "pause", f"campaign {name}", why=why)
    parking.park(tenant_id, campaign.id)


def by_name(tenant_id: int, name: str) -> Campaign:
    """A campaign. Raises NotFound."""
    with transaction(tenant_id) as session:
        campaign = session.scalar(select(Campaign).where(Campaign.name == name))
    if campaign is None:
        raise NotFound(f"There is no campaign {name!r}: see `relance campaign list`.")
    return campaign


def _check_details(name: str, language: str, hours: Hours | None) -> None:
    if not name.strip():
        raise BadInput("A campaign needs a name.")
    if language not in LANGUAGES:
        raise BadInput(f"language {language!r} is not one of {', '.join(LANGUAGES)}.")
    try:
        ZoneInfo(hours.timezone if hours else "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInput(f"There is no time zone {hours.timezone if hours else ''!r}.") from error


def _sender(session: Session, sender_id: int | None) -> int:
    query = select(Sender.id) if sender_id is None else select(Sender.id).where(Sender.id == sender_id)
    found = session.scalars(query.limit(2)).all()
    if not found:
        raise NotFound("There is no such sender: add one with `relance sender add`.")
    if len(found) > 1:
        raise BadInput("Several senders are here: say which with --sender.")
    return found[0]


def _store(campaign: Campaign, rows: list[NewLead], report: ImportReport) -> None:
    """Insert leads and their submissions; a domain that the campaign has already is reported by its line."""
    if not rows:
        return
    with transaction(campaign.tenant_id) as session:
        inserted = session.execute(
            insert(Lead)
            .values([_lead_values(campaign, row) for row in rows])
            .on_conflict_do_nothing(index_elements=["campaign_id", "domain"])
            .returning(Lead.domain, Lead.id)
        )
        stored: dict[str, int] = {row.domain: row.id for row in inserted}
        state = session.scalar(select(Campaign.state).where(Campaign.id == campaign.id).with_for_update())
        due = func.now() if state is CampaignState.RUNNING else NEVER
        session.add_all(_submission(campaign, lead_id, domain, due) for domain, lead_id in stored.items())
    report.added += len(stored)
    report.errors.extend(
        RowError(row.line, f"{row.domain} is in this campaign already.")
        for row in rows
        if row.domain not in stored
    )


def _lead_values(campaign: Campaign, row: NewLead) -> dict[str, object]:
    named = ("company", "website", "domain", "email", "first_name", "last_name", "city", "language")
    return {
        "tenant_id": campaign.tenant_id,
        "campaign_id": campaign.id,
        **{name: getattr(row, name) for name in named},
    }


def _submission(campaign: Campaign, lead_id: int, domain: str, due_at: object) -> Submission:
    return Submission(
        tenant_id=campaign.tenant_id,
        campaign_id=campaign.id,
        lead_id=lead_id,
        domain=domain,
        token=new_token(),
        due_at=due_at,
    )


def new_token() -> str:
    """Twelve letters and digits (60 random bits) that survive an address typed into any form."""
    return base64.b32encode(secrets.token_bytes(8)).decode().rstrip("=").lower()[:12]


def _set_state(
    session: Session, campaign: Campaign, state: CampaignState, why: str, **values: object
) -> None:
    changed = update(Campaign).where(Campaign.id == campaign.id)
    session.execute(changed.values(state=state, paused_because=why[:300], **values))


def _due(campaign: Campaign) -> Select[int]:
    ours = (Submission.campaign_id == campaign.id, Submission.state == State.QUEUED)
    return select(func.count()).where(*ours, Submission.due_at <= func.now())
