"""Who was told that edits are followed; and as what an approver's card shows its post."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = sa.Column("knows_of_edits", sa.Boolean, nullable=False, server_default="false")
    op.add_column("users", known)
    op.add_column("team_cards", sa.Column("revision", sa.BigInteger, nullable=True))


def downgrade() -> None:
    op.drop_column("team_cards", "revision")
    op.drop_column("users", "knows_of_edits")
