"""The day that a person named without an hour, kept while the hour is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ONLY_A_DRAFT = op.f("ck_scheduled_posts_only_a_draft_waits_for_an_hour")


def upgrade() -> None:
    op.add_column("scheduled_posts", sa.Column("chosen_day", sa.Date(), nullable=True))
    op.create_check_constraint(
        ONLY_A_DRAFT, "scheduled_posts", "chosen_day IS NULL OR step IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_constraint(ONLY_A_DRAFT, "scheduled_posts")
    op.drop_column("scheduled_posts", "chosen_day")
