"""The queue "respond"."""

import dramatiq

from workers.actors.edge import edge
from workers.broker import broker
from workers.services import drafts

broker()


@dramatiq.actor(actor_name="respond", queue_name="respond")
def write(draft_id: int) -> None:
    """Write one answer."""
    with edge("respond", draft_id):
        drafts.write(draft_id)
