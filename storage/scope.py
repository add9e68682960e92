"""Whose posts somebody may see and change, and of which accounts. What is absent grants nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, or_, true

from storage.models import Post


class _Everybody(Enum):
    EVERYBODY = "everybody"


EVERYBODY: Final = _Everybody.EVERYBODY


@dataclass(frozen=True)
class Scope:
    """A post lies within it only if both its owner and its account do; `Scope()` is empty."""

    owners: frozenset[int] | Literal[_Everybody.EVERYBODY] = frozenset()
    accounts: frozenset[int] = frozenset()
    approves: frozenset[int] = frozenset()
    """The accounts for which the person's word is an approval: see `approvals.py`."""
    asked_about: frozenset[int] = frozenset()
    """Single posts to which a client was given a link: to be approved, and nothing else."""

    @classmethod
    def of_everybody(cls, accounts: Iterable[int]) -> "Scope":
        """All people's posts of these accounts."""
        return cls(EVERYBODY, frozenset(accounts))

    @classmethod
    def of_person(cls, person_id: int, accounts: Iterable[int]) -> "Scope":
        """One person's own posts of these accounts."""
        return cls(frozenset({person_id}), frozenset(accounts))

    def contains_post(self) -> ColumnElement[bool]:
        """The condition on a row of posts."""
        owned = true() if self.owners is EVERYBODY else Post.owner_id.in_(self.owners)
        return and_(Post.account_id.in_(self.accounts), owned)

    def may_approve(self) -> ColumnElement[bool]:
        """The condition on a row of posts that the person's word is an approval of it."""
        return or_(
            and_(self.contains_post(), Post.account_id.in_(self.approves)),
            Post.id.in_(self.asked_about),
        )
