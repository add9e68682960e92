"""What months of work leave in the tables, written set by set."""

from sqlalchemy import func, select, text

from storage.database import Database
from storage.models import Base

UPDATES = """
    INSERT INTO inbox (update_id, identity, chat_id, message_id, person_id, sent_at, text_units,
        digest, received_at, attempts, begun_at, handled_at, dead_letter_reason, payload)
    SELECT n, md5(n::text), n % 50, n, n % 50, at, 20, md5(n::text), at, 1, at,
        CASE WHEN n % 1000 > 0 THEN at END, CASE WHEN n % 1000 = 0 THEN 'KeyError' END,
        CASE WHEN n % 1000 = 0 THEN '{"update_id": 1}'::json END
    FROM generate_series(1, :updates) n, LATERAL (SELECT now() - n * (:days / :updates) AS at) when_
"""
POSTS = """
    INSERT INTO scheduled_posts (account_id, owner_id, chat_id, status, post_type, caption,
        hashtags, scheduled_time, next_attempt_at, timezone, upload_id, media_pk, published_at,
        updated_at)
    SELECT min, n % 50, n % 50, CASE WHEN n % 5 > 0 THEN 'uploaded' ELSE 'deleted' END, 'photo',
        repeat('a caption ', 20), '{}', at, at, 'UTC', n::text,
        CASE WHEN n % 5 > 0 THEN n::text END, CASE WHEN n % 5 > 0 THEN at END, at
    FROM generate_series(1, :updates / 10) n, (SELECT min(id) FROM accounts) first,
        LATERAL (SELECT now() - n * (:days / (:updates / 10)) AS at) when_
"""
MEDIA = """
    INSERT INTO media_items (post_id, position, kind, original, prepared, width, height, format,
        size_bytes)
    SELECT id, 1, 'photo', md5(id::text) || '.jpg', md5('p' || id) || '.jpg', 1080, 1350, 'jpeg', 9
    FROM scheduled_posts WHERE status = 'uploaded'
"""
NOTICES = """
    INSERT INTO notices (audience, kind, post_id, detail, created_at, sent_at)
    SELECT 'owner', 'published', id, '{}', published_at, published_at
    FROM scheduled_posts, generate_series(1, 3) WHERE status = 'uploaded'
"""
TALK = (
    "INSERT INTO notices (audience, kind, detail, created_at, sent_at)"
    " SELECT 'admin', 'error', '{}', at, at FROM generate_series(1, :updates / 100) n,"
    " LATERAL (SELECT now() - n * (:days / (:updates / 100)) AS at) when_",
    "INSERT INTO login_questions (account_id, kind, asked_at, expires_at, settled_at)"
    " SELECT min, 'sms', at, at, at FROM generate_series(1, 100) n,"
    " (SELECT min(id) FROM accounts) first, LATERAL (SELECT now() - n * (:days / 100) AS at) when_",
    "INSERT INTO invitations (token_hash, role, created_by, expires_at)"
    " SELECT decode(md5(n::text), 'hex'), 'author', 1, now() - n * (:days / 100)"
    " FROM generate_series(1, 100) n",
    "INSERT INTO alerts (kind, subject, event, raised_at, withdrawn_at)"
    " SELECT 'disk', n::text, n::text, at, at FROM generate_series(1, 100) n,"
    " LATERAL (SELECT now() - n * (:days / 100) AS at) when_",
)


def work(database: Database, *, updates: int, days: int) -> None:
    """So many updates, a tenth as many posts, and what was told, over so many days until now."""
    spread = {"updates": updates, "days": f"{days} days"}
    for statement in (UPDATES, POSTS, MEDIA, NOTICES, *TALK):
        asked = statement.replace(":days", "CAST(:days AS interval)")
        with database.transaction() as session:
            session.execute(text(asked), {k: v for k, v in spread.items() if f":{k}" in statement})


def sizes(database: Database) -> dict[str, tuple[int, int]]:
    """Table -> rows, and bytes with its indexes."""
    with database.transaction() as session:
        return {
            name: (
                session.scalars(select(func.count()).select_from(table)).one(),
                session.scalars(select(func.pg_total_relation_size(name))).one(),
            )
            for name, table in Base.metadata.tables.items()
        }
