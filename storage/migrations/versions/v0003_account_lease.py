"""The lease on the account's row, and what a post keeps while it is in doubt."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

POSTS = "scheduled_posts"
TIME = postgresql.TIMESTAMP(timezone=True)

OWNED_HAS_CLAIM = "ck_scheduled_posts_an_owned_post_has_a_lease"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("lease_owner", sa.Text(), nullable=True))
    op.add_column(
        "accounts",
        sa.Column("lease_fence", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.add_column("accounts", sa.Column("lease_until", TIME, nullable=True))
    op.create_check_constraint(
        op.f("ck_accounts_a_lease_has_an_owner_and_an_end"),
        "accounts",
        "(lease_owner IS NULL) = (lease_until IS NULL)",
    )
    _give_up_old_leases()
    op.add_column(POSTS, sa.Column("fence", sa.BigInteger(), nullable=True))
    for name in (
        "first_sent_at",
        "rehearsed_at",
        "staged_at",
        "uncertain_since",
        "next_check_at",
        "asked_at",
    ):
        op.add_column(POSTS, sa.Column(name, TIME, nullable=True))
    op.add_column(POSTS, sa.Column("staged", postgresql.JSONB(), nullable=True))
    op.add_column(
        POSTS, sa.Column("clean_reads", sa.BigInteger(), server_default="0", nullable=False)
    )
    op.execute(
        "UPDATE scheduled_posts SET uncertain_since = updated_at, next_check_at = now()"
        " WHERE status = 'unconfirmed'"
    )
    op.create_check_constraint(
        op.f("ck_scheduled_posts_an_owned_post_has_a_fence"),
        POSTS,
        "(status IN ('claimed', 'sending')) = (fence IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_scheduled_posts_only_an_unconfirmed_post_is_in_doubt"),
        POSTS,
        "(status = 'unconfirmed') = (uncertain_since IS NOT NULL) AND (status IN ('unconfirmed', 'uploaded') OR next_check_at IS NULL)",
    )
    _make_indexes()


def _give_up_old_leases() -> None:
    """No publisher of the old kind runs any more: what it held is rescued here."""
    op.drop_constraint(op.f(OWNED_HAS_CLAIM), POSTS)
    op.execute("UPDATE scheduled_posts SET status = 'pending' WHERE status = 'claimed'")
    op.execute(
        "UPDATE scheduled_posts SET status = 'unconfirmed', error_class = 'interrupted',"
        " error_message = 'the publisher stopped while the post was being sent'"
        " WHERE status = 'sending'"
    )
    op.drop_index("ix_scheduled_posts_leases", table_name=POSTS)
    op.drop_index("ix_scheduled_posts_due", table_name=POSTS)
    op.drop_column(POSTS, "claim_id")
    op.drop_column(POSTS, "lease_until")


def _make_indexes() -> None:
    op.create_index(
        "ix_scheduled_posts_due",
        POSTS,
        ["account_id", "next_attempt_at", "id"],
        postgresql_where="status = 'pending'",
    )
    op.create_index(
        "uq_scheduled_posts_one_owned",
        POSTS,
        ["account_id"],
        unique=True,
        postgresql_where="status IN ('claimed', 'sending')",
    )
    op.create_index(
        "ix_scheduled_posts_in_doubt",
        POSTS,
        ["account_id", "next_check_at"],
        postgresql_where="next_check_at IS NOT NULL",
    )
    op.create_index(
        "ix_scheduled_posts_unasked",
        POSTS,
        ["uncertain_since"],
        postgresql_where="uncertain_since IS NOT NULL AND asked_at IS NULL",
    )
    op.create_index(
        "ix_scheduled_posts_to_rehearse",
        POSTS,
        ["next_attempt_at"],
        postgresql_where="status = 'pending' AND rehearsed_at IS NULL",
    )
    op.create_index(
        "ix_scheduled_posts_upload_id",
        POSTS,
        ["account_id", "upload_id"],
        postgresql_where="upload_id IS NOT NULL",
    )
    op.create_index(
        "uq_scheduled_posts_media_pk",
        POSTS,
        ["account_id", "media_pk"],
        unique=True,
        postgresql_where="media_pk IS NOT NULL",
    )


def downgrade() -> None:
    for name in (
        "ix_scheduled_posts_due",
        "uq_scheduled_posts_one_owned",
        "ix_scheduled_posts_in_doubt",
        "ix_scheduled_posts_unasked",
        "ix_scheduled_posts_to_rehearse",
        "ix_scheduled_posts_upload_id",
        "uq_scheduled_posts_media_pk",
    ):
        op.drop_index(name, table_name=POSTS)
    op.drop_constraint(op.f("ck_scheduled_posts_only_an_unconfirmed_post_is_in_doubt"), POSTS)
    op.drop_constraint(op.f("ck_scheduled_posts_an_owned_post_has_a_fence"), POSTS)
    op.add_column(POSTS, sa.Column("claim_id", sa.Uuid(), nullable=True))
    op.add_column(POSTS, sa.Column("lease_until", TIME, nullable=True))
    op.execute(
        "UPDATE scheduled_posts SET claim_id = gen_random_uuid(), lease_until = now()"
        " WHERE status IN ('claimed', 'sending')"
    )
    for name in (
        "fence",
        "staged",
        "staged_at",
        "first_sent_at",
        "rehearsed_at",
        "uncertain_since",
        "clean_reads",
        "next_check_at",
        "asked_at",
    ):
        op.drop_column(POSTS, name)
    op.create_check_constraint(
        op.f(OWNED_HAS_CLAIM),
        POSTS,
        "(status IN ('claimed', 'sending')) = (claim_id IS NOT NULL) AND (claim_id IS NULL) = (lease_until IS NULL)",
    )
    op.create_index(
        "ix_scheduled_posts_due",
        POSTS,
        ["next_attempt_at", "id"],
        postgresql_where="status = 'pending'",
    )
    op.create_index(
        "ix_scheduled_posts_leases",
        POSTS,
        ["lease_until"],
        postgresql_where="status IN ('claimed', 'sending')",
    )
    for name in ("lease_owner", "lease_fence", "lease_until"):
        op.drop_column("accounts", name)
