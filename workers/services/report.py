"""A campaign as one HTML file: every lead, what was done, the pictures that prove it, what came back."""

import base64
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, PackageLoader
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from shared.db import transaction
from shared.models import Draft, Evidence, Message, Submission
from workers.services import conversations, progress
from workers.services.progress import LeadLine

MOST = 300
"""Leads of a report: with their pictures they are what a browser opens without trouble."""

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
    status = progress.status(tenant_id, name)
    lines = progress.lead_lines(tenant_id, name, most=MOST)
    with transaction(tenant_id) as session:
        entries = _entries(session, lines)
    page = _environment().get_template("report.html")
    return page.render(status=status, entries=entries, left_out=status.leads - len(entries))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=PackageLoader("workers", "templates"), autoescape=True)


def _entries(session: Session, lines: Sequence[LeadLine]) -> list[Entry]:
    ids = [line.submission_id for line in lines]
    forms = {one.id: one for one in session.scalars(select(Submission).where(Submission.id.in_(ids)))}
    pictures, answers = _pictures(session, ids), _answers(session, ids)
    return [_entry(line, forms[i], pictures[i], answers[i]) for i, line in zip(ids, lines, strict=True)]


def _entry(line: LeadLine, sent: Submission, pictures: list[Picture], answers: list[Answer]) -> Entry:
    return Entry(line, sent.detail, sent.page_url, _fields(sent), pictures, answers)


def _fields(sent: Submission) -> list[dict[str, str]]:
    actions = (sent.plan or {}).get("actions", [])
    return [
        {key: str(action[key]) for key in ("label", "meaning", "kind", "value", "why")}
        for action in actions
        if action["kind"] != "leave"
    ]


def _pictures(session: Session, ids: Sequence[int]) -> dict[int, list[Picture]]:
    query = select(Evidence).where(Evidence.submission_id.in_(ids), Evidence.media_type.in_(_PICTURES))
    found: dict[int, list[Picture]] = defaultdict(list)
    for one in session.scalars(query.order_by(Evidence.id)):
        url = f"data:{one.media_type};base64,{base64.b64encode(one.body).decode()}"
        found[one.submission_id].append(Picture(one.kind, url))
    return found


def _answers(session: Session, ids: Sequence[int]) -> dict[int, list[Answer]]:
    said = conversations.said(Message.id)
    columns = (Message.kind, Message.from_address, Message.subject, Message.own_text)
    query = (
        select(Message.submission_id, *columns, said.c.label, said.c.intent, said.c.confidence, Draft.body)
        .select_from(Message)
        .outerjoin(said, true())
        .outerjoin(Draft, Draft.message_id == Message.id)
        .where(Message.submission_id.in_(ids))
        .order_by(Message.received_at)
    )
    found: dict[int, list[Answer]] = defaultdict(list)
    for submission_id, kind, sender, subject, text, label, intent, confidence, draft in session.execute(
        query
    ):
        told = f"{label} / {intent}" if label else ""
        found[submission_id].append(Answer(kind, sender, subject, text, told, confidence, draft or ""))
    return found
