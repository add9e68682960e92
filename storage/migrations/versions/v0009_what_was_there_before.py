"""What Instagram showed before a post was first sent, and when that was by Instagram's clock."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time = postgresql.TIMESTAMP(timezone=True)
    op.add_column("scheduled_posts", sa.Column("first_sent_there", time, nullable=True))
    op.add_column("scheduled_posts", sa.Column("newest_before", sa.Text(), nullable=True))
    op.create_index(
        "ix_scheduled_posts_sent_without_media",
        "scheduled_posts",
        ["account_id", "first_sent_at"],
        postgresql_where="media_pk IS NULL AND first_sent_at IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index("ix_scheduled_posts_sent_without_media", "scheduled_posts")
    op.drop_column("scheduled_posts", "newest_before")
    op.drop_column("scheduled_posts", "first_sent_there")
