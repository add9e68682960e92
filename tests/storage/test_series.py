"""Several posts at one go: drafts of a burst, and stories in a row, each exactly once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.draft_changes import DraftGoneError
from storage.drafts import Drafts, Shown
from storage.edits import Edits
from storage.items import DraftItems
from storage.lifecycle import PostType, Status
from storage.models import Draft, Post
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.post_messages import PostMessages
from storage.posts import Posts
from storage.preflight import Preflight
from storage.preparations import Preparations
from storage.queue import Queue
from storage.scope import Scope
from storage.series import SeriesDrafts, Single
from storage.series_posts import SeriesPosts
from storage.undo import Undo
from tests.scopes import ALL, own
from tests.storage.conftest import CHAT, OWNER, expire_leases, picture
from tests.storage.test_edits import at

TROUBLE: Any = {"error_class": "platform_down", "error_message": "x"}
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def series(database: Database) -> SeriesDrafts:
    return SeriesDrafts(database)


@pytest.fixture
def series_posts(database: Database) -> SeriesPosts:
    return SeriesPosts(database)


@pytest.fixture
def gather(series: SeriesDrafts, account_id: int) -> Callable[..., list[Draft]]:
    """Photos of these messages, as drafts of a series."""

    def begin(*messages: int, **more: Any) -> list[Draft]:
        whose: Any = {"owner_id": OWNER, "chat_id": CHAT, "account_id": account_id}
        singles = [Single(picture(number), known(f"caption {number}")) for number in messages]
        return series.gather(singles, question="series", timezone="UTC", **whose, **more)

    return begin


def known(caption: str) -> dict[str, Any]:
    return {"post_type": PostType.PHOTO, "caption": caption, "hashtags": []}


def captions(found: list[Draft] | list[Post]) -> list[str | None]:
    return [one.caption for one in found]


def current(drafts: Drafts) -> int | None:
    draft = drafts.current(owner_id=OWNER, chat_id=CHAT)
    return draft.id if draft else None


def test_photos_of_a_burst_are_drafts_with_one_card_and_join_it_later_and_once(
    drafts: Drafts, gather: Callable[..., list[Draft]]
) -> None:
    first, second = gather(5, 6, by=50)
    assert {draft.series_id for draft in (first, second)} == {first.id}
    assert (current(drafts), first.question, first.last_update_id) == (first.id, "series", 50)
    changed = drafts.changed_by(50)
    assert isinstance(changed, Draft) and changed.id == first.id
    more = gather(6, 7, into=first.id, by=51)
    assert captions(more) == ["caption 5", "caption 6", "caption 7"]
    assert gather(5, 7) == [], "all have come before"
    assert captions(drafts.all_of(owner_id=OWNER, chat_id=CHAT)) == captions(more)
    drafts.discard(first.id)
    with pytest.raises(DraftGoneError):
        gather(8, into=first.id)


def test_an_album_is_split_and_joined_again(
    drafts: Drafts, items: DraftItems, series: SeriesDrafts, new_draft: Callable[..., Draft]
) -> None:
    album = items.add(new_draft().id, [picture(20), picture(30)])
    files = [item.original for item in album.media]
    answers = {item.id: known(f"of {item.position}") for item in album.media}
    split = series.split(album.id, answers, question="series", by=9)
    assert captions(split) == ["of 1", "of 20", "of 30"]
    assert [[item.original for item in draft.media] for draft in split] == [[f] for f in files]
    assert split[0].id == album.id and current(drafts) == album.id
    whole = series.join(album.id, question="card", by=10, caption="all")
    assert [item.original for item in whole.media] == files
    assert (whole.series_id, whole.caption, series.of(album.id)) == (None, "all", [])


def prepared(database: Database, *drafts: Draft) -> None:
    """Their files are ready."""
    for draft in drafts:
        Preparations(database).finish(draft, [], [])


def test_all_are_planned_with_one_tap_and_once(
    database: Database, drafts: Drafts, series: SeriesDrafts, gather: Callable[..., list[Draft]]
) -> None:
    made = gather(5, 6, 7)
    drafts.remember_prompt(Shown(made[0].id, 77))
    times = {draft.id: at(NOON + timedelta(days=day)) for day, draft in enumerate(made)}
    prepared(database, *made)
    for _ in range(2):
        posts = series.plan(made[0].id, times, by=60)
        assert captions(posts) == captions(made)
        assert [post.scheduled_time for post in posts] == [
            NOON + timedelta(days=day) for day in range(3)
        ]
    assert (series.of(made[0].id), current(drafts)) == ([], None)
    with pytest.raises(DraftGoneError):
        series.plan(made[0].id, times, by=61)


def test_what_has_no_time_stays_and_all_wait_for_the_last_that_is_being_prepared(
    database: Database, drafts: Drafts, series: SeriesDrafts, gather: Callable[..., list[Draft]]
) -> None:
    ready, slow, asked = gather(5, 6, 7)
    prepared(database, ready)
    assert series.plan(ready.id, {draft.id: at(NOON) for draft in (ready, slow)}, by=60) == []
    assert series.plan_if_ready(ready.id) == []
    assert [draft.schedules_when_ready for draft in series.of(ready.id)] == [True, True, False]
    prepared(database, slow)
    posts = series.plan_if_ready(ready.id)
    assert captions(posts) == [ready.caption, slow.caption]
    assert series.plan_if_ready(ready.id) == []
    alone = series.leave(asked.id, question="card")
    assert (alone.question, current(drafts)) == ("card", asked.id)


def test_what_was_planned_at_one_go_is_drafts_again_or_deleted_and_restored(
    database: Database,
    drafts: Drafts,
    series: SeriesDrafts,
    series_posts: SeriesPosts,
    gather: Callable[..., list[Draft]],
    stories: Callable[..., list[Post]],
) -> None:
    made = gather(5, 6)
    prepared(database, *made)
    drafts.remember_prompt(Shown(made[0].id, 77))
    times = {draft.id: at(NOON + timedelta(days=day)) for day, draft in enumerate(made)}
    posts = series.plan(made[0].id, times)
    assert {post.card_message_id for post in posts} == {77}
    for _ in range(2):
        again = series_posts.undo(made[0].id, ALL, questions=("card", "series"), by=61)
        assert isinstance(again, Draft)
        assert captions(series.of(again.id)) == captions(made)
    assert isinstance(again, Draft)
    assert (again.prompt_message_id, again.question) == (77, "series")
    Undo(database).discard(again.id)
    first, *_ = stories(timedelta(hours=1))
    assert first.series_id is not None
    for _ in range(2):
        assert len(series_posts.delete(first.series_id, ALL, by=62)) == 3
    restored = series_posts.undo(first.series_id, ALL, questions=("card", "series"), by=63)
    assert isinstance(restored, list)
    assert [post.status for post in restored] == [Status.PENDING] * 3
    whole = series_posts.undo(first.series_id, ALL, questions=("card", "series"), by=64)
    assert isinstance(whole, Draft) and len(whole.media) == 3
    assert (whole.post_type, whole.question) == (PostType.STORIES, "card")
    with pytest.raises(PostNotFoundError):
        series_posts.undo(first.series_id, ALL, questions=("card", "series"))


def test_a_series_is_thrown_away_as_a_whole(
    database: Database,
    drafts: Drafts,
    series: SeriesDrafts,
    gather: Callable[..., list[Draft]],
) -> None:
    first, second, third = gather(5, 6, 7)
    assert series.leave(first.id, question="card").series_id == second.id
    undo = Undo(database)
    undo.discard(second.id, by=8)
    assert series.of(second.id) == []
    changed = drafts.changed_by(8)
    assert isinstance(changed, Draft) and changed.discarded_at is not None
    undo.restore(second.id, owner_id=OWNER, chat_id=CHAT, by=9)
    assert [draft.id for draft in series.of(second.id)] == [second.id, third.id]
    assert [draft.id for draft in drafts.get(second.id).series] == [second.id, third.id]
    assert series.leave(third.id, question="card").series_id is None
    assert series.leave(second.id, question="card").series_id is None


@pytest.fixture
def stories(
    drafts: Drafts, items: DraftItems, series_posts: SeriesPosts, new_draft: Callable[..., Draft]
) -> Callable[..., list[Post]]:
    """Three stories in a row, due in a while."""

    def plan(due_in: timedelta, scope: Scope = ALL) -> list[Post]:
        draft = items.add(new_draft().id, [picture(20), picture(30)])
        when = at(datetime.now(UTC) + due_in)
        drafts.answer(draft.id, question="confirm", post_type="stories", caption="lost", **when)
        first = drafts.schedule(draft.id, by=70)
        assert first.series_id is not None
        posts = series_posts.of(first.series_id, scope)
        assert posts[0].id == first.id
        return posts

    return plan


def claimed(queue: Queue) -> int:
    post = queue.claim_next()
    assert post is not None
    return post.id


def test_stories_in_a_row_are_stories_of_their_own_in_their_order(
    database: Database,
    drafts: Drafts,
    posts: Posts,
    queue: Queue,
    stories: Callable[..., list[Post]],
) -> None:
    row = stories(timedelta(minutes=-1))
    assert [(post.post_type, post.caption) for post in row] == [(PostType.STORY, "")] * 3
    assert [post.media[0].position for post in row] == [1, 20, 30]
    assert isinstance(drafts.changed_by(70), Post)
    PostMessages(database).remember_card(row[1].id, 99)
    assert {posts.get(post.id, ALL).card_message_id for post in row} == {99}
    for expected in row:
        post = queue.claim_next()
        assert post is not None and post.id == expected.id
        queue.outcomes.mark_sending(post)
        queue.outcomes.mark_uploaded(post, media_pk=str(post.id), link=None)


def test_the_order_stands_when_one_has_to_be_tried_again_or_its_publisher_dies(
    database: Database, queue: Queue, stories: Callable[..., list[Post]]
) -> None:
    first, *_ = stories(timedelta(minutes=-1))
    post = queue.claim_next()
    assert post is not None and post.id == first.id
    queue.outcomes.retry_later(post, delay=timedelta(hours=1), **TROUBLE)
    assert queue.claim_next() is None, "the others wait for the first"
    with database.transaction() as session:
        session.execute(text("UPDATE scheduled_posts SET next_attempt_at = scheduled_time"))
    assert claimed(queue) == first.id
    expire_leases(database)
    assert queue.rescue() == [first.id]
    assert claimed(queue) == first.id


def test_the_rest_goes_on_when_one_is_refused(
    queue: Queue, stories: Callable[..., list[Post]]
) -> None:
    first, second, _ = stories(timedelta(minutes=-1))
    post = queue.claim_next()
    assert post is not None and post.id == first.id
    queue.outcomes.reject(post, **TROUBLE)
    assert claimed(queue) == second.id


def test_stories_in_a_row_do_not_get_in_each_others_way(
    preflight: Preflight, stories: Callable[..., list[Post]], planned: Callable[..., Post]
) -> None:
    row = stories(timedelta(hours=1))
    assert not preflight.collides(row[0], timedelta(minutes=5))
    planned(due_in=timedelta(hours=1))
    assert preflight.collides(row[0], timedelta(minutes=5))


def test_what_still_waits_of_a_series_is_moved_or_deleted_at_once(
    queue: Queue, posts: Posts, series_posts: SeriesPosts, stories: Callable[..., list[Post]]
) -> None:
    first, second, third = stories(timedelta(minutes=-1))
    number = first.series_id
    assert number is not None
    post = queue.claim_next()
    assert post is not None
    queue.outcomes.mark_sending(post)
    queue.outcomes.mark_uploaded(post, media_pk="1", link=None)
    for _ in range(2):
        moved = series_posts.reschedule(number, own(OWNER), **at(NOON), by=71)
        assert [(post.id, post.next_attempt_at) for post in moved] == [
            (second.id, NOON),
            (third.id, NOON),
        ]
    posts.delete(third.id, ALL)
    now: Any = {"scheduled_time": None, "wall_time": None, "timezone": "UTC"}
    assert [post.id for post in series_posts.reschedule(number, ALL, **now)] == [second.id]
    with pytest.raises(PostNotFoundError):
        series_posts.delete(number, own(OWNER + 1))
    assert len(series_posts.delete(number, own(OWNER), by=72)) == 1
    with pytest.raises(WrongStatusError):
        series_posts.delete(number, ALL)
    shown = [post.status for post in series_posts.of(number, ALL)]
    assert shown == [Status.UPLOADED, Status.DELETED], "which can be undone"


def test_a_planned_post_that_is_changed_into_stories_becomes_the_first_of_them(
    database: Database,
    drafts: Drafts,
    items: DraftItems,
    series_posts: SeriesPosts,
    planned: Callable[..., Post],
) -> None:
    post, edits = planned(due_in=timedelta(hours=1)), Edits(database)
    draft = edits.open(
        post.id, ALL, owner_id=OWNER, chat_id=CHAT, language="en", question="confirm"
    )
    items.add(draft.id, [picture(20)])
    drafts.answer(draft.id, question="confirm", post_type="stories")
    changed, _ = edits.apply(draft.id, ALL)
    assert changed.series_id is not None
    row = series_posts.of(changed.series_id, ALL)
    assert [each.post_type for each in row] == [PostType.STORY, PostType.STORY]
    assert row[0].id == post.id
