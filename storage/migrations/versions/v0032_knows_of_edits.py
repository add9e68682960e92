"""Who was told that an edit of their own message is followed is not told again."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = sa.Column("knows_of_edits", sa.Boolean, nullable=False, server_default="false")
    op.add_column("users", known)


def downgrade() -> None:
    op.drop_column("users", "knows_of_edits")
