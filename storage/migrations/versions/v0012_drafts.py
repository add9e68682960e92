"""Drafts in a table of their own, media files by reference, and standard names.

A draft keeps the number that it had as a post: buttons in people's chats name it.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BOTH = (
    "account_id, owner_id, chat_id, thread_id, language, last_update_id, post_type, caption,"
    " hashtags, scheduled_time, wall_time, timezone, fit, fit_shift, trim_start, trim_agreed,"
    " created_at, updated_at, prompt_message_id, suggested_caption, chosen_days, preparation,"
    " preparation_id, preparation_asked_at, progress_message_id, notes"
)
PLANNED = ("pending", "held", "claimed", "sending", "uploaded", "unconfirmed", "failed")
STATUSES = (*PLANNED, "deleted")
STEPS = ("type", "fit", "trim", "caption", "hashtags", "time", "cover", "confirm")
STATES = ("queued", "running", "done", "failed")
TYPES = ("photo", "video", "reel", "story", "carousel")
FITS = ("crop", "blur", "white", "black")
NOTICES = {"forsaken": "orphaned", "set_aside": "dead_letter"}
COMPLETE = (
    "post_type IS NOT NULL AND caption IS NOT NULL AND hashtags IS NOT NULL"
    " AND scheduled_time IS NOT NULL AND next_attempt_at IS NOT NULL"
)
A_PREPARATION_HAS_AN_ID = (
    "(preparation IS NULL) = (preparation_id IS NULL)"
    " AND (preparation IS NULL) = (preparation_asked_at IS NULL)"
)

DRAFTS_FROM_POSTS = (
    f"INSERT INTO drafts (id, question, discarded_at, {BOTH})"  # noqa: S608 - ours
    " SELECT id, coalesce(step, 'type'), CASE status WHEN 'deleted' THEN updated_at END,"
    f" {BOTH} FROM scheduled_posts"
    " WHERE status = 'draft' OR (status = 'deleted' AND next_attempt_at IS NULL)"
)
"""A post that was deleted without ever having been planned was a draft that was discarded."""
PAST_ALL_POSTS = (
    "SELECT setval(pg_get_serial_sequence('drafts', 'id'),"
    " (SELECT coalesce(max(id), 0) + 1 FROM scheduled_posts), false)"
)
"""No new draft has the number of an old one, whose buttons may still be seen."""

PAST_ALL = (
    "SELECT setval(pg_get_serial_sequence('scheduled_posts', 'id'), greatest("
    "(SELECT coalesce(max(id), 0) + 1 FROM scheduled_posts),"
    " (SELECT coalesce(max(id), 0) + 1 FROM drafts)), false)"
)
CARRIED_BACK = (
    "CREATE TEMPORARY TABLE carried_back ON COMMIT DROP AS"
    " SELECT d.id AS draft_id, CASE WHEN p.id IS NULL THEN d.id ELSE"
    " nextval(pg_get_serial_sequence('scheduled_posts', 'id')) END AS post_id"
    " FROM drafts d LEFT JOIN scheduled_posts p USING (id)"
    " WHERE d.edits_post_id IS NULL AND (d.discarded_at IS NOT NULL OR EXISTS"
    " (SELECT FROM current_drafts c WHERE c.draft_id = d.id))"
)
POSTS_FROM_DRAFTS = (
    f"INSERT INTO scheduled_posts (id, status, step, {BOTH})"  # noqa: S608 - ours
    " SELECT post_id, CASE WHEN discarded_at IS NULL THEN 'draft' ELSE 'deleted' END,"
    " CASE WHEN discarded_at IS NOT NULL THEN NULL"
    f" WHEN question IN ({', '.join(map(repr, STEPS))}) THEN question ELSE 'type' END,"
    f" {BOTH} FROM drafts JOIN carried_back ON draft_id = id"
)


def upgrade() -> None:
    _create_drafts()
    op.execute(DRAFTS_FROM_POSTS)
    op.execute(PAST_ALL_POSTS)
    op.execute(
        "INSERT INTO current_drafts (chat_id, owner_id, draft_id)"
        " SELECT chat_id, owner_id, id FROM drafts WHERE discarded_at IS NULL"
    )
    _share_media()
    op.execute("DELETE FROM notices WHERE post_id IN (SELECT id FROM drafts)")  # there are none
    op.execute("DELETE FROM scheduled_posts WHERE id IN (SELECT id FROM drafts)")
    _take_drafts_out_of_posts()
    op.drop_column("accounts", "paused_detail")  # and its CHECK
    _check("accounts", "pause_has_a_reason", "paused_reason IS NOT NULL OR paused_until IS NULL")
    _rename()


def downgrade() -> None:
    """Each chat keeps the draft that it is at; others, and those that edit a post, are lost.

    A draft whose number a post has as well gets another one: its old buttons do nothing then.
    """
    _rename_back()
    op.add_column("accounts", sa.Column("paused_detail", sa.Text(), nullable=True))
    op.drop_constraint(op.f("ck_accounts_pause_has_a_reason"), "accounts", type_="check")
    _check(
        "accounts",
        "pause_has_a_reason",
        "paused_reason IS NOT NULL OR (paused_until IS NULL AND paused_detail IS NULL)",
    )
    _let_drafts_into_posts()
    op.execute("UPDATE drafts SET chosen_days = NULL WHERE discarded_at IS NOT NULL")
    for statement in (PAST_ALL, CARRIED_BACK, POSTS_FROM_DRAFTS):
        op.execute(statement)
    op.execute(
        "UPDATE media_items SET post_id = c.post_id, draft_id = NULL FROM carried_back c"
        " WHERE media_items.draft_id = c.draft_id"
    )
    op.execute("DELETE FROM media_items WHERE post_id IS NULL")
    op.drop_column("media_items", "draft_id")  # and its constraints
    op.alter_column("media_items", "post_id", nullable=False)
    op.drop_table("current_drafts")
    op.drop_table("drafts")


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("last_update_id", sa.BigInteger(), nullable=True),
        sa.Column("edits_post_id", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("prompt_message_id", sa.BigInteger(), nullable=True),
        sa.Column("post_type", sa.String(20), nullable=True),
        sa.Column("caption", sa.Text(), nullable=True),
        sa.Column("suggested_caption", sa.Text(), nullable=True),
        sa.Column("hashtags", sa.ARRAY(sa.Text()), nullable=True),
        _moment("scheduled_time"),
        sa.Column("wall_time", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("chosen_days", sa.ARRAY(sa.Date()), nullable=True),
        sa.Column("fit", sa.Text(), nullable=True),
        sa.Column("fit_shift", sa.Float(), server_default="0", nullable=False),
        sa.Column("trim_start", sa.Float(), nullable=True),
        sa.Column("trim_agreed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("preparation", sa.String(20), nullable=True),
        sa.Column("preparation_id", sa.Uuid(), nullable=True),
        _moment("preparation_asked_at"),
        sa.Column("progress_message_id", sa.BigInteger(), nullable=True),
        sa.Column("notes", sa.ARRAY(sa.Text()), nullable=True),
        _moment("discarded_at"),
        _moment("created_at", server_default=sa.text("now()"), nullable=False),
        _moment("updated_at", server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_drafts_account_id")),
        sa.ForeignKeyConstraint(
            ["edits_post_id"], ["scheduled_posts.id"], name=op.f("fk_drafts_edits_post_id")
        ),
    )
    for name, condition in {
        "post_type": _one_of("post_type", TYPES),
        "preparation": _one_of("preparation", STATES),
        "fit_is_known": _one_of("fit", FITS),
        "fit_shift_is_within_the_picture": "fit_shift BETWEEN -1 AND 1",
        "trim_start_is_not_negative": "trim_start >= 0",
        "a_preparation_has_an_id": A_PREPARATION_HAS_AN_ID,
        "nothing_is_prepared_in_vain": "discarded_at IS NULL OR preparation IS NULL",
    }.items():
        _check("drafts", name, condition)
    op.create_index(
        "ix_drafts_of_owner",
        "drafts",
        ["owner_id", "chat_id"],
        postgresql_where="discarded_at IS NULL",
    )
    _index_preparations("drafts")
    op.create_table(
        "current_drafts",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "owner_id", name=op.f("pk_current_drafts")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_current_drafts_draft_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("draft_id", name=op.f("uq_current_drafts_draft_id")),
    )


def _share_media() -> None:
    op.add_column("media_items", sa.Column("draft_id", sa.BigInteger(), nullable=True))
    op.alter_column("media_items", "post_id", nullable=True)
    op.execute(
        "UPDATE media_items SET draft_id = post_id, post_id = NULL"
        " WHERE post_id IN (SELECT id FROM drafts)"
    )
    op.create_foreign_key(
        op.f("fk_media_items_draft_id"),
        "media_items",
        "drafts",
        ["draft_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_unique_constraint(
        op.f("uq_media_items_draft_id_position"), "media_items", ["draft_id", "position"]
    )
    _check("media_items", "belongs_to_a_draft_or_a_post", "(post_id IS NULL) <> (draft_id IS NULL)")


def _take_drafts_out_of_posts() -> None:
    op.drop_index("uq_scheduled_posts_one_draft", table_name="scheduled_posts")
    for column in (
        *("step", "prompt_message_id", "suggested_caption", "chosen_days", "preparation"),
        *("preparation_id", "preparation_asked_at", "progress_message_id", "notes"),
    ):
        op.drop_column("scheduled_posts", column)  # and the CHECKs and indexes of it
    op.add_column(
        "scheduled_posts",
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
    )
    _take_statuses(["deleted"], STATUSES)


def _let_drafts_into_posts() -> None:
    op.drop_column("scheduled_posts", "revision")
    for column in (
        sa.Column("step", sa.String(20), nullable=True),
        sa.Column("prompt_message_id", sa.BigInteger(), nullable=True),
        sa.Column("suggested_caption", sa.Text(), nullable=True),
        sa.Column("chosen_days", sa.ARRAY(sa.Date()), nullable=True),
        sa.Column("preparation", sa.String(20), nullable=True),
        sa.Column("preparation_id", sa.Uuid(), nullable=True),
        _moment("preparation_asked_at"),
        sa.Column("progress_message_id", sa.BigInteger(), nullable=True),
        sa.Column("notes", sa.ARRAY(sa.Text()), nullable=True),
    ):
        op.add_column("scheduled_posts", column)
    for name, condition in {
        "step": _one_of("step", STEPS),
        "preparation": _one_of("preparation", STATES),
        "only_a_draft_has_a_step": "(status = 'draft') = (step IS NOT NULL)",
        "a_preparation_has_an_id": A_PREPARATION_HAS_AN_ID,
        "only_a_draft_is_being_prepared": (
            "status = 'draft' OR preparation IS NULL OR preparation = 'done'"
        ),
        "only_a_draft_waits_for_an_hour": "chosen_days IS NULL OR step IS NOT NULL",
    }.items():
        _check("scheduled_posts", name, condition)
    _index_preparations("scheduled_posts")
    op.create_index(
        "uq_scheduled_posts_one_draft",
        "scheduled_posts",
        ["chat_id", "owner_id"],
        unique=True,
        postgresql_where="status = 'draft'",
    )
    _take_statuses(["draft", "deleted"], ["draft", *STATUSES])


def _take_statuses(incomplete: Sequence[str], statuses: Sequence[str]) -> None:
    for name in ("status", "a_planned_post_is_complete"):
        op.drop_constraint(op.f(f"ck_scheduled_posts_{name}"), "scheduled_posts", type_="check")
    _check("scheduled_posts", "status", _one_of("status", statuses))
    _check(
        "scheduled_posts",
        "a_planned_post_is_complete",
        f"{_one_of('status', incomplete)} OR ({COMPLETE})",
    )


def _rename() -> None:
    op.alter_column("scheduled_posts", "rehearsed_at", new_column_name="preflighted_at")
    _rename_index("ix_scheduled_posts_to_rehearse", "ix_scheduled_posts_to_preflight")
    op.rename_table("people", "users")
    _rename_index("pk_people", "pk_users")
    op.alter_column("inbox", "set_aside_reason", new_column_name="dead_letter_reason")
    _rename_check("inbox", "is_handled_or_set_aside", "is_handled_or_a_dead_letter")
    for old, new in NOTICES.items():
        op.execute(f"UPDATE notices SET kind = '{new}' WHERE kind = '{old}'")  # noqa: S608 - ours


def _rename_back() -> None:
    op.alter_column("scheduled_posts", "preflighted_at", new_column_name="rehearsed_at")
    _rename_index("ix_scheduled_posts_to_preflight", "ix_scheduled_posts_to_rehearse")
    op.rename_table("users", "people")
    _rename_index("pk_users", "pk_people")
    op.alter_column("inbox", "dead_letter_reason", new_column_name="set_aside_reason")
    _rename_check("inbox", "is_handled_or_a_dead_letter", "is_handled_or_set_aside")
    for old, new in NOTICES.items():
        op.execute(f"UPDATE notices SET kind = '{old}' WHERE kind = '{new}'")  # noqa: S608 - ours


def _moment(name: str, *, nullable: bool = True, **more: Any) -> "sa.Column[Any]":
    return sa.Column(name, postgresql.TIMESTAMP(timezone=True), nullable=nullable, **more)


def _index_preparations(table: str) -> None:
    op.create_index(
        f"ix_{table}_preparations",
        table,
        ["preparation_asked_at"],
        postgresql_where="preparation = 'queued'",
    )


def _one_of(column: str, names: Sequence[str]) -> str:
    return f"{column} IN ({', '.join(map(repr, names))})"


def _check(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def _rename_index(old: str, new: str) -> None:
    op.execute(f"ALTER INDEX {old} RENAME TO {new}")


def _rename_check(table: str, old: str, new: str) -> None:
    op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT ck_{table}_{old} TO ck_{table}_{new}")
