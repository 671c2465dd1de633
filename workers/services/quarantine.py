"""Rows over which worker after worker died, set aside so that they take no other work with them.

A person looks, and lets a row run once more or drops it. Nothing in quarantine was ever past its point of no
return, so that another try sends nothing twice.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, SQLColumnExpression, func, select
from sqlalchemy.orm import Session

from shared.db import transaction
from shared.errors import BadInput, NotFound
from shared.models import Draft, Lead, Mailbox, Message, Outgoing, Submission
from shared.states import State
from workers.services import audit, ledger
from workers.services.claims import QUEUES, Work

MOST = 500
"""Rows of one queue that are listed."""


_Query = Select[int, str, int, str, datetime | None]


@dataclass(frozen=True, slots=True)
class Poison:
    """One row: its queue and number there, what it is about, how many workers died over it, and why."""

    queue: str
    id: int
    about: str
    deaths: int
    detail: str
    since: datetime | None


def listed(tenant_id: int) -> list[Poison]:
    """What is in quarantine, queue by queue, oldest first."""
    with transaction(tenant_id) as session:
        return [found for queue in QUEUES for found in _of_queue(session, queue)]


def retry(tenant_id: int, queue: str, row_id: int, actor: str) -> None:
    """Let a row run once more, its deaths forgotten. Raises BadInput, NotFound."""
    _decide(tenant_id, queue, row_id, actor, State.QUEUED, "retry")


def drop(tenant_id: int, queue: str, row_id: int, actor: str) -> None:
    """Give a row up for good. Raises BadInput, NotFound."""
    if queue == "inbox":
        raise BadInput("A mailbox is not dropped, or no answer would be read: mend its cause, then retry it.")
    _decide(tenant_id, queue, row_id, actor, State.CANCELLED, "drop")


def _decide(tenant_id: int, queue: str, row_id: int, actor: str, after: State, action: str) -> None:
    if queue not in QUEUES:
        raise BadInput(f"There is no queue {queue!r}: use one of {', '.join(QUEUES)}.")
    model = QUEUES[queue]
    poison = select(model.id).where(model.id == row_id, model.state == State.QUARANTINED)
    with transaction(tenant_id) as session:
        if session.scalar(poison.with_for_update()) is None:
            raise NotFound(f"Nothing numbered {row_id} is in quarantine in the queue {queue!r}.")
        ledger.move(session, queue, row_id, after, "person")
        audit.record(session, tenant_id, actor, action, f"{queue} {row_id}")


def _of_queue(session: Session, queue: str) -> list[Poison]:
    rows = session.execute(_QUERIES[queue].limit(MOST))
    return [Poison(queue, *row) for row in rows]


def _poison(model: Work, about: SQLColumnExpression[str]) -> _Query:
    """The rows of a table that are in quarantine; without what is large in them."""
    columns = select(model.id, about, model.deaths, model.detail, model.ended_at)
    return columns.where(model.state == State.QUARANTINED).order_by(model.ended_at, model.id)


# What the parser never read has no sender; its place tells it from others.
_LETTER = func.concat_ws(
    " ", func.nullif(Message.from_address, ""), func.nullif(Message.subject, ""), Message.folder, Message.uid
)

_QUERIES: dict[str, _Query] = {
    "browser": _poison(Submission, Lead.company).join(Lead, Lead.id == Submission.lead_id),
    "inbox": _poison(Mailbox, Mailbox.address),
    "classify": _poison(Message, _LETTER),
    "respond": _poison(Draft, _LETTER).join(Message, Message.id == Draft.message_id),
    "send": _poison(Outgoing, Outgoing.recipient),
}
"""Each queue's poison with what it is about."""
