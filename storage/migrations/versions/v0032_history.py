"""However many posts are behind: what was published last, by whom, and what is to be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None

POSTS = "scheduled_posts"
INDEXES = {
    "ix_scheduled_posts_live": ("published_at IS NOT NULL", ["published_at", "id"]),
    "ix_scheduled_posts_live_of_owner": (
        "published_at IS NOT NULL",
        ["owner_id", "published_at", "id"],
    ),
    "ix_scheduled_posts_with_media": (
        "published_at IS NOT NULL AND media_removed_at IS NULL",
        ["published_at"],
    ),
    "ix_scheduled_posts_given": (
        "caption_message_id IS NOT NULL",
        ["chat_id", "caption_message_id"],
    ),
    "ix_scheduled_posts_changed_by": ("last_update_id IS NOT NULL", ["last_update_id"]),
}
CLOCKS = "ix_notices_clocks"


def upgrade() -> None:
    for name, (where, columns) in INDEXES.items():
        op.create_index(name, POSTS, columns, postgresql_where=sa.text(where))
    op.create_index(
        CLOCKS, "notices", ["id"], postgresql_where=sa.text("kind IN ('clock', 'clock_is_right')")
    )


def downgrade() -> None:
    op.drop_index(CLOCKS, "notices")
    for name in INDEXES:
        op.drop_index(name, POSTS)
