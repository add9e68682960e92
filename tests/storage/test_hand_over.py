"""Posts that their owners publish by hand: given once, answered once, asked about once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.hand_over import HandOver
from storage.lifecycle import Status
from storage.models import Post
from storage.overdue import Overdue
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.posts import Posts
from storage.queue import Queue
from tests.scopes import ALL, own
from tests.storage.conftest import OWNER, Waiting
from tests.storage.test_replays import FAILED, UNCONFIRMED, settle

DAY = timedelta(days=1)
STRANGER = own(OWNER + 1)


@pytest.fixture
def hand_over(database: Database) -> HandOver:
    return HandOver(database)


@pytest.fixture
def given(planned: Callable[..., Post], queue: Queue) -> Post:
    """A post that a publisher has handed over."""
    planned()
    post = queue.claim_next()
    assert post is not None
    queue.outcomes.hand_over(post)
    return post


def told(waiting: Waiting) -> list[tuple[str, str]]:
    return [(notice.audience, notice.kind) for notice in waiting()]


def test_a_claimed_post_is_handed_over_and_its_owner_hears_in_one_transaction(
    given: Post, posts: Posts, queue: Queue, waiting: Waiting
) -> None:
    post = posts.get(given.id, ALL)
    assert (post.status, post.fence, post.asked_at) == (Status.HANDED_OVER, None, None)
    assert post.handed_over_at is not None
    assert told(waiting) == [("owner", "hand_over")]
    assert queue.claim_next() is None
    assert [each.id for each in posts.planned(ALL)] == [given.id]


@pytest.mark.parametrize("stands", ["status = 'pending'", FAILED])
def test_an_owner_takes_a_post_over_from_its_account(
    database: Database,
    planned: Callable[..., Post],
    hand_over: HandOver,
    waiting: Waiting,
    stands: str,
) -> None:
    post_id = planned().id
    settle(database, stands)
    with pytest.raises(PostNotFoundError):
        hand_over.hand_over(post_id, STRANGER)
    for _ in range(2):  # the update comes again
        post = hand_over.hand_over(post_id, own(OWNER), by=42)
        assert (post.status, post.error_class) == (Status.HANDED_OVER, None)
    assert told(waiting) == [("owner", "hand_over")]
    with pytest.raises(WrongStatusError):
        hand_over.hand_over(post_id, own(OWNER), by=43)


@pytest.mark.parametrize("stands", [UNCONFIRMED, "status = 'held'"])
def test_what_may_be_live_or_is_held_is_not_handed_over(
    database: Database, planned: Callable[..., Post], hand_over: HandOver, stands: str
) -> None:
    post_id = planned().id
    settle(database, stands)
    with pytest.raises(WrongStatusError):
        hand_over.hand_over(post_id, ALL)


def test_what_is_being_published_is_not_handed_over(
    planned: Callable[..., Post], queue: Queue, hand_over: HandOver
) -> None:
    post_id = planned().id
    assert queue.claim_next() is not None
    with pytest.raises(WrongStatusError):
        hand_over.hand_over(post_id, ALL)


def test_posted_makes_it_uploaded_once(given: Post, hand_over: HandOver) -> None:
    with pytest.raises(PostNotFoundError):
        hand_over.mark_posted(given.id, STRANGER)
    for _ in range(2):
        post = hand_over.mark_posted(given.id, own(OWNER), by=7)
        assert (post.status, post.link, post.next_check_at) == (Status.UPLOADED, None, None)
        assert post.published_at is not None
    with pytest.raises(WrongStatusError):
        hand_over.mark_not_posted(given.id, own(OWNER), by=8)


def test_not_today_keeps_it_with_all_its_media_to_be_handed_over_again(
    given: Post, hand_over: HandOver, posts: Posts, queue: Queue, waiting: Waiting
) -> None:
    for _ in range(2):
        post = hand_over.mark_not_posted(given.id, own(OWNER), by=7)
        assert (post.status, post.error_class) == (Status.FAILED, "not_posted")
        assert len(post.media) == 1
    with pytest.raises(WrongStatusError):
        hand_over.mark_posted(given.id, own(OWNER), by=8)
    posts.try_again(given.id, own(OWNER))
    again = queue.claim_next()
    assert again is not None
    queue.outcomes.hand_over(again)
    assert told(waiting) == [("owner", "hand_over")] * 2


def test_silence_for_a_day_is_asked_about_once_in_each_hand_over(
    database: Database, given: Post, overdue: Overdue, hand_over: HandOver, waiting: Waiting
) -> None:
    a_day_ago = text(
        "UPDATE scheduled_posts SET handed_over_at = handed_over_at - interval '1 day',"
        " scheduled_time = scheduled_time - interval '1 day'"
    )
    assert overdue.remind_of_hand_overs(DAY) == []
    for round_ in (1, 2):
        with database.transaction() as session:
            session.execute(a_day_ago)
        assert overdue.remind_of_hand_overs(DAY) == [given.id]
        assert overdue.remind_of_hand_overs(DAY) == []
        assert told(waiting).count(("owner", "hand_over_reminder")) == round_
        hand_over.mark_not_posted(given.id, ALL)
        hand_over.hand_over(given.id, ALL)


def test_a_post_taken_over_early_is_asked_about_a_day_after_its_own_time(
    database: Database, given: Post, overdue: Overdue
) -> None:
    settle(database, "handed_over_at = now() - interval '3 days', scheduled_time = now()")
    assert overdue.remind_of_hand_overs(DAY) == []
    settle(database, "scheduled_time = now() - interval '25 hours'")
    assert overdue.remind_of_hand_overs(DAY) == [given.id]


def test_a_post_that_was_asked_about_and_deleted_leaves_no_doubt(
    database: Database, given: Post, overdue: Overdue, posts: Posts
) -> None:
    settle(
        database,
        "handed_over_at = now() - interval '2 days', scheduled_time = now() - interval '2 days'",
    )
    overdue.remind_of_hand_overs(DAY)
    post, files = posts.delete(given.id, own(OWNER))
    assert (post.status, post.was_dropped_in_doubt) == (Status.DELETED, False)
    assert files
