"""Which processes are at work, and what the admin chat was told that still lasts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("seen_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("swept_at", MOMENT, nullable=True),
        sa.Column("sweep_seconds", sa.BigInteger(), nullable=True),
        sa.Column("free_bytes", sa.BigInteger(), nullable=False),
        sa.Column("clock_ahead", sa.BigInteger(), nullable=True),
        sa.Column("database_ahead", sa.BigInteger(), nullable=True),
        sa.Column("clock_set_by", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("detail", JSONB(), server_default="{}", nullable=False),
        sa.Column("raised_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column(
            "notice_id",
            sa.BigInteger(),
            sa.ForeignKey("notices.id", ondelete="SET NULL"),
            nullable=True,
        ),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
    )
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["kind", "subject"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index("ix_alerts_notice_id", "alerts", ["notice_id"])
    op.execute("DELETE FROM notices WHERE kind = 'clock_is_right' AND sent_at IS NULL")


def downgrade() -> None:
    op.drop_table("alerts")
    op.drop_table("processes")
