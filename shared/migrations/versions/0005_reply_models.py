"""The reply models that tenants trained: their files, and which of them serves since when."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = ("reply_models", "reply_model_files", "model_changes")


def upgrade() -> None:
    """Add tables that the code before does without; they belong to tenants as the others do."""
    _create(
        "reply_models",
        sa.Column("version", sa.String(12), nullable=False),
        sa.UniqueConstraint("tenant_id", "version", name="uq_reply_models_tenant_id_version"),
    )
    _create(
        "reply_model_files",
        sa.Column("model_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["reply_models.id"], name="fk_reply_model_files_model_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("model_id", "name", name="uq_reply_model_files_model_id_name"),
    )
    _create(
        "model_changes",
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("by", sa.String(320), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
    )
    # Weights are compressed as far as they can be.
    op.execute("ALTER TABLE reply_model_files ALTER COLUMN content SET STORAGE EXTERNAL")
    for table in _TABLES:
        _belongs_to_tenants(table)


def _create(table: str, *columns: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        table,
        *columns,
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=f"fk_{table}_tenant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _belongs_to_tenants(table: str) -> None:
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO relance_app")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"""
        CREATE POLICY tenant ON {table} USING (
            (SELECT relance_scope()) = 0 OR tenant_id = (SELECT relance_scope())
        )
    """)
