"""When a session is over at the latest, where that is known: from the next login on."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("session_ends_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("accounts", "session_ends_at")
    op.execute("DELETE FROM alerts WHERE kind = 'ending'")
    op.execute("DELETE FROM notices WHERE kind = 'ending' OR detail->>'over' = 'ending'")
