"""Limits: what a mailbox may send, when a site was visited and where it is served, since when a campaign is
watched, and the indexes that counting a day or a window needs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ARMED = (
    ("ix_submissions_tenant_armed", "submissions", "tenant_id"),
    ("ix_submissions_campaign_armed", "submissions", "campaign_id"),
    ("ix_outgoing_mailbox_armed", "outgoing", "mailbox_id"),
    ("ix_outgoing_tenant_armed", "outgoing", "tenant_id"),
)


def upgrade() -> None:
    """Add what the code before does without."""
    op.add_column("submissions", sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("submissions", sa.Column("address", sa.String(45), server_default="", nullable=False))
    op.add_column("campaigns", sa.Column("watched_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "mailboxes", sa.Column("mails_a_day", sa.BigInteger(), server_default="200", nullable=False)
    )
    op.add_column("mailboxes", sa.Column("established", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("mailboxes", sa.Column("held_because", sa.String(300), server_default="", nullable=False))
    op.add_column("mailboxes", sa.Column("watched_since", sa.DateTime(timezone=True), nullable=True))
    for name, table, of in _ARMED:
        op.create_index(name, table, [of, "armed_at"], postgresql_where=sa.text("armed_at IS NOT NULL"))
