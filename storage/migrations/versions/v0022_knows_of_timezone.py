"""Who was told that their times are meant in the installation's zone is not told again."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = sa.Column("knows_of_timezone", sa.Boolean, nullable=False, server_default="false")
    op.add_column("users", known)


def downgrade() -> None:
    op.drop_column("users", "knows_of_timezone")
