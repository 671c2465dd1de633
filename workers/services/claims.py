"""The queues, one a kind of work, and the right to work on one of their rows."""

from dataclasses import dataclass

from shared.models import Draft, Mailbox, Message, Outgoing, Submission

Work = type[Submission] | type[Mailbox] | type[Message] | type[Draft] | type[Outgoing]
"""The table of a queue's rows."""

QUEUES: dict[str, Work] = {
    "browser": Submission,
    "inbox": Mailbox,
    "classify": Message,
    "respond": Draft,
    "send": Outgoing,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one row until the lease ends."""

    queue: str
    id: int
    tenant_id: int
    attempt: int

    @property
    def model(self) -> Work:
        """The table of the row."""
        return QUEUES[self.queue]
