"""A planned post changes as long as it is pending; who comes too late is told where it stands."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from storage.accounts import Accounts
from storage.database import Database
from storage.draft_changes import DraftGoneError, StillPreparingError
from storage.drafts import Drafts, Shown
from storage.edits import Edits
from storage.items import DraftItems
from storage.lifecycle import CHANGEABLE, PostType, PreparationState, Status
from storage.models import Draft, Post
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.post_messages import PostMessages
from storage.posts import Posts
from storage.preflight import Preflight
from storage.preparations import Preparations
from storage.queue import Queue
from storage.scope import Scope
from storage.staging import Staging
from tests.scopes import ALL, own
from tests.storage.conftest import CHAT, OWNER, Waiting, picture, until_it_waits

Planned = Callable[..., Post]
SOON, TOMORROW = timedelta(minutes=2), timedelta(days=1)
EDITOR: dict[str, Any] = {
    "owner_id": OWNER,
    "chat_id": CHAT,
    "language": "en",
    "question": "confirm",
}
TEXT: dict[str, Any] = {"caption": "Better", "hashtags": ["new"]}


@pytest.fixture
def edits(database: Database) -> Edits:
    return Edits(database)


def at(moment: datetime) -> dict[str, Any]:
    wall = moment.replace(tzinfo=None).isoformat(timespec="minutes")
    return {"scheduled_time": moment, "wall_time": wall, "timezone": "UTC"}


def tomorrow() -> dict[str, Any]:
    return at(datetime.now(UTC) + TOMORROW)


def test_while_somebody_edits_the_post_stays_as_it_was_and_goes_out_as_it_was(
    edits: Edits, drafts: Drafts, queue: Queue, planned: Planned
) -> None:
    post = planned()
    draft = edits.open(post.id, own(OWNER), **EDITOR)
    assert (draft.caption, draft.hashtags, draft.scheduled_time, draft.media[0].original) == (
        post.caption,
        post.hashtags,
        post.scheduled_time,
        post.media[0].original,
    )
    current = drafts.current(owner_id=OWNER, chat_id=CHAT)
    assert current is not None and (current.id, current.edits_post_id) == (draft.id, post.id)
    drafts.answer(draft.id, question="confirm", caption="Better")
    claimed = queue.claim_next()
    assert claimed is not None and claimed.caption == "Hello"
    with pytest.raises(WrongStatusError) as late:
        edits.apply(draft.id, own(OWNER))
    assert late.value.status is Status.CLAIMED
    assert drafts.all_of(owner_id=OWNER, chat_id=CHAT)[0].caption == "Better", "nothing is lost"


def test_an_applied_draft_is_the_post_with_its_files_and_its_number(
    edits: Edits, drafts: Drafts, items: DraftItems, posts: Posts, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)
    draft = edits.open(post.id, ALL, **EDITOR)
    assert items.remove_all(draft.id) == [], "the post still needs them"
    items.add(draft.id, [picture(5), picture(6)])
    answers = {"post_type": PostType.CAROUSEL, "fit": "crop", **TEXT, **tomorrow()}
    drafts.answer(draft.id, question="confirm", **answers)
    for _ in range(2):  # the same update comes again
        changed, files = edits.apply(draft.id, ALL, by=50)
        assert files == [], "all are kept as long as it can be undone"
        assert (changed.id, changed.status, changed.fit) == (post.id, Status.PENDING, "crop")
        assert (changed.post_type, changed.caption) == (PostType.CAROUSEL, "Better")
        assert changed.scheduled_time == changed.next_attempt_at == answers["scheduled_time"]
        assert [item.original for item in changed.media] == [picture(n).original for n in (5, 6)]
    assert drafts.all_of(owner_id=OWNER, chat_id=CHAT) == []
    assert len(posts.planned(ALL)) == 1
    with pytest.raises(DraftGoneError):
        edits.apply(draft.id, ALL, by=51)


def test_a_change_from_another_chat_leaves_the_post_its_card_and_its_message_there(
    database: Database, edits: Edits, drafts: Drafts, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)
    PostMessages(database).remember_card(post.id, 7, has_picture=True)
    edits.rewrite(post.id, ALL, caption="First", hashtags=[], given_by=(CHAT, 99))
    for caption, giver in (("First", 99), ("Better", None)):
        draft = edits.open(post.id, ALL, **EDITOR | {"chat_id": CHAT + 1})
        assert draft.caption_message_id is None
        drafts.remember_prompt(Shown(draft.id, 70))
        if caption != draft.caption:
            drafts.answer(draft.id, question="confirm", caption=caption, caption_message_id=71)
        changed, _ = edits.apply(draft.id, ALL)
        assert (changed.chat_id, changed.card_message_id) == (CHAT, 7)
        assert (changed.caption, changed.caption_message_id) == (caption, giver)
    answered = edits.rewrite(post.id, ALL, **TEXT, given_by=(CHAT + 1, 72))
    assert answered.caption_message_id is None


def test_media_from_another_chat_come_behind_whatever_their_messages_numbers_are(
    edits: Edits, drafts: Drafts, items: DraftItems, planned: Planned
) -> None:
    post, here = planned(due_in=TOMORROW), EDITOR | {"chat_id": CHAT + 1}
    for draft in (edits.open(post.id, ALL, **here), edits.duplicate(post.id, ALL, **here)):
        assert drafts.given_by(1, owner_id=OWNER, chat_id=CHAT + 1) is None
        added = items.add(draft.id, [picture(0), picture(1)])
        files = [item.original for item in added.media]
        assert files == [post.media[0].original, picture(0).original, picture(1).original]
        drafts.discard(draft.id)


def staged_and_checked(post: Post, staging: Staging, preflight: Preflight) -> tuple[Any, Post]:
    held = staging.hold_next(timedelta(minutes=3))
    assert held is not None and held[1].id == post.id
    staging.mark_staged(*held, {"of": held[1].upload_id})
    preflight.mark_checked(*held, [])
    return held


CHANGES: list[Callable[[Edits, Drafts, int], Post]] = [
    lambda edits, drafts, id: edits.rewrite(id, ALL, **TEXT),
    lambda edits, drafts, id: edits.reschedule(id, ALL, **at(datetime.now(UTC) + SOON)),
    lambda edits, drafts, id: edits.apply(edits.open(id, ALL, **EDITOR).id, ALL)[0],
]


def test_a_post_goes_to_the_account_that_was_chosen_for_it(
    edits: Edits, drafts: Drafts, accounts: Accounts, planned: Planned, database: Database
) -> None:
    post, other = planned(), accounts.configure("instagram", "other")
    with database.transaction() as session:
        session.execute(text("UPDATE accounts SET needs_approval = true WHERE name = 'other'"))
    draft = edits.open(post.id, own(OWNER), **EDITOR)
    drafts.answer(draft.id, question="confirm", account_id=other.id)
    changed, _ = edits.apply(draft.id, own(OWNER))
    assert (changed.id, changed.account_id, changed.account.name) == (post.id, other.id, "other")
    assert changed.status is Status.AWAITING_APPROVAL, "as that account wants it"


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_voids_what_was_staged_or_checked_and_what_is_at_this_moment(
    edits: Edits,
    drafts: Drafts,
    staging: Staging,
    preflight: Preflight,
    queue: Queue,
    planned: Planned,
    waiting: Waiting,
    change: Callable[[Edits, Drafts, int], Post],
) -> None:
    post = planned(due_in=SOON)
    lease, seen = staged_and_checked(post, staging, preflight)
    changed = change(edits, drafts, post.id)
    assert (changed.staged, changed.staged_at, changed.preflighted_at) == (None, None, None)
    staging.mark_staged(lease, seen, {"of": "before the change"})
    preflight.mark_checked(lease, seen, ["caption_too_long"])
    queue.release(lease)
    assert waiting() == []
    held = staging.hold_next(timedelta(minutes=3))
    assert held is not None and held[1].staged is None and held[1].preflighted_at is None


def test_other_media_are_sent_under_another_id_unless_something_was_sent_under_it(
    edits: Edits, queue: Queue, planned: Planned
) -> None:
    post = planned()
    for sent in (False, True):
        claimed = queue.claim_next()
        assert claimed is not None
        if sent:
            queue.outcomes.mark_sending(claimed)
        queue.outcomes.retry_later(claimed, delay=-SOON, error_class="network", error_message="x")
        changed, _ = edits.apply(edits.open(post.id, ALL, **EDITOR).id, ALL)
        assert changed.upload_id == (claimed.upload_id if sent else None)


def test_another_time_counts_from_the_beginning(
    edits: Edits, queue: Queue, planned: Planned
) -> None:
    post = planned()
    claimed = queue.claim_next()
    assert claimed is not None
    queue.outcomes.retry_later(claimed, delay=TOMORROW, error_class="network", error_message="x")
    kept = edits.rewrite(post.id, ALL, **TEXT)
    assert (kept.retry_count, kept.error_class, kept.caption) == (1, "network", "Better")
    changed = edits.reschedule(post.id, ALL, **tomorrow(), by=60)
    assert (changed.retry_count, changed.error_class, changed.error_message) == (0, None, None)
    assert changed.next_attempt_at == changed.scheduled_time
    again = edits.reschedule(post.id, ALL, **at(datetime.now(UTC)), by=60)
    assert (again.scheduled_time, again.revision) == (changed.scheduled_time, changed.revision)
    now = edits.reschedule(post.id, ALL, scheduled_time=None, wall_time=None, timezone="UTC", by=61)
    assert now.next_attempt_at == now.scheduled_time == now.updated_at
    assert queue.claim_next() is not None


@pytest.mark.parametrize("status", sorted(set(Status) - CHANGEABLE - {Status.FAILED}))
def test_whoever_comes_too_late_is_told_where_the_post_stands(
    database: Database, edits: Edits, drafts: Drafts, planned: Planned, status: Status
) -> None:
    post = planned(due_in=TOMORROW)
    draft = edits.open(post.id, ALL, **EDITOR)
    columns = {
        "fence": "1" if status in (Status.CLAIMED, Status.SENDING) else "NULL",
        "uncertain_since": "now()" if status is Status.UNCONFIRMED else "NULL",
        "published_at": "now()" if status is Status.UPLOADED else "NULL",
    }
    values = ", ".join(f"{name} = {value}" for name, value in columns.items())
    with database.transaction() as session:
        session.execute(
            text(
                f"UPDATE scheduled_posts SET status = '{status}', upload_id = '1',"  # noqa: S608
                f" error_message = 'x', handed_over_at = now(), {values}"
            )
        )
    changes: list[Callable[[], object]] = [
        lambda: edits.open(post.id, ALL, **EDITOR),
        lambda: edits.rewrite(post.id, ALL, **TEXT),
        lambda: edits.reschedule(post.id, ALL, **tomorrow()),
        lambda: edits.apply(draft.id, ALL),
    ]
    for change in changes:
        with pytest.raises(WrongStatusError) as late:
            change()
        assert late.value.status is status
    assert drafts.all_of(owner_id=OWNER, chat_id=CHAT) != []


@pytest.mark.parametrize(("refusal", "is_kept"), [("refused", True), ("id_taken", False)])
@pytest.mark.parametrize("is_moved", [True, False])
def test_what_has_failed_is_changed_and_planned_again_by_a_time_or_by_another_draft(
    edits: Edits, queue: Queue, planned: Planned, refusal: str, *, is_kept: bool, is_moved: bool
) -> None:
    """Under the upload id that something was sent under, unless that one is spent."""
    post = planned()
    claimed = queue.claim_next()
    assert claimed is not None
    queue.outcomes.mark_sending(claimed)
    queue.outcomes.reject(claimed, error_class=refusal, error_message="x")
    draft = edits.open(post.id, ALL, **EDITOR)
    written = edits.rewrite(post.id, ALL, **TEXT)
    assert (written.status, written.caption) == (Status.FAILED, "Better")
    if is_moved:
        changed = edits.reschedule(post.id, ALL, **tomorrow())
    else:
        changed, _ = edits.apply(draft.id, ALL)
    assert (changed.status, changed.retry_count) == (Status.PENDING, 0)
    assert (changed.error_class, changed.upload_id == claimed.upload_id) == (None, is_kept)


def test_a_post_outside_of_a_scope_cannot_be_changed(edits: Edits, planned: Planned) -> None:
    post = planned(due_in=TOMORROW)
    draft = edits.open(post.id, ALL, **EDITOR)
    for scope in (Scope(), own(OWNER + 1), Scope.of_everybody([])):
        for change in (
            lambda scope=scope: edits.open(post.id, scope, **EDITOR),
            lambda scope=scope: edits.rewrite(post.id, scope, **TEXT),
            lambda scope=scope: edits.reschedule(post.id, scope, **tomorrow()),
            lambda scope=scope: edits.apply(draft.id, scope),
        ):
            with pytest.raises(PostNotFoundError):
                change()


def test_an_edit_is_opened_once_by_one_update_and_applied_when_its_files_are_ready(
    database: Database, edits: Edits, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)
    draft, again = (edits.open(post.id, ALL, **EDITOR, by=70) for _ in range(2))
    assert draft.id == again.id
    Preparations(database).ask(draft.id)
    with pytest.raises(StillPreparingError):
        edits.apply(draft.id, ALL)
    another = Drafts(database).schedule(edits.open(post.id, ALL, **EDITOR).id)
    assert another.id != post.id


def test_what_is_prepared_for_a_post_needs_no_preparing_until_a_choice_changes(
    database: Database, edits: Edits, drafts: Drafts, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)
    assert edits.open(post.id, ALL, **EDITOR).preparation is None
    with database.transaction() as session:
        session.execute(text("UPDATE media_items SET prepared = original"))
    draft: Draft = edits.open(post.id, ALL, **EDITOR)
    assert draft.preparation is PreparationState.DONE
    answered = drafts.answer(draft.id, question="confirm", post_type=PostType.STORY)
    assert answered.preparation is None


def test_a_post_that_moves_to_tomorrow_while_it_is_claimed_is_not_published(
    database: Database, queue: Queue, planned: Planned
) -> None:
    planned()
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            session.execute(
                text("UPDATE scheduled_posts SET next_attempt_at = now() + interval '1 day'")
            )
            claiming = pool.submit(queue.claim_next)
            until_it_waits(session, claiming)
        assert claiming.result() is None


def test_a_duplicate_shares_the_files_and_is_another_post_with_a_time_of_its_own(
    edits: Edits, drafts: Drafts, posts: Posts, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)
    draft, again = (edits.duplicate(post.id, own(OWNER), **EDITOR, by=80) for _ in range(2))
    assert draft.id == again.id
    assert (draft.caption, draft.post_type) == (post.caption, post.post_type)
    assert (draft.edits_post_id, draft.scheduled_time, draft.wall_time) == (None, None, None)
    _, freed = posts.delete(post.id, own(OWNER))
    assert freed == [], "the draft needs them"
    drafts.answer(draft.id, question="confirm", **tomorrow())
    assert drafts.schedule(draft.id).media[0].original == post.media[0].original
    with pytest.raises(PostNotFoundError):
        edits.duplicate(post.id, own(OWNER), **EDITOR, by=81)


def test_a_change_that_comes_too_late_is_kept_as_a_draft_of_a_new_post(
    edits: Edits, drafts: Drafts, queue: Queue, planned: Planned
) -> None:
    draft = edits.open(planned().id, ALL, **EDITOR)
    drafts.answer(draft.id, question="confirm", caption="Better")
    assert queue.claim_next() is not None
    with pytest.raises(WrongStatusError):
        edits.apply(draft.id, ALL, by=90)
    parted = edits.part(draft.id, by=90)
    assert (parted.edits_post_id, parted.scheduled_time, parted.caption) == (None, None, "Better")
    assert drafts.changed_by(90) is not None


def test_the_post_that_a_message_gave_is_found_a_deleted_one_as_the_last(
    edits: Edits, drafts: Drafts, posts: Posts, planned: Planned
) -> None:
    post = planned(due_in=TOMORROW)

    def found(message_id: int, owner_id: int = OWNER, chat_id: int = CHAT) -> int | None:
        given = edits.given_by(message_id, owner_id=owner_id, chat_id=chat_id)
        return given.id if given else None

    assert found(picture().position) == post.id and found(99) is None
    assert found(1, owner_id=OWNER + 1) is None and found(1, chat_id=CHAT + 1) is None
    for _ in range(2):
        edits.rewrite(post.id, ALL, **TEXT, given_by=(CHAT, 99), by=95)
    assert found(99) == post.id and posts.get(post.id, ALL).revision == 1
    copy = edits.duplicate(post.id, ALL, **EDITOR)
    drafts.answer(copy.id, question="confirm", **tomorrow())
    copied = drafts.schedule(copy.id)
    assert found(99) == found(picture().position) == post.id
    posts.delete(post.id, ALL)
    assert found(99) == post.id and found(picture().position) == copied.id
