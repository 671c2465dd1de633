"""What the panel shows beside what other services give: whose a mail may be, what to enter, evidence."""

from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from classifiers.explain import Weight, explain
from classifiers.labels import Label
from inbox.understanding import understand
from shared.db import transaction
from shared.errors import NotFound
from shared.models import (
    AuditEntry,
    Campaign,
    Draft,
    Evidence,
    Lead,
    Mailbox,
    Message,
    Outgoing,
    Review,
    Sender,
    Submission,
)
from workers.services import models
from workers.services.attributing import attribute_mail
from workers.services.contacting import reply_address

MOST_LEADS = 20
MOST_ENTRIES = 200
_DONE_TO_A_FIELD = ("type", "select", "check")


@dataclass(frozen=True, slots=True)
class LeadOption:
    """A lead that a mail may be from."""

    lead_id: int
    company: str
    domain: str
    campaign: str


@dataclass(frozen=True, slots=True)
class FormValue:
    """What is to be entered in one control. `kind` is type, select or check; `why` is said to a person."""

    label: str
    kind: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail of ours of which nothing proves that it left."""

    review: Review
    mail: Outgoing
    subject: str


def why(tenant_id: int, text: str, label: str, model: str) -> list[Weight]:
    """The words that carried a label; none where another model than the one that is served gave it."""
    served = models.serving(tenant_id)
    return explain(served, text, Label(label)) if model == served.version else []


def contenders(tenant_id: int, review_id: int) -> list[LeadOption]:
    """The leads that an ambiguous mail may be from, as its clues tell. Raises NotFound."""
    with transaction(tenant_id) as session:
        review = session.get(Review, review_id)
        if review is None or review.message_id is None:
            raise NotFound(f"There is no mail in review {review_id}.")
        message = session.get_one(Message, review.message_id)
    found = attribute_mail(tenant_id, understand(message.raw), message.received_at)
    ids = [int(one.lead_id) for one in found.possible]
    with transaction(tenant_id) as session:
        return _options(session, _leads().where(Lead.id.in_(ids)))


def find_leads(tenant_id: int, words: str) -> list[LeadOption]:
    """Leads whose company, domain or address holds `words`."""
    wanted = words.strip().lower()
    if not wanted:
        return []
    columns = (Lead.company, Lead.domain, Lead.email)
    held = or_(*(func.lower(column).contains(wanted, autoescape=True) for column in columns))
    with transaction(tenant_id) as session:
        return _options(session, _leads().where(held))


def _leads() -> Select[int, str, str, str]:
    named = select(Lead.id, Lead.company, Lead.domain, Campaign.name).join(
        Campaign, Campaign.id == Lead.campaign_id
    )
    return named.order_by(Lead.company).limit(MOST_LEADS)


def _options(session: Session, query: Select[int, str, str, str]) -> list[LeadOption]:
    return [LeadOption(*row) for row in session.execute(query)]


def form_values(tenant_id: int, submission: Submission) -> list[FormValue]:
    """What a person enters by hand: the plan's values, else those that any contact form asks for."""
    planned = [
        FormValue(action["label"] or action["meaning"], action["kind"], action["value"], action["why"])
        for action in (submission.plan or {}).get("actions", [])
        if action["kind"] in _DONE_TO_A_FIELD
    ]
    return planned or _letter(tenant_id, submission)


def _letter(tenant_id: int, submission: Submission) -> list[FormValue]:
    query = (
        select(Sender, Mailbox)
        .join(Mailbox, Mailbox.id == Sender.mailbox_id)
        .join(Campaign, Campaign.sender_id == Sender.id)
        .where(Campaign.id == submission.campaign_id)
    )
    with transaction(tenant_id) as session:
        sender, mailbox = session.execute(query).one()
    said = {
        "Name": f"{sender.first_name} {sender.last_name}",
        "Email": reply_address(mailbox, submission.token),
        "Phone": sender.phone,
        "Company": sender.company,
        "Subject": submission.subject,
        "Message": submission.message,
    }
    return [FormValue(label, "type", value, "") for label, value in said.items() if value]


def unproven_mail(tenant_id: int, review_id: int) -> SentMail | None:
    """The mail that an unproven outcome is about; None where it is about a form. Raises NotFound."""
    with transaction(tenant_id) as session:
        review = session.get(Review, review_id)
        if review is None:
            raise NotFound(f"There is no review {review_id}.")
        if review.outgoing_id is None:
            return None
        mail = session.get_one(Outgoing, review.outgoing_id)
        return SentMail(review, mail, session.get_one(Draft, mail.draft_id).subject)


def evidence(tenant_id: int, submission_id: int) -> list[Evidence]:
    """What was kept of a submission, oldest first."""
    query = select(Evidence).where(Evidence.submission_id == submission_id).order_by(Evidence.id)
    with transaction(tenant_id) as session:
        return list(session.scalars(query))


def submission(tenant_id: int, submission_id: int) -> Submission:
    """A submission. Raises NotFound."""
    with transaction(tenant_id) as session:
        found = session.get(Submission, submission_id)
    if found is None:
        raise NotFound(f"There is no submission {submission_id}.")
    return found


def audit_entries(tenant_id: int) -> list[AuditEntry]:
    """The latest entries of the audit log, newest first."""
    with transaction(tenant_id) as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(MOST_ENTRIES)))
