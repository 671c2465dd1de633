"""One answer to whoever writes again before our answer left: the one to their last mail, with all in sight.

Whoever adds a draft to a conversation, or lets an answer of one go, holds the conversation's lock.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from shared.db import run
from shared.models import Draft, Message, Review
from shared.states import ReviewKind, ReviewState
from workers.services import conversations, ledger, outgoing

SUPERSEDED = "superseded"
"""The reason of a draft, or of a queued answer, in whose place the answer to a later mail goes out."""

LATER_MAIL = "a later mail"
"""What closed the question about an answer that was superseded."""

ON_ITS_WAY = "an answer to an earlier mail has not left yet"
"""Why a person looks where an answer can no longer be superseded."""

# Read once and numbered: joined to itself, it costs its square where the planner knows the tables too little.
_WAITING = """
    SELECT d.id, d.mail, coalesce(d.findings->>'review', ''), o.id, o.approved_by, d.newest
    FROM (
        SELECT d.id, d.state, m.id AS mail, m.findings,
            first_value(d.id) OVER later AS last, first_value(m.id) OVER later AS newest
        FROM messages m JOIN drafts d ON d.message_id = m.id WHERE m.conversation_id = ANY(%s)
        WINDOW later AS (PARTITION BY m.conversation_id ORDER BY d.id DESC)
    ) AS d
    LEFT JOIN outgoing o ON o.draft_id = d.id
    LEFT JOIN reviews r ON r.message_id = d.mail AND r.kind = 'reply'
    WHERE d.id < d.last AND (d.state IN ('queued', 'running')
        OR o.state IN ('queued', 'running', 'armed') OR r.state = 'open')
    ORDER BY d.id
"""

_MAKE_LOOK = """
    UPDATE messages m SET findings = jsonb_set(findings, '{review}', to_jsonb(why))
    FROM unnest(%s::bigint[], %s::text[]) AS look(mail, why)
    WHERE m.id = look.mail AND coalesce(findings->>'review', '') = ''
"""


class _Waiting(NamedTuple):
    """An earlier draft of a conversation whose answer has not left. `why` is why a person was to look at its
    mail, empty where nobody was; `newest` is the mail of the newest draft.
    """

    draft: int
    mail: int
    why: str
    outgoing: int | None
    approved_by: str | None
    newest: int


def supersede(session: Session, conversation_ids: Collection[int]) -> None:
    """Let the newest draft of each conversation, whose lock is held, take the place of the earlier ones.

    What a person approved goes out nevertheless, and so does what is being sent: a person then judges
    whether the new mail needs more.
    """
    if not conversation_ids:
        return
    earlier = [_Waiting(*row) for row in run(session, _WAITING, [list(conversation_ids)])]
    if not earlier:
        return
    ledger.cancel(session, "respond", [one.draft for one in earlier], SUPERSEDED)
    queued = {one.outgoing: one.approved_by for one in earlier if one.outgoing is not None}
    ours = [row_id for row_id, approved_by in queued.items() if approved_by == outgoing.AUTOMATIC]
    leaving = queued.keys() - ledger.cancel(session, "send", ours, SUPERSEDED)
    _close(session, [one.mail for one in earlier])
    looks: dict[int, str] = {}
    for one in earlier:
        if why := ON_ITS_WAY if one.outgoing in leaving else one.why:
            looks.setdefault(one.newest, why)
    _make_look(session, looks)


def superseded(session: Session, draft_id: int) -> bool:
    """Whether the answer to a later mail takes this draft's place; locks the conversation."""
    mail = select(Message.conversation_id).join(Draft, Draft.message_id == Message.id)
    conversation = session.scalars(mail.where(Draft.id == draft_id)).one()
    conversations.lock(session, [conversation or 0])
    same = Message.conversation_id == conversation
    later = exists().where(Draft.message_id == Message.id, same, Draft.id > draft_id)
    return bool(session.scalar(select(later)))


def _close(session: Session, message_ids: Sequence[int]) -> None:
    """Nobody is asked any more about the answers to these mails."""
    open_ = (Review.kind == ReviewKind.REPLY, Review.state == ReviewState.OPEN)
    done = {"state": ReviewState.SETTLED, "decided_by": LATER_MAIL, "decided_at": func.now()}
    session.execute(update(Review).where(Review.message_id.in_(message_ids), *open_).values(done))


def _make_look(session: Session, whys: Mapping[int, str]) -> None:
    """What made a person look at an earlier mail makes them look at the answer to all of them; by mail."""
    if whys:
        run(session, _MAKE_LOOK, (list(whys), list(whys.values())))
