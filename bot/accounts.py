"""Which account is meant where nobody has said so, and how it is named where there are several."""

from collections.abc import Sequence

from markupsafe import Markup

from bot.context import Actor, Services
from bot.texts import say
from publisher.wiring import publishes_itself
from storage.models import Account


async def account_of_new_draft(actor: Actor, services: Services) -> int:
    """The one that a new draft starts with: the last used, or one that needs nobody's hands."""
    accounts = await actor.accounts(services)
    last = await services.store.last_used_account(actor.id) if len(accounts) > 1 else None
    if last in {account.id for account in accounts} and last is not None:
        return last
    return next(filter(publishes_itself, accounts), accounts[0]).id


def is_one_of_several(account: Account, active: Sequence[Account]) -> bool:
    """Whether people can take it for another one. An account that was removed counts as well."""
    return any(other.id != account.id for other in active)


def of_account(account: Account, active: Sequence[Account], language: str) -> Markup:
    """What names the account behind a post's number or type; nothing where there is only one."""
    if not is_one_of_several(account, active):
        return Markup("")
    return Markup(say(language, "of_account", account=account.name))  # noqa: S704
