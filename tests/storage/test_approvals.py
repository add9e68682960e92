"""What an author plans waits for an approval, where its account asks for one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update

from storage.approval_links import ApprovalLinks, LinkAnswer
from storage.approval_requests import APPROVERS
from storage.approvals import AlreadyDecidedError, Approvals, Approver, ChangedMeanwhileError
from storage.database import Database
from storage.drafts import Drafts
from storage.due import DueWork
from storage.edits import Edits
from storage.groups import Groups
from storage.hand_over import HandOver, is_offered
from storage.held import HeldPosts, LetIn
from storage.items import DraftItems
from storage.lifecycle import PostType, Status
from storage.members import Members
from storage.models import Account, Draft, Member, MemberAccount, MemberRole, Post
from storage.notes import Notes
from storage.outbox import NoticeKind
from storage.overdue import Overdue
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.posts import Posts
from storage.preflight import Preflight
from storage.queue import Queue
from storage.series_posts import SeriesPosts
from storage.slots import Planning, Slots
from storage.staging import Staging
from storage.team_cards import TeamCards
from storage.undo import Undo
from tests.scopes import ACCOUNTS, ALL, own
from tests.storage.conftest import CHAT, OWNER, Waiting, picture
from tests.storage.test_edits import at

Planned = Callable[..., Post]
AUTHOR, EDITOR = own(OWNER), replace(ALL, approves=ACCOUNTS)
BEN, CARLA = Approver(8, "Ben"), Approver(9, "Carla")
HOURS = timedelta(hours=2)
EDITS: dict[str, Any] = {
    "owner_id": OWNER,
    "chat_id": CHAT,
    "language": "en",
    "question": "confirm",
}


@pytest.fixture
def approvals(database: Database) -> Approvals:
    return Approvals(database)


@pytest.fixture(autouse=True)
def asks_for_approval(database: Database, account_id: int) -> None:
    """Of the account that all drafts are for."""
    with database.transaction() as session:
        session.execute(update(Account).values(needs_approval=True))


def status_of(database: Database, post: Post) -> tuple[Status, str | None]:
    with database.transaction() as session:
        found = session.get_one(Post, post.id)
        return found.status, found.error_class


def pass_time(database: Database, span: timedelta) -> None:
    """Everything that is planned is so much nearer."""
    with database.transaction() as session:
        session.execute(
            update(Post).values(
                scheduled_time=Post.scheduled_time - span,
                next_attempt_at=Post.next_attempt_at - span,
                created_at=Post.created_at - span,
            )
        )


def kinds(waiting: Waiting) -> list[tuple[str, str]]:
    return [(notice.audience, notice.kind) for notice in waiting()]


def test_who_may_approve_plans_at_once_and_an_author_waits(
    drafts: Drafts, new_draft: Callable[..., Draft], waiting: Waiting
) -> None:
    for approves, status in ((ACCOUNTS, Status.PENDING), (frozenset(), Status.AWAITING_APPROVAL)):
        draft = new_draft()
        drafts.answer(
            draft.id,
            question="confirm",
            post_type=PostType.PHOTO,
            caption="",
            hashtags=[],
            **at(datetime.now(UTC) + HOURS),
        )
        post = drafts.schedule(draft.id, approves=approves)
        assert (post.status, post.next_attempt_at) == (status, post.scheduled_time)
    assert kinds(waiting) == [("admin", "approval_asked")]


def test_nothing_of_a_publisher_touches_it(
    database: Database,
    queue: Queue,
    staging: Staging,
    preflight: Preflight,
    overdue: Overdue,
    planned: Planned,
    posts: Posts,
    account_id: int,
) -> None:
    due = [planned(due_in=span) for span in (timedelta(minutes=-1), timedelta(minutes=40))]
    hour = (timedelta(), timedelta(hours=1))
    assert queue.claim_next() is None
    assert staging.hold_next(timedelta(hours=1)) is None
    assert preflight.hold_next(*hour) is None and preflight.tell_of_pauses(*hour) == []
    assert overdue.tell_waiting(timedelta(hours=1)) == []
    work = DueWork(database, ["instagram"])
    assert work.seconds_left(timedelta(minutes=3)) is None
    assert work.accounts_with_work(timedelta(minutes=3), *hour) == []
    pass_time(database, timedelta(hours=3))
    assert overdue.ask_about_late(HOURS) == []
    nobody = LetIn(frozenset(), -1, frozenset())
    assert HeldPosts(database).hold(nobody) == []
    for post in due:
        with pytest.raises(WrongStatusError):
            HandOver(database).hand_over(post.id, EDITOR)
        assert status_of(database, post)[0] is Status.AWAITING_APPROVAL
    assert [post.id for post in posts.planned(AUTHOR)] == [post.id for post in due]
    slots = Slots(database)
    (calendar,) = slots.calendar(Planning(account_id))
    assert len(calendar.taken) == 2 == slots.queue(account_id).count
    assert len(posts.planned_media()) == 2


def test_an_approved_post_goes_out_at_its_time_and_its_owner_hears(
    approvals: Approvals, queue: Queue, planned: Planned, waiting: Waiting
) -> None:
    post = planned(due_in=HOURS)
    for _ in range(2):  # the same update comes again
        done = approvals.approve(post.id, EDITOR, BEN, revision=post.revision, by=60)
        assert (done.status, done.approved_by, done.decided_by) == (Status.PENDING, BEN.id, "Ben")
        assert done.next_attempt_at == post.scheduled_time
    assert kinds(waiting) == [("admin", "approval_asked"), ("owner", "approved")]
    assert waiting()[1].detail["name"] == "Ben"
    assert queue.claim_next() is None


def test_what_goes_out_right_away_waits_a_day_and_then_goes_out_at_once(
    database: Database,
    approvals: Approvals,
    drafts: Drafts,
    new_draft: Callable[..., Draft],
    queue: Queue,
) -> None:
    draft = new_draft()
    answers: dict[str, Any] = {"post_type": PostType.PHOTO, "caption": "", "hashtags": []}
    drafts.answer(draft.id, question="confirm", scheduled_time=datetime.now(UTC), **answers)
    post = drafts.schedule(draft.id)
    assert approvals.remind() == [] == approvals.expire()
    pass_time(database, timedelta(hours=23, minutes=30))
    assert (approvals.remind(), approvals.remind(), approvals.expire()) == ([post.id], [], [])
    approvals.approve(post.id, EDITOR, BEN, revision=post.revision)
    claimed = queue.claim_next()
    assert claimed is not None and claimed.id == post.id


@pytest.mark.parametrize("reason", ["Too dark", None])
def test_a_declined_post_has_its_reason_and_is_sent_again(
    database: Database,
    approvals: Approvals,
    posts: Posts,
    planned: Planned,
    waiting: Waiting,
    reason: str | None,
) -> None:
    post = planned(due_in=HOURS)
    for _ in range(2):
        declined = approvals.decline(post.id, EDITOR, BEN, revision=0, reason=reason, by=61)
        assert (declined.status, declined.error_class) == (Status.FAILED, "declined")
        assert (declined.approval_note, declined.decided_by) == (reason, "Ben")
    assert waiting()[-1].detail == {"name": "Ben", "reason": reason}
    with pytest.raises(WrongStatusError):
        HandOver(database).hand_over(post.id, ALL)
    assert not is_offered(declined)
    again = posts.try_again(post.id, AUTHOR, by=62)
    assert (again.status, again.error_class) == (Status.AWAITING_APPROVAL, None)
    assert (again.next_attempt_at, again.approval_note) == (post.scheduled_time, None)
    approvals.decline(post.id, EDITOR, BEN, revision=0)
    out = posts.try_again(post.id, EDITOR)
    assert (out.status, out.next_attempt_at) == (Status.PENDING, post.scheduled_time)


CHANGES: list[Callable[[Database, int, Any], object]] = [
    lambda db, id, scope: Edits(db).rewrite(id, scope, caption="Better", hashtags=[], by=70),
    lambda db, id, scope: Edits(db).reschedule(
        id, scope, by=70, **at(datetime.now(UTC) + timedelta(hours=3))
    ),
    lambda db, id, scope: Edits(db).reschedule(
        id, scope, by=70, scheduled_time=None, wall_time=None, timezone="UTC"
    ),
    lambda db, id, scope: Edits(db).apply(Edits(db).open(id, scope, **EDITS).id, scope, by=70),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("was", ["waiting", "approved", "declined"])
def test_a_change_by_its_author_is_approved_anew_and_one_by_an_approver_is_not(
    database: Database,
    approvals: Approvals,
    planned: Planned,
    change: Callable[[Database, int, Any], object],
    was: str,
) -> None:
    author = Status.AWAITING_APPROVAL
    editor = Status.AWAITING_APPROVAL if was == "waiting" else Status.PENDING
    for scope, expected in ((AUTHOR, author), (EDITOR, editor)):
        post = planned(due_in=HOURS)
        if was != "waiting":
            decide = approvals.approve if was == "approved" else approvals.decline
            decide(post.id, EDITOR, BEN, revision=0)
        change(database, post.id, scope)
        with database.transaction() as session:
            changed = session.get_one(Post, post.id)
            keeps = was == "approved" and scope is EDITOR
            assert (changed.status, changed.approved_at is not None) == (expected, keeps)
            assert changed.revision == 1
            changed.last_update_id = None
        if expected is Status.AWAITING_APPROVAL:
            with pytest.raises(ChangedMeanwhileError):
                approvals.approve(post.id, EDITOR, BEN, revision=0)
            approvals.approve(post.id, EDITOR, BEN, revision=1)


def test_the_text_of_a_post_whose_time_is_past_changes_and_it_waits_for_a_new_time(
    database: Database, approvals: Approvals, planned: Planned
) -> None:
    edits, post = Edits(database), planned(due_in=HOURS)
    pass_time(database, timedelta(hours=3))
    assert approvals.expire() == [post.id]
    changed = edits.rewrite(post.id, AUTHOR, caption="Better", hashtags=[])
    assert (changed.status, changed.error_class) == (Status.FAILED, "not_approved")
    moved = edits.reschedule(post.id, AUTHOR, **at(datetime.now(UTC) + HOURS))
    assert (moved.status, moved.caption) == (Status.AWAITING_APPROVAL, "Better")


def test_an_approver_gives_a_post_whose_time_is_past_a_new_one_and_it_goes_out_then(
    database: Database, approvals: Approvals, planned: Planned
) -> None:
    post = planned(due_in=HOURS)
    pass_time(database, timedelta(hours=3))
    assert approvals.expire() == [post.id]
    moved = Edits(database).reschedule(post.id, EDITOR, **at(datetime.now(UTC) + HOURS))
    assert (moved.status, moved.next_attempt_at) == (Status.PENDING, moved.scheduled_time)


def test_what_is_not_approved_in_time_fails_and_both_sides_hear_before_and_then(
    database: Database, approvals: Approvals, planned: Planned, waiting: Waiting
) -> None:
    post = planned(due_in=HOURS)
    assert approvals.remind() == []
    pass_time(database, timedelta(minutes=70))
    assert (approvals.remind(), approvals.remind(), approvals.expire()) == ([post.id], [], [])
    pass_time(database, timedelta(minutes=60))
    assert (approvals.expire(), approvals.expire()) == ([post.id], [])
    assert status_of(database, post) == (Status.FAILED, "not_approved")
    assert kinds(waiting) == [
        ("admin", "approval_asked"),
        ("admin", "approval_soon"),
        ("owner", "approval_soon"),
        ("owner", "not_approved"),
        ("admin", "not_approved"),
    ]
    soon = planned(due_in=timedelta(minutes=20))
    assert kinds(waiting)[5:] == [("admin", "approval_asked"), ("owner", "approval_soon")]
    assert approvals.remind() == []
    pass_time(database, timedelta(minutes=21))
    late = approvals.approve(soon.id, EDITOR, BEN, revision=0)
    assert (late.status, late.error_class) == (Status.FAILED, "not_approved")


def test_of_two_approvers_at_once_the_first_counts_and_the_other_hears(
    approvals: Approvals, planned: Planned, waiting: Waiting
) -> None:
    post = planned(due_in=HOURS)
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(approvals.approve, post.id, EDITOR, BEN, revision=0, by=80),
            pool.submit(approvals.decline, post.id, EDITOR, CARLA, revision=0, by=81),
        ]
        errors = [one.exception() for one in both]
    (late,) = [error for error in errors if error is not None]
    assert isinstance(late, AlreadyDecidedError)
    assert late.post.decided_by == ("Ben" if errors[0] is None else "Carla")
    assert len(waiting()) == 2


def test_nobody_decides_who_may_not(approvals: Approvals, planned: Planned) -> None:
    post = planned(due_in=HOURS)
    elsewhere = replace(ALL, approves=frozenset({98}))
    for scope in (AUTHOR, ALL, elsewhere, replace(AUTHOR, asked_about=frozenset({98}))):
        with pytest.raises(PostNotFoundError):
            approvals.approve(post.id, scope, BEN, revision=0)
    client = replace(own(55), asked_about=frozenset({post.id}))
    assert approvals.approve(post.id, client, BEN, revision=0).status is Status.PENDING


def test_what_waited_waits_again_after_undo_whoever_deletes_it(
    database: Database, approvals: Approvals, planned: Planned, waiting: Waiting
) -> None:
    undo, cards, post = Undo(database), TeamCards(database), planned(due_in=HOURS)
    cards.add(post.id, -5, 1, has_picture=True, revision=0)
    assert undo.delete(post.id, EDITOR, by=90).status is Status.DELETED
    assert undo.delete(post.id, EDITOR, by=95).status is Status.DELETED, "tapped twice"
    back = undo.undo(post.id, EDITOR, question="card", by=91)
    assert isinstance(back, Post) and back.status is Status.AWAITING_APPROVAL
    approvals.approve(post.id, EDITOR, BEN, revision=0)
    undo.delete(post.id, AUTHOR, by=92)
    back = undo.undo(post.id, AUTHOR, question="card", by=93)
    assert isinstance(back, Post) and back.status is Status.PENDING
    assert isinstance(undo.undo(post.id, AUTHOR, question="card", by=94), Draft)
    closed = [notice for notice in waiting() if notice.kind == NoticeKind.TEAM_CARDS]
    assert [notice.chat_id for notice in closed] == [-5] * 4
    before, now = cards.add(post.id, -5, 2, has_picture=True, revision=0)
    assert now.status is Status.DELETED, "whoever shows it hears where it stands"
    assert [card.message_id for card in before] == [1]
    assert cards.post_on(-5, 2) == post.id and cards.post_on(-5, 1) is None


def test_a_series_waits_as_a_whole_and_each_is_approved_by_itself(
    database: Database,
    approvals: Approvals,
    drafts: Drafts,
    items: DraftItems,
    new_draft: Callable[..., Draft],
) -> None:
    draft = new_draft()
    items.add(draft.id, [picture(n) for n in (5, 6)])
    drafts.answer(
        draft.id,
        question="confirm",
        post_type=PostType.STORIES,
        caption="",
        hashtags=[],
        **at(datetime.now(UTC) + HOURS),
    )
    first, series = drafts.schedule(draft.id), SeriesPosts(database)
    assert first.series_id is not None
    approvals.approve(first.id, EDITOR, BEN, revision=0)
    moved = series.reschedule(first.series_id, AUTHOR, **at(datetime.now(UTC) + 2 * HOURS), by=95)
    assert {post.status for post in moved} == {Status.AWAITING_APPROVAL} and len(moved) == 3
    series.delete(first.series_id, AUTHOR, by=96)
    back = series.undo(first.series_id, AUTHOR, questions=("card", "series"), by=97)
    assert isinstance(back, list)
    assert {post.status for post in back} == {Status.AWAITING_APPROVAL}


def test_the_groups_chat_hears_or_else_the_admin_and_everybody_who_may_approve(
    database: Database, planned: Planned, waiting: Waiting, account_id: int
) -> None:
    members = {
        21: (MemberRole.OWNER, False),
        22: (MemberRole.EDITOR, True),
        23: (MemberRole.EDITOR, False),
        24: (MemberRole.EDITOR, False),
        25: (MemberRole.AUTHOR, True),
        26: (MemberRole.VIEWER, True),
        27: (MemberRole.OWNER, True),
    }
    with database.transaction() as session:
        for number, (role, of_all) in members.items():
            session.add(Member(user_id=number, name="", role=role, all_accounts=of_all))
        session.flush()
        session.add(MemberAccount(user_id=24, account_id=account_id))
        session.execute(text("UPDATE members SET removed_at = now() WHERE user_id = 27"))
    planned(due_in=HOURS)
    assert [notice.chat_id for notice in waiting()] == [None, 21, 22, 24]
    with database.transaction() as session:
        session.execute(update(Account).values(group_chat_id=-7))
    planned(due_in=HOURS)
    assert [notice.chat_id for notice in waiting()[4:]] == [-7]
    assert set(APPROVERS) == {MemberRole.OWNER, MemberRole.EDITOR}


def test_a_clients_link_is_one_persons_until_it_ends_or_is_withdrawn(
    database: Database, approvals: Approvals, planned: Planned
) -> None:
    links, post = ApprovalLinks(database), planned(due_in=HOURS)
    for scope in (AUTHOR, ALL):
        with pytest.raises(PostNotFoundError):
            links.create(post.id, scope, created_by=BEN.id)
    link, token = links.create(post.id, EDITOR, created_by=BEN.id)
    assert links.open("guessed", 55) == (LinkAnswer.UNKNOWN, None)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda who: links.open(token, who)[0], (55, 56)))
    assert sorted(both) == [LinkAnswer.OPENED, LinkAnswer.USED]
    (asked,), hashes = links.known()
    assert links.open(token, asked.user_id) == (LinkAnswer.OPENED, post.id)
    assert (asked.post_id, len(hashes)) == (post.id, 1)
    links.withdraw(link.id, AUTHOR)
    assert len(links.known()[0]) == 1
    links.withdraw(link.id, EDITOR)
    assert links.known() == ([], hashes) and links.open(token, 55)[0] is LinkAnswer.WITHDRAWN
    _, token = links.create(post.id, EDITOR, created_by=BEN.id)
    with database.transaction() as session:
        session.execute(text("UPDATE approval_links SET expires_at = now()"))
    assert links.open(token, 55)[0] is LinkAnswer.EXPIRED
    members = Members(database)
    changes: list[tuple[bool, Callable[[], None]]] = [
        (True, lambda: members.set_role(BEN.id, MemberRole.EDITOR)),
        (True, lambda: members.give(BEN.id, frozenset({post.account_id}))),
        (False, lambda: members.give(BEN.id, frozenset({post.account_id + 1}))),
        (False, lambda: members.set_role(BEN.id, MemberRole.AUTHOR)),
        (False, lambda: members.remove(BEN.id)),
    ]
    for is_kept, change in changes:
        _, token = links.create(post.id, EDITOR, created_by=BEN.id)
        change()
        assert links.open(token, 55)[0] is (LinkAnswer.OPENED if is_kept else LinkAnswer.WITHDRAWN)
    approvals.approve(post.id, EDITOR, BEN, revision=0)
    with pytest.raises(AlreadyDecidedError):
        links.create(post.id, EDITOR, created_by=BEN.id)


def test_the_last_three_notes_stand_on_a_card_and_its_owner_hears_of_others(
    database: Database, planned: Planned, waiting: Waiting
) -> None:
    notes, post = Notes(database), planned(due_in=HOURS)
    for number in (1, 1, 2, 3, 4):  # the first update comes again
        who: dict[str, Any] = {"author_id": BEN.id, "author_name": "Ben"}
        notes.add(post.id, ALL, f"Note {number}", **who, by=number)
    notes.add(post.id, AUTHOR, "Mine", author_id=OWNER, author_name="Me")
    assert [note.text for note in notes.last(post.id)] == ["Note 3", "Note 4", "Mine"]
    told = [notice.detail for notice in waiting() if notice.kind == NoticeKind.NOTE]
    assert [detail["reason"] for detail in told] == [f"Note {n}" for n in (1, 2, 3, 4)]
    with pytest.raises(PostNotFoundError):
        notes.add(post.id, own(99), "Not mine to see", author_id=99, author_name="")


def test_the_group_of_an_account_hears_of_plans_and_results_besides_their_own_chat(
    database: Database, queue: Queue, planned: Planned, waiting: Waiting, account_id: int
) -> None:
    groups = Groups(database)
    groups.tie(account_id, -7, 3)
    with database.transaction() as session:
        session.execute(update(Account).values(needs_approval=False))
    planned()
    claimed = queue.claim_next()
    assert claimed is not None
    queue.outcomes.mark_sending(claimed)
    queue.outcomes.mark_uploaded(claimed, media_pk="1", link="x")
    told = [(notice.audience, notice.kind, notice.chat_id) for notice in waiting()]
    assert sorted(told, key=str) == [
        ("chat", "published", -7),
        ("chat", "team_cards", -7),
        ("owner", "published", None),
    ]
    planned()
    claimed = queue.claim_next()
    assert claimed is not None
    queue.outcomes.reject(claimed, error_class="refused", error_message="x")
    assert [notice.chat_id for notice in waiting() if notice.kind == "failed"].count(-7) == 1
    Posts(database).move_chat(-7, -8)
    with database.transaction() as session:
        assert session.get_one(Account, account_id).group_chat_id == -8
    groups.untie(account_id, -8)
    before = len(waiting())
    planned()
    assert len(waiting()) == before
