"""Members and their invitations: what is given, taken away, and let in by a link, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.accounts import Accounts
from storage.database import Database
from storage.invitations import Answer, Invitations
from storage.members import Members, Teammate
from storage.models import MemberRole
from storage.scope import EVERY_ACCOUNT, AccountsGiven
from tests.storage.conftest import Waiting

ANNA, BEN, CARLA = 1, 2, 3
DAY = timedelta(days=1)


@pytest.fixture
def members(database: Database) -> Members:
    return Members(database)


@pytest.fixture
def invitations(database: Database) -> Invitations:
    return Invitations(database)


@pytest.fixture
def given(accounts: Accounts) -> frozenset[int]:
    """Two accounts of three."""
    ids = [accounts.configure("instagram", name).id for name in ("one", "two", "three")]
    return frozenset(ids[:2])


def member(members: Members, user_id: int) -> Teammate | None:
    there = (one for one in members.all() if one.user_id == user_id and not one.is_removed)
    return next(there, None)


def known(members: Members, user_id: int) -> tuple[str, MemberRole, AccountsGiven] | None:
    found = member(members, user_id)
    return None if found is None else (found.name, found.role, found.accounts)


def link(
    invitations: Invitations,
    role: MemberRole = MemberRole.AUTHOR,
    accounts: AccountsGiven = EVERY_ACCOUNT,
    *,
    valid_for: timedelta = DAY,
) -> str:
    return invitations.create(role, accounts, valid_for=valid_for, created_by=ANNA)[1]


def test_a_link_lets_one_person_in_with_the_role_and_accounts_that_it_names(
    members: Members, invitations: Invitations, given: frozenset[int], waiting: Waiting
) -> None:
    token = link(invitations, MemberRole.EDITOR, given)
    assert invitations.answer_to(token) is Answer.JOINED
    assert invitations.accept(token, BEN, "Ben") is Answer.JOINED
    assert known(members, BEN) == ("Ben", MemberRole.EDITOR, given)
    assert invitations.accept(token, BEN, "Ben") is Answer.JOINED  # an update that came again
    assert invitations.accept(token, CARLA, "Carla") is Answer.USED
    assert invitations.answer_to(token) is Answer.USED
    assert known(members, CARLA) is None and invitations.open() == []
    assert [(told.kind, told.detail["name"]) for told in waiting()] == [("joined", "Ben")]


def test_of_people_who_come_by_one_link_at_once_one_gets_in(
    members: Members, invitations: Invitations
) -> None:
    token, people = link(invitations), range(10, 18)
    with ThreadPoolExecutor(len(people)) as at_once:
        answers = [*at_once.map(lambda one: invitations.accept(token, one, "?"), people)]
    assert sorted(answers) == ["joined", *["used"] * (len(people) - 1)]
    assert len(members.all()) == 1


def test_a_link_ends_by_its_time_its_withdrawal_or_was_never_made(
    members: Members, invitations: Invitations, database: Database
) -> None:
    old, taken_back = link(invitations, valid_for=timedelta(0)), link(invitations)
    [still_open] = invitations.open()
    assert invitations.withdraw(still_open.id) and invitations.withdraw(still_open.id)
    assert invitations.accept(old, BEN, "Ben") is Answer.EXPIRED
    assert invitations.accept(taken_back, BEN, "Ben") is Answer.WITHDRAWN
    assert invitations.accept("mistyped", BEN, "Ben") is Answer.UNKNOWN
    assert members.all() == [] and invitations.open() == []
    used = link(invitations)
    invitations.accept(used, BEN, "Ben")
    with database.transaction() as session:
        newest = session.scalar(text("SELECT max(id) FROM invitations"))
    assert not invitations.withdraw(newest or 0)
    assert invitations.accept(used, CARLA, "Carla") is Answer.USED


def test_who_is_in_uses_up_no_link(members: Members, invitations: Invitations) -> None:
    members.set_role(BEN, MemberRole.OWNER, name="Ben")
    token = link(invitations, MemberRole.VIEWER)
    assert invitations.accept(token, BEN, "Ben") is Answer.ALREADY_IN
    assert invitations.accept(token, CARLA, "Carla", is_in=True) is Answer.ALREADY_IN
    assert known(members, BEN) == ("Ben", MemberRole.OWNER, EVERY_ACCOUNT)
    assert invitations.answer_to(token) is Answer.JOINED


def test_the_database_holds_no_token(invitations: Invitations, database: Database) -> None:
    token = link(invitations)
    with database.transaction() as session:
        [row] = session.scalars(text("SELECT invitations::text FROM invitations")).all()
    assert token not in row and token.encode().hex() not in row


def test_who_was_removed_has_nothing_left_and_may_be_invited_anew(
    members: Members, invitations: Invitations, given: frozenset[int]
) -> None:
    first, own = link(invitations, MemberRole.OWNER), "by Ben"
    invitations.accept(first, BEN, "Ben")
    own = invitations.create(MemberRole.AUTHOR, given, valid_for=DAY, created_by=BEN)[1]
    members.remove(BEN)
    members.set_role(BEN, MemberRole.OWNER, is_member=True)  # by who has not heard of it yet
    assert member(members, BEN) is None
    assert [one.is_removed for one in members.all()] == [True]
    assert invitations.accept(own, CARLA, "Carla") is Answer.WITHDRAWN
    assert invitations.accept(first, BEN, "Ben") is Answer.USED
    invitations.accept(link(invitations, MemberRole.VIEWER, given), BEN, "Benjamin")
    assert known(members, BEN) == ("Benjamin", MemberRole.VIEWER, given)


def test_role_and_accounts_change_apart_and_accounts_that_are_gone_are_left_out(
    members: Members, given: frozenset[int]
) -> None:
    members.set_role(BEN, MemberRole.AUTHOR, name="Ben")
    assert known(members, BEN) == ("Ben", MemberRole.AUTHOR, EVERY_ACCOUNT)
    members.give(BEN, given | {999})
    members.set_role(BEN, MemberRole.EDITOR, name="ignored")
    assert known(members, BEN) == ("Ben", MemberRole.EDITOR, given)
    members.give(BEN, frozenset())
    assert known(members, BEN) == ("Ben", MemberRole.EDITOR, frozenset())
    members.give(BEN, EVERY_ACCOUNT)
    assert known(members, BEN) == ("Ben", MemberRole.EDITOR, EVERY_ACCOUNT)


def test_an_owner_who_is_none_any_more_invites_nobody(
    members: Members, invitations: Invitations
) -> None:
    members.set_role(ANNA, MemberRole.OWNER)
    token = link(invitations)
    members.set_role(ANNA, MemberRole.OWNER)
    assert invitations.answer_to(token) is Answer.JOINED
    members.set_role(ANNA, MemberRole.EDITOR)
    assert invitations.answer_to(token) is Answer.WITHDRAWN
