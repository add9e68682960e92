"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("session", sa.LargeBinary(), nullable=True),
        sa.Column("paused_reason", sa.Text(), nullable=True),
        sa.Column("paused_detail", sa.Text(), nullable=True),
        sa.Column("paused_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "paused_reason IS NOT NULL OR (paused_until IS NULL AND paused_detail IS NULL)",
            name=op.f("ck_accounts_pause_has_a_reason"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_table(
        "scheduled_posts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "pending",
                "claimed",
                "sending",
                "uploaded",
                "unconfirmed",
                "failed",
                "deleted",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "step",
            sa.Enum(
                "type",
                "caption",
                "hashtags",
                "time",
                "confirm",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("prompt_message_id", sa.BigInteger(), nullable=True),
        sa.Column("card_message_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "post_type",
            sa.Enum(
                "photo",
                "video",
                "reel",
                "story",
                "carousel",
                name="post_type",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("caption", sa.Text(), nullable=True),
        sa.Column("suggested_caption", sa.Text(), nullable=True),
        sa.Column("hashtags", sa.ARRAY(sa.Text()), nullable=True),
        sa.Column("scheduled_time", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("wall_time", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("next_attempt_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("retry_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error_class", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("lease_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("upload_id", sa.Text(), nullable=True),
        sa.Column("media_pk", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("published_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("media_removed_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(status = 'draft') = (step IS NOT NULL)",
            name=op.f("ck_scheduled_posts_only_a_draft_has_a_step"),
        ),
        sa.CheckConstraint(
            "(status = 'uploaded') = (published_at IS NOT NULL) AND (status = 'uploaded' OR (media_pk IS NULL AND link IS NULL))",
            name=op.f("ck_scheduled_posts_only_an_uploaded_post_is_published"),
        ),
        sa.CheckConstraint(
            "(status IN ('claimed', 'sending')) = (claim_id IS NOT NULL) AND (claim_id IS NULL) = (lease_until IS NULL)",
            name=op.f("ck_scheduled_posts_an_owned_post_has_a_lease"),
        ),
        sa.CheckConstraint(
            "status <> 'failed' OR error_message IS NOT NULL",
            name=op.f("ck_scheduled_posts_a_failure_has_a_message"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'deleted') OR (post_type IS NOT NULL AND caption IS NOT NULL AND hashtags IS NOT NULL AND scheduled_time IS NOT NULL AND next_attempt_at IS NOT NULL)",
            name=op.f("ck_scheduled_posts_a_planned_post_is_complete"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('sending', 'unconfirmed') OR upload_id IS NOT NULL",
            name=op.f("ck_scheduled_posts_a_sent_post_has_an_upload_id"),
        ),
        sa.CheckConstraint(
            "retry_count >= 0", name=op.f("ck_scheduled_posts_retry_count_is_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_scheduled_posts_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_posts")),
    )
    op.create_index(
        "ix_scheduled_posts_due",
        "scheduled_posts",
        ["next_attempt_at", "id"],
        unique=False,
        postgresql_where="status = 'pending'",
    )
    op.create_index(
        "ix_scheduled_posts_leases",
        "scheduled_posts",
        ["lease_until"],
        unique=False,
        postgresql_where="status IN ('claimed', 'sending')",
    )
    op.create_index(
        "ix_scheduled_posts_planned",
        "scheduled_posts",
        ["owner_id", "scheduled_time"],
        unique=False,
        postgresql_where="status IN ('pending', 'claimed', 'sending', 'unconfirmed', 'failed')",
    )
    op.create_index(
        "uq_scheduled_posts_one_draft",
        "scheduled_posts",
        ["chat_id", "owner_id"],
        unique=True,
        postgresql_where="status = 'draft'",
    )
    op.create_table(
        "media_items",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "photo", "video", name="kind", native_enum=False, create_constraint=True, length=20
            ),
            nullable=False,
        ),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("prepared", sa.Text(), nullable=True),
        sa.Column("cover", sa.Text(), nullable=True),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("duration", sa.Double(), nullable=True),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("video_codec", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'video') = (duration IS NOT NULL)",
            name=op.f("ck_media_items_a_video_has_a_duration"),
        ),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_media_items_is_not_empty")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_media_items_has_a_size")),
        sa.ForeignKeyConstraint(
            ["post_id"],
            ["scheduled_posts.id"],
            name=op.f("fk_media_items_post_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_items")),
        sa.UniqueConstraint("post_id", "position", name=op.f("uq_media_items_post_id_position")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "detail", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column(
            "not_before",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("sent_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("parked_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            postgresql.TIMESTAMP(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["scheduled_posts.id"], name=op.f("fk_notices_post_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(
        "ix_notices_waiting",
        "notices",
        ["not_before", "id"],
        unique=False,
        postgresql_where="sent_at IS NULL AND parked_reason IS NULL",
    )


def downgrade() -> None:
    op.drop_index(
        "ix_notices_waiting",
        table_name="notices",
        postgresql_where="sent_at IS NULL AND parked_reason IS NULL",
    )
    op.drop_table("notices")
    op.drop_table("media_items")
    op.drop_index(
        "uq_scheduled_posts_one_draft",
        table_name="scheduled_posts",
        postgresql_where="status = 'draft'",
    )
    op.drop_index(
        "ix_scheduled_posts_planned",
        table_name="scheduled_posts",
        postgresql_where="status IN ('pending', 'claimed', 'sending', 'unconfirmed', 'failed')",
    )
    op.drop_index(
        "ix_scheduled_posts_leases",
        table_name="scheduled_posts",
        postgresql_where="status IN ('claimed', 'sending')",
    )
    op.drop_index(
        "ix_scheduled_posts_due",
        table_name="scheduled_posts",
        postgresql_where="status = 'pending'",
    )
    op.drop_table("scheduled_posts")
    op.drop_table("people")
    op.drop_table("accounts")
