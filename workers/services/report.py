"""A campaign as one HTML file: every lead, what was done, the pictures that prove it, what came back."""

import base64
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, PackageLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.db import transaction
from shared.models import Draft, Evidence, Message, Submission
from shared.states import State
from workers.services import campaigns, conversations
from workers.services.campaigns import LeadLine, Status

_PICTURES = ("image/webp", "image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class Picture:
    """A screenshot as a data URL."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One mail that came back, and the draft that answers it."""

    kind: str
    sender: str
    subject: str
    text: str
    label: str
    confidence: float | None
    draft: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One lead of the report."""

    line: LeadLine
    detail: str
    page_url: str
    fields: list[dict[str, str]]
    pictures: list[Picture]
    answers: list[Answer]


def render(tenant_id: int, name: str) -> str:
    """The report of a campaign as HTML that needs no other file. Raises NotFound."""
    status = campaigns.status(tenant_id, name)
    lines = campaigns.lead_lines(tenant_id, name)
    with transaction(tenant_id) as session:
        entries = [_entry(session, line) for line in lines]
    return _template(status, entries)


def _template(status: Status, entries: list[Entry]) -> str:
    return _environment().get_template("report.html").render(status=status, entries=entries, State=State)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=PackageLoader("workers", "templates"), autoescape=True)


def _entry(session: Session, line: LeadLine) -> Entry:
    sent = session.get_one(Submission, line.submission_id)
    mails = session.scalars(
        select(Message).where(Message.submission_id == sent.id).order_by(Message.received_at)
    )
    return Entry(
        line,
        sent.detail,
        sent.page_url,
        _fields(sent),
        _pictures(session, sent),
        [_answer(session, mail) for mail in mails],
    )


def _fields(sent: Submission) -> list[dict[str, str]]:
    actions = (sent.plan or {}).get("actions", [])
    return [
        {key: str(action[key]) for key in ("label", "meaning", "kind", "value", "why")}
        for action in actions
        if action["kind"] != "leave"
    ]


def _pictures(session: Session, sent: Submission) -> list[Picture]:
    query = select(Evidence).where(Evidence.submission_id == sent.id, Evidence.media_type.in_(_PICTURES))
    return [
        Picture(one.kind, f"data:{one.media_type};base64,{base64.b64encode(one.body).decode()}")
        for one in session.scalars(query.order_by(Evidence.id))
    ]


def _answer(session: Session, mail: Message) -> Answer:
    said = conversations.newest_classification(session, mail.id)
    draft = session.scalar(select(Draft).where(Draft.message_id == mail.id))
    return Answer(
        mail.kind,
        mail.from_address,
        mail.subject,
        mail.own_text,
        f"{said.label} / {said.intent}" if said else "",
        said.confidence if said else None,
        draft.body if draft else "",
    )
