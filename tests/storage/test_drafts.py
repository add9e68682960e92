"""Drafts: any number for each user and chat, complete before they are planned."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.draft_changes import DraftGoneError
from storage.drafts import At, Drafts, Shown
from storage.items import DraftItems
from storage.lifecycle import Status
from storage.models import Alert, Draft, LoginQuestion, Post
from storage.posts import Posts
from storage.retention import Retention
from tests.storage.conftest import CHAT, OWNER, picture

NewDraft = Callable[..., Draft]


def test_a_second_photo_joins_the_open_draft(items: DraftItems, new_draft: NewDraft) -> None:
    first = new_draft()
    draft = items.add(first.id, [picture(2)])
    assert [item.position for item in draft.media] == [1, 2]


def test_of_drafts_opened_at_once_the_owner_is_at_one_and_the_others_wait(
    drafts: Drafts, account_id: int
) -> None:
    def open_draft(position: int) -> int:
        return drafts.open(
            [picture(position)],
            owner_id=OWNER,
            chat_id=CHAT,
            account_id=account_id,
            language="en",
            timezone="UTC",
            question="type",
        ).id

    with ThreadPoolExecutor(8) as pool:
        opened = sorted(pool.map(open_draft, range(1, 9)))
    at_hand = drafts.current(owner_id=OWNER, chat_id=CHAT)
    assert at_hand is not None and at_hand.id in opened
    assert [draft.id for draft in drafts.all_of(owner_id=OWNER, chat_id=CHAT)] == opened


def test_the_same_item_delivered_twice_is_kept_once(items: DraftItems, new_draft: NewDraft) -> None:
    draft = items.add(new_draft().id, [picture(1), picture(2)])
    assert [item.position for item in draft.media] == [1, 2]


def test_items_stand_in_the_order_of_their_positions(
    items: DraftItems, new_draft: NewDraft
) -> None:
    draft = items.add(new_draft().id, [picture(9), picture(4)])
    assert [item.position for item in draft.media] == [1, 4, 9]


def test_people_do_not_see_each_others_drafts(drafts: Drafts, new_draft: NewDraft) -> None:
    mine = new_draft(owner_id=1)
    theirs = new_draft(owner_id=2)
    assert mine.id != theirs.id
    found = drafts.current(owner_id=1, chat_id=CHAT)
    assert found is not None and found.id == mine.id
    assert drafts.current(owner_id=1, chat_id=CHAT + 1) is None


def test_of_several_who_ask_at_once_each_gets_their_own_draft(
    drafts: Drafts, items: DraftItems, new_draft: NewDraft
) -> None:
    mine, theirs, later = new_draft(owner_id=1), new_draft(owner_id=2), new_draft(owner_id=2)
    items.add(mine.id, [picture(2), picture(3)])
    at = [At(2, CHAT), At(3, CHAT), At(1, CHAT), At(2, CHAT, draft_id=theirs.id)]
    found = [draft and (draft.id, len(draft.media)) for draft in drafts.current_of_all(*at)]
    assert found == [(later.id, 1), None, (mine.id, 3), (theirs.id, 1)]
    at_hand = drafts.current(owner_id=2, chat_id=CHAT)
    assert at_hand is not None and at_hand.id == theirs.id, "it is the one that was named"


def test_a_day_waits_for_its_hour_until_another_question_is_asked(
    drafts: Drafts, new_draft: NewDraft
) -> None:
    draft = new_draft()
    saturday = date(2026, 11, 28)
    drafts.answer(draft.id, question="time", chosen_days=[saturday])
    found = drafts.current(owner_id=OWNER, chat_id=CHAT)
    assert found is not None and found.chosen_days == [saturday]
    assert drafts.answer(draft.id, question="caption").chosen_days is None


def test_the_open_step_is_known_after_a_restart(drafts: Drafts, new_draft: NewDraft) -> None:
    draft = new_draft()
    drafts.answer(draft.id, question="time")
    found = drafts.current(owner_id=OWNER, chat_id=CHAT)
    assert found is not None and found.question == "time"


def test_an_incomplete_draft_cannot_be_planned(drafts: Drafts, new_draft: NewDraft) -> None:
    with pytest.raises(IntegrityError, match="a_planned_post_is_complete"):
        drafts.schedule(new_draft().id)


def test_a_draft_is_planned_once_even_when_told_twice(
    drafts: Drafts, planned: Callable[..., Post]
) -> None:
    post = planned()
    assert post.status is Status.PENDING
    assert post.next_attempt_at == post.scheduled_time
    with pytest.raises(DraftGoneError):
        drafts.schedule(post.id)


def test_now_means_the_moment_of_scheduling(drafts: Drafts, new_draft: NewDraft) -> None:
    draft = new_draft()
    drafts.answer(
        draft.id,
        question="confirm",
        post_type="photo",
        caption="",
        hashtags=[],
        scheduled_time=draft.created_at - timedelta(hours=1),
        wall_time=None,
    )
    post = drafts.schedule(draft.id)
    assert post.scheduled_time is not None
    assert post.scheduled_time >= draft.created_at


@pytest.mark.parametrize(("caption", "hashtags"), [(None, None), ("Hello", ["one"])])
def test_a_story_is_planned_without_text(
    drafts: Drafts, new_draft: NewDraft, caption: str | None, hashtags: list[str] | None
) -> None:
    draft = new_draft()
    drafts.answer(
        draft.id,
        question="confirm",
        post_type="story",
        caption=caption,
        hashtags=hashtags,
        scheduled_time=draft.created_at,
    )
    post = drafts.schedule(draft.id)
    assert (post.caption, post.hashtags) == ("", [])


def test_a_discarded_draft_gives_its_files_up_and_makes_room(
    drafts: Drafts, new_draft: NewDraft
) -> None:
    draft = new_draft()
    assert drafts.discard(draft.id) == [picture().original]
    assert drafts.current(owner_id=OWNER, chat_id=CHAT) is None
    assert new_draft().id != draft.id


def test_only_drafts_that_nobody_touches_are_abandoned(
    database: Database, drafts: Drafts, new_draft: NewDraft
) -> None:
    old, fresh = new_draft(owner_id=1), new_draft(owner_id=2)
    with database.transaction() as session:
        session.execute(
            text("UPDATE drafts SET updated_at = now() - interval '8 days' WHERE id = :id"),
            {"id": old.id},
        )
    assert Retention(database).discard_drafts(timedelta(days=7)) == [picture().original]
    assert drafts.current(owner_id=old.owner_id, chat_id=CHAT) is None
    assert drafts.current(owner_id=fresh.owner_id, chat_id=CHAT) is not None


def test_a_user_has_any_number_of_drafts_and_the_chat_is_at_one(
    drafts: Drafts, new_draft: NewDraft
) -> None:
    first = new_draft()
    second = new_draft()
    elsewhere = new_draft(chat_id=CHAT + 1)
    assert [draft.id for draft in drafts.all_of(owner_id=OWNER, chat_id=CHAT)] == [
        first.id,
        second.id,
    ]
    here: dict[str, Any] = {"owner_id": OWNER, "chat_id": CHAT}
    assert drafts.turn_to(first.id, **here).id == first.id
    at_hand = drafts.current(owner_id=OWNER, chat_id=CHAT)
    assert at_hand is not None and at_hand.id == first.id
    drafts.discard(first.id)
    assert drafts.current(owner_id=OWNER, chat_id=CHAT) is None, "the other one waits"
    for gone, owner in ((first, OWNER), (second, OWNER + 1), (elsewhere, OWNER)):
        with pytest.raises(DraftGoneError):
            drafts.turn_to(gone.id, owner_id=owner, chat_id=CHAT)
    assert drafts.turn_to(second.id, **here).media[0].original == picture(2).original
    there = drafts.current(owner_id=OWNER, chat_id=CHAT + 1)
    assert there is not None and there.id == elsewhere.id


def test_a_chat_that_moves_keeps_its_draft_and_drafts_that_were_there_before(
    drafts: Drafts, items: DraftItems, posts: Posts, new_draft: NewDraft
) -> None:
    mine, theirs = new_draft(), new_draft(owner_id=1)
    there = new_draft(owner_id=1, chat_id=CHAT + 1)
    drafts.remember_prompt(Shown(mine.id, 5))
    drafts.answer(mine.id, question="time", caption="from message 4", caption_message_id=4)
    posts.move_chat(CHAT, CHAT + 1)
    moved = drafts.current(owner_id=OWNER, chat_id=CHAT + 1)
    assert moved is not None and (moved.id, moved.prompt_message_id) == (mine.id, None)
    for number in (1, 4):  # of other messages there
        assert drafts.given_by(number, owner_id=OWNER, chat_id=CHAT + 1) is None
    (first,) = moved.media
    second = items.add(mine.id, [picture(1)]).media
    assert [second[0].id, len(second)] == [first.id, 2], "it comes behind, and is no redelivery"
    at = drafts.current(owner_id=1, chat_id=CHAT + 1)
    assert at is not None and at.id == there.id
    waiting = drafts.all_of(owner_id=1, chat_id=CHAT + 1)
    assert [draft.id for draft in waiting] == [theirs.id, there.id]


def test_where_the_admins_chat_has_moved_nothing_is_the_message_of_an_alert_or_a_login(
    database: Database, posts: Posts, account_id: int
) -> None:
    """Others there have the same numbers, and would be answered, or made into these."""
    told = {"account_id": account_id, "message_id": 5}
    question = LoginQuestion(**told, kind="sms", expires_at=datetime.now(UTC))
    with database.transaction() as session:
        session.add_all([question, Alert(kind="disk", subject="", event="x", message_id=5)])
    for is_admins, message_id in ((False, 5), (True, None)):
        posts.move_chat(-1, -2, is_admins=is_admins)
        with database.transaction() as session:
            for kind in (LoginQuestion, Alert):
                assert session.scalars(select(kind.message_id)).one() == message_id


def test_a_draft_that_was_discarded_is_forgotten_in_the_end(
    database: Database, drafts: Drafts, new_draft: NewDraft
) -> None:
    drafts.discard(new_draft().id, by=9)
    assert Retention(database).discard_drafts(timedelta(days=7)) == []
    assert drafts.changed_by(9) is not None
    Retention(database).discard_drafts(timedelta(0))
    assert drafts.changed_by(9) is None
