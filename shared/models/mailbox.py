"""A mailbox to read and to send from, the sender who signs, and how far each folder was read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Owned, Work


class Mailbox(Work, Base):
    """A unit of work that never ends: each poll puts it back with a later due time.

    `settings` are the provider's addresses and ports; `credentials` is a vault record of the secret.
    `plus_addressing` tells whether `name+token@domain` reaches it. `mails_a_day` bounds what leaves it in one
    day (UTC), less while it is new and not `established` elsewhere. `held_because` tells why nothing leaves
    it, empty while it may send; `watched_since` is when its bounces were last forgiven, `read_at` when all
    its folders were last read to their ends.
    """

    __tablename__ = "mailboxes"

    provider: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(320), unique=True)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    credentials: Mapped[bytes] = mapped_column(LargeBinary)
    plus_addressing: Mapped[bool] = mapped_column(default=True, server_default="true")
    mails_a_day: Mapped[int] = mapped_column(default=200, server_default="200")
    established: Mapped[bool] = mapped_column(default=False, server_default="false")
    held_because: Mapped[str] = mapped_column(String(300), default="", server_default="")
    watched_since: Mapped[datetime | None]
    read_at: Mapped[datetime | None]


class Folder(Owned, Base):
    """How far one folder was read; written in the transaction that stores the messages."""

    __tablename__ = "folders"
    __table_args__ = (UniqueConstraint("mailbox_id", "name"),)

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(300))
    cursor: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Sender(Owned, Base):
    """The real person on whose behalf we write. What is empty is never said."""

    __tablename__ = "senders"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    salutation: Mapped[str] = mapped_column(String(20), default="", server_default="")
    company: Mapped[str] = mapped_column(String(200))
    job_title: Mapped[str] = mapped_column(String(200), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(40), default="", server_default="")
    website: Mapped[str] = mapped_column(String(300), default="", server_default="")
    street: Mapped[str] = mapped_column(String(200), default="", server_default="")
    postcode: Mapped[str] = mapped_column(String(20), default="", server_default="")
    city: Mapped[str] = mapped_column(String(100), default="", server_default="")
    country: Mapped[str] = mapped_column(String(100), default="", server_default="")
