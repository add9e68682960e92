"""Whose posts of which accounts a query finds, cell by cell; a post at hand says the same."""

from collections.abc import Callable

from storage.accounts import Accounts
from storage.database import Database
from storage.models import Post
from storage.posts import Posts
from storage.scope import EVERY_ACCOUNT, Scope
from tests.storage.conftest import OWNER
from tests.storage.test_replays import settle

BEN, FIRST, SECOND = 8, 1, 2
SCOPES = {
    "nobody's": (Scope(), []),
    "one's own, no account": (Scope.of_person(OWNER, []), []),
    "one's own, one account": (Scope.of_person(OWNER, [FIRST]), [(OWNER, FIRST)]),
    "one's own, all": (
        Scope.of_person(OWNER, EVERY_ACCOUNT),
        [(OWNER, FIRST), (OWNER, SECOND)],
    ),
    "everybody's, no account": (Scope.of_everybody([]), []),
    "everybody's, one account": (
        Scope.of_everybody([SECOND]),
        [(OWNER, SECOND), (BEN, SECOND)],
    ),
    "everybody's, all": (
        Scope.of_everybody(EVERY_ACCOUNT),
        [(OWNER, FIRST), (OWNER, SECOND), (BEN, FIRST), (BEN, SECOND)],
    ),
    "everybody's, all, of one": (
        Scope.of_everybody(EVERY_ACCOUNT).of_account(FIRST),
        [(OWNER, FIRST), (BEN, FIRST)],
    ),
    "one account, of another": (Scope.of_everybody([SECOND]).of_account(FIRST), []),
}


def test_a_query_finds_what_lies_within_a_scope(
    database: Database, accounts: Accounts, posts: Posts, planned: Callable[..., Post]
) -> None:
    accounts.configure("instagram", "another")
    for post in [planned(owner) for owner in (OWNER, OWNER, BEN, BEN)][::2]:
        settle(database, f"account_id = {SECOND} WHERE id = {post.id}")
    there = posts.planned(Scope.of_everybody(EVERY_ACCOUNT))
    assert len(there) == 4
    for name, (scope, cells) in SCOPES.items():
        found = [(post.owner_id, post.account_id) for post in posts.planned(scope)]
        assert sorted(found) == sorted(cells), name
        at_hand = [(post.owner_id, post.account_id) for post in there if scope.contains(post)]
        assert sorted(at_hand) == sorted(cells), name
