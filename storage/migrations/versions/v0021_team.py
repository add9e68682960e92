"""People with roles, approvals and notes; accounts with a zone, a pace and logins of their own."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = TIMESTAMP(timezone=True)
STATUSES = (
    "pending",
    "held",
    "claimed",
    "sending",
    "handed_over",
    "uploaded",
    "unconfirmed",
    "failed",
    "deleted",
)
PLANNED = ("pending", "held", "claimed", "sending", "handed_over", "unconfirmed", "failed")
ROLES = "role IN ('owner', 'editor', 'author', 'viewer')"

TABLES = (
    "post_notes",
    "login_questions",
    "approval_links",
    "invitations",
    "member_accounts",
    "members",
)


def upgrade() -> None:
    for column in _of_accounts():
        op.add_column("accounts", column)
    op.create_check_constraint(
        op.f("ck_accounts_caps_are_sensible"),
        "accounts",
        "(daily_cap IS NULL OR daily_cap > 0) AND (min_gap_seconds IS NULL OR min_gap_seconds >= 0)"
        " AND backoffs >= 0",
    )
    op.create_check_constraint(
        op.f("ck_accounts_a_topic_has_a_group"),
        "accounts",
        "group_topic_id IS NULL OR group_chat_id IS NOT NULL",
    )
    for column in _of_posts():
        op.add_column("scheduled_posts", column)
    _take(("pending", "held", "awaiting_approval", *STATUSES[2:]), (*PLANNED, "awaiting_approval"))
    op.create_check_constraint(
        op.f("ck_scheduled_posts_an_approval_has_a_time"),
        "scheduled_posts",
        "(approved_by IS NULL) = (approved_at IS NULL)"
        " AND (status <> 'awaiting_approval' OR approved_at IS NULL)",
    )
    op.create_index(
        "ix_scheduled_posts_to_approve",
        "scheduled_posts",
        ["next_attempt_at"],
        postgresql_where="status = 'awaiting_approval'",
    )
    op.add_column("users", sa.Column("name", sa.Text(), nullable=True))
    op.add_column("notices", sa.Column("chat_id", sa.BigInteger(), nullable=True))
    _create_people()
    _create_links()


def _create_people() -> None:
    op.create_table(
        "members",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("all_accounts", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        _now("joined_at"),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_members")),
        sa.CheckConstraint(ROLES, name=op.f("ck_members_role")),
    )
    op.create_table(
        "member_accounts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("user_id", "account_id", name=op.f("pk_member_accounts")),
        _refers("member_accounts", "user_id", "members", "user_id"),
        _refers("member_accounts", "account_id", "accounts", "id"),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("all_accounts", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("account_ids", ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        _now("created_at"),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
        sa.CheckConstraint(ROLES, name=op.f("ck_invitations_role")),
        sa.CheckConstraint(
            "(used_by IS NULL) = (used_at IS NULL)", name=op.f("ck_invitations_a_use_has_a_time")
        ),
    )


def _create_links() -> None:
    op.create_table(
        "approval_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        _now("created_at"),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_approval_links_token_hash")),
        _refers("approval_links", "post_id", "scheduled_posts", "id"),
        sa.CheckConstraint(
            "(used_by IS NULL) = (used_at IS NULL)", name=op.f("ck_approval_links_a_use_has_a_time")
        ),
    )
    op.create_table(
        "login_questions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        _now("asked_at"),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_questions")),
        _refers("login_questions", "account_id", "accounts", "id"),
        sa.CheckConstraint(
            "settled_at IS NULL OR answer IS NULL",
            name=op.f("ck_login_questions_a_code_is_not_kept"),
        ),
    )
    op.create_index(
        "uq_login_questions_one_open",
        "login_questions",
        ["account_id"],
        unique=True,
        postgresql_where="settled_at IS NULL",
    )
    op.create_table(
        "post_notes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _now("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_notes")),
        _refers("post_notes", "post_id", "scheduled_posts", "id"),
    )
    op.create_index("ix_post_notes_post_id", "post_notes", ["post_id"])


def downgrade() -> None:
    """Posts that wait for an approval have failed: nothing goes out that nobody approved."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("notices", "chat_id")
    op.drop_column("users", "name")
    op.drop_index("ix_scheduled_posts_to_approve", table_name="scheduled_posts")
    op.drop_constraint(
        op.f("ck_scheduled_posts_an_approval_has_a_time"), "scheduled_posts", type_="check"
    )
    op.execute(
        "UPDATE scheduled_posts SET status = 'failed', error_class = 'not_approved',"
        " error_message = 'not approved' WHERE status = 'awaiting_approval'"
    )
    _take(STATUSES, PLANNED)
    for column in _of_posts():
        op.drop_column("scheduled_posts", column.name)
    for name in ("caps_are_sensible", "a_topic_has_a_group"):
        op.drop_constraint(op.f(f"ck_accounts_{name}"), "accounts", type_="check")
    for column in _of_accounts():
        op.drop_column("accounts", column.name)


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, MOMENT, server_default=sa.func.now(), nullable=False)


def _refers(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )


def _take(statuses: tuple[str, ...], planned: tuple[str, ...]) -> None:
    """The values that a post's status takes, and those that are listed."""
    name = op.f("ck_scheduled_posts_status")
    op.drop_constraint(name, "scheduled_posts", type_="check")
    op.create_check_constraint(name, "scheduled_posts", f"status IN {_listed(statuses)}")
    op.drop_index("ix_scheduled_posts_planned", table_name="scheduled_posts")
    op.create_index(
        "ix_scheduled_posts_planned",
        "scheduled_posts",
        ["owner_id", "scheduled_time"],
        postgresql_where=f"status IN {_listed(planned)}",
    )


def _listed(values: tuple[str, ...]) -> str:
    return "({})".format(", ".join(f"'{value}'" for value in values))


def _of_accounts() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("daily_cap", sa.BigInteger(), nullable=True),
        sa.Column("min_gap_seconds", sa.BigInteger(), nullable=True),
        sa.Column("needs_approval", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("backoffs", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("group_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("group_topic_id", sa.BigInteger(), nullable=True),
    )


def _of_posts() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approval_asked_at", MOMENT, nullable=True),
        sa.Column("approval_reminded_at", MOMENT, nullable=True),
        sa.Column("approval_note", sa.Text(), nullable=True),
    )
