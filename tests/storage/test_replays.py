"""An update that comes again finds the post that it has changed."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.drafts import Drafts, Shown
from storage.lifecycle import PostType, Status
from storage.models import Draft, Post
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.posts import Posts
from storage.scope import Scope
from tests.scopes import ALL, own
from tests.storage.conftest import OWNER, Waiting

NewDraft = Callable[..., Draft]


def changed(drafts: Drafts, update_id: int) -> Draft | Post | None:
    return drafts.changed_by(update_id)


def test_an_answer_names_its_update_and_leaves_the_next_question_to_be_asked(
    drafts: Drafts, new_draft: NewDraft
) -> None:
    draft = new_draft()
    drafts.answer(draft.id, question="type", is_guided=True)
    drafts.remember_prompt(Shown(draft.id, 5))
    answered = drafts.answer(draft.id, question="caption", by=42)
    assert answered.prompt_message_id is None
    found = changed(drafts, 42)
    assert isinstance(found, Draft) and found.question == "caption"
    assert changed(drafts, 41) is None


def test_a_discarded_draft_names_the_update_that_discarded_it(
    drafts: Drafts, new_draft: NewDraft
) -> None:
    drafts.discard(new_draft().id, by=43)
    found = changed(drafts, 43)
    assert isinstance(found, Draft) and found.discarded_at is not None


def test_a_planned_post_names_the_update_that_planned_it(
    drafts: Drafts, new_draft: NewDraft
) -> None:
    draft = new_draft()
    drafts.answer(
        draft.id,
        question="confirm",
        by=43,
        post_type=PostType.PHOTO,
        caption="Hello",
        hashtags=[],
        scheduled_time=datetime.now(UTC),
    )
    drafts.schedule(draft.id, by=44)
    found = changed(drafts, 44)
    assert isinstance(found, Post) and found.status is Status.PENDING
    assert changed(drafts, 43) is None


def test_a_deleted_post_names_the_update_that_deleted_it(
    drafts: Drafts, posts: Posts, planned: Callable[..., Post]
) -> None:
    posts.delete(planned().id, ALL, by=45)
    found = changed(drafts, 45)
    assert isinstance(found, Post) and found.status is Status.DELETED


def settle(database: Database, changes: str) -> None:
    with database.transaction() as session:
        session.execute(text(f"UPDATE scheduled_posts SET {changes}"))  # noqa: S608 - ours


FAILED = "status = 'failed', error_class = 'late', error_message = 'x'"
UNCONFIRMED = "status = 'unconfirmed', uncertain_since = now(), upload_id = '1'"


@pytest.mark.parametrize("stands", [FAILED, UNCONFIRMED])
def test_trying_again_is_answered_twice_and_done_once(
    database: Database, posts: Posts, planned: Callable[..., Post], stands: str
) -> None:
    post_id = planned().id
    settle(database, stands)
    assert posts.try_again(post_id, ALL, by=46).status is Status.PENDING
    settle(database, "status = 'claimed', fence = 1")
    assert posts.try_again(post_id, ALL, by=46).status is Status.CLAIMED
    with pytest.raises(WrongStatusError):
        posts.try_again(post_id, ALL, by=47)


def test_that_a_post_is_live_is_answered_twice_and_noted_once(
    database: Database, posts: Posts, planned: Callable[..., Post]
) -> None:
    post_id = planned().id
    settle(database, UNCONFIRMED)
    first = posts.confirm_live(post_id, ALL, by=46)
    again = posts.confirm_live(post_id, ALL, by=46)
    assert (again.status, again.published_at) == (Status.UPLOADED, first.published_at)
    with pytest.raises(WrongStatusError):
        posts.confirm_live(post_id, ALL, by=47)


def test_a_post_is_dropped_once_and_the_same_update_is_no_stranger(
    posts: Posts, planned: Callable[..., Post]
) -> None:
    post_id = planned().id
    assert posts.delete(post_id, ALL, by=46)[1] != []
    assert posts.delete(post_id, ALL, by=46)[1] == []
    with pytest.raises(PostNotFoundError):
        posts.delete(post_id, ALL, by=47)


def test_the_owner_hears_once_that_the_admin_has_deleted_a_post(
    posts: Posts, planned: Callable[..., Post], waiting: Waiting
) -> None:
    post_id = planned().id
    for _ in range(2):
        posts.delete(post_id, ALL, by=46, person_id=OWNER + 1)
    assert [(told.audience, told.kind, told.post_id) for told in waiting()] == [
        ("owner", "deleted_by_admin", post_id)
    ]


@pytest.mark.parametrize("scope", [own(OWNER), ALL])
def test_who_deletes_their_own_post_is_not_told_of_it(
    posts: Posts, planned: Callable[..., Post], waiting: Waiting, scope: Scope
) -> None:
    """In the admin chat, too."""
    posts.delete(planned().id, scope, by=46, person_id=OWNER)
    assert waiting() == []


@pytest.mark.parametrize(("stands", "in_doubt"), [(FAILED, False), (UNCONFIRMED, True)])
def test_that_a_deleted_post_may_be_live_is_known_to_the_same_update(
    database: Database, posts: Posts, planned: Callable[..., Post], stands: str, in_doubt: bool
) -> None:
    post_id = planned().id
    settle(database, stands)
    told = [posts.delete(post_id, ALL, by=46)[0].was_dropped_in_doubt for _ in range(2)]
    assert told == [in_doubt] * 2


def test_late_posts_are_settled_once_and_counted_twice(
    database: Database, posts: Posts, planned: Callable[..., Post]
) -> None:
    post_id, _ = planned().id, planned()
    settle(database, FAILED)
    assert posts.publish_late(post_id, ALL, by=46) == 2
    settle(
        database, "status = 'claimed', fence = 1 WHERE id = (SELECT min(id) FROM scheduled_posts)"
    )
    assert posts.publish_late(post_id, ALL, by=46) == 2
    assert posts.publish_late(post_id, ALL, by=47) == 0


def test_late_posts_are_dropped_once_and_counted_twice(
    database: Database, posts: Posts, planned: Callable[..., Post]
) -> None:
    post_id, _ = planned().id, planned()
    settle(database, FAILED)
    count, files = posts.drop_late(post_id, ALL, by=46)
    assert (count, len(files)) == (2, 2)
    assert posts.drop_late(post_id, ALL, by=46) == (2, [])
