"""The queue of preparations: in order, one owner each, and void as soon as an answer changes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.draft_changes import DraftGoneError, StillPreparingError
from storage.drafts import Drafts
from storage.items import DraftItems, NewMedia, Preparation
from storage.lifecycle import MediaKind, PostType, PreparationState
from storage.models import Draft
from storage.originals import Original, Originals
from storage.preparations import PreparationGoneError, Preparations, Wish
from tests.storage.conftest import picture, until_it_waits

NewDraft = Callable[..., Draft]


@pytest.fixture
def preparations(database: Database) -> Preparations:
    return Preparations(database)


def made_for(draft: Draft, number: int = 7) -> list[Preparation]:
    return [Preparation(item.id, f"{number:032x}.jpg") for item in draft.media]


def test_drafts_are_taken_in_the_order_in_which_they_were_asked_for(
    preparations: Preparations, new_draft: NewDraft
) -> None:
    drafts = [new_draft(owner_id=owner) for owner in (3, 1, 2)]
    for draft in drafts:
        preparations.ask(draft.id)
    taken = [preparations.take() for _ in range(4)]
    assert [post.id if post else None for post in taken] == [*(d.id for d in drafts), None]


def test_of_several_that_are_asked_for_at_once_one_may_be_gone(
    drafts: Drafts, items: DraftItems, preparations: Preparations, new_draft: NewDraft
) -> None:
    gone, first, second = (new_draft(owner_id=owner) for owner in (1, 2, 3))
    items.add(second.id, [picture(2)])
    drafts.discard(gone.id)
    wishes = [Wish(second.id, 7), Wish(gone.id, 8), Wish(first.id, 9)]
    one, error, other = preparations.ask_all(*wishes)
    assert isinstance(one, Draft) and isinstance(other, Draft)
    assert isinstance(error, DraftGoneError)
    assert (one.progress_message_id, len(one.media)) == (7, 2)
    assert (other.progress_message_id, len(other.media)) == (9, 1)
    assert one.preparation_id != other.preparation_id


def test_a_draft_that_is_being_changed_is_waited_for_and_taken(
    database: Database, preparations: Preparations, new_draft: NewDraft
) -> None:
    """Whoever tapped a time has it locked just then; nobody looks for it a second time."""
    draft = new_draft()
    preparations.ask(draft.id)
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            session.execute(text("SELECT FROM drafts FOR UPDATE"))
            taking = pool.submit(preparations.take)
            until_it_waits(session, taking)
        taken = taking.result()
    assert taken is not None and taken.id == draft.id


def test_what_was_taken_without_anybody_hearing_of_it_is_taken_again(
    preparations: Preparations, new_draft: NewDraft
) -> None:
    """As when the reply to the commit is lost."""
    unheard, at_work = (new_draft(owner_id=owner) for owner in (1, 2))
    for draft in (unheard, at_work):
        preparations.ask(draft.id)
        preparations.take()
    again = preparations.take(at_work={at_work.id})
    assert again is not None and again.id == unheard.id
    assert preparations.take(at_work={at_work.id, unheard.id}) is None


def test_what_was_made_is_kept_with_its_notes_and_replaces_what_was_there(
    preparations: Preparations, new_draft: NewDraft
) -> None:
    draft = new_draft()
    for number, replaced in ((7, []), (8, [f"{7:032x}.jpg"])):
        preparations.ask(draft.id, progress_message_id=5)
        taken = preparations.take()
        assert taken is not None and taken.progress_message_id == 5
        finished, unneeded = preparations.finish(taken, made_for(taken, number), ["framed"])
        assert unneeded == replaced
        assert finished.preparation is PreparationState.DONE
        assert finished.notes == ["framed"]
        assert finished.media[0].prepared == f"{number:032x}.jpg"


def test_what_is_made_quickly_needs_no_queue(
    preparations: Preparations, new_draft: NewDraft
) -> None:
    draft = new_draft()
    finished, _ = preparations.finish(draft, made_for(draft), [])
    assert finished.preparation is PreparationState.DONE


CHANGES: list[Callable[[Drafts, DraftItems, Draft], object]] = [
    lambda drafts, _, draft: drafts.answer(draft.id, question="fit", post_type=PostType.STORY),
    lambda drafts, _, draft: drafts.answer(draft.id, question="fit", fit="crop"),
    lambda drafts, _, draft: drafts.answer(draft.id, question="fit", fit_shift=0.5),
    lambda drafts, _, draft: drafts.answer(draft.id, question="trim", trim_agreed=True),
    lambda _, items, draft: items.add(draft.id, [picture(2)]),
    lambda _, items, draft: items.remove_all(draft.id),
    lambda drafts, _, draft: drafts.discard(draft.id),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_choices_or_media_voids_what_is_being_made(
    preparations: Preparations,
    drafts: Drafts,
    items: DraftItems,
    new_draft: NewDraft,
    change: Callable[[Drafts, DraftItems, Draft], object],
) -> None:
    draft = new_draft()
    preparations.ask(draft.id)
    taken = preparations.take()
    assert taken is not None and preparations.is_wanted(taken)
    change(drafts, items, draft)
    assert not preparations.is_wanted(taken)
    with pytest.raises(PreparationGoneError):
        preparations.finish(taken, made_for(taken), [])
    with pytest.raises(PreparationGoneError):
        preparations.fail(taken)


def test_other_answers_leave_it_alone(
    preparations: Preparations, drafts: Drafts, new_draft: NewDraft
) -> None:
    draft = new_draft()
    drafts.answer(draft.id, question="fit", post_type=PostType.PHOTO)
    preparations.ask(draft.id)
    taken = preparations.take()
    assert taken is not None
    drafts.answer(draft.id, question="time", caption="Hello", post_type=PostType.PHOTO)
    assert preparations.is_wanted(taken)


def test_asking_anew_voids_the_first_asking(
    preparations: Preparations, new_draft: NewDraft
) -> None:
    draft = new_draft()
    preparations.ask(draft.id)
    first = preparations.take()
    preparations.ask(draft.id)
    assert first is not None and not preparations.is_wanted(first)


def test_after_a_restart_what_was_running_waits_in_its_old_place(
    preparations: Preparations, new_draft: NewDraft
) -> None:
    first, second = new_draft(owner_id=1), new_draft(owner_id=2)
    preparations.ask(first.id)
    preparations.take()
    preparations.ask(second.id)
    assert preparations.begin_anew() == 1
    again = preparations.take()
    assert again is not None and again.id == first.id
    assert preparations.is_wanted(again)


def test_who_has_not_been_told_the_outcome_is_found_after_a_restart(
    preparations: Preparations, new_draft: NewDraft
) -> None:
    for owner in (1, 2):
        preparations.ask(new_draft(owner_id=owner).id, progress_message_id=5)
    ready, failed = preparations.take(), preparations.take()
    assert ready is not None and failed is not None
    preparations.finish(ready, made_for(ready), [])
    preparations.fail(failed)
    assert [draft.id for draft in preparations.untold()] == [ready.id]
    assert preparations.begin_anew() == 1
    preparations.forget_message(ready.id)
    assert preparations.untold() == []


def test_a_discarded_draft_is_prepared_no_more(
    preparations: Preparations, drafts: Drafts, new_draft: NewDraft
) -> None:
    draft = new_draft()
    preparations.ask(draft.id)
    drafts.discard(draft.id)
    assert preparations.take() is None
    with pytest.raises(DraftGoneError):
        preparations.ask(draft.id)


def test_a_draft_that_is_being_prepared_cannot_be_planned(
    preparations: Preparations, drafts: Drafts, new_draft: NewDraft
) -> None:
    draft = new_draft()
    drafts.answer(
        draft.id,
        question="confirm",
        post_type=PostType.PHOTO,
        caption="",
        hashtags=[],
        scheduled_time=draft.created_at,
    )
    preparations.ask(draft.id)
    with pytest.raises(StillPreparingError):
        drafts.schedule(draft.id)


def test_a_cover_is_kept_with_its_video_and_gives_the_former_one_up(
    items: DraftItems, new_draft: NewDraft, database: Database
) -> None:
    clip = NewMedia(
        position=2,
        kind=MediaKind.VIDEO,
        original=f"{2:032x}.mp4",
        format="mp4",
        width=1080,
        height=1920,
        duration=10.0,
        video_codec="h264",
        size_bytes=1000,
    )
    draft = items.add(new_draft().id, [clip])
    video = draft.media[1]
    mine = f"{9:032x}.jpg"
    chosen, unneeded = items.choose_cover(draft.id, video.id, own=mine, own_ref="a file_id")
    assert unneeded == []
    assert mine in chosen.media[1].files
    assert Originals(database).needed() == [Original(mine, None, "a file_id", [])]
    chosen, unneeded = items.choose_cover(draft.id, video.id, at=2.5)
    assert unneeded == [mine]
    assert chosen.media[1].cover_at == 2.5
    with pytest.raises(IntegrityError, match="only_a_video_has_a_cover"):
        items.choose_cover(draft.id, draft.media[0].id, at=1.0)
