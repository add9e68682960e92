"""What Instagram showed before a post was first sent, and when that was by Instagram's clock."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time = postgresql.TIMESTAMP(timezone=True)
    op.add_column("scheduled_posts", sa.Column("first_sent_there", time, nullable=True))
    op.add_column("scheduled_posts", sa.Column("newest_before", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("scheduled_posts", "newest_before")
    op.drop_column("scheduled_posts", "first_sent_there")
