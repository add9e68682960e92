"""The publisher's side: one owner at a time, guarded writes, rescue of what was left behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.accounts import Accounts
from storage.database import Database
from storage.lease import LeaseLostError
from storage.lifecycle import Status
from storage.models import Post
from storage.originals import COMING, Originals
from storage.outcomes import lease_of
from storage.posts import Posts
from storage.queue import Queue
from tests.scopes import ALL
from tests.storage.conftest import Waiting, expire_leases, until_it_waits

Planned = Callable[..., Post]


@pytest.fixture
def claimed(planned: Planned, queue: Queue, account_id: int) -> Post:
    planned()
    post = queue.claim_next(account_id)
    assert post is not None
    return post


def publish(queue: Queue, post: Post) -> None:
    queue.outcomes.mark_sending(post)
    queue.outcomes.mark_uploaded(post, media_pk=str(post.id), link=None)


def test_only_due_posts_are_claimed_the_oldest_first(
    planned: Planned, queue: Queue, account_id: int
) -> None:
    planned(due_in=timedelta(hours=1))
    second, first = planned(due_in=timedelta(minutes=-1)), planned(due_in=timedelta(minutes=-2))
    for expected in (first, second):
        post = queue.claim_next(account_id)
        assert post is not None and post.id == expected.id
        publish(queue, post)
    assert queue.claim_next(account_id) is None


def test_an_account_has_one_post_at_a_time(planned: Planned, queue: Queue) -> None:
    planned()
    planned()
    first = queue.claim_next()
    assert first is not None and queue.claim_next() is None
    queue.outcomes.hand_back(first)
    assert queue.claim_next() is not None


def test_accounts_do_not_wait_for_each_other(
    database: Database, planned: Planned, queue: Queue, accounts: Accounts, account_id: int
) -> None:
    other = accounts.configure("instagram", "other").id
    posts = [planned(), planned()]
    with database.transaction() as session:
        session.get_one(Post, posts[1].id).account_id = other
    assert queue.claim_next() is not None
    assert queue.claim_next(account_id) is None
    post = queue.claim_next(other)
    assert post is not None and post.account_id == other


def test_each_claim_has_an_upload_id_and_keeps_it(
    claimed: Post, queue: Queue, account_id: int
) -> None:
    assert claimed.upload_id is not None and claimed.upload_id.isdigit()
    queue.outcomes.retry_later(
        claimed, delay=timedelta(0), error_class="network", error_message="x"
    )
    again = queue.claim_next(account_id)
    assert again is not None and again.upload_id == claimed.upload_id
    assert again.fence is not None and claimed.fence is not None and again.fence > claimed.fence


def test_an_id_has_room_behind_it_for_a_carousels_items_and_comes_once(
    database: Database, planned: Planned, queue: Queue, account_id: int
) -> None:
    """Also where Postgres' clock was set back since the one before it."""
    ids = []
    for _ in range(3):
        planned()
        post = queue.claim_next(account_id)
        assert post is not None and post.upload_id is not None
        publish(queue, post)
        ids.append(int(post.upload_id))
        with database.transaction() as session:
            an_hour_on = ids[-1] + 3_600_000
            session.execute(text("UPDATE scheduled_posts SET upload_id = :id"), {"id": an_hour_on})
    assert ids[1] - ids[0] > 3_600_000 and ids[2] - ids[1] > 3_600_000


def test_many_claims_at_once_never_get_the_same_post(
    planned: Planned, queue: Queue, account_id: int
) -> None:
    due = {planned(owner_id=owner).id for owner in range(1, 11)}

    def claim_and_publish(_: int) -> int | None:
        post = queue.claim_next(account_id)
        if post is None:
            return None
        publish(queue, post)
        return post.id

    taken: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        while len(taken) < len(due):
            taken += [found for found in pool.map(claim_and_publish, range(16)) if found]
    assert sorted(taken) == sorted(due)


def test_nothing_is_claimed_while_the_account_pauses(
    planned: Planned, queue: Queue, accounts: Accounts, account_id: int
) -> None:
    planned()
    accounts.pause(account_id, reason="challenge", span=None)
    assert queue.claim_next(account_id) is None
    accounts.resume(account_id)
    assert queue.claim_next(account_id) is not None


def test_a_published_post_has_its_link_and_its_owner_is_told_once(
    claimed: Post, queue: Queue, posts: Posts, waiting: Waiting
) -> None:
    queue.outcomes.mark_sending(claimed)
    queue.outcomes.mark_uploaded(claimed, media_pk="9", link="https://www.instagram.com/p/x/")
    post = posts.get(claimed.id, ALL)
    assert (post.status, post.media_pk, post.fence) == (Status.UPLOADED, "9", None)
    assert [(notice.audience, notice.kind) for notice in waiting()] == [("owner", "published")]


def test_the_database_refuses_a_second_post_in_hand(
    database: Database, planned: Planned, claimed: Post
) -> None:
    other = planned()
    with pytest.raises(IntegrityError, match="one_owned"), database.transaction() as session:
        session.execute(
            text("UPDATE scheduled_posts SET status = 'claimed', fence = 9 WHERE id = :id"),
            {"id": other.id},
        )


def test_a_lease_about_to_run_out_does_not_reach_the_commit_point(
    database: Database, claimed: Post, queue: Queue, posts: Posts
) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE accounts SET lease_until = now() + interval '10 seconds'"))
    with pytest.raises(LeaseLostError):
        queue.outcomes.mark_sending(claimed)
    assert posts.get(claimed.id, ALL).status is Status.CLAIMED


def test_the_commit_point_begins_the_lease_anew(
    database: Database, claimed: Post, queue: Queue
) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE accounts SET lease_until = now() + interval '20 seconds'"))
    queue.outcomes.mark_sending(claimed)
    with database.transaction() as session:
        left = session.scalar(text("SELECT extract(epoch FROM lease_until - now()) FROM accounts"))
    assert left is not None and left > 40


def test_the_owner_hears_of_a_delay_once_and_the_admin_of_each(
    claimed: Post, queue: Queue, waiting: Waiting, account_id: int
) -> None:
    queue.outcomes.retry_later(
        claimed, delay=timedelta(0), error_class="network", error_message="x"
    )
    again = queue.claim_next(account_id)
    assert again is not None and again.retry_count == 1
    queue.outcomes.retry_later(again, delay=timedelta(0), error_class="network", error_message="x")
    told = [notice.audience for notice in waiting()]
    assert sorted(told) == ["admin", "admin", "owner"]


def test_a_publisher_that_lost_its_lease_can_write_nothing(
    database: Database, claimed: Post, queue: Queue, posts: Posts, account_id: int
) -> None:
    expire_leases(database)
    assert queue.rescue() == [claimed.id]
    newer = queue.claim_next(account_id)
    assert newer is not None and newer.id == claimed.id
    writes: tuple[Callable[[], None], ...] = (
        lambda: queue.heartbeat(lease_of(claimed)),
        lambda: queue.outcomes.mark_sending(claimed),
        lambda: queue.outcomes.mark_uploaded(claimed, media_pk="1", link=None),
        lambda: queue.outcomes.retry_later(
            claimed, delay=timedelta(0), error_class="x", error_message="x"
        ),
        lambda: queue.outcomes.reject(claimed, error_class="x", error_message="x"),
        lambda: queue.outcomes.mark_unconfirmed(claimed, error_class="x", error_message="x"),
        lambda: queue.outcomes.hand_back(claimed),
    )
    for write in writes:
        with pytest.raises(LeaseLostError):
            write()
    assert posts.get(claimed.id, ALL).fence == newer.fence


def test_a_heartbeat_keeps_the_post(database: Database, claimed: Post, queue: Queue) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE accounts SET lease_until = now() + interval '1 second'"))
    queue.heartbeat(lease_of(claimed))
    with database.transaction() as session:
        left = session.scalar(text("SELECT extract(epoch FROM lease_until - now()) FROM accounts"))
    assert left is not None and left > 40
    assert queue.rescue() == []


def test_a_claimed_post_of_a_dead_publisher_goes_back_and_nobody_is_alarmed(
    database: Database, claimed: Post, queue: Queue, posts: Posts, waiting: Waiting
) -> None:
    expire_leases(database)
    queue.rescue()
    assert posts.get(claimed.id, ALL).status is Status.PENDING
    assert waiting() == []


def test_a_dead_publisher_is_relieved_although_postgres_clock_was_set_back(
    database: Database, claimed: Post, queue: Queue
) -> None:
    assert queue.rescue() == []
    with database.transaction() as session:
        session.execute(text("UPDATE accounts SET lease_until = lease_until + interval '1 hour'"))
    assert queue.has_silent() and queue.rescue() == [claimed.id]


def test_a_post_at_which_publishers_die_does_not_hold_up_its_account(
    database: Database, claimed: Post, planned: Planned, queue: Queue, account_id: int
) -> None:
    other = planned()
    expire_leases(database)
    queue.rescue()
    following = queue.claim_next(account_id)
    assert following is not None and following.id == other.id


def test_a_post_that_was_being_sent_is_never_put_back(
    database: Database, claimed: Post, queue: Queue, posts: Posts, waiting: Waiting, account_id: int
) -> None:
    queue.outcomes.mark_sending(claimed)
    expire_leases(database)
    assert queue.rescue() == [claimed.id]
    assert posts.get(claimed.id, ALL).status is Status.UNCONFIRMED
    assert waiting() == []
    assert queue.claim_next(account_id) is None


def test_handing_back_uses_no_attempt(claimed: Post, queue: Queue, posts: Posts) -> None:
    queue.outcomes.hand_back(claimed)
    post = posts.get(claimed.id, ALL)
    assert (post.status, post.retry_count) == (Status.PENDING, 0)


@pytest.mark.parametrize("back", ["before", "meanwhile"])
def test_a_post_whose_lost_file_is_back_before_it_is_put_down_does_not_wait(
    database: Database, claimed: Post, queue: Queue, back: str
) -> None:
    originals, told = Originals(database), {"error_class": COMING, "error_message": "lost"}
    (item,) = claimed.media
    with database.transaction() as session:
        session.execute(text("UPDATE media_items SET source_ref = 'a file_id'"))
    assert originals.ask([item.original]) == set()
    if back == "before":
        originals.came_back(item.original)
        queue.outcomes.wait_for_us(claimed, **told)
    else:
        with ThreadPoolExecutor(1) as publisher, database.transaction() as session:
            session.execute(text("DELETE FROM lost_files"))
            waiting = publisher.submit(queue.outcomes.wait_for_us, claimed, **told)
            until_it_waits(session, waiting)
            session.commit()
            waiting.result()
    again = queue.claim_next()
    assert again is not None and again.id == claimed.id


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
                " AND account_id = :account AND next_attempt_at <= now()"
                " ORDER BY next_attempt_at, id LIMIT 1"
            ),
            {"account": account_id},
        ).all()
    assert any("ix_scheduled_posts_due" in line for line in plan)


def test_a_post_deleted_at_the_moment_of_its_claim_leaves_its_account_free(
    database: Database, planned: Planned, queue: Queue
) -> None:
    post, later = planned(due_in=timedelta(minutes=-2)), planned()
    with ThreadPoolExecutor(1) as claimer, database.transaction() as session:
        session.execute(
            text("UPDATE scheduled_posts SET status = 'deleted' WHERE id = :id"), {"id": post.id}
        )
        claiming = claimer.submit(queue.claim_next)
        until_it_waits(session, claiming)
        session.commit()
        found = claiming.result()
    assert found is not None and found.id == later.id
