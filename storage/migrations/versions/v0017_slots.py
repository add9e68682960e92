"""Weekly slots of an account, and the zone in which they are meant."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "weeks",
        sa.Column("account_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "set_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_weeks_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_weeks")),
    )
    op.create_table(
        "slots",
        sa.Column("account_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("weekday", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("wall_time", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_slots_weekday_is_one")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["weeks.account_id"],
            name=op.f("fk_slots_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "weekday", "wall_time", name=op.f("pk_slots")),
    )


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE kind = 'queue_is_empty'")
    op.drop_table("slots")
    op.drop_table("weeks")
