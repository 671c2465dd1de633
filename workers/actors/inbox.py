"""The queue "inbox"."""

import dramatiq

from workers.actors.edge import edge
from workers.broker import broker
from workers.services import mail

broker()


@dramatiq.actor(actor_name="inbox", queue_name="inbox")
def poll(mailbox_id: int) -> None:
    """Fetch what is new in one mailbox."""
    with edge("inbox", mailbox_id):
        mail.poll(mailbox_id)
