"""The reply models that a tenant trained, where every process can reach them, and which of them serves."""

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Owned


class ReplyModel(Owned, Base):
    """One trained model. `version` is derived from the hashes of its files."""

    __tablename__ = "reply_models"
    __table_args__ = (UniqueConstraint("tenant_id", "version"),)

    version: Mapped[str] = mapped_column(String(12))


class ReplyModelFile(Owned, Base):
    """One file of a model, some 25 MB at most."""

    __tablename__ = "reply_model_files"
    __table_args__ = (UniqueConstraint("model_id", "name"),)

    model_id: Mapped[int] = mapped_column(ForeignKey("reply_models.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ModelChange(Owned, Base):
    """A promotion or a rollback; the model of the newest row serves, without rows the shipped one."""

    __tablename__ = "model_changes"

    version: Mapped[str] = mapped_column(String(12))
    """Empty for the shipped model."""
    by: Mapped[str] = mapped_column(String(320))
    reason: Mapped[str]
