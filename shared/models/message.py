"""Mail that came in, what it was understood to say, and the conversation that it belongs to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Owned, Work


class Conversation(Owned, Base):
    """All that was said between one lead and us."""

    __tablename__ = "conversations"

    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), unique=True)
    stopped: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Why nothing more is written here; empty while it is open."""


class Message(Work, Base):
    """One mail as it came, stored with the cursor that passed it, then understood as a unit of work.

    `digest` (SHA-256 of the raw bytes) makes it one row however often and wherever the server shows it.
    """

    __tablename__ = "messages"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id", ondelete="CASCADE"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    folder: Mapped[str] = mapped_column(String(300))
    uid: Mapped[str] = mapped_column(String(100))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    message_id: Mapped[str] = mapped_column(default="", server_default="", index=True)
    from_address: Mapped[str] = mapped_column(default="", server_default="", index=True)
    from_name: Mapped[str] = mapped_column(default="", server_default="")
    subject: Mapped[str] = mapped_column(default="", server_default="")
    own_text: Mapped[str] = mapped_column(default="", server_default="")
    kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Which rules fired (bounce, automatic, opt-out, attribution) and what they read."""


class Classification(Owned, Base):
    """What the model, or a person who corrected it, says of a message. The newest row counts."""

    __tablename__ = "classifications"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(10))
    intent: Mapped[str] = mapped_column(String(30))
    confidence: Mapped[float]
    probabilities: Mapped[dict[str, Any]]
    doubts: Mapped[list[Any]]
    model: Mapped[str] = mapped_column(String(100))
    """The model's version, or "person"."""
    by: Mapped[str] = mapped_column(String(320), default="", server_default="")


Index("uq_messages_mailbox_id_digest", Message.mailbox_id, Message.digest, unique=True)
