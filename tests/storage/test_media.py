"""A media file is shared by all that name it, and goes when nobody does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.drafts import Drafts
from storage.edits import Edits
from storage.items import DraftItems, Preparation
from storage.models import Draft, Post
from storage.originals import Originals
from storage.posts import Posts
from storage.preparations import Preparations
from storage.quota import Quota
from storage.retention import Retention
from tests.scopes import ALL
from tests.storage.conftest import CHAT, OWNER, picture

Planned = Callable[..., Post]
Copy = Callable[[Post], Draft]
FILE = picture().original


@pytest.fixture
def copy(database: Database) -> Copy:
    """Another draft of the same files."""

    def open_copy(post: Post) -> Draft:
        who = {"owner_id": OWNER, "chat_id": CHAT}
        return Edits(database).open(post.id, ALL, language="en", question="confirm", **who)

    return open_copy


def test_a_file_goes_with_the_last_that_names_it(
    drafts: Drafts, items: DraftItems, posts: Posts, planned: Planned, copy: Copy
) -> None:
    post = planned()
    first, second = copy(post), copy(post)
    assert drafts.discard(first.id) == []
    assert posts.delete(post.id, ALL)[1] == []
    assert posts.media_files() == {FILE}
    assert items.remove_all(second.id) == [FILE]
    assert posts.media_files() == set()


def test_two_that_give_a_file_up_at_once_neither_leak_it_nor_remove_it_too_early(
    drafts: Drafts, posts: Posts, planned: Planned, copy: Copy
) -> None:
    for _ in range(5):
        post = planned()
        (original,) = post.media[0].files
        copies = [copy(post).id for _ in range(3)]
        with ThreadPoolExecutor(4) as pool:
            deleting = pool.submit(posts.delete, post.id, ALL)
            freed = [*pool.map(drafts.discard, copies), deleting.result()[1]]
        assert sorted(freed) == [[], [], [], [original]]


def test_who_copies_while_the_last_owner_goes_finds_it_gone_or_keeps_the_file(
    posts: Posts, planned: Planned, copy: Copy
) -> None:
    for _ in range(5):
        post = planned()
        (original,) = post.media[0].files
        with ThreadPoolExecutor(2) as pool:
            copying, deleting = pool.submit(copy, post), pool.submit(posts.delete, post.id, ALL)
        freed = deleting.result()[1]
        assert (freed == []) == (copying.exception() is None)
        assert (original in posts.media_files()) == (copying.exception() is None)


def test_what_was_prepared_for_another_type_goes_and_what_a_post_uses_stays(
    database: Database, drafts: Drafts, posts: Posts, new_draft: Callable[..., Draft], copy: Copy
) -> None:
    preparations = Preparations(database)
    draft = new_draft()
    drafts.answer(
        draft.id,
        question="confirm",
        post_type="photo",
        caption="",
        hashtags=[],
        scheduled_time=draft.created_at,
    )
    for number in (7, 8):
        made = [Preparation(draft.media[0].id, f"{number:032x}.jpg")]
        draft, replaced = preparations.finish(draft, made, [])
        assert replaced == ([] if number == 7 else [f"{7:032x}.jpg"])
    post = drafts.schedule(draft.id)
    assert posts.planned_media() == {f"{1:032x}.jpg", f"{8:032x}.jpg"}
    edit = drafts.answer(copy(post).id, question="confirm", post_type="story")
    edit, replaced = preparations.finish(edit, [Preparation(edit.media[0].id, f"{9:032x}.jpg")], [])
    assert replaced == [], "the post is published with it"
    assert drafts.discard(edit.id) == [f"{9:032x}.jpg"]
    assert Retention(database).forget_media(timedelta(0)) == []


def test_a_shared_file_counts_once_and_is_looked_for_once(
    database: Database, tmp_path: Path, planned: Planned, copy: Copy
) -> None:
    post = planned()
    copy(post), copy(post)
    space = Quota(database, tmp_path, quota=0, floor=0)
    assert space.held_by(OWNER)[0].size == picture().size_bytes
    with database.transaction() as session:
        session.execute(text("UPDATE media_items SET source_ref = 'telegram'"))
    (needed,) = Originals(database).needed()
    assert (needed.name, needed.post_ids) == (FILE, [post.id])
