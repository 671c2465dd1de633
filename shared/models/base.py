"""What every table shares: the tenant it belongs to, and, for units of work, the ledger's columns."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Enum, ForeignKey, Identity, Index, MetaData, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from shared.states import State

type_map = {
    datetime: DateTime(timezone=True),
    dict[str, Any]: JSONB,
    list[Any]: JSONB,
    int: BigInteger,
}


def stored(values: type[StrEnum]) -> Enum:
    """The column type of an enum: its values as text, so that a new one needs no migration."""
    return Enum(values, native_enum=False, length=20, values_callable=lambda e: [str(v.value) for v in e])


class Base(DeclarativeBase):
    """Names of constraints are fixed, so that migrations can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = type_map

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Owned:
    """A row of one tenant; row-level security hides it from the others."""

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id", ondelete="CASCADE"))


class Work(Owned):
    """The ledger's columns: a state, an attempt, a lease.

    `due_at` is when it may run next, `nudged_at` when a message for it was last put on the broker, `deaths`
    how many workers died while they held it, `reason` the code of the rule that ended or delayed it.
    """

    state: Mapped[State] = mapped_column(
        stored(State), default=State.QUEUED, server_default=State.QUEUED.value
    )
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    deaths: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    nudged_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(100))
    armed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    detail: Mapped[str] = mapped_column(default="", server_default="")

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Index, ...]:
        """Due rows by tenant, and leases that run: the two scans that the reconciler makes."""
        name = cls.__tablename__  # type: ignore[attr-defined]
        return (
            Index(f"ix_{name}_due", "tenant_id", "due_at", postgresql_where=text("state = 'queued'")),
            Index(f"ix_{name}_leased", "lease_until", postgresql_where=text("state IN ('running', 'armed')")),
        )
