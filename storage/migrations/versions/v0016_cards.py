"""Who is asked step by step, and what a draft's card shows."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CONTENT = ("drafts", "scheduled_posts")


def upgrade() -> None:
    """Drafts that are open are in the middle of the guided way, and stay there."""
    op.add_column("users", _flag("is_guided"))
    for flag in ("is_guided", "schedules_when_ready"):
        op.add_column("drafts", _flag(flag))
    for column in ("prompt_picture", "album"):
        op.add_column("drafts", sa.Column(column, sa.Text(), nullable=True))
    for table in CONTENT:
        op.add_column(table, sa.Column("caption_message_id", sa.BigInteger(), nullable=True))
    op.execute("UPDATE drafts SET is_guided = true")
    op.create_index(
        "ix_drafts_prompt",
        "drafts",
        ["chat_id", "prompt_message_id"],
        postgresql_where="prompt_message_id IS NOT NULL",
    )


def downgrade() -> None:
    """A draft whose question the release before does not know is asked the next one."""
    op.drop_index("ix_drafts_prompt", table_name="drafts")
    for table in CONTENT:
        op.drop_column(table, "caption_message_id")
    for column in ("album", "prompt_picture", "schedules_when_ready", "is_guided"):
        op.drop_column("drafts", column)
    op.drop_column("users", "is_guided")


def _flag(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)
