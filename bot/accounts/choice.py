"""The accounts that somebody may post to, in the order in which they are offered."""

from collections.abc import Sequence

from bot.context import Actor, Services
from publisher.wiring import publishes_itself
from storage.models import Account


async def accounts_for(actor: Actor, services: Services) -> Sequence[Account]:
    """Those that the person used last come first, then the oldest."""
    accounts = await actor.accounts(services)
    if len(accounts) < 2:
        return accounts
    used = await services.store.recently_used_accounts(actor.id)
    place = {account_id: number for number, account_id in enumerate(used)}
    return sorted(accounts, key=lambda account: place.get(account.id, len(place)))


async def account_of_new_draft(actor: Actor, services: Services) -> Account:
    """The one that a new draft starts with: the last used, or one that needs nobody's hands."""
    accounts = await accounts_for(actor, services)
    if len(accounts) > 1 and accounts[0].id in await services.store.recently_used_accounts(
        actor.id
    ):
        return accounts[0]
    return next(filter(publishes_itself, accounts), accounts[0])
