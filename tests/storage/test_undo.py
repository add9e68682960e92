"""For a minute, a plan becomes a draft again and a deleted post is planned again, each once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.drafts import Drafts
from storage.edits import Edits
from storage.items import DraftItems
from storage.lifecycle import Status
from storage.models import Draft, Post
from storage.outbox import NoticeKind
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.post_messages import PostMessages
from storage.posts import Posts
from storage.queue import Queue
from storage.scope import Scope
from storage.undo import Undo
from storage.undone import UndoIsOverError
from tests.scopes import ALL, own
from tests.storage.conftest import CHAT, OWNER, Waiting, picture

Planned = Callable[..., Post]
TOMORROW = timedelta(days=1)
EDITOR = OWNER + 1
AT: dict[str, Any] = {"question": "confirm"}


@pytest.fixture
def undo(database: Database) -> Undo:
    return Undo(database)


@pytest.fixture
def edits(database: Database) -> Edits:
    return Edits(database)


def let_pass(database: Database, seconds: int = 61) -> None:
    """A deletion and a plan are this much longer ago."""
    with database.transaction() as session:
        session.execute(
            text(
                "UPDATE scheduled_posts SET undo_until = undo_until - :gone,"
                " done_at = done_at - :gone,"
                " created_at = created_at - :gone"
            ),
            {"gone": timedelta(seconds=seconds)},
        )
        session.execute(
            text("UPDATE drafts SET discarded_at = discarded_at - :gone"),
            {"gone": timedelta(seconds=seconds)},
        )


def test_a_deleted_post_keeps_its_media_for_a_minute_and_is_planned_again_as_it_was(
    undo: Undo, posts: Posts, planned: Planned, queue: Queue
) -> None:
    post = planned(due_in=TOMORROW)
    for _ in range(2):  # the same update comes again
        assert undo.delete(post.id, own(OWNER), by=50).status is Status.DELETED
    assert posts.planned(ALL) == [] and queue.claim_next() is None
    assert undo.forget() == ([], []) and posts.media_files() == {post.media[0].original}
    for _ in range(2):
        restored = undo.undo(post.id, own(OWNER), **AT, by=51)
        assert isinstance(restored, Post)
        assert (restored.status, restored.undo_until) == (Status.PENDING, None)
        assert restored.scheduled_time == restored.next_attempt_at == post.scheduled_time
        assert [item.original for item in restored.media] == [post.media[0].original]


def test_after_the_minute_the_media_go_and_nothing_brings_the_post_back(
    database: Database, undo: Undo, posts: Posts, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)
    undo.delete(post.id, ALL, by=50)
    let_pass(database)
    with pytest.raises(UndoIsOverError) as over:
        undo.undo(post.id, ALL, **AT, by=51)
    assert over.value.post is not None
    assert (over.value.post.status, over.value.post.account.name) == (Status.DELETED, "creator")
    forgotten, files = undo.forget()
    assert [one.id for one in forgotten] == [post.id] and files == [post.media[0].original]
    assert undo.forget() == ([], [])
    with pytest.raises(UndoIsOverError):
        undo.undo(post.id, ALL, **AT, by=52)
    assert posts.media_files() == set()


def test_a_moved_post_and_one_with_another_text_are_as_they_were_for_a_minute(
    database: Database, undo: Undo, edits: Edits, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)
    assert post.scheduled_time is not None
    day_after = post.scheduled_time + TOMORROW
    to: dict[str, Any] = {"wall_time": "2030-01-01T09:00:00", "timezone": "Europe/Rome"}
    to["scheduled_time"] = day_after
    moved = edits.reschedule(post.id, own(OWNER), **to, by=50, person_id=OWNER)
    assert moved.next_attempt_at == day_after
    edits.rewrite(post.id, own(OWNER), caption="Ciao", hashtags=[], by=51, person_id=OWNER)
    for said in ("text", "change"):  # the same update comes again, and says so again
        found = undo.undo(post.id, own(OWNER), **AT, by=52)
        assert isinstance(found, Post) and found.undone == said
        assert (found.caption, found.hashtags) == (post.caption, post.hashtags)
        assert found.scheduled_time == day_after, "only what was done last"
    edits.reschedule(post.id, own(OWNER), **to | {"scheduled_time": day_after + TOMORROW}, by=53)
    for _ in range(2):
        found = undo.undo(post.id, own(OWNER), **AT, by=54)
        assert isinstance(found, Post)
        assert found.scheduled_time == found.next_attempt_at == day_after
        assert (found.wall_time, found.timezone) == (to["wall_time"], "Europe/Rome")
    edits.reschedule(post.id, own(OWNER), **to | {"scheduled_time": day_after + TOMORROW}, by=55)
    let_pass(database)
    with pytest.raises(UndoIsOverError):
        undo.undo(post.id, own(OWNER), **AT, by=56)


def test_a_change_of_all_of_it_is_taken_back_for_a_minute_with_the_media_that_it_replaced(
    database: Database,
    undo: Undo,
    edits: Edits,
    drafts: Drafts,
    items: DraftItems,
    posts: Posts,
    planned: Planned,
) -> None:
    post = planned(due_in=TOMORROW)
    edits.rewrite(post.id, ALL, caption="Hello", hashtags=["lake"], given_by=(CHAT, 99))
    old, new = picture().original, picture(5).original

    def change() -> Post:
        at: dict[str, Any] = {"owner_id": OWNER, "chat_id": CHAT, "language": "en", **AT}
        draft = edits.open(post.id, own(OWNER), **at)
        items.remove_all(draft.id)
        items.add(draft.id, [picture(5)])
        time: dict[str, Any] = {
            "scheduled_time": datetime.now(UTC) + 2 * TOMORROW,
            "wall_time": "then",
        }
        drafts.answer(draft.id, **AT, fit="crop", caption="Ciao", caption_message_id=98, **time)
        changed, files = edits.apply(draft.id, own(OWNER))
        assert (files, posts.media_files()) == ([], {old, new})
        return changed

    assert change().media[0].original == new
    assert undo.discarded(owner_id=OWNER, chat_id=CHAT) is None, "nobody has thrown that away"
    assert drafts.given_by(99, owner_id=OWNER, chat_id=CHAT) is None
    for _ in range(2):  # the same update comes again
        found = undo.undo(post.id, own(OWNER), **AT, by=70)
        assert isinstance(found, Post) and found.undone == "change"
        assert (found.caption, found.hashtags, found.fit) == ("Hello", ["lake"], post.fit)
        assert found.scheduled_time == found.next_attempt_at == post.scheduled_time
        assert (found.wall_time, found.caption_message_id) == (post.wall_time, 99)
        assert [item.original for item in found.media] == [old]
    let_pass(database)
    assert undo.forget() == ([], [new])
    change()
    let_pass(database)
    assert undo.forget() == ([], [old])
    with pytest.raises(UndoIsOverError):
        undo.undo(post.id, own(OWNER), **AT, by=71)
    assert posts.media_files() == {new}


def test_what_somebody_did_last_is_theirs_whoever_planned_the_post(
    undo: Undo, edits: Edits, posts: Posts, planned: Planned
) -> None:
    def last(person_id: int) -> tuple[int, bool] | None:
        found = undo.last_of(person_id, ALL)
        return (found[0].id, found[1]) if found else None

    first, second = planned(due_in=TOMORROW), planned(due_in=TOMORROW)
    assert first.scheduled_time is not None
    day_after = first.scheduled_time + TOMORROW
    assert (last(OWNER), last(EDITOR)) == ((second.id, True), None)
    to: dict[str, Any] = {"wall_time": "2030-01-01T09:00:00", "timezone": "UTC"}
    edits.reschedule(first.id, ALL, scheduled_time=day_after, **to, person_id=OWNER)
    assert last(OWNER) == (first.id, True)
    undo.delete(first.id, ALL, person_id=EDITOR)
    assert (last(OWNER), last(EDITOR)) == ((second.id, True), (first.id, True))
    posts.delete(second.id, ALL, person_id=EDITOR)
    assert (last(OWNER), last(EDITOR)) == (None, (second.id, False)), "it is gone for good"
    undo.undo(first.id, ALL, **AT, person_id=EDITOR)
    assert last(OWNER) == (first.id, True), "that it was planned"
    edits.reschedule(first.id, ALL, scheduled_time=day_after + TOMORROW, **to, person_id=OWNER)
    edits.reschedule(first.id, ALL, scheduled_time=day_after, **to, person_id=OWNER)
    found = undo.undo(first.id, ALL, **AT)
    assert isinstance(found, Draft), "moved back, that move is undone already"


def test_a_post_that_was_deleted_for_good_cannot_be_restored(
    undo: Undo, posts: Posts, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)
    posts.delete(post.id, ALL)
    with pytest.raises(UndoIsOverError):
        undo.undo(post.id, ALL, **AT)


def test_a_plan_of_just_now_is_a_draft_again_with_all_that_was_entered(
    undo: Undo, drafts: Drafts, posts: Posts, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)
    draft, again = (undo.undo(post.id, own(OWNER), **AT, by=60) for _ in range(2))
    assert isinstance(draft, Draft) and draft.id == again.id and draft.edits_post_id is None
    assert (draft.caption, draft.hashtags, draft.wall_time) == (
        *(post.caption, post.hashtags, post.wall_time),
    )
    assert [item.original for item in draft.media] == [post.media[0].original]
    current = drafts.current(owner_id=OWNER, chat_id=CHAT)
    assert current is not None and current.id == draft.id
    assert posts.planned(ALL) == [] and undo.forget() == ([], [])
    assert posts.media_files() == {post.media[0].original}
    with pytest.raises(UndoIsOverError):
        undo.undo(post.id, own(OWNER), **AT, by=62)
    assert drafts.schedule(draft.id).id != post.id


def test_what_is_being_published_or_was_planned_longer_ago_is_no_draft_again(
    database: Database, undo: Undo, planned: Planned, queue: Queue
) -> None:
    long_ago = planned(due_in=TOMORROW)
    let_pass(database)
    with pytest.raises(UndoIsOverError):
        undo.undo(long_ago.id, ALL, **AT)
    due = planned()
    assert queue.claim_next() is not None
    late: list[Callable[[], object]] = [
        lambda: undo.undo(due.id, ALL, **AT),
        lambda: undo.delete(due.id, ALL),
    ]
    for touch in late:
        with pytest.raises(WrongStatusError) as told:
            touch()
        assert told.value.status is Status.CLAIMED


def test_nobody_undoes_what_lies_outside_of_their_scope(undo: Undo, planned: Planned) -> None:
    post = planned(due_in=TOMORROW)
    for scope in (Scope(), own(OWNER + 1), Scope.of_everybody([])):
        with pytest.raises(PostNotFoundError):
            undo.delete(post.id, scope)
        with pytest.raises(PostNotFoundError):
            undo.undo(post.id, scope, **AT)


def test_the_owner_hears_of_what_the_admin_has_done_and_undone(
    undo: Undo, planned: Planned, waiting: Waiting
) -> None:
    post = planned(due_in=TOMORROW)
    for person_id, told in ((OWNER, 0), (1, 2)):
        for by in (10 * person_id, 10 * person_id):
            undo.delete(post.id, ALL, by=by, person_id=person_id)
        for by in (10 * person_id + 1, 10 * person_id + 1):
            undo.undo(post.id, ALL, **AT, by=by, person_id=person_id)
        assert len(waiting()) == told
    kinds = [notice.kind for notice in waiting()]
    assert kinds == [NoticeKind.DELETED_BY_ADMIN, NoticeKind.RESTORED_BY_ADMIN]


def test_on_the_way_back_what_was_deleted_is_gone_for_good(
    database: Database, undo: Undo, posts: Posts, planned: Planned
) -> None:
    """The release before does not know that it could be restored, and gives up no such media."""
    kept, deleted = planned(due_in=TOMORROW), planned(due_in=TOMORROW)
    undo.delete(deleted.id, ALL)
    PostMessages(database).remember_card(kept.id, 33, has_picture=True)
    database.downgrade("0017")
    with database.transaction() as session:
        left = session.execute(text("SELECT post_id FROM media_items")).scalars().all()
    assert left == [kept.id]
    database.migrate()
    assert undo.forget() == ([], []) and posts.media_files() == {kept.media[0].original}
    restored = posts.get(kept.id, ALL)
    assert (restored.card_message_id, restored.card_has_picture) == (33, False)
