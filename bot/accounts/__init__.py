"""Accounts in the chat: named here where there are several, and set up by /accounts."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.texts import say
from storage.models import Account


def is_one_of_several(account: Account, active: Sequence[Account]) -> bool:
    """Whether people can take it for another one. An account that was removed counts as well."""
    return any(other.id != account.id for other in active)


def of_account(account: Account, active: Sequence[Account], language: str) -> Markup:
    """What names the account behind a post's number or type; nothing where there is only one."""
    if not is_one_of_several(account, active):
        return Markup("")
    return Markup(say(language, "of_account", account=account.name))  # noqa: S704
