"""One tenant's rows as the workers leave them: leads, mails that were read, forms that were handed over."""

import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from classifiers.labels import LABEL_OF, Intent
from shared.db import transaction
from shared.models import (
    Base,
    Campaign,
    Classification,
    Conversation,
    Draft,
    Evidence,
    Lead,
    Mailbox,
    Message,
    Outgoing,
    Passage,
    Review,
    Sender,
    Submission,
)
from shared.states import CampaignState, ReviewKind, Role, State
from workers.services import accounts

PASSWORD = "a long enough password"
MODEL = "test-model"
_numbers = count(1)


@dataclass(frozen=True)
class Contact:
    """A lead to whom a form was sent."""

    lead_id: int
    submission_id: int


class Farm:
    """A tenant with an operator, a reviewer and one campaign."""

    def __init__(self) -> None:
        self.slug = f"tenant-{secrets.token_hex(4)}"
        self.tenant_id = accounts.create_tenant(self.slug, self.slug, "test")
        self.operator, self.reviewer = f"op@{self.slug}.example", f"rev@{self.slug}.example"
        accounts.create_user(self.tenant_id, self.operator, PASSWORD, Role.OPERATOR, "test")
        accounts.create_user(self.tenant_id, self.reviewer, PASSWORD, Role.REVIEWER, "test")
        with transaction(self.tenant_id) as session:
            self.mailbox_id = self._add(
                session, Mailbox, provider="imap", address=f"anna@{self.slug}.example", credentials=b""
            )
            self.sender_id = self._add(
                session,
                Sender,
                mailbox_id=self.mailbox_id,
                first_name="Anna",
                last_name="Martin",
                company="Atelier Martin",
            )
        self.campaign_id = self.campaign("Reliure 2026")

    def campaign(self, name: str, state: CampaignState = CampaignState.DRAFT) -> int:
        return self.add(
            Campaign, name=name, sender_id=self.sender_id, subject="s", body="b", language="fr", state=state
        )

    def add(self, table: type[Base], /, **values: Any) -> int:
        with transaction(self.tenant_id) as session:
            return self._add(session, table, **values)

    def _add(self, session: Session, table: type[Base], /, **values: Any) -> int:
        row = table(tenant_id=self.tenant_id, **values)
        session.add(row)
        session.flush()
        return row.id

    def contact(self, company: str, state: State = State.SENT, **values: Any) -> Contact:
        domain = values.pop("domain", f"societe{next(_numbers)}.example")
        lead = self.add(
            Lead,
            campaign_id=self.campaign_id,
            company=company,
            website=f"https://{domain}",
            domain=domain,
            language="fr",
        )
        told = {
            "armed_at": datetime.now(UTC) - timedelta(days=1),
            "message": "Bonjour, nous relions.",
        } | values
        submission = self.add(
            Submission,
            lead_id=lead,
            campaign_id=self.campaign_id,
            domain=domain,
            token=secrets.token_hex(6),
            page_url=f"https://{domain}/contact",
            state=state,
            subject="Votre bibliothèque",
            **told,
        )
        return Contact(lead, submission)

    def mail(self, text: str, subject: str = "Re: Votre bibliothèque", **values: Any) -> int:
        number = next(_numbers)
        sender = values.pop("from_address", f"marie{number}@societe.example")
        raw = values.pop("raw", f"From: {sender}\r\nSubject: x\r\n\r\n{number}".encode())
        findings = {
            "reply_to": sender,
            "references": [],
            "rule": "person",
            "attribution": {"rule": "token", "confidence": 0.99},
        }
        told = {"from_name": "Marie Durand", "kind": "person", "findings": findings} | values
        return self.add(
            Message,
            mailbox_id=self.mailbox_id,
            digest=hashlib.sha256(raw).digest(),
            folder="INBOX",
            uid=str(number),
            raw=raw,
            received_at=datetime.now(UTC) - timedelta(hours=2),
            from_address=sender,
            subject=subject,
            own_text=text,
            state=State.DONE,
            **told,
        )

    def reply(self, company: str, text: str, intent: Intent = Intent.REQUEST_PRICE, **values: Any) -> int:
        """A mail that was read and answered by a draft, and waits for a person; the review's id."""
        contact = self.contact(company)
        conversation = self.add(Conversation, lead_id=contact.lead_id)
        draft = values.pop("draft", "Bonjour Madame,\n\nvolontiers.\n\nAnna Martin")
        extra = {name: values.pop(name) for name in ("passages", "violations") if name in values}
        priority, why = values.pop("priority", 5.0), values.pop("why", "every draft is read by a person")
        probabilities = values.pop("probabilities", {intent.value: 0.8, "REQUEST_INFO": 0.2})
        doubts, model = values.pop("doubts", []), values.pop("model", MODEL)
        message = self.mail(text, conversation_id=conversation, submission_id=contact.submission_id, **values)
        self.add(
            Classification,
            message_id=message,
            label=LABEL_OF[intent],
            intent=intent.value,
            confidence=probabilities[intent.value],
            probabilities=probabilities,
            doubts=doubts,
            model=model,
        )
        self.add(
            Draft,
            message_id=message,
            state=State.DONE,
            responder="template",
            subject="Re: Votre bibliothèque",
            body=draft,
            **extra,
        )
        return self.add(Review, kind=ReviewKind.REPLY, message_id=message, why=why, priority=priority)

    def captcha(self, company: str, actions: list[dict[str, Any]] | None = None) -> int:
        plan = {"actions": actions, "questions": []} if actions else None
        contact = self.contact(company, State.CAPTCHA, armed_at=None, plan=plan, captcha="reCAPTCHA")
        self.picture(contact)
        return self._asked(contact, ReviewKind.CAPTCHA, "reCAPTCHA guards the form")

    def missing_answer(self, company: str, questions: list[dict[str, Any]]) -> int:
        plan = {"actions": [], "questions": questions}
        contact = self.contact(company, State.NEEDS_ANSWER, armed_at=None, plan=plan)
        self.picture(contact)
        return self._asked(contact, ReviewKind.ANSWER, "the form asks what nobody told")

    def unproven(self, company: str) -> int:
        contact = self.contact(company, State.UNKNOWN, detail="The page stayed silent.")
        self.picture(contact)
        return self._asked(contact, ReviewKind.UNKNOWN, "nothing proves that it arrived")

    def unproven_mail(self, review_id: int) -> int:
        """The answer of a reply's review went to the server, whose own answer was lost."""
        with transaction(self.tenant_id) as session:
            message = session.get_one(Message, session.get_one(Review, review_id).message_id)
            draft = session.query(Draft).filter_by(message_id=message.id).one()
        outgoing = self.add(
            Outgoing,
            draft_id=draft.id,
            mailbox_id=self.mailbox_id,
            conversation_id=message.conversation_id,
            recipient=message.from_address,
            message_id=f"{secrets.token_hex(6)}@example",
            body=draft.body,
            raw=b"",
            approved_by=self.reviewer,
            state=State.UNKNOWN,
            armed_at=datetime.now(UTC),
        )
        return self.add(Review, kind=ReviewKind.UNKNOWN, outgoing_id=outgoing, why="the answer was lost")

    def passage(self, title: str, text: str) -> str:
        return str(self.add(Passage, title=title, text=text))

    def picture(self, contact: Contact, body: bytes | None = None) -> None:
        self.add(
            Evidence,
            submission_id=contact.submission_id,
            attempt=1,
            kind="before",
            media_type="image/webp",
            body=body or webp(),
        )

    def _asked(self, contact: Contact, kind: ReviewKind, why: str) -> int:
        return self.add(Review, kind=kind, submission_id=contact.submission_id, why=why, priority=4.0)


def action(label: str, value: str, kind: str = "type") -> dict[str, Any]:
    """One control of a plan, as the farm stores it."""
    return {
        "label": label,
        "meaning": "other",
        "kind": kind,
        "value": value,
        "why": "label",
        "confidence": 1.0,
    }


def webp(width: int = 640, height: int = 420) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "#cfd8d3").save(buffer, "WEBP")
    return buffer.getvalue()
