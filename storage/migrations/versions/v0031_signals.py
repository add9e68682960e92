"""Whoever commits something to do says so to whoever listens: see `storage/signals.py`."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NOTICES, WORK = "postbote_notices", "postbote_work"

TELLS = """
    CREATE FUNCTION postbote_tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify(TG_ARGV[0], '');
        RETURN NULL;
    END $$
"""
TRIGGERS = {
    "notices": (
        ("tells_of_new_ones", NOTICES, "INSERT", "STATEMENT", "true"),
        (
            "tells_of_released_ones",
            NOTICES,
            "UPDATE OF not_before",
            "ROW",
            "NEW.not_before <= now() AND NEW.sent_at IS NULL",
        ),
    ),
    "scheduled_posts": (
        ("tells_of_new_ones", WORK, "INSERT", "ROW", "NEW.status = 'pending'"),
        (
            "tells_of_changed_ones",
            WORK,
            "UPDATE OF status, next_attempt_at",
            "ROW",
            "NEW.status = 'pending' AND (OLD.status <> 'pending'"
            " OR NEW.next_attempt_at IS DISTINCT FROM OLD.next_attempt_at)",
        ),
        (
            "tells_of_doubtful_ones",
            WORK,
            "UPDATE OF next_check_at",
            "ROW",
            "NEW.next_check_at <= now()",
        ),
    ),
    "accounts": (
        (
            "tells_of_changes",
            WORK,
            "INSERT OR UPDATE OF login_at, check_at, paused_reason, paused_until, configured_at,"
            " removed_at, daily_cap, min_gap_seconds",
            "STATEMENT",
            "true",
        ),
    ),
    "account_checks": (
        ("tells_of_new_ones", WORK, "INSERT OR UPDATE OF asked_at", "STATEMENT", "true"),
    ),
    "login_questions": (
        (
            "tells_of_answers",
            WORK,
            "UPDATE OF answered_at, new_code_wanted, settled_at",
            "STATEMENT",
            "true",
        ),
    ),
}
"""Table -> name, channel, what happens, how often, and if it counts."""


def upgrade() -> None:
    op.execute(TELLS)
    for table, triggers in TRIGGERS.items():
        for name, channel, event, level, condition in triggers:
            op.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH {level}"
                f" WHEN ({condition}) EXECUTE FUNCTION postbote_tell('{channel}')"
            )


def downgrade() -> None:
    for table, triggers in TRIGGERS.items():
        for name, *_ in triggers:
            op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("DROP FUNCTION postbote_tell()")
