"""Which account is meant, where nobody has said so."""

from bot.context import Services


def account_of_new_draft(services: Services) -> int:
    """The one that a new draft starts with. Blocks."""
    return services.accounts.active()[0].id
