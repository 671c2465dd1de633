"""Mails as they come back from the people we wrote to."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from shared.db import transaction
from shared.models import Message, Submission
from shared.states import State
from tests.integration.workers.conftest import ADDRESS, World
from workers.services import campaigns, ledger, replies

DSN = """\
Return-Path: <>
From: Mail Delivery System <mailer-daemon@{domain}>
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<gone@{domain}>: user unknown
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; {domain}

Final-Recipient: rfc822; gone@{domain}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown
--b--
"""


def sent_form(world: World, domain: str, state: State = State.SENT) -> Submission:
    """A submission whose form went out an hour ago."""
    world.add_leads(domain)
    campaigns.launch(world.tenant, world.campaign, "test")
    row = next(row for row in world.submissions() if row.domain == domain)
    held = ledger.claim("browser", row.id)
    assert held is not None
    with transaction(world.tenant) as session:
        ledger.arm(session, held, message=f"Hello Company {domain}, may we talk about your roof?")
        ledger.finish(session, held, state, "test")
    with transaction(world.tenant) as session:
        earlier = func.now() - timedelta(hours=1)
        session.execute(update(Submission).where(Submission.id == row.id).values(armed_at=earlier))
        return session.get_one(Submission, row.id)


def typed_address(world: World, sent: Submission) -> str:
    """The address that was typed into the form."""
    name, _, domain = f"acme-{ADDRESS}".partition("@")
    return f"{name}+{sent.token}@{domain}"


def written(body: str, to: str, sender: str = "marie@bakery.org", **headers: str) -> str:
    """A plain mail."""
    lines = {"From": sender, "To": to, "Subject": "Your message", "Message-ID": "<a1@bakery.org>", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in lines.items())
    return f"{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"


def arrive(world: World, raw: str | bytes) -> int:
    """Store a mail as the poll would; its id."""
    content = raw if isinstance(raw, bytes) else raw.replace("\n", "\r\n").encode()
    with transaction(world.tenant) as session:
        row = Message(
            tenant_id=world.tenant,
            mailbox_id=world.mailbox,
            digest=str(hash(content)).encode().ljust(32)[:32],
            folder="INBOX",
            uid="1",
            raw=content,
            received_at=datetime.now(UTC),
        )
        session.add(row)
        session.flush()
        return row.id


def understood(world: World, raw: str | bytes) -> Message:
    """A mail that arrived and was processed."""
    message_id = arrive(world, raw)
    replies.process(message_id)
    with transaction(world.tenant) as session:
        return session.scalars(select(Message).where(Message.id == message_id)).one()
