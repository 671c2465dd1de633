"""One form to be filled once for one lead, and what proves how it went."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Owned, Work


class Submission(Work, Base):
    """The form of one lead.

    `token` is its own part of the address that is typed, so that an answer finds it again. `plan` is what was
    to be done to each control and why; `exchange` the journalled response. `proof` is "proven" or "probable".
    `visited_at` is when the last visit to the site began, or ended; `address` the server that it went to, as
    far as other visits there count against it. `tries` are the visits to a site that did not answer: an
    attempt that was held before its visit is none.
    """

    __tablename__ = "submissions"

    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id", ondelete="CASCADE"), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), index=True)
    domain: Mapped[str] = mapped_column(String(255), index=True)
    token: Mapped[str] = mapped_column(String(20), unique=True)
    page_url: Mapped[str] = mapped_column(default="", server_default="")
    subject: Mapped[str] = mapped_column(default="", server_default="")
    message: Mapped[str] = mapped_column(default="", server_default="")
    plan: Mapped[dict[str, Any] | None]
    exchange: Mapped[dict[str, Any] | None]
    proof: Mapped[str] = mapped_column(String(20), default="", server_default="")
    captcha: Mapped[str] = mapped_column(String(40), default="", server_default="")
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Answers that a person gave to required questions, by the control's label."""
    visited_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    address: Mapped[str] = mapped_column(String(45), default="", server_default="")


class Evidence(Owned, Base):
    """A screenshot or response excerpt of one attempt at a submission."""

    __tablename__ = "evidence"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    media_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = mapped_column(LargeBinary)


# What the limit of a day counts, and the window of a campaign looks at.
_ARMED = text("armed_at IS NOT NULL")
Index("ix_submissions_tenant_armed", Submission.tenant_id, Submission.armed_at, postgresql_where=_ARMED)
Index("ix_submissions_campaign_armed", Submission.campaign_id, Submission.armed_at, postgresql_where=_ARMED)
