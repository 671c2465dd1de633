"""The queues "inbox", "classify", "respond" and "send"."""

import dramatiq

from workers.actors.edge import edge
from workers.broker import broker
from workers.services import drafts, mail, outgoing, replies

broker()


@dramatiq.actor(actor_name="inbox", queue_name="inbox")
def poll(mailbox_id: int) -> None:
    """Fetch what is new in one mailbox."""
    with edge("inbox", mailbox_id):
        mail.poll(mailbox_id)


@dramatiq.actor(actor_name="classify", queue_name="classify")
def process(message_id: int) -> None:
    """Understand one mail."""
    with edge("classify", message_id):
        replies.process(message_id)


@dramatiq.actor(actor_name="respond", queue_name="respond")
def write(draft_id: int) -> None:
    """Write one answer."""
    with edge("respond", draft_id):
        drafts.write(draft_id)


@dramatiq.actor(actor_name="send", queue_name="send")
def send(outgoing_id: int) -> None:
    """Send one mail."""
    with edge("send", outgoing_id):
        outgoing.send(outgoing_id)
