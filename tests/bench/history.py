"""What each look into the database costs that runs by the clock or at an update, with ever more
posts behind it.

A thousand were published or deleted in the last week, whatever is behind them: that is spread over
two years, for twenty accounts and as many people. What is forgotten after a while is gone: media
after a week, messages after a month, updates after three days. Two hundred posts wait.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from publisher.dispatcher import Dispatcher
from storage.account_facts import AccountsAtAGlance
from storage.accounts import Accounts
from storage.approvals import Approvals
from storage.database import Database
from storage.drafts import Drafts
from storage.edits import Edits
from storage.encryption import SecretBox
from storage.facts import Installation
from storage.held import HeldPosts, LetIn
from storage.inbox import Inbox
from storage.lifecycle import PLANNED
from storage.originals import Originals
from storage.outbox import Outbox
from storage.post_messages import PostMessages
from storage.posts import Posts
from storage.queue import Queue
from storage.quota import Quota
from storage.retention import Retention
from storage.scope import EVERY_ACCOUNT, Scope
from storage.slots import Planning, Slots
from storage.undo import Undo
from tests.bench.deployment import BenchDeployment
from tests.chaos.ledger import OWNER, Ledger, soon
from tests.chaos.publisher_process import build

ACCOUNTS, DAYS, LATELY, WAITING = 20, 730, 1_000, 200
TIMES = 30
ADMIN = 1
"""The admin chat."""

POSTS = """
    INSERT INTO scheduled_posts (account_id, owner_id, chat_id, status, post_type, caption,
        hashtags, scheduled_time, wall_time, timezone, next_attempt_at, upload_id, media_pk, link,
        published_at, first_sent_at, preflighted_at, card_message_id, caption_message_id,
        last_update_id, media_removed_at, created_at, updated_at)
    SELECT first + n % :accounts, :owner + n % :accounts, :owner + n % :accounts,
        CASE WHEN is_live THEN 'uploaded' ELSE 'deleted' END, 'photo', repeat('a caption ', 10),
        '{}', at, at::text, 'UTC', at, n::text, CASE WHEN is_live THEN n::text END,
        CASE WHEN is_live THEN 'https://www.instagram.com/p/' || n END,
        CASE WHEN is_live THEN at END, at, at, n, n, n,
        CASE WHEN at < now() - interval '7 days' THEN at END, at, at
    FROM generate_series(1, CAST(:last_row AS bigint)) n,
        (SELECT min(id) AS first FROM accounts) accounts,
        LATERAL (SELECT n % 20 > 0 AS is_live, now() - CASE WHEN n <= :lately
            THEN interval '7 days' * n / :lately
            ELSE interval '7 days' + interval '1 day' * :days * n / :last_row END AS at) one
"""
MEDIA = """
    INSERT INTO media_items (post_id, position, kind, original, prepared, width, height, format,
        size_bytes, source_ref)
    SELECT id, 1, 'photo', id || '.jpg', 'p' || id || '.jpg', 1080, 1350, 'jpeg', 9, 'ref ' || id
    FROM scheduled_posts WHERE status = 'uploaded' AND media_removed_at IS NULL
"""
NOTICES = """
    INSERT INTO notices (audience, kind, post_id, detail, created_at, sent_at)
    SELECT 'owner', kind, id, '{}', published_at, published_at
    FROM scheduled_posts, unnest(ARRAY['published', 'waiting']) AS kind
    WHERE published_at > now() - interval '30 days'
"""
UPDATES = """
    INSERT INTO inbox (update_id, identity, chat_id, message_id, person_id, sent_at, text_units,
        digest, received_at, attempts, begun_at, handled_at)
    SELECT 10 * id + n, id || ' ' || n, chat_id, 10 * id + n, owner_id, created_at, 20,
        md5(n::text), created_at, 1, created_at, created_at
    FROM scheduled_posts, generate_series(0, 9) n WHERE created_at > now() - interval '3 days'
"""
HOUSE = (
    "UPDATE accounts SET daily_cap = 25, min_gap_seconds = 60 WHERE id % 2 = 0",
    "INSERT INTO weeks (account_id, timezone, set_by) SELECT id, 'UTC', 1 FROM accounts",
    "INSERT INTO slots (account_id, weekday, wall_time)"
    " SELECT id, day, '18:00' FROM accounts, generate_series(0, 6) day",
)

DUE = """
    UPDATE scheduled_posts SET next_attempt_at = now()
    WHERE id = (SELECT max(id) FROM scheduled_posts WHERE status = 'pending' AND account_id % 2 = 1)
"""

Step = Callable[[], object]


def measure(
    deployment: BenchDeployment, sizes: Sequence[int]
) -> Iterator[tuple[int, dict[str, float]]]:
    """(posts, what is done -> milliseconds, the median) of each size."""
    ledger = deployment.ledger
    accounts = [f"account{number}" for number in range(ACCOUNTS)]
    for name in accounts:
        ledger.account(name)
    for statement in HOUSE:
        ledger.rows(statement)
    publisher, database = build(deployment.plan(accounts[:1], {}))
    for rows in sizes:
        grow(ledger, accounts, rows)
        steps = {**by_the_clock(ledger, publisher, database), **at_updates(database)}
        yield rows, {name: timed(step) for name, step in steps.items()}
        ledger.forget_posts()
    database.close()


def grow(ledger: Ledger, accounts: list[str], rows: int) -> None:
    """So many posts behind, and some ahead."""
    ledger.rows("TRUNCATE inbox")
    spread = {"accounts": ACCOUNTS, "owner": OWNER, "days": DAYS, "lately": LATELY}
    ledger.rows(POSTS, last_row=rows, **spread)
    for statement in (MEDIA, NOTICES, UPDATES):
        ledger.rows(statement)
    for number in range(WAITING):
        ledger.plan(accounts[number % ACCOUNTS], [f"post {number}"], due=[soon(7200 + number)])
    with ledger.database.aside().connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def by_the_clock(ledger: Ledger, publisher: Dispatcher, database: Database) -> dict[str, Step]:
    """What nobody asks for."""
    let_in = LetIn(frozenset(range(OWNER, OWNER + ACCOUNTS)), ADMIN, None)
    late = publisher.timings.late_after
    queue = Queue(database)
    approvals, held, retention = Approvals(database), HeldPosts(database), Retention(database)
    return {
        "a post, claimed and published": lambda: publish_one(ledger, queue),
        "sweep": publisher.sweep,
        "look for work": publisher.look,
        "when next": publisher.seconds_left,
        "approvals": lambda: (approvals.remind(), approvals.expire()),
        "who is let in": lambda: (held.release(let_in, late), held.hold(let_in)),
        "empty queues": Slots(database).tell_of_empty_queues,
        "alerts": Installation(database).facts,
        "outbox": lambda: Outbox(database).chats(ADMIN),
        "inbox": Inbox(database).chats,
        "lost originals": Originals(database).needed,
        "undo": Undo(database).forget,
        "media of old posts": lambda: retention.forget_media(timedelta(days=7)),
        "old messages": retention.forget_talk,
        "files in use": Posts(database).media_files,
    }


def at_updates(database: Database) -> dict[str, Step]:
    """What somebody waits for."""
    everybody, anna = Scope.of_everybody(EVERY_ACCOUNT), Scope.of_person(OWNER, EVERY_ACCOUNT)
    posts, drafts = Posts(database), Drafts(database)
    space = Quota(database, Path(), quota=0, floor=0)
    edits, accounts = Edits(database), Accounts(database, SecretBox("a key"))
    return {
        "/list": lambda: posts.page(everybody, PLANNED, limit=10),
        "/list, one's own": lambda: posts.page(anna, PLANNED, limit=10),
        "/list, published": lambda: posts.published(everybody, limit=10),
        "/list, published, one's own": lambda: posts.published(anna, limit=10),
        "/drafts": lambda: drafts.all_of(owner_id=OWNER, chat_id=OWNER),
        "/accounts": AccountsAtAGlance(database).facts,
        "free slots": lambda: Slots(database).calendar(Planning(1)),
        "a repeated update": lambda: drafts.changed_by(-1),
        "an edited message": lambda: edits.given_by(-1, owner_id=OWNER, chat_id=OWNER),
        "a reply to a card": lambda: PostMessages(database).with_card(OWNER, -1),
        "quota": lambda: space.held_by(OWNER),
        "last used accounts": lambda: accounts.recently_used_by(OWNER),
    }


def publish_one(ledger: Ledger, queue: Queue) -> None:
    """One that waits has become due."""
    ledger.rows(DUE)
    post = queue.claim_next()
    assert post is not None
    queue.outcomes.mark_sending(post)
    queue.outcomes.mark_uploaded(post, media_pk=f"new {post.id}", link=None)


def timed(step: Step) -> float:
    """Milliseconds, the median."""
    step()  # whatever is to be done once is done now
    milliseconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        step()
        milliseconds.append((time.perf_counter() - began) * 1000)
    return statistics.median(milliseconds)
