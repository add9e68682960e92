"""Which account is meant, where nobody has said so."""

from bot.context import Services


async def account_of_new_draft(services: Services) -> int:
    """The one that a new draft starts with."""
    return (await services.store.active_accounts())[0].id
