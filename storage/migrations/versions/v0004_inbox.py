"""An inbox for what the chat service delivers, and an outbox that knows what may have arrived."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("album", sa.Text(), nullable=True),
        sa.Column("payload", postgresql.JSON(none_as_null=True), nullable=True),
        sa.Column(
            "received_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("handled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("set_aside_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "handled_at IS NULL OR set_aside_reason IS NULL",
            name=op.f("ck_inbox_is_handled_or_set_aside"),
        ),
        sa.CheckConstraint(
            "(handled_at IS NOT NULL) = (payload IS NULL)",
            name=op.f("ck_inbox_only_what_is_handled_is_forgotten"),
        ),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["chat_id", "update_id"],
        postgresql_where="handled_at IS NULL AND set_aside_reason IS NULL",
    )
    op.add_column("scheduled_posts", sa.Column("last_update_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "notices", sa.Column("sending_at", postgresql.TIMESTAMP(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_notices_parked",
        "notices",
        ["post_id"],
        postgresql_where="parked_reason IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index("ix_notices_parked", table_name="notices")
    op.drop_column("notices", "sending_at")
    op.drop_column("scheduled_posts", "last_update_id")
    op.drop_table("inbox")
