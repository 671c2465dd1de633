"""Which submission a mail answers: the candidates that the rows offer, weighed by the inbox's pure rules."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import BigInteger, CompoundSelect, Row, Select, Text, bindparam, func, select, union
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from inbox.attribution import Attribution, Candidate, Clues, Phrases, attribute, clues
from inbox.understanding import Understanding
from shared.db import transaction
from shared.models import Conversation, Lead, Mailbox, Message, Outgoing, Submission
from shared.states import WRITTEN
from workers.services.bulk import any_in, any_of

MOST = 200
"""Candidates that are weighed; more share a domain only where the domain is a mail provider's."""

RECENT = timedelta(days=60)
"""How far back an answer without any clue in its headers is looked for by the text that it quotes."""

Sent = Row[int, int, str, str, str, str, datetime | None]
"""Of one submission that went out: id, lead, token, message, the lead's address and domain, when."""


def _sent() -> Select[int, int, str, str, str, str, datetime | None]:
    columns = (Submission.id, Submission.lead_id, Submission.token, Submission.message)
    query = select(*columns, Lead.email, Lead.domain, Submission.armed_at.label("armed_at"))
    armed = query.join(Lead, Lead.id == Submission.lead_id).where(Submission.armed_at.is_not(None))
    return armed.order_by(Submission.armed_at.desc())


def _at_domains() -> Select[int]:
    """Of one domain only the latest: whoever shares it, shares a provider."""
    newest = func.row_number().over(partition_by=Lead.domain, order_by=Submission.armed_at.desc())
    ranked = select(Lead.id, newest.label("place")).join(Submission, Submission.lead_id == Lead.id)
    here = Lead.domain == any_of("domains", Text())
    ranked_sent = ranked.where(here, Submission.armed_at.is_not(None)).subquery()
    return select(ranked_sent.c.id).where(ranked_sent.c.place <= MOST)


def _leads_named() -> CompoundSelect[int]:
    by_token = select(Submission.lead_id).where(Submission.token == any_of("tokens", Text()))
    same = func.lower(Lead.email) == any_of("addresses", Text())
    by_address = select(Lead.id).where(same, Lead.email != "")
    tied = select(func.unnest(bindparam("tied", type_=ARRAY(BigInteger()))))
    return union(by_token, by_address, _at_domains(), tied)


# Statements are built once: to build one takes longer than to run it.
_RECENT = _sent().limit(MOST)
_NAMED = _sent().where(Lead.id == any_in(_leads_named()))
_OUR_ADDRESSES = select(Mailbox.address)
_FROM_US = Attribution(None, 0.0, "from_us")
_ANSWERED = (
    select(Conversation.lead_id, Outgoing.message_id)
    .join(Outgoing, Outgoing.conversation_id == Conversation.id)
    .where(Outgoing.message_id == any_of("message_ids", Text()))
)
# The lead is looked up by mail: joined, the planner may look through all mails of each conversation.
_LEAD = select(Conversation.lead_id).where(Conversation.id == Message.conversation_id).scalar_subquery()
_WROTE_BEFORE = (
    select(_LEAD, Message.from_address)
    .where(Message.from_address == any_of("addresses", Text()), Message.kind.in_(WRITTEN))
    .where(Message.conversation_id.is_not(None))
    .distinct()
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail to attribute."""

    understood: Understanding
    received_at: datetime


def attribute_mail(tenant_id: int, understood: Understanding, received_at: datetime) -> Attribution:
    """Weigh the tenant's submissions against a mail's clues."""
    return attribute_mails(tenant_id, [Arrived(understood, received_at)])[0]


def attribute_mails(tenant_id: int, mails: Sequence[Arrived]) -> list[Attribution]:
    """The same for many mails, in order, with as few questions to the database as for one."""
    found = [clues(mail.understood.mail, mail.understood.own, mail.understood.bounce) for mail in mails]
    with transaction(tenant_id) as session:
        offered = _Offered(session, found)
        ours = set(session.scalars(_OUR_ADDRESSES))
    return [
        _FROM_US if _wrote(mail, ours) else attribute(one, offered.candidates(one, mail.received_at))
        for one, mail in zip(found, mails, strict=True)
    ]


def _wrote(mail: Arrived, ours: Collection[str]) -> bool:
    """Whether one of `ours` wrote a mail: who answers a lead by hand may have a copy in the inbox, and its
    headers name the lead. A form's automatic copy is no such mail, whoever it says it is from.
    """
    sender = mail.understood.mail.from_
    return mail.understood.kind in WRITTEN and sender is not None and sender.address in ours


@dataclass(slots=True)
class _Known:
    """What ties a lead to the mails beside its submission, of what they name: ids of our answers, addresses
    that wrote before.
    """

    message_ids: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


class _Offered:
    """The submissions that may be meant by any of some mails."""

    def __init__(self, session: Session, found: Sequence[Clues]) -> None:
        names = _names(found)
        self._known = _known(session, names)
        named = session.execute(_NAMED, {**names, "tied": [*self._known]}).all()
        self._recent = session.execute(_RECENT).all()
        self._phrases = _phrases(tuple(row.message for row in self._recent))
        self._by_name: dict[str, list[Sent]] = defaultdict(list)
        self._candidates: dict[int, Candidate] = {}
        for row in named:
            for name in self._names(row):
                self._by_name[name].append(row)

    def candidates(self, found: Clues, received_at: datetime) -> list[Candidate]:
        """Those that the clues name, else the latest whose message may be quoted; newest first."""
        named = {row.id: row for name in _asked(found) for row in self._by_name.get(name, ())}
        if named:
            newest = sorted(named.values(), key=lambda row: row.armed_at, reverse=True)
            return [self._candidate(row) for row in newest[:MOST]]
        quoted = (self._recent[place] for place in self._phrases.quoted(found.text))
        return [self._candidate(row) for row in quoted if row.armed_at > received_at - RECENT]

    def _names(self, row: Sent) -> set[str]:
        known = self._known[row.lead_id]
        said = {row.token, row.domain, row.email.lower(), *known.message_ids, *known.addresses}
        return said - {""}

    def _candidate(self, row: Sent) -> Candidate:
        if row.id not in self._candidates:
            known = self._known[row.lead_id]
            self._candidates[row.id] = Candidate(
                submission_id=str(row.id),
                lead_id=str(row.lead_id),
                token=row.token,
                message_ids=tuple(known.message_ids),
                addresses=tuple(one for one in (row.email, *known.addresses) if one),
                domain=row.domain,
                message=row.message,
                sent_at=row.armed_at,
            )
        return self._candidates[row.id]


@lru_cache(maxsize=16)
def _phrases(messages: tuple[str, ...]) -> Phrases:
    """Kept, as the latest messages of a tenant are the same for many mails."""
    return Phrases(messages)


def _asked(found: Clues) -> set[str]:
    """What a submission may be found by: token, Message-ID, address, domain."""
    return {*found.tokens, *found.message_ids, *found.addresses, found.domain} - {""}


def _names(found: Sequence[Clues]) -> dict[str, list[str]]:
    """The same for all of some mails, as the statements take it."""
    named = {
        "tokens": {one for clues in found for one in clues.tokens},
        "message_ids": {f"<{one}>" for clues in found for one in clues.message_ids},
        "addresses": {one for clues in found for one in clues.addresses},
        "domains": {one.domain for one in found} - {""},
    }
    return {name: list(values) for name, values in named.items()}


def _known(session: Session, names: Mapping[str, list[str]]) -> dict[int, _Known]:
    """By lead; of our answers and their addresses those alone that are named, as no other can be meant."""
    known: dict[int, _Known] = defaultdict(_Known)
    for lead, message_id in session.execute(_ANSWERED, names):
        known[lead].message_ids.append(message_id.strip("<>"))
    for lead, address in session.execute(_WROTE_BEFORE, names):
        known[lead].addresses.append(address)
    return known
