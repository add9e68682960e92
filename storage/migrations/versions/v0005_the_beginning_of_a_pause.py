"""Since when an account pauses, so that owners hear once in each pause that their posts wait."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HAS_A_BEGINNING = op.f("ck_accounts_a_pause_has_a_beginning")


def upgrade() -> None:
    time = postgresql.TIMESTAMP(timezone=True)
    op.add_column("accounts", sa.Column("paused_at", time, nullable=True))
    op.execute("UPDATE accounts SET paused_at = now() WHERE paused_reason IS NOT NULL")
    op.create_check_constraint(
        HAS_A_BEGINNING, "accounts", "(paused_reason IS NULL) = (paused_at IS NULL)"
    )
    op.create_index("ix_notices_of_post", "notices", ["post_id", "kind"])


def downgrade() -> None:
    op.drop_index("ix_notices_of_post", "notices")
    op.drop_constraint(HAS_A_BEGINNING, "accounts")
    op.drop_column("accounts", "paused_at")
