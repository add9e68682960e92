"""Whose posts somebody may see and change, and of which accounts. What is absent grants nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, or_, true

from storage.models import Post


class _Everybody(Enum):
    EVERYBODY = "everybody"


class _EveryAccount(Enum):
    EVERY_ACCOUNT = "every account"


EVERYBODY: Final = _Everybody.EVERYBODY

EVERY_ACCOUNT: Final = _EveryAccount.EVERY_ACCOUNT
"""Those to come as well."""

AccountsGiven = frozenset[int] | Literal[_EveryAccount.EVERY_ACCOUNT]
"""The numbers of the accounts that are somebody's to work for."""


@dataclass(frozen=True)
class Scope:
    """A post lies within it only if both its owner and its account do; `Scope()` is empty."""

    owners: frozenset[int] | Literal[_Everybody.EVERYBODY] = frozenset()
    accounts: AccountsGiven = frozenset()
    approves: AccountsGiven = frozenset()
    """The accounts for which the person's word is an approval: see `approvals.py`."""
    asked_about: frozenset[int] = frozenset()
    """Single posts to which a client was given a link: to be approved, and nothing else."""

    @classmethod
    def of_everybody(
        cls, accounts: Iterable[int] | Literal[_EveryAccount.EVERY_ACCOUNT]
    ) -> "Scope":
        """All people's posts of these accounts."""
        return cls(EVERYBODY, _frozen(accounts))

    @classmethod
    def of_person(
        cls, person_id: int, accounts: Iterable[int] | Literal[_EveryAccount.EVERY_ACCOUNT]
    ) -> "Scope":
        """One person's own posts of these accounts."""
        return cls(frozenset({person_id}), _frozen(accounts))

    def of_account(self, account_id: int) -> "Scope":
        """Of these posts, those of this account."""
        is_given = is_among(account_id, self.accounts)
        return replace(self, accounts=frozenset({account_id} if is_given else ()))

    def contains_post(self) -> ColumnElement[bool]:
        """The condition on a row of posts."""
        owned = true() if self.owners is EVERYBODY else Post.owner_id.in_(self.owners)
        return and_(_among(self.accounts), owned)

    def may_approve(self) -> ColumnElement[bool]:
        """The condition on a row of posts that the person's word is an approval of it."""
        return or_(
            and_(self.contains_post(), _among(self.approves)),
            Post.id.in_(self.asked_about),
        )

    def approves_post(self, post: Post) -> bool:
        """The same of a post at hand."""
        is_given = is_among(post.account_id, self.approves)
        return (self.contains(post) and is_given) or post.id in self.asked_about

    def contains(self, post: Post) -> bool:
        """The same of a post at hand."""
        is_owned = self.owners is EVERYBODY or post.owner_id in self.owners
        return is_owned and is_among(post.account_id, self.accounts)


def is_among(account_id: int, accounts: AccountsGiven) -> bool:
    """Whether somebody to whom these accounts were given may work for this one."""
    return accounts is EVERY_ACCOUNT or account_id in accounts


def _among(accounts: AccountsGiven) -> ColumnElement[bool]:
    return true() if accounts is EVERY_ACCOUNT else Post.account_id.in_(accounts)


def _frozen(accounts: Iterable[int] | Literal[_EveryAccount.EVERY_ACCOUNT]) -> AccountsGiven:
    return EVERY_ACCOUNT if accounts is EVERY_ACCOUNT else frozenset(accounts)
