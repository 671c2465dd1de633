"""One mail, sent once: composed with its Message-ID, armed, handed over, and looked for when in doubt."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from inbox import composing
from inbox.mailbox import Mailbox as Connection
from shared.db import transaction
from shared.errors import MailboxError, MailboxRefused, MailboxUnreachable, MailRejected
from shared.models import Draft, Mailbox, Message, Outgoing
from shared.states import State
from workers.services import connecting, conversations, leases, ledger, mail_limits, watching
from workers.services.claims import Claim
from workers.services.contacting import reply_address
from workers.services.conversations import Context
from workers.services.insisting import insist
from workers.services.mailboxes import opened

AUTOMATIC = "policy"
"""Who approved an answer that the tenant's policy lets out without a person."""


def enqueue(session: Session, message: Message, draft: Draft, approved_by: str) -> Outgoing:
    """Queue an approved answer. Its recipient is fixed by the mail that it answers."""
    around = conversations.context(session, message.conversation_id or 0)
    mail = _composed(around, message, draft)
    row = Outgoing(
        tenant_id=message.tenant_id,
        draft_id=draft.id,
        mailbox_id=around.mailbox.id,
        conversation_id=around.conversation.id,
        recipient=mail.recipient,
        message_id=mail.message_id,
        body=draft.body,
        raw=composing.compose(mail, datetime.now(UTC)),
        approved_by=approved_by,
    )
    session.add(row)
    return row


def send(outgoing_id: int) -> None:
    """Claim a mail, ask the compliance chain once more, arm, and hand it to the server."""
    held = ledger.claim("send", outgoing_id)
    if held is None:
        return
    with leases.kept(held):
        mailbox = _allowed(held)
        if mailbox is not None and connecting.admitted(held, mailbox):
            _deliver(held, mailbox)


def _composed(around: Context, message: Message, draft: Draft) -> composing.Outgoing:
    findings = message.findings
    return composing.Outgoing(
        message_id=composing.new_message_id(around.mailbox.address),
        sender=around.mailbox.address,
        sender_name=f"{around.sender.first_name} {around.sender.last_name}",
        recipient=findings["reply_to"],
        subject=draft.subject,
        text=draft.body,
        language=around.lead.language,
        unsubscribe=around.mailbox.address,
        reply_to=reply_address(around.mailbox, around.submission.token),
        in_reply_to=f"<{message.message_id}>" if message.message_id else "",
        references=tuple(f"<{one}>" for one in findings.get("references", ())),
    )


def _allowed(held: Claim) -> Mailbox | None:
    with transaction(held.tenant_id) as session:
        if not mail_limits.allowed(session, held):
            return None
        return session.get_one(Mailbox, session.get_one(Outgoing, held.id).mailbox_id)


def _deliver(held: Claim, mailbox: Mailbox) -> None:
    """Log in first: most trouble shows there, while the mail can still wait."""
    connection = opened(mailbox)
    try:
        try:
            connection.check()
        except MailboxError as error:
            _later(held, error)
            return
        with transaction(held.tenant_id) as session:
            ledger.arm(session, held)
            row = session.get_one(Outgoing, held.id)
        _hand_over(held, row, connection, mailbox.address)
    finally:
        connection.close()


def _hand_over(held: Claim, row: Outgoing, connection: Connection, sender: str) -> None:
    """Past the point of no return: whatever happens becomes a state that says what is known."""
    try:
        connection.send(row.raw, sender, [row.recipient])
    except MailRejected as error:
        _end(held, State.REJECTED, watching.REFUSED, str(error))
        watching.look_at_mailbox(held.tenant_id, row.mailbox_id)
    except (MailboxRefused, MailboxUnreachable) as error:
        # Nothing left, yet the row was armed: a person sees to it, the queue does not.
        _end(held, State.REJECTED, "not_handed_over", str(error), asked=True)
    except MailboxError as error:
        _settle_by_sent_folder(held, row, connection, error)
    else:
        _end(held, State.SENT, "accepted", "")


def _settle_by_sent_folder(held: Claim, row: Outgoing, connection: Connection, lost: MailboxError) -> None:
    try:
        found = connection.find_sent(row.message_id)
    except MailboxError:
        found = False
    if found:
        _end(held, State.SENT, "found_among_sent", "")
        return
    _end(held, State.UNKNOWN, "answer_lost", str(lost), asked=True)


def _end(held: Claim, state: State, reason: str, detail: str, *, asked: bool = False) -> None:
    """Past the point of no return what is known is written down, however long the database is away."""

    def written() -> None:
        with transaction(held.tenant_id) as session:
            ledger.finish(session, held, state, reason, detail=detail)
            if asked:
                ledger.ask_about_unknown(session, held, detail)

    insist(written)


def _later(held: Claim, error: MailboxError) -> None:
    with transaction(held.tenant_id) as session:
        ledger.release(session, held, "mailbox", ledger.backoff(held.attempt), detail=str(error))
