"""A campaign and the leads that it writes to."""

from datetime import datetime, time

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Owned, stored
from shared.states import CampaignState


class Campaign(Owned, Base):
    """A subject and a message, as Jinja2 templates, for many leads, signed by one sender.

    Between `opens` and `closes` (in `timezone`) it may send; both empty means at any hour. `watched_since` is
    when it was last launched: what went wrong before no longer counts against it.
    """

    __tablename__ = "campaigns"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(String(200))
    sender_id: Mapped[int] = mapped_column(ForeignKey("senders.id"))
    subject: Mapped[str]
    body: Mapped[str]
    language: Mapped[str] = mapped_column(String(8))
    opens: Mapped[time | None]
    closes: Mapped[time | None]
    timezone: Mapped[str] = mapped_column(String(60), default="Europe/Paris", server_default="Europe/Paris")
    state: Mapped[CampaignState] = mapped_column(
        stored(CampaignState),
        default=CampaignState.DRAFT,
    )
    paused_because: Mapped[str] = mapped_column(String(300), default="", server_default="")
    watched_since: Mapped[datetime | None]


class Lead(Owned, Base):
    """A company to write to. `domain` is the registrable domain of its website, lower case."""

    __tablename__ = "leads"
    __table_args__ = (UniqueConstraint("campaign_id", "domain"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    company: Mapped[str] = mapped_column(String(200))
    website: Mapped[str] = mapped_column(String(500))
    domain: Mapped[str] = mapped_column(String(255), index=True)
    email: Mapped[str] = mapped_column(String(320), default="", server_default="")
    first_name: Mapped[str] = mapped_column(String(100), default="", server_default="")
    last_name: Mapped[str] = mapped_column(String(100), default="", server_default="")
    city: Mapped[str] = mapped_column(String(100), default="", server_default="")
    language: Mapped[str] = mapped_column(String(8))


Index("ix_leads_email", func.lower(Lead.email), postgresql_where=Lead.email != "")
