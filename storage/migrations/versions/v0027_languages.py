"""Which language people speak is kept with their name, clients' as well."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.Text(), nullable=True))
    op.execute(
        "UPDATE users SET language = l.language FROM approval_links l"
        " WHERE l.used_by = users.id AND l.language IS NOT NULL"
    )
    op.drop_column("approval_links", "language")
    op.drop_column("approval_links", "name")


def downgrade() -> None:
    op.add_column("approval_links", sa.Column("name", sa.Text(), nullable=True))
    op.add_column("approval_links", sa.Column("language", sa.Text(), nullable=True))
    op.drop_column("users", "language")
