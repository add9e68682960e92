"""Choices about media: framing, trimming, covers; and where their preparation stands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _allow_steps("type", "fit", "trim", "caption", "hashtags", "time", "cover", "confirm")
    _change_posts()
    _change_media_items()
    op.alter_column("people", "timezone", nullable=True)
    op.add_column(
        "people",
        sa.Column("knows_of_files", sa.Boolean(), server_default="false", nullable=False),
    )


def _change_posts() -> None:
    state = sa.Enum(
        "queued",
        "running",
        "done",
        "failed",
        name="preparation",
        native_enum=False,
        length=20,
    )
    for column in (
        sa.Column("fit", sa.Text(), nullable=True),
        sa.Column("fit_shift", sa.Float(), server_default="0", nullable=False),
        sa.Column("trim_start", sa.Float(), nullable=True),
        sa.Column("trim_agreed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("preparation", state, nullable=True),
        sa.Column("preparation_id", sa.Uuid(), nullable=True),
        sa.Column("preparation_asked_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("progress_message_id", sa.BigInteger(), nullable=True),
        sa.Column("notes", sa.ARRAY(sa.Text()), nullable=True),
    ):
        op.add_column("scheduled_posts", column)
    _check(
        "scheduled_posts", "preparation", "preparation IN ('queued', 'running', 'done', 'failed')"
    )
    _check("scheduled_posts", "fit_is_known", "fit IN ('crop', 'blur', 'white', 'black')")
    _check("scheduled_posts", "fit_shift_is_within_the_picture", "fit_shift BETWEEN -1 AND 1")
    _check("scheduled_posts", "trim_start_is_not_negative", "trim_start >= 0")
    _check(
        "scheduled_posts",
        "a_preparation_has_an_id",
        "(preparation IS NULL) = (preparation_id IS NULL) AND (preparation IS NULL) = (preparation_asked_at IS NULL)",
    )
    _check(
        "scheduled_posts",
        "only_a_draft_is_being_prepared",
        "status = 'draft' OR preparation IS NULL OR preparation = 'done'",
    )
    op.create_index(
        "ix_scheduled_posts_preparations",
        "scheduled_posts",
        ["preparation_asked_at"],
        unique=False,
        postgresql_where="preparation = 'queued'",
    )


def _change_media_items() -> None:
    for column in (
        sa.Column("cover_at", sa.Float(), nullable=True),
        sa.Column("own_cover", sa.Text(), nullable=True),
        sa.Column("audio_codec", sa.Text(), nullable=True),
        sa.Column("fps", sa.Float(), nullable=True),
        sa.Column("hdr", sa.Boolean(), server_default="false", nullable=False),
    ):
        op.add_column("media_items", column)
    _check(
        "media_items",
        "only_a_video_has_a_cover",
        "kind = 'video' OR (cover_at IS NULL AND own_cover IS NULL)",
    )
    _check("media_items", "cover_at_is_not_negative", "cover_at >= 0")


def downgrade() -> None:
    op.execute("DELETE FROM people WHERE timezone IS NULL")
    op.alter_column("people", "timezone", nullable=False)
    op.drop_column("people", "knows_of_files")
    for name in ("cover_at_is_not_negative", "only_a_video_has_a_cover"):
        op.drop_constraint(op.f(f"ck_media_items_{name}"), "media_items")
    for name in ("hdr", "fps", "audio_codec", "own_cover", "cover_at"):
        op.drop_column("media_items", name)
    op.drop_index("ix_scheduled_posts_preparations", table_name="scheduled_posts")
    for name in (
        "only_a_draft_is_being_prepared",
        "a_preparation_has_an_id",
        "trim_start_is_not_negative",
        "fit_shift_is_within_the_picture",
        "fit_is_known",
        "preparation",
    ):
        op.drop_constraint(op.f(f"ck_scheduled_posts_{name}"), "scheduled_posts")
    for name in (
        "notes",
        "progress_message_id",
        "preparation_asked_at",
        "preparation_id",
        "preparation",
        "trim_agreed",
        "trim_start",
        "fit_shift",
        "fit",
    ):
        op.drop_column("scheduled_posts", name)
    op.execute("UPDATE scheduled_posts SET step = 'type' WHERE step IN ('fit', 'trim')")
    op.execute("UPDATE scheduled_posts SET step = 'confirm' WHERE step = 'cover'")
    _allow_steps("type", "caption", "hashtags", "time", "confirm")


def _allow_steps(*steps: str) -> None:
    op.drop_constraint(op.f("ck_scheduled_posts_step"), "scheduled_posts")
    _check("scheduled_posts", "step", f"step IN ({', '.join(map(repr, steps))})")


def _check(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
