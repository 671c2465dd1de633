"""What follows from mails that were read, written in one transaction: their states, the suppressions, the
labels, the evidence for their submissions, and the next pieces of work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.model import Prediction
from inbox.attribution import Attribution
from inbox.domains import registrable
from inbox.responders.decide import Action, Decision, Policy, Situation, decide
from inbox.understanding import Kind, Understanding
from shared import tracing
from shared.models import Classification, Draft, Review, Tenant
from shared.states import WRITTEN, ReviewKind, State
from workers.services import batches, bulk, conversations, settling, superseding, suppressions
from workers.services.batches import Ending
from workers.services.claims import Claim
from workers.services.reading import findings_of, modelled, ruled, storable

_ANSWERED = (Action.DRAFT, Action.REVIEW)
_COPY = Decision(Action.IGNORE, "it is a copy of a mail that is answered")
_ATTRIBUTION = ReviewKind.ATTRIBUTION.value

SURE = 0.8
"""Confidence of an attribution from which a mail needs no person to say whose it is."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A mail as understood, before anything is written. `assigned` is a conversation that a person chose."""

    held: Claim
    understood: Understanding
    attribution: Attribution
    prediction: Prediction | None
    assigned: int | None = None

    @property
    def lead(self) -> int | None:
        """The lead that the mail is from, where that is sure enough to need no person."""
        found = self.attribution
        if found.candidate is None or found.ambiguous or found.confidence < SURE:
            return None
        return int(found.candidate.lead_id)


@dataclass(frozen=True, slots=True)
class _Concluded:
    """A mail with its conversation, what is stored of it, and what is to be done: no decision on mail that is
    not ours.
    """

    reading: Reading
    conversation_id: int | None
    submission_id: int | None
    domain: str
    columns: dict[str, object]
    decision: Decision | None


def conclude(session: Session, readings: Sequence[Reading]) -> None:
    """Write down all that follows. What another attempt took over meanwhile is left to it.

    Raises LeaseLost where that is all of it.
    """
    ours = set(batches.still_held(session, [one.held for one in readings]))
    left = [one for one in readings if one.held in ours]
    poison = [one for one in left if one.understood.kind == Kind.QUARANTINED]
    whole = _Whole(session, [one for one in left if one.understood.kind != Kind.QUARANTINED])
    concluded = whole.concluded()
    batches.finish(session, [*map(_set_aside, poison), *map(_ending, concluded)])
    _label(session, concluded)
    whole.take_as_evidence()
    _suppress(session, concluded)
    _ask_whose(session, concluded)
    _act(session, concluded)


class _Whole:
    """Some mails of one tenant together with the rows around them, each kind of row asked for once."""

    def __init__(self, session: Session, readings: Sequence[Reading]) -> None:
        self._session = session
        self._readings = readings
        leads = {one.lead for one in readings if one.assigned is None and one.lead is not None}
        tenant = readings[0].held.tenant_id if readings else 0
        self._of_lead = conversations.of_leads(session, tenant, leads)
        ids = {found for one in readings if (found := self._conversation(one)) is not None}
        conversations.lock(session, ids)
        self._begun = conversations.begun(session, ids)
        self._policy = _policy(session, tenant) if ids else Policy()
        self._answered = conversations.answered(session, _message_ids(readings)) if ids else set()

    def concluded(self) -> list[_Concluded]:
        """The mails, in order."""
        return [self._conclude(one) for one in self._readings]

    def take_as_evidence(self) -> None:
        """Whoever answers a form, person or machine, got it: that proves an unknown submission."""
        answered = [one for one in self._readings if one.understood.kind != Kind.BOUNCE]
        sent = {self._begun.get(self._conversation(one) or 0) for one in answered}
        unproven = (one.submission_id for one in sent if one is not None and one.state is State.UNKNOWN)
        for submission_id in sorted(unproven):
            settling.by_answer(self._session, "browser", submission_id)

    def _conversation(self, reading: Reading) -> int | None:
        return reading.assigned if reading.assigned is not None else self._of_lead.get(reading.lead or 0)

    def _conclude(self, reading: Reading) -> _Concluded:
        conversation = self._conversation(reading)
        findings = findings_of(reading.understood, reading.attribution)
        columns = {"findings": findings, **storable(reading.understood)}
        if conversation is None:
            return _Concluded(reading, None, None, "", columns, None)
        decision = self._once(conversation, columns, decide(self._situation(reading, conversation, findings)))
        if decision.action in _ANSWERED:
            findings["review"] = decision.reason if decision.action is Action.REVIEW else ""
        sent = self._begun[conversation]
        tracing.follows("browser", sent.submission_id)
        return _Concluded(reading, conversation, sent.submission_id, sent.domain, columns, decision)

    def _once(self, conversation: int, columns: Mapping[str, object], decision: Decision) -> Decision:
        """A mail to two addresses of ours comes twice, and so does one that a server passes on altered: the
        same words of one person under one Message-ID are answered once.
        """
        if decision.action not in _ANSWERED or not columns["message_id"]:
            return decision
        mail = (conversation, *(str(columns[name]) for name in conversations.SAME))
        if mail in self._answered:
            return _COPY
        self._answered.add(mail)
        return decision

    def _situation(self, reading: Reading, conversation: int, findings: dict[str, object]) -> Situation:
        said, kind = reading.prediction, reading.understood.kind
        begun = self._begun[conversation]
        return Situation(
            kind=kind,
            label=said.label if said else "",
            intent=said.intent if said else "",
            confidence=said.confidence if said else 0.0,
            reply_to=str(findings["reply_to"]),
            return_path=reading.understood.mail.return_path,
            is_list=bool(findings["list"]),
            opted_out=kind == Kind.OPT_OUT,
            doubts=said.doubts if said else (),
            answers_today=begun.answers_today,
            answers=begun.answers,
            policy=self._policy,
        )


def _message_ids(readings: Sequence[Reading]) -> set[str]:
    return {one.understood.mail.message_id for one in readings if one.understood.mail.message_id}


def _policy(session: Session, tenant: int) -> Policy:
    confidence = select(Tenant.automatic_confidence).where(Tenant.id == tenant)
    return Policy(session.scalars(confidence).one())


def _set_aside(reading: Reading) -> Ending:
    values = {"detail": reading.understood.rule, "kind": str(Kind.QUARANTINED)}
    return Ending(reading.held, State.QUARANTINED, "poison", values)


def _ending(one: _Concluded) -> Ending:
    values = {
        "conversation_id": one.conversation_id,
        "submission_id": one.submission_id,
        "detail": one.decision.reason if one.decision else "",
        **one.columns,
    }
    return Ending(one.reading.held, State.DONE, one.reading.attribution.rule, values)


def _label(session: Session, concluded: Sequence[_Concluded]) -> None:
    """What a rule is sure of needs no model; the rest is the model's."""
    rows = [
        {**_about(one), **said}
        for one in concluded
        if (said := ruled(one.reading.understood) or modelled(one.reading.prediction)) is not None
    ]
    bulk.insert(session, Classification, rows)


def _suppress(session: Session, concluded: Sequence[_Concluded]) -> None:
    """Who opted out with their company, and addresses that do not exist."""
    why: dict[str, str] = {}
    for one in concluded:
        understood = one.reading.understood
        if told := _wish(one):
            whom = {str(one.columns["from_address"]), one.domain, *_company(one.reading)}
            why |= dict.fromkeys(whom - {""}, told)
        if understood.bounce and understood.bounce.hard:
            why |= dict.fromkeys(understood.bounce.recipients, f"bounced: {understood.bounce.reason}")
    if why:
        suppressions.suppress_all(session, concluded[0].reading.held.tenant_id, why)


def _wish(one: _Concluded) -> str:
    """By what it is known that the writer wants to be left alone, a rule or the model without a doubt; else
    empty.
    """
    if one.reading.understood.kind == Kind.OPT_OUT:
        return f"opted out by mail ({one.reading.understood.rule})"
    said = one.reading.prediction
    stops = one.decision is not None and one.decision.action is Action.STOP
    return "opted out by mail (as the model reads it)" if stops and said and said.intent == "OPT_OUT" else ""


def _company(reading: Reading) -> set[str]:
    """The writer's domain, where it is that of a lead the mail may be from: which lead of a company is meant,
    of two campaigns for instance, may be unsure, and yet whose wish it is is known.
    """
    sender = reading.understood.mail.from_
    home = registrable(sender.address) if sender else ""
    return {one.domain for one in reading.attribution.possible if one.domain == home}


def _ask_whose(session: Session, concluded: Sequence[_Concluded]) -> None:
    """Only a mail that may be an answer to us is put before a person; the rest of the mailbox is not ours."""
    asked = []
    for one in concluded:
        possible = one.reading.attribution.possible
        if one.conversation_id is None and possible and one.reading.understood.kind in WRITTEN:
            names = ", ".join(sorted({found.domain for found in possible})[:10])
            asked.append({**_about(one), "kind": _ATTRIBUTION, "why": f"This may be an answer from {names}."})
    bulk.insert(session, Review, asked)


def _act(session: Session, concluded: Sequence[_Concluded]) -> None:
    stopped: dict[int, str] = {}
    wanted = []
    for one in concluded:
        if one.decision and one.decision.action is Action.STOP:
            stopped.setdefault(one.conversation_id or 0, one.decision.reason)
        elif one.decision and one.decision.action in _ANSWERED:
            wanted.append(one)
    suppressions.stop_all(session, stopped)
    _draft(session, wanted)


def _draft(session: Session, wanted: Sequence[_Concluded]) -> None:
    """In the order in which the mails came, so that the answer to the last one supersedes the others."""
    ordered = sorted(wanted, key=lambda one: one.reading.held.id)
    bulk.insert(session, Draft, [_about(one) for one in ordered])
    superseding.supersede(session, {one.conversation_id or 0 for one in wanted})


def _about(one: _Concluded) -> dict[str, object]:
    """The columns of a row that is about a mail."""
    return {"tenant_id": one.reading.held.tenant_id, "message_id": one.reading.held.id}
