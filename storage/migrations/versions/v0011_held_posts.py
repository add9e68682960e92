"""Posts that are held: their owner is not let in any more, and no admin has vouched for them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PLANNED = ("pending", "held", "claimed", "sending", "unconfirmed", "failed")
STATUSES = (
    "draft",
    "pending",
    "held",
    "claimed",
    "sending",
    "uploaded",
    "unconfirmed",
    "failed",
    "deleted",
)


def upgrade() -> None:
    op.add_column(
        "scheduled_posts",
        sa.Column("vouched_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
    )
    _take(STATUSES, PLANNED)


def downgrade() -> None:
    """What was held waits for its owner's word, as what is late does: it must not go out."""
    op.execute(
        "UPDATE scheduled_posts SET status = 'failed', error_class = 'late',"
        " error_message = 'it was held' WHERE status = 'held'"
    )
    _take(*([name for name in names if name != "held"] for names in (STATUSES, PLANNED)))
    op.drop_column("scheduled_posts", "vouched_at")


def _take(statuses: Sequence[str], planned: Sequence[str]) -> None:
    op.drop_constraint(op.f("ck_scheduled_posts_status"), "scheduled_posts", type_="check")
    op.create_check_constraint(
        op.f("ck_scheduled_posts_status"), "scheduled_posts", f"status IN ({_listed(statuses)})"
    )
    op.drop_index("ix_scheduled_posts_planned", table_name="scheduled_posts")
    op.create_index(
        "ix_scheduled_posts_planned",
        "scheduled_posts",
        ["owner_id", "scheduled_time"],
        postgresql_where=f"status IN ({_listed(planned)})",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
