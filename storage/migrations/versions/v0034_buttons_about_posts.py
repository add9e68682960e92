"""Where buttons about a post stand, so that they go once they are outdated."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("scheduled_posts", sa.Column("buttons_at", JSONB()))


def downgrade() -> None:
    op.drop_column("scheduled_posts", "buttons_at")
