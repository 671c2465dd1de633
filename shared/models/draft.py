"""An answer in preparation, the mail that goes out, and the question to a person in between."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Owned, Work, stored
from shared.states import ReviewKind, ReviewState


class Draft(Work, Base):
    """An answer to one message, written by a responder as a unit of work."""

    __tablename__ = "drafts"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    responder: Mapped[str] = mapped_column(String(40), default="", server_default="")
    subject: Mapped[str] = mapped_column(default="", server_default="")
    body: Mapped[str] = mapped_column(default="", server_default="")
    passages: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    violations: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    usage: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")


class Outgoing(Work, Base):
    """One mail to be sent once. `raw` is complete, its Message-ID made before it is armed."""

    __tablename__ = "outgoing"

    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), unique=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(320))
    message_id: Mapped[str] = mapped_column(unique=True)
    body: Mapped[str]
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    approved_by: Mapped[str] = mapped_column(String(320))


class Review(Owned, Base):
    """A question to a person: a reply's draft, a form to finish by hand, an outcome that nothing proves.

    `priority` orders the queue, highest first. `examined_at` is when what was kept of an unproven outcome was
    last looked through for a proof.
    """

    __tablename__ = "reviews"

    kind: Mapped[ReviewKind] = mapped_column(stored(ReviewKind))
    state: Mapped[ReviewState] = mapped_column(
        stored(ReviewState),
        default=ReviewState.OPEN,
        server_default=ReviewState.OPEN.value,
        index=True,
    )
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    submission_id: Mapped[int | None] = mapped_column(
        ForeignKey("submissions.id", ondelete="CASCADE"), unique=True
    )
    outgoing_id: Mapped[int | None] = mapped_column(
        ForeignKey("outgoing.id", ondelete="CASCADE"), unique=True
    )
    why: Mapped[str]
    priority: Mapped[float] = mapped_column(default=0.0, server_default="0")
    decided_by: Mapped[str] = mapped_column(String(320), default="", server_default="")
    decided_at: Mapped[datetime | None]
    examined_at: Mapped[datetime | None]


Index(
    "ix_outgoing_mailbox_armed",
    Outgoing.mailbox_id,
    Outgoing.armed_at,
    postgresql_where=text("armed_at IS NOT NULL"),
)
Index(
    "ix_outgoing_tenant_armed",
    Outgoing.tenant_id,
    Outgoing.armed_at,
    postgresql_where=text("armed_at IS NOT NULL"),
)
