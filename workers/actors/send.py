"""The queue "send"."""

import dramatiq

from workers.actors.edge import edge
from workers.broker import broker
from workers.services import outgoing

broker()


@dramatiq.actor(actor_name="send", queue_name="send")
def send(outgoing_id: int) -> None:
    """Send one mail."""
    with edge("send", outgoing_id):
        outgoing.send(outgoing_id)
