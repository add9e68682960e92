"""Originals that were lost: a publisher asks for them by a row, the bot fetches them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lost_files",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lost_files")),
    )
    op.add_column("media_items", sa.Column("own_cover_ref", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("media_items", "own_cover_ref")
    op.drop_table("lost_files")
