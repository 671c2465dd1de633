"""The queue "classify"."""

import dramatiq

from workers.actors.edge import edge
from workers.broker import broker
from workers.services import replies

broker()


@dramatiq.actor(actor_name="classify", queue_name="classify")
def process(message_id: int) -> None:
    """Understand one mail."""
    with edge("classify", message_id):
        replies.process(message_id)
