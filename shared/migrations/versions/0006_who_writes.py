"""Indexes by which a mail finds its lead: the addresses that wrote before, and those of leads."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code before does without."""
    op.create_index("ix_messages_from_address", "messages", ["from_address"])
    op.create_index(
        "ix_leads_email", "leads", [sa.text("lower(email)")], postgresql_where=sa.text("email <> ''")
    )
