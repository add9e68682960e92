"""Whose posts a test reaches: its database is its own, and numbers begin at 1."""

from storage.scope import Scope

ACCOUNTS = frozenset(range(1, 99))
ALL = Scope.of_everybody(ACCOUNTS)


def own(person_id: int) -> Scope:
    """This person's posts."""
    return Scope.of_person(person_id, ACCOUNTS)
