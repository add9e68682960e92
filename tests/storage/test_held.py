"""Posts of people who are not let in any more: no publisher touches them, the admin decides."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from storage.accounts import Accounts
from storage.database import Database
from storage.due import DueWork
from storage.held import HeldPosts, LetIn
from storage.lifecycle import Status
from storage.members import Members
from storage.models import MemberRole, Post
from storage.overdue import Overdue
from storage.posts import Posts
from storage.preflight import Preflight
from storage.queue import Queue
from storage.scope import EVERY_ACCOUNT, AccountsGiven, Scope
from storage.staging import Staging
from storage.users import Users
from tests.scopes import ALL, own
from tests.storage.conftest import CHAT, OWNER, Waiting, picture
from tests.storage.test_replays import FAILED, settle

Planned = Callable[..., Post]
BEN, ADMINS_CHAT = 8, -100
EVERYBODY = LetIn(frozenset({OWNER, BEN}), ADMINS_CHAT, frozenset())
WITHOUT_BEN = LetIn(frozenset({OWNER}), ADMINS_CHAT, frozenset())
HOUR = timedelta(hours=1)


@pytest.fixture
def held(database: Database) -> HeldPosts:
    return HeldPosts(database)


def status(posts: Posts, post: Post) -> Status:
    return posts.get(post.id, ALL).status


def test_no_publisher_takes_a_held_post_and_the_list_shows_it(
    database: Database,
    held: HeldPosts,
    posts: Posts,
    planned: Planned,
    queue: Queue,
    staging: Staging,
    overdue: Overdue,
    preflight: Preflight,
) -> None:
    due, soon = planned(BEN), planned(BEN, timedelta(minutes=2))
    later = planned(BEN, timedelta(minutes=30))
    assert held.hold(EVERYBODY) == []
    assert held.hold(WITHOUT_BEN) == [due.id, soon.id, later.id]
    assert queue.claim_next() is None
    assert staging.hold_next(HOUR) is None
    assert preflight.hold_next(timedelta(0), HOUR) is None
    assert (
        overdue.ask_about_late(timedelta(0)) == preflight.tell_of_pauses(timedelta(0), HOUR) == []
    )
    assert DueWork(database, ["instagram"]).seconds_left(HOUR) is None
    assert [post.status for post in posts.planned(ALL)] == [Status.HELD] * 3


def test_the_admin_hears_once_of_each_person_until_it_is_decided(
    database: Database, held: HeldPosts, planned: Planned, waiting: Waiting
) -> None:
    Users(database).keep(BEN, "Ben")
    mine, first, _, other = planned(), planned(BEN), planned(BEN), planned(9)
    held.hold(WITHOUT_BEN)
    held.hold(WITHOUT_BEN)
    planned(BEN)
    held.hold(WITHOUT_BEN)
    told = [(told.audience, told.kind, told.post_id, told.detail) for told in waiting()]
    assert sorted(told, key=lambda each: each[2] or 0) == [
        ("admin", "held", first.id, {"person": BEN, "name": "Ben", "count": 2}),
        ("admin", "held", other.id, {"person": 9, "name": None, "count": 1}),
    ]
    held.drop(first.id, ALL)
    planned(BEN)
    assert held.hold(WITHOUT_BEN) != []
    assert len(waiting()) == 3
    assert mine.status is Status.PENDING


@pytest.mark.parametrize(
    ("let_in", "is_held"),
    [
        (LetIn(frozenset({BEN}), ADMINS_CHAT, frozenset()), False),
        (LetIn(frozenset(), CHAT, frozenset({BEN})), False),
        (LetIn(frozenset(), CHAT, None), False),
        (LetIn(frozenset(), CHAT, frozenset({OWNER})), True),
        (LetIn(frozenset(), ADMINS_CHAT, frozenset({BEN})), True),
        (LetIn(frozenset(), ADMINS_CHAT, None), True),
        (LetIn(frozenset(), ADMINS_CHAT, frozenset()), True),
    ],
)
def test_who_is_in_the_list_or_an_admin_in_the_admin_chat_is_let_in(
    held: HeldPosts, planned: Planned, let_in: LetIn, is_held: bool
) -> None:
    post = planned(BEN)
    assert held.hold(let_in) == ([post.id] if is_held else [])


def test_who_is_let_in_again_has_their_posts_back_as_planned(
    held: HeldPosts, posts: Posts, planned: Planned, overdue: Overdue
) -> None:
    late, later = planned(BEN, -3 * HOUR), planned(BEN, HOUR)
    held.hold(WITHOUT_BEN)
    assert held.release(WITHOUT_BEN, 2 * HOUR) == []
    assert sorted(held.release(EVERYBODY, 2 * HOUR)) == [late.id, later.id]
    assert posts.get(later.id, ALL).next_attempt_at == later.next_attempt_at
    asked = posts.get(late.id, ALL)  # before any publisher could take it
    assert (asked.status, asked.error_class) == (Status.FAILED, "late")
    assert status(posts, later) is Status.PENDING
    assert overdue.ask_about_late(2 * HOUR) == []


def test_what_the_admin_publishes_is_due_and_not_held_again(
    held: HeldPosts, posts: Posts, planned: Planned, overdue: Overdue
) -> None:
    late, later, other = planned(BEN, -3 * HOUR), planned(BEN, HOUR), planned(9)
    held.hold(WITHOUT_BEN)
    assert held.publish(later.id, ALL, by=46) == 2
    assert held.hold(WITHOUT_BEN) == overdue.ask_about_late(HOUR) == []
    assert posts.get(later.id, ALL).next_attempt_at == later.next_attempt_at
    assert [status(posts, post) for post in (late, later)] == [Status.PENDING] * 2
    assert status(posts, other) is Status.HELD


def test_the_same_update_decides_once_and_is_answered_twice(
    database: Database, held: HeldPosts, posts: Posts, planned: Planned
) -> None:
    first, second = planned(BEN), planned(9)
    held.hold(WITHOUT_BEN)
    assert held.publish(first.id, ALL, by=46) == 1
    settle(database, f"status = 'claimed', fence = 1 WHERE id = {first.id}")
    assert held.publish(first.id, ALL, by=46) == 1
    assert held.publish(first.id, ALL, by=47) == 0
    assert status(posts, first) is Status.CLAIMED
    assert held.drop(second.id, ALL, by=48) == (1, [picture(second.id).original])
    assert held.drop(second.id, ALL, by=48) == (1, [])
    assert held.drop(second.id, ALL, by=49) == held.drop(first.id, ALL, by=50) == (0, [])


@pytest.mark.parametrize("scope", [Scope(), own(OWNER), Scope.of_everybody([99])])
def test_nobody_decides_about_what_they_do_not_reach(
    held: HeldPosts, posts: Posts, planned: Planned, scope: Scope
) -> None:
    post = planned(BEN)
    held.hold(WITHOUT_BEN)
    assert held.publish(post.id, scope) == 0
    assert held.drop(post.id, scope) == (0, [])
    assert status(posts, post) is Status.HELD


@pytest.mark.parametrize("change", ["try_again", "publish_late"])
@pytest.mark.parametrize(("scope", "is_held"), [(ALL, False), (own(BEN), True)])
def test_what_an_admin_has_go_out_after_a_failure_is_not_held(
    database: Database,
    held: HeldPosts,
    posts: Posts,
    planned: Planned,
    change: str,
    scope: Scope,
    is_held: bool,
) -> None:
    post = planned(BEN)
    settle(database, FAILED)
    getattr(posts, change)(post.id, scope)
    assert held.hold(WITHOUT_BEN) == ([post.id] if is_held else [])


NOBODY = LetIn(frozenset(), ADMINS_CHAT, frozenset())


@pytest.mark.parametrize(
    ("role", "given", "goes_out"),
    [
        (MemberRole.OWNER, frozenset[int](), True),
        (MemberRole.EDITOR, frozenset({1}), True),
        (MemberRole.AUTHOR, EVERY_ACCOUNT, True),
        (MemberRole.AUTHOR, frozenset({1}), True),
        (MemberRole.AUTHOR, frozenset({2}), False),
        (MemberRole.VIEWER, EVERY_ACCOUNT, False),
    ],
)
def test_what_a_member_planned_goes_out_while_they_may_plan_for_its_account(
    database: Database,
    held: HeldPosts,
    planned: Planned,
    accounts: Accounts,
    role: MemberRole,
    given: AccountsGiven,
    goes_out: bool,
) -> None:
    """Whether or not ALLOWED_USER_IDS names them: it lets in only who is no member."""
    post, members = planned(BEN), Members(database)
    accounts.configure("instagram", "another")
    members.set_role(BEN, role)
    members.give(BEN, given)
    expected = [] if goes_out else [post.id]
    assert held.hold(EVERYBODY) == expected
    assert held.release(NOBODY, HOUR) == []


def test_a_removed_members_posts_are_held_unless_the_settings_let_them_in(
    database: Database, held: HeldPosts, planned: Planned
) -> None:
    post, members = planned(BEN), Members(database)
    members.set_role(BEN, MemberRole.AUTHOR)
    assert held.hold(NOBODY) == []
    members.remove(BEN)
    assert held.hold(EVERYBODY) == []
    assert held.hold(NOBODY) == [post.id]
    members.set_role(BEN, MemberRole.AUTHOR)
    assert held.release(NOBODY, HOUR) == [post.id]
