"""The publisher's side: one owner at a time, guarded writes, rescue of what was left behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.accounts import Accounts
from storage.database import Database
from storage.lifecycle import Status
from storage.models import Post
from storage.outbox import Outbox
from storage.posts import Posts
from storage.queue import LeaseLostError, Queue

Planned = Callable[..., Post]


@pytest.fixture
def claimed(planned: Planned, queue: Queue, account_id: int) -> Post:
    planned()
    post = queue.claim_next(account_id)
    assert post is not None
    return post


def expire_leases(database: Database) -> None:
    with database.transaction() as session:
        session.execute(
            text("UPDATE scheduled_posts SET lease_until = now() - interval '1 second'")
        )


def test_only_due_posts_are_claimed_the_oldest_first(
    planned: Planned, queue: Queue, account_id: int
) -> None:
    planned(due_in=timedelta(hours=1))
    second, first = planned(due_in=timedelta(minutes=-1)), planned(due_in=timedelta(minutes=-2))
    claims = [queue.claim_next(account_id) for _ in range(3)]
    assert [post.id if post else None for post in claims] == [first.id, second.id, None]


def test_many_claims_at_once_never_get_the_same_post(
    planned: Planned, queue: Queue, account_id: int
) -> None:
    due = {planned(owner_id=owner).id for owner in range(1, 11)}
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: queue.claim_next(account_id), range(16)))
    taken = [post.id for post in claims if post]
    assert sorted(taken) == sorted(due)


def test_nothing_is_claimed_while_the_account_pauses(
    planned: Planned, queue: Queue, accounts: Accounts, account_id: int
) -> None:
    planned()
    accounts.pause(account_id, reason="challenge", detail="", span=None)
    assert queue.claim_next(account_id) is None
    accounts.resume(account_id)
    assert queue.claim_next(account_id) is not None


def test_a_published_post_has_its_link_and_its_owner_is_told_once(
    claimed: Post, queue: Queue, posts: Posts, outbox: Outbox
) -> None:
    queue.remember_upload_id(claimed, "123")
    queue.mark_sending(claimed)
    queue.mark_uploaded(claimed, media_pk="9", link="https://www.instagram.com/p/x/")
    post = posts.get(claimed.id, None)
    assert (post.status, post.media_pk, post.claim_id) == (Status.UPLOADED, "9", None)
    assert [(notice.audience, notice.kind) for notice in outbox.waiting()] == [
        ("owner", "published")
    ]


def test_sending_without_a_stored_upload_id_is_refused_by_the_database(
    claimed: Post, queue: Queue
) -> None:
    with pytest.raises(IntegrityError, match="a_sent_post_has_an_upload_id"):
        queue.mark_sending(claimed)


def test_the_owner_hears_of_a_delay_once_and_the_admin_of_each(
    claimed: Post, queue: Queue, outbox: Outbox, account_id: int
) -> None:
    queue.retry_later(claimed, delay=timedelta(0), error_class="network", error_message="x")
    again = queue.claim_next(account_id)
    assert again is not None and again.retry_count == 1
    queue.retry_later(again, delay=timedelta(0), error_class="network", error_message="x")
    told = [notice.audience for notice in outbox.waiting()]
    assert sorted(told) == ["admin", "admin", "owner"]


def test_a_publisher_that_lost_its_lease_can_write_nothing(
    database: Database, claimed: Post, queue: Queue, posts: Posts, account_id: int
) -> None:
    expire_leases(database)
    assert queue.rescue() == [claimed.id]
    newer = queue.claim_next(account_id)
    assert newer is not None and newer.id == claimed.id
    writes: tuple[Callable[[], None], ...] = (
        lambda: queue.heartbeat(claimed),
        lambda: queue.remember_upload_id(claimed, "1"),
        lambda: queue.mark_sending(claimed),
        lambda: queue.mark_uploaded(claimed, media_pk="1", link=None),
        lambda: queue.retry_later(claimed, delay=timedelta(0), error_class="x", error_message="x"),
        lambda: queue.reject(claimed, error_class="x", error_message="x"),
        lambda: queue.mark_unconfirmed(claimed, error_class="x", error_message="x"),
        lambda: queue.hand_back(claimed),
    )
    for write in writes:
        with pytest.raises(LeaseLostError):
            write()
    assert posts.get(claimed.id, None).claim_id == newer.claim_id


def test_a_heartbeat_keeps_the_post(database: Database, claimed: Post, queue: Queue) -> None:
    with database.transaction() as session:
        session.execute(
            text("UPDATE scheduled_posts SET lease_until = now() + interval '1 second'")
        )
    queue.heartbeat(claimed)
    with database.transaction() as session:
        left = session.scalar(
            text("SELECT extract(epoch FROM lease_until - now()) FROM scheduled_posts")
        )
    assert left is not None and left > 60
    assert queue.rescue() == []


def test_a_claimed_post_of_a_dead_publisher_goes_back_and_nobody_is_alarmed(
    database: Database, claimed: Post, queue: Queue, posts: Posts, outbox: Outbox
) -> None:
    expire_leases(database)
    queue.rescue()
    assert posts.get(claimed.id, None).status is Status.PENDING
    assert outbox.waiting() == []


def test_a_post_that_was_being_sent_is_never_put_back_but_asked_about(
    database: Database, claimed: Post, queue: Queue, posts: Posts, outbox: Outbox, account_id: int
) -> None:
    queue.remember_upload_id(claimed, "1")
    queue.mark_sending(claimed)
    expire_leases(database)
    assert queue.rescue() == [claimed.id]
    assert posts.get(claimed.id, None).status is Status.UNCONFIRMED
    assert {notice.kind for notice in outbox.waiting()} == {"unconfirmed"}
    assert queue.claim_next(account_id) is None


def test_handing_back_uses_no_attempt(claimed: Post, queue: Queue, posts: Posts) -> None:
    queue.hand_back(claimed)
    post = posts.get(claimed.id, None)
    assert (post.status, post.retry_count) == (Status.PENDING, 0)


def test_the_due_query_walks_the_partial_index(database: Database, account_id: int) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO scheduled_posts (account_id, owner_id, chat_id, status, post_type,"
                " caption, hashtags, scheduled_time, next_attempt_at, timezone, published_at)"
                " SELECT :account, 1, 1, 'uploaded', 'photo', '', '{}', now(), now(), 'UTC', now()"
                " FROM generate_series(1, 5000)"
            ),
            {"account": account_id},
        )
        session.execute(text("ANALYZE scheduled_posts"))
        plan = session.scalars(
            text(
                "EXPLAIN SELECT id FROM scheduled_posts WHERE status = 'pending'"
                " AND next_attempt_at <= now() ORDER BY next_attempt_at, id LIMIT 1"
            )
        ).all()
    assert any("ix_scheduled_posts_due" in line for line in plan)
