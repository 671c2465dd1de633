"""When a user was disabled, and when an unproven outcome was looked through for a proof."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code before does without."""
    op.add_column("users", sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reviews", sa.Column("examined_at", sa.DateTime(timezone=True), nullable=True))
