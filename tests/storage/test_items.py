"""The items of a draft: moved, removed, and known again when they are delivered twice."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.draft_changes import DraftGoneError
from storage.items import DraftItems
from storage.lifecycle import PostType
from storage.models import Draft
from tests.storage.conftest import picture


@pytest.fixture
def draft(items: DraftItems, new_draft: Callable[..., Draft]) -> Draft:
    """Of three pictures: 1, 20 and 30."""
    return items.add(new_draft().id, [picture(20), picture(30)])


def originals(draft: Draft) -> list[str]:
    return [item.original for item in draft.media]


def test_items_are_moved_and_what_was_prepared_counts_no_longer(
    items: DraftItems, draft: Draft
) -> None:
    one, two, three = draft.media
    moved, free = items.arrange(draft.id, [three.id, one.id, two.id], post_type="carousel", by=5)
    assert originals(moved) == [three.original, one.original, two.original]
    assert [item.position for item in moved.media] == [1, 20, 30]
    assert (moved.post_type, moved.preparation, free) == (PostType.CAROUSEL, None, [])
    late = items.add(draft.id, [picture(20), replace(picture(25), original="late.jpg")])
    assert originals(late) == [three.original, one.original, "late.jpg", two.original]


def test_the_same_move_told_twice_is_made_once(items: DraftItems, draft: Draft) -> None:
    one, two, three = draft.media
    for _ in range(2):
        moved, _ = items.arrange(draft.id, [two.id, one.id, three.id], by=5)
        assert originals(moved) == [two.original, one.original, three.original]
    again, _ = items.arrange(draft.id, [one.id, two.id, three.id], by=5)
    assert originals(again) == originals(moved)


def test_an_item_that_is_removed_gives_its_file_up_unless_another_needs_it(
    database: Database, items: DraftItems, draft: Draft
) -> None:
    one, two, three = draft.media
    with database.transaction() as session:
        session.execute(
            text("UPDATE media_items SET original = :name WHERE id = :id"),
            {"name": one.original, "id": three.id},
        )
    left, free = items.arrange(draft.id, [three.id, one.id])
    assert (originals(left), free) == ([one.original, one.original], [two.original])
    assert items.arrange(draft.id, [one.id])[1] == []


def test_the_last_item_stays_and_numbers_of_others_count_for_nothing(
    items: DraftItems, draft: Draft
) -> None:
    one, two, _ = draft.media
    assert originals(items.arrange(draft.id, [])[0]) == originals(draft)
    kept, _ = items.arrange(draft.id, [two.id, 999, two.id])
    assert originals(kept) == [two.original]
    with pytest.raises(DraftGoneError):
        items.arrange(draft.id + 1, [one.id])
