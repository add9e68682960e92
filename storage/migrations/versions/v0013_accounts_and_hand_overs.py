"""Accounts name their way and keep their credentials; posts that are handed over to their owners."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)
PLANNED = ("pending", "held", "claimed", "sending", "handed_over", "unconfirmed", "failed")
STATUSES = (*PLANNED[:5], "uploaded", *PLANNED[5:], "deleted")


def upgrade() -> None:
    _accounts_name_their_way()
    op.add_column("notices", sa.Column("account_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notices_account_id"), "notices", "accounts", ["account_id"], ["id"]
    )
    op.execute(
        "UPDATE notices SET account_id ="
        " (SELECT id FROM accounts ORDER BY paused_reason IS NULL, id LIMIT 1)"
        " WHERE kind = 'account_paused'"
    )
    op.execute("UPDATE notices SET kind = 'preflight' WHERE kind = 'rehearsal'")
    op.add_column("scheduled_posts", sa.Column("handed_over_at", MOMENT, nullable=True))
    _take(STATUSES, PLANNED)
    op.create_check_constraint(
        op.f("ck_scheduled_posts_a_post_was_handed_over_at_some_time"),
        "scheduled_posts",
        "status <> 'handed_over' OR handed_over_at IS NOT NULL",
    )
    op.create_index(
        "ix_scheduled_posts_handed_over",
        "scheduled_posts",
        ["handed_over_at"],
        postgresql_where="status = 'handed_over' AND asked_at IS NULL",
    )


def downgrade() -> None:
    """What its owner has waits for their word, as what is late does; removed accounts come back."""
    op.execute(
        "UPDATE scheduled_posts SET status = 'failed', error_class = 'late', asked_at = NULL,"
        " error_message = 'it was handed over' WHERE status = 'handed_over'"
    )
    op.execute("DELETE FROM notices WHERE kind IN ('hand_over', 'hand_over_reminder')")
    op.execute("UPDATE notices SET kind = 'rehearsal' WHERE kind = 'preflight'")
    op.drop_index("ix_scheduled_posts_handed_over", table_name="scheduled_posts")
    op.drop_constraint(
        op.f("ck_scheduled_posts_a_post_was_handed_over_at_some_time"),
        "scheduled_posts",
        type_="check",
    )
    _take(*([name for name in names if name != "handed_over"] for names in (STATUSES, PLANNED)))
    op.drop_column("scheduled_posts", "handed_over_at")
    op.drop_constraint(op.f("fk_notices_account_id"), "notices", type_="foreignkey")
    op.drop_column("notices", "account_id")
    _accounts_are_instagrams()


def _accounts_name_their_way() -> None:
    op.alter_column("accounts", "username", new_column_name="name")
    op.add_column(
        "accounts",
        sa.Column("destination", sa.Text(), server_default="instagram", nullable=False),
    )
    op.add_column("accounts", sa.Column("credentials", sa.LargeBinary(), nullable=True))
    op.add_column(
        "accounts",
        sa.Column("configured_at", MOMENT, server_default=sa.text("now()"), nullable=False),
    )
    op.add_column("accounts", sa.Column("removed_at", MOMENT, nullable=True))
    op.execute("UPDATE accounts SET removed_at = now()")  # but for those of the settings, at start
    op.drop_constraint(op.f("uq_accounts_username"), "accounts", type_="unique")
    op.create_unique_constraint(
        op.f("uq_accounts_destination_name"), "accounts", ["destination", "name"]
    )
    op.execute(  # after a way back
        "UPDATE accounts SET destination = split_part(name, ':', 1), name = split_part(name, ':', 2)"
        " WHERE name LIKE '%:%'"
    )


def _accounts_are_instagrams() -> None:
    """Those of other ways keep their rows, under names that no account of Instagram's can have."""
    op.drop_constraint(op.f("uq_accounts_destination_name"), "accounts", type_="unique")
    op.execute(
        "UPDATE accounts SET name = destination || ':' || name WHERE destination <> 'instagram'"
    )
    for column in ("removed_at", "configured_at", "credentials", "destination"):
        op.drop_column("accounts", column)
    op.alter_column("accounts", "name", new_column_name="username")
    op.create_unique_constraint(op.f("uq_accounts_username"), "accounts", ["username"])


def _take(statuses: Sequence[str], planned: Sequence[str]) -> None:
    op.drop_constraint(op.f("ck_scheduled_posts_status"), "scheduled_posts", type_="check")
    op.create_check_constraint(
        op.f("ck_scheduled_posts_status"), "scheduled_posts", f"status IN ({_listed(statuses)})"
    )
    op.drop_index("ix_scheduled_posts_planned", table_name="scheduled_posts")
    op.create_index(
        "ix_scheduled_posts_planned",
        "scheduled_posts",
        ["owner_id", "scheduled_time"],
        postgresql_where=f"status IN ({_listed(planned)})",
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
