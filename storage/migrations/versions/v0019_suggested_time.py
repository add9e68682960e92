"""A time that was offered, instead of what was typed, can be agreed to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = postgresql.TIMESTAMP(timezone=True)
    op.add_column("drafts", sa.Column("suggested_time", moment, nullable=True))


def downgrade() -> None:
    op.drop_column("drafts", "suggested_time")
