"""Planned posts: everybody sees and changes their own, the admin all."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import product

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.lifecycle import Status
from storage.models import Post
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.post_messages import PostMessages
from storage.posts import Posts
from storage.queue import Queue
from storage.retention import Retention
from storage.scope import Scope
from tests.scopes import ACCOUNTS, ALL, own
from tests.storage.conftest import OWNER, picture

Planned = Callable[..., Post]
SOMEBODY_ELSE = 8
OTHER_ACCOUNT = 99
OUTSIDE = [
    Scope(),
    Scope(accounts=ACCOUNTS),
    own(SOMEBODY_ELSE),
    Scope.of_everybody([]),
    Scope.of_everybody([OTHER_ACCOUNT]),
    Scope.of_person(OWNER, []),
    Scope.of_person(OWNER, [OTHER_ACCOUNT]),
]
"""Of another person, of other accounts, or empty."""


def test_the_list_holds_ones_own_posts_and_for_the_admin_all(
    posts: Posts, planned: Planned
) -> None:
    later, sooner = planned(due_in=timedelta(hours=2)), planned(due_in=timedelta(hours=1))
    foreign = planned(owner_id=SOMEBODY_ELSE, due_in=timedelta(hours=3))
    assert [post.id for post in posts.planned(own(OWNER))] == [sooner.id, later.id]
    assert [post.id for post in posts.planned(ALL)] == [sooner.id, later.id, foreign.id]


def test_a_post_outside_of_a_scope_does_not_exist_for_it(posts: Posts, planned: Planned) -> None:
    post = planned()
    every: tuple[Callable[..., object], ...] = (
        *(posts.get, posts.ask_to_delete, posts.delete, posts.try_again, posts.confirm_live),
        *(posts.publish_late, posts.drop_late),
    )
    for touch, scope in product(every, OUTSIDE):
        with pytest.raises(PostNotFoundError):
            touch(post.id, scope)
    posts.ask_to_delete(post.id, own(OWNER))
    for scope in OUTSIDE:
        posts.keep(post.id, scope)
        assert posts.planned(scope) == posts.asked_to_delete(scope) == []
    assert [asked.id for asked in posts.asked_to_delete(own(OWNER))] == [post.id]
    assert posts.get(post.id, ALL).id == post.id


def test_deleting_gives_the_files_up_and_cannot_be_done_twice(
    posts: Posts, planned: Planned
) -> None:
    post = planned()
    deleted, files = posts.delete(post.id, own(OWNER))
    assert (deleted.status, files) == (Status.DELETED, [picture().original])
    with pytest.raises(PostNotFoundError):
        posts.delete(post.id, own(OWNER))
    assert posts.planned(own(OWNER)) == []


def test_a_post_that_is_being_published_cannot_be_deleted(
    posts: Posts, planned: Planned, queue: Queue, account_id: int
) -> None:
    post = planned()
    assert queue.claim_next(account_id) is not None
    with pytest.raises(WrongStatusError) as refused:
        posts.delete(post.id, own(OWNER))
    assert refused.value.status is Status.CLAIMED


def test_a_failed_post_can_be_tried_again_with_all_its_attempts(
    posts: Posts, planned: Planned, queue: Queue, account_id: int
) -> None:
    post = planned()
    claimed = queue.claim_next(account_id)
    assert claimed is not None
    queue.outcomes.retry_later(
        claimed, delay=timedelta(0), error_class="network", error_message="x"
    )
    again = queue.claim_next(account_id)
    assert again is not None
    queue.outcomes.reject(again, error_class="network", error_message="x")
    revived = posts.try_again(post.id, own(OWNER))
    assert (revived.status, revived.retry_count, revived.error_message) == (
        Status.PENDING,
        0,
        None,
    )
    with pytest.raises(WrongStatusError):
        posts.try_again(post.id, own(OWNER))


def test_media_of_posts_live_for_long_are_given_up_once(
    database: Database, posts: Posts, planned: Planned, queue: Queue, account_id: int
) -> None:
    planned()
    post = queue.claim_next(account_id)
    assert post is not None
    queue.outcomes.mark_sending(post)
    queue.outcomes.mark_uploaded(post, media_pk="1", link=None)
    assert Retention(database).forget_media(timedelta(days=7)) == []
    with database.transaction() as session:
        session.execute(text("UPDATE scheduled_posts SET published_at = now() - interval '8 days'"))
    assert Retention(database).forget_media(timedelta(days=7)) == [picture().original]
    assert Retention(database).forget_media(timedelta(days=7)) == []
    assert posts.media_files() == set()


def test_a_page_holds_some_of_the_posts_and_says_how_many_there_are(
    posts: Posts, planned: Planned
) -> None:
    made = [planned(due_in=timedelta(hours=number)).id for number in range(5)]
    page = partial(posts.page, own(OWNER), limit=2)
    for offset, expected in ((0, made[:2]), (4, made[4:])):
        found, total = page({Status.PENDING}, offset=offset)
        assert ([post.id for post in found], total) == (expected, 5)
    assert page({Status.PENDING}, offset=6) == ([], 0)
    posts.delete(made[2], own(OWNER))
    some, _ = page({Status.PENDING, Status.DELETED}, before={Status.DELETED})
    assert [post.id for post in some] == [made[2], made[0]]
    assert posts.count(own(OWNER), {Status.PENDING}) == 4
    assert posts.page(own(OWNER), {Status.FAILED}, limit=2) == ([], 0)
    for scope in OUTSIDE:
        assert posts.page(scope, {*Status}, limit=2) == ([], 0)
        assert posts.count(scope, {*Status}) == 0


def test_what_is_live_is_listed_the_latest_first_and_counted_up_to_a_limit(
    posts: Posts, planned: Planned, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(due_in=timedelta(hours=1))
    live: list[int] = []
    for _ in range(3):
        post = planned()
        claimed = queue.claim_next()
        assert claimed is not None
        queue.outcomes.mark_sending(claimed)
        queue.outcomes.mark_uploaded(claimed, media_pk=f"media {post.id}", link=None)
        live.insert(0, post.id)
    found, total = posts.published(own(OWNER), limit=2)
    assert ([post.id for post in found], total) == (live[:2], 3)
    monkeypatch.setattr("storage.posts.COUNTED", 1)
    assert posts.published(own(OWNER), limit=2)[1] == 2
    assert posts.published(own(OWNER), offset=2, limit=2)[1] == 3
    for scope in OUTSIDE:
        assert posts.published(scope, limit=2) == ([], 0)


def test_a_post_is_found_by_its_card(database: Database, planned: Planned) -> None:
    post, messages = planned(), PostMessages(database)
    messages.remember_card(post.id, 33, has_picture=True)
    found = messages.with_card(post.chat_id, 33)
    assert found is not None and (found.id, found.card_has_picture) == (post.id, True)
    assert messages.with_card(post.chat_id + 1, 33) is None
