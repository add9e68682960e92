"""Posts are found by their cards, and what was deleted just now can be restored."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

POSTS = "scheduled_posts"
UNDONE = op.f("ck_scheduled_posts_only_a_deletion_is_undone")


def upgrade() -> None:
    moment = postgresql.TIMESTAMP(timezone=True)
    op.add_column(
        POSTS,
        sa.Column("card_has_picture", sa.Boolean(), server_default="false", nullable=False),
    )
    op.add_column(POSTS, sa.Column("undo_until", moment, nullable=True))
    op.create_check_constraint(UNDONE, POSTS, "undo_until IS NULL OR status = 'deleted'")
    for name, columns in (("card", ["chat_id", "card_message_id"]), ("undo", ["undo_until"])):
        there = f"{columns[-1]} IS NOT NULL"
        op.create_index(f"ix_{POSTS}_{name}", POSTS, columns, postgresql_where=there)


def downgrade() -> None:
    """What was deleted is gone for good; its files are removed as nobody's."""
    op.execute(
        "DELETE FROM media_items WHERE post_id IN"
        " (SELECT id FROM scheduled_posts WHERE status = 'deleted')"
    )
    op.execute("DELETE FROM notices WHERE kind = 'restored_by_admin'")
    for name in ("card", "undo"):
        op.drop_index(f"ix_{POSTS}_{name}", table_name=POSTS)
    op.drop_constraint(UNDONE, POSTS, type_="check")
    op.drop_column(POSTS, "undo_until")
    op.drop_column(POSTS, "card_has_picture")
