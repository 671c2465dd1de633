"""Mailboxes and the senders who sign: added, checked, opened."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from pydantic import SecretStr
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inbox.mailbox import Account, Mailbox, Report
from inbox.providers import open_mailbox
from shared import models
from shared.compliance import warmup
from shared.db import transaction
from shared.errors import BadInput, NotFound
from shared.states import State
from shared.vault import vault
from workers.services import audit, mail_limits, watching
from workers.services.accounts import clean_address
from workers.services.insisting import insist

_STORED = ("user", "host", "port", "tls", "smtp_host", "smtp_port", "smtp_tls", "folders", "since")


FULL = "connections"
"""The reason of a row that waits for one."""

WELL = ("", mail_limits.CONNECTED, FULL)
"""The reasons of a mailbox with which nothing is wrong."""


@dataclass(frozen=True, slots=True)
class SenderDetails:
    """The person who signs. What is empty is never said in a form."""

    first_name: str
    last_name: str
    company: str
    salutation: str = ""
    job_title: str = ""
    phone: str = ""
    website: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mailbox is read and what it may send. `reading` is "ok" or why its last poll failed; `limit` is
    what it may send today, `mails_a_day` once it is warm, on `warm_on` (None where it is, or has not begun);
    `sent` and `bounced` count in its window; `held_because` is why nothing leaves it.
    """

    address: str
    provider: str
    reading: str
    detail: str
    sent_today: int
    limit: int
    mails_a_day: int
    warming: bool
    warm_on: date | None
    sent: int
    bounced: int
    held_because: str


def add(tenant_id: int, account: Account, plus_addressing: bool, actor: str) -> tuple[int, Report]:
    """Check that the account works, then store it with its secret sealed.

    Raises MailboxRefused, MailboxUnreachable, or BadInput for an address that is there already.
    """
    address = clean_address(account.address)
    secrets = [account.secret]  # a login server may replace it while it is checked
    report = _check(replace(account, keep=secrets.append))
    with transaction(tenant_id) as session:
        if session.scalar(select(models.Mailbox.id).where(models.Mailbox.address == address)):
            raise BadInput(f"The mailbox {address} is there already.")
        row = models.Mailbox(
            tenant_id=tenant_id,
            provider=account.provider,
            address=address,
            settings=settings_of(account),
            credentials=vault().seal(secrets[-1].get_secret_value(), address),
            plus_addressing=plus_addressing,
        )
        session.add(row)
        session.flush()
        audit.record(session, tenant_id, actor, "add", f"mailbox {address}", provider=account.provider)
        return row.id, report


def check(tenant_id: int, address: str) -> Report:
    """Log in to a stored mailbox. Raises as `add` does, and NotFound."""
    return _check(account_of(by_address(tenant_id, address)))


def by_address(tenant_id: int, address: str) -> models.Mailbox:
    """The stored mailbox of an address. Raises NotFound."""
    with transaction(tenant_id) as session:
        row = session.scalar(select(models.Mailbox).where(models.Mailbox.address == address.strip().lower()))
    if row is None:
        raise NotFound(f"There is no mailbox {address}: add it with `relance mailbox add`.")
    return row


def account_of(row: models.Mailbox) -> Account:
    """The account of a stored mailbox, with its secret opened, and kept where a login server replaces it."""
    stored = dict(row.settings)
    since = stored.pop("since", None)
    return Account(
        provider=row.provider,
        address=row.address,
        secret=SecretStr(vault().open(row.credentials, row.address)),
        folders=tuple(stored.pop("folders", ())),
        since=date.fromisoformat(since) if since else None,
        keep=partial(_keep, row.tenant_id, row.id, row.address),
        **stored,
    )


def _keep(tenant_id: int, mailbox_id: int, address: str, secret: SecretStr) -> None:
    """The one before it may serve no more: it is written down however long the database is away."""
    sealed = vault().seal(secret.get_secret_value(), address)

    def written() -> None:
        with transaction(tenant_id) as session:
            ours = update(models.Mailbox).where(models.Mailbox.id == mailbox_id)
            session.execute(ours.values(credentials=sealed))

    insist(written)


def opened(row: models.Mailbox) -> Mailbox:
    """The mailbox behind a stored row; the caller closes it."""
    return open_mailbox(account_of(row))


def add_sender(tenant_id: int, mailbox: str, details: SenderDetails, actor: str) -> int:
    """Store who signs, for one of the tenant's mailboxes. Raises NotFound, BadInput."""
    if not (details.first_name.strip() and details.last_name.strip() and details.company.strip()):
        raise BadInput("A sender is a real person: give a first name, a last name and a company.")
    row = by_address(tenant_id, mailbox)
    with transaction(tenant_id) as session:
        sender = models.Sender(tenant_id=tenant_id, mailbox_id=row.id, **asdict(details))
        session.add(sender)
        session.flush()
        audit.record(session, tenant_id, actor, "add", f"sender {sender.id}")
        return sender.id


def _check(account: Account) -> Report:
    mailbox = open_mailbox(account)
    try:
        return mailbox.check()
    finally:
        mailbox.close()


def settings_of(account: Account) -> dict[str, object]:
    """What is stored of an account besides its secret."""
    stored = {name: getattr(account, name) for name in _STORED}
    stored["folders"] = list(account.folders)
    stored["since"] = account.since.isoformat() if account.since else None
    return stored


def standing(tenant_id: int, address: str) -> Standing:
    """How one mailbox stands. Raises NotFound."""
    row = by_address(tenant_id, address)
    with transaction(tenant_id) as session:
        return _standing(session, row)


def standings(tenant_id: int) -> list[Standing]:
    """How the tenant's mailboxes stand, by address."""
    with transaction(tenant_id) as session:
        rows = session.scalars(select(models.Mailbox).order_by(models.Mailbox.address)).all()
        return [_standing(session, row) for row in rows]


def change(
    tenant_id: int, address: str, actor: str, mails_a_day: int | None, established: bool | None
) -> Standing:
    """Change what a mailbox may send, and call it established (no warm-up) or new. Raises NotFound."""
    row = by_address(tenant_id, address)
    given = {"mails_a_day": mails_a_day, "established": established}
    changed = {name: value for name, value in given.items() if value is not None}
    with transaction(tenant_id) as session:
        if changed:
            session.execute(update(models.Mailbox).where(models.Mailbox.id == row.id).values(**changed))
            _bring_back(session, row.id)
        audit.record(session, tenant_id, actor, "limits", f"mailbox {row.address}", **changed)
    return standing(tenant_id, address)


def resume(tenant_id: int, address: str, actor: str) -> None:
    """Let a held mailbox send; its bounces so far are forgiven. Raises NotFound, BadInput where it is not."""
    row = by_address(tenant_id, address)
    if not row.held_because:
        raise BadInput(f"The mailbox {row.address} is not held.")
    with transaction(tenant_id) as session:
        freed = update(models.Mailbox).where(models.Mailbox.id == row.id)
        session.execute(freed.values(held_because="", watched_since=func.now()))
        _bring_back(session, row.id)
        audit.record(session, tenant_id, actor, "resume", f"mailbox {row.address}")


def _bring_back(session: Session, mailbox_id: int) -> None:
    """Ask again about the mails that wait for this mailbox."""
    ours = (models.Outgoing.mailbox_id == mailbox_id, models.Outgoing.state == State.QUEUED)
    held = models.Outgoing.reason.in_(["mailbox_held", "mailbox_quota"])
    session.execute(update(models.Outgoing).where(*ours, held).values(due_at=func.now(), nudged_at=None))


def _standing(session: Session, row: models.Mailbox) -> Standing:
    may = mail_limits.allowance(session, row, datetime.now(UTC))
    tally = watching.mailbox_tally(session, row)
    warm = may.first_sent_at + timedelta(days=warmup.WARM_AFTER) if may.first_sent_at else None
    return Standing(
        address=row.address,
        provider=row.provider,
        reading="ok" if row.reason in WELL else row.reason,
        detail=row.detail,
        sent_today=may.sent_today,
        limit=may.limit,
        mails_a_day=row.mails_a_day,
        warming=may.warming,
        warm_on=warm.date() if warm and may.warming else None,
        sent=tally.sent,
        bounced=tally.bounced,
        held_because=row.held_because,
    )


def senders(tenant_id: int) -> list[models.Sender]:
    """The tenant's senders, oldest first."""
    with transaction(tenant_id) as session:
        return list(session.scalars(select(models.Sender).order_by(models.Sender.id)))
