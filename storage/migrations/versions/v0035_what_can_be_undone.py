"""Who did something to a post last, and what a move or another text has replaced."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INDEX = "ix_scheduled_posts_done"


def upgrade() -> None:
    op.add_column("scheduled_posts", sa.Column("done_by", sa.BigInteger()))
    op.add_column("scheduled_posts", sa.Column("done_at", sa.TIMESTAMP(timezone=True)))
    op.add_column("scheduled_posts", sa.Column("was", JSONB()))
    by_whom = sa.text("done_by IS NOT NULL")
    op.create_index(INDEX, "scheduled_posts", ["done_by", "done_at"], postgresql_where=by_whom)


def downgrade() -> None:
    op.drop_index(INDEX, "scheduled_posts")
    for column in ("was", "done_at", "done_by"):
        op.drop_column("scheduled_posts", column)
