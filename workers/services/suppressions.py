"""Who is not written to again: kept by tenant, for an address or a whole domain."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.db import run, transaction
from shared.errors import BadInput
from shared.models import Conversation, Lead, Message, Suppression
from workers.services import audit, bulk
from workers.services.accounts import clean_address
from workers.services.lead_csv import registrable

_STOP = """
    WITH open AS (SELECT id FROM conversations WHERE id = ANY(%s) AND stopped = '' ORDER BY id FOR UPDATE)
    UPDATE conversations c SET stopped = closed.stopped
    FROM open JOIN json_populate_recordset(NULL::conversations, %s::json) AS closed USING (id)
    WHERE c.id = open.id
"""


def add(tenant_id: int, value: str, why: str, actor: str) -> str:
    """Suppress an address or a domain and return it as stored. Raises BadInput."""
    cleaned = _clean(value)
    with transaction(tenant_id) as session:
        suppress(session, tenant_id, cleaned, why or f"added by {actor}")
        audit.record(session, tenant_id, actor, "suppress", cleaned)
    return cleaned


def remove(tenant_id: int, value: str, actor: str) -> bool:
    """Lift a suppression; False where there was none."""
    cleaned = _clean(value)
    with transaction(tenant_id) as session:
        gone = session.scalar(
            delete(Suppression).where(Suppression.value == cleaned).returning(Suppression.id)
        )
        audit.record(session, tenant_id, actor, "unsuppress", cleaned)
    return gone is not None


def listed(tenant_id: int) -> list[Suppression]:
    """Every suppression of a tenant, newest first."""
    with transaction(tenant_id) as session:
        return list(session.scalars(select(Suppression).order_by(Suppression.id.desc())))


def suppress(session: Session, tenant_id: int, value: str, why: str) -> None:
    """Suppress `value` in the transaction of whatever asks for it. Doing so twice is the same as once."""
    suppress_all(session, tenant_id, {value: why})


def suppress_all(session: Session, tenant_id: int, why: Mapping[str, str]) -> None:
    """Suppress several values, each for its reason.

    In one order, so that two transactions with the same values do not wait for each other in a ring.
    """
    rows = [
        {"tenant_id": tenant_id, "value": value.lower(), "why": said[:200]}
        for value, said in sorted(why.items())
    ]
    bulk.insert(session, Suppression, rows, "ON CONFLICT DO NOTHING")


def opt_out(session: Session, message: Message, why: str) -> None:
    """The writer of `message` wants to be left alone: their address, their company, their conversation."""
    suppress(session, message.tenant_id, message.from_address, why)
    if message.conversation_id is None:
        return
    conversation = session.get_one(Conversation, message.conversation_id)
    lead = session.get_one(Lead, conversation.lead_id)
    suppress(session, message.tenant_id, lead.domain, why)
    stop(session, conversation.id, "they opted out")


def stop(session: Session, conversation_id: int, why: str) -> None:
    """Close a conversation: nothing more is written in it."""
    stop_all(session, {conversation_id: why})


def stop_all(session: Session, why: Mapping[int, str]) -> None:
    """Close several conversations, each for its reason; what was closed before keeps its own.

    They are locked in one order, so that two workers never wait for each other in a ring.
    """
    rows = [{"id": conversation, "stopped": said[:200]} for conversation, said in why.items()]
    if rows:
        run(session, _STOP, (list(why), bulk.as_json(rows)))


def _clean(value: str) -> str:
    text = value.strip().lower()
    if "@" in text:
        return clean_address(text)
    domain = "" if " " in text or len(text) > 255 else _domain(text)
    if "." not in domain:
        raise BadInput(f"{value!r} is neither a mail address nor a domain.")
    return domain


def _domain(text: str) -> str:
    """The registrable domain of an address of the web or a host, or an empty string."""
    try:
        return registrable(text if "://" in text else f"https://{text}")
    except ValueError:  # a bracket that opens no IPv6 address
        return ""
