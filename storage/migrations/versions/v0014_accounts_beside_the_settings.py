"""Accounts that the settings do not name, and that stay all the same."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "accounts",
        sa.Column("from_settings", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )


def downgrade() -> None:
    """The next start removes what the settings do not name."""
    op.drop_column("accounts", "from_settings")
