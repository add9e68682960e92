"""Which process leads, as a lease on a row: a lock of a session lies behind a pooler."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leader",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_leader_there_is_one")),
        sa.CheckConstraint(
            "(owner IS NULL) = (until IS NULL)", name=op.f("ck_leader_an_owner_has_an_end")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader")),
    )
    op.execute("INSERT INTO leader (id) VALUES (1)")


def downgrade() -> None:
    op.drop_table("leader")
