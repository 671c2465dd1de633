"""One form to be filled once for one lead, and what proves how it went."""

from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Owned, Work


class Submission(Work, Base):
    """The form of one lead.

    `token` is its own part of the address that is typed, so that an answer finds it again. `plan` is what was
    to be done to each control and why; `exchange` the journalled response. `proof` is "proven" or "probable".
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


class Evidence(Owned, Base):
    """A screenshot or response excerpt of one attempt at a submission."""

    __tablename__ = "evidence"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    attempt: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    media_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = mapped_column(LargeBinary)
