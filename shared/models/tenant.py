"""A tenant, its users, and the log of what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Owned, stored
from shared.states import Role


class Tenant(Base):
    """A company that uses Relance. Its plan bounds the forms and mails of one day (UTC)."""

    __tablename__ = "tenants"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    forms_a_day: Mapped[int] = mapped_column(default=200, server_default="200")
    mails_a_day: Mapped[int] = mapped_column(default=500, server_default="500")
    domain_pause: Mapped[float] = mapped_column(default=30.0, server_default="30")
    """Seconds between two submissions to one domain."""
    automatic_confidence: Mapped[float] = mapped_column(default=1.01, server_default="1.01")
    """Drafts by a model go out without a person from this confidence on; above 1 means never."""


class User(Owned, Base):
    """Somebody who logs in to the panel, unless disabled."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(320), unique=True)
    password_hash: Mapped[str]
    role: Mapped[Role] = mapped_column(stored(Role))
    disabled_at: Mapped[datetime | None]


class AuditEntry(Owned, Base):
    """Who did what to which row. The application may add entries, never change or delete one."""

    __tablename__ = "audit_log"

    actor: Mapped[str] = mapped_column(String(320))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Suppression(Owned, Base):
    """An address or a domain that is not written to again. `value` is lower case."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("tenant_id", "value"),)

    value: Mapped[str] = mapped_column(String(320))
    why: Mapped[str] = mapped_column(String(200))


class Passage(Owned, Base):
    """A paragraph of what the tenant knows about its own offer; drafts lean on nothing else."""

    __tablename__ = "passages"
    __table_args__ = (UniqueConstraint("tenant_id", "title"),)

    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str]
