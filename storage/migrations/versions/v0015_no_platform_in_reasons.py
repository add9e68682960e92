"""The reason for a platform that is down names no platform."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FORMERLY, NOW = "instagram_down", "platform_down"


def upgrade() -> None:
    _rename(FORMERLY, NOW)


def downgrade() -> None:
    _rename(NOW, FORMERLY)


def _rename(old: str, new: str) -> None:
    for table, column in (("scheduled_posts", "error_class"), ("accounts", "paused_reason")):
        op.execute(f"UPDATE {table} SET {column} = '{new}' WHERE {column} = '{old}'")  # noqa: S608
    op.execute(
        f"UPDATE notices SET detail = jsonb_set(detail, '{{error_class}}', '\"{new}\"')"  # noqa: S608
        f" WHERE detail ->> 'error_class' = '{old}'"
    )
