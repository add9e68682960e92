"""The days that a person may have named without an hour, kept while the hour is asked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ONLY_A_DRAFT = op.f("ck_scheduled_posts_only_a_draft_waits_for_an_hour")


def upgrade() -> None:
    op.add_column(
        "scheduled_posts", sa.Column("chosen_days", postgresql.ARRAY(sa.Date()), nullable=True)
    )
    op.create_check_constraint(
        ONLY_A_DRAFT, "scheduled_posts", "chosen_days IS NULL OR step IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_constraint(ONLY_A_DRAFT, "scheduled_posts")
    op.drop_column("scheduled_posts", "chosen_days")
