"""Cards of a post in other chats than its own; who decided about it; that there are notes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = TIMESTAMP(timezone=True)


def upgrade() -> None:
    op.create_table(
        "team_cards",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("has_picture", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "message_id", name=op.f("pk_team_cards")),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["scheduled_posts.id"],
            name=op.f("fk_team_cards_post_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_team_cards_post_id"), "team_cards", ["post_id"])
    op.add_column("scheduled_posts", sa.Column("decided_by", sa.Text(), nullable=True))
    op.add_column("scheduled_posts", sa.Column("noted_at", MOMENT, nullable=True))
    op.add_column("approval_links", sa.Column("name", sa.Text(), nullable=True))
    op.add_column("approval_links", sa.Column("language", sa.Text(), nullable=True))
    op.add_column("approval_links", sa.Column("withdrawn_at", MOMENT, nullable=True))
    op.create_index(op.f("ix_approval_links_post_id"), "approval_links", ["post_id"])
    op.create_index(
        "ix_approval_links_used_by",
        "approval_links",
        ["used_by"],
        postgresql_where="used_by IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index("ix_approval_links_used_by", table_name="approval_links")
    op.drop_index(op.f("ix_approval_links_post_id"), table_name="approval_links")
    for name in ("withdrawn_at", "language", "name"):
        op.drop_column("approval_links", name)
    op.drop_column("scheduled_posts", "noted_at")
    op.drop_column("scheduled_posts", "decided_by")
    op.drop_table("team_cards")
