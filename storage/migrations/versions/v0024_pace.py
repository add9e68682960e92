"""How fast an account publishes: what has gone out lately is found at once, and who was told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "scheduled_posts", sa.Column("postponed_at", TIMESTAMP(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_scheduled_posts_published",
        "scheduled_posts",
        ["account_id", "published_at"],
        postgresql_where="published_at IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_index("ix_scheduled_posts_published", table_name="scheduled_posts")
    op.drop_column("scheduled_posts", "postponed_at")
