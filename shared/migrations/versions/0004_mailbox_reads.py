"""When each mailbox was last read to its end, so that one that falls behind is seen."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code before does without."""
    op.add_column("mailboxes", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
