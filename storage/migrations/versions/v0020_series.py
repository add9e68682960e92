"""Several posts made at one go, stories in a row among them; an item chosen to be moved."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TYPES = ("photo", "video", "reel", "story", "carousel")
TABLES = ("drafts", "scheduled_posts")
A_SERIES = "series_id IS NOT NULL"


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("series_id", sa.BigInteger(), nullable=True))
        _take(table, (*TYPES, "stories"))
    op.add_column("drafts", sa.Column("chosen_item_id", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_scheduled_posts_stories_are_posts_of_their_own"),
        "scheduled_posts",
        "post_type <> 'stories'",
    )
    op.create_index("ix_drafts_series", "drafts", ["series_id"], postgresql_where=A_SERIES)
    op.create_index(
        "ix_scheduled_posts_series",
        "scheduled_posts",
        ["series_id", "id"],
        postgresql_where=A_SERIES,
    )


def downgrade() -> None:
    """Drafts that were to be stories in a row are asked for their type once more."""
    op.execute(
        "UPDATE drafts SET post_type = NULL, question = 'type', preparation = NULL,"
        " preparation_id = NULL, preparation_asked_at = NULL WHERE post_type = 'stories'"
    )
    op.drop_index("ix_scheduled_posts_series", table_name="scheduled_posts")
    op.drop_index("ix_drafts_series", table_name="drafts")
    op.drop_constraint(
        op.f("ck_scheduled_posts_stories_are_posts_of_their_own"), "scheduled_posts", type_="check"
    )
    op.drop_column("drafts", "chosen_item_id")
    for table in TABLES:
        _take(table, TYPES)
        op.drop_column(table, "series_id")


def _take(table: str, types: tuple[str, ...]) -> None:
    """The values that a post's type takes."""
    name = op.f(f"ck_{table}_post_type")
    op.drop_constraint(name, table, type_="check")
    listed = ", ".join(f"'{one}'" for one in types)
    op.create_check_constraint(name, table, f"post_type IN ({listed})")
