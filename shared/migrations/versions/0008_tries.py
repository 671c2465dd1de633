"""How often a site was visited in vain, apart from the attempts that a limit held back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the code before does without."""
    op.add_column("submissions", sa.Column("tries", sa.BigInteger, nullable=False, server_default="0"))
