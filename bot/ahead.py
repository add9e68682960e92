"""What most handlers need, asked for while an update is noted as begun: one wait for all."""

import asyncio
from collections.abc import Awaitable, Sequence

from telegram import Update

from bot.context import Services, actor_of
from bot.new_post.flow import names_draft
from bot.new_post.ingest import announced_size


async def ask_ahead(updates: Sequence[Update], services: Services, *, again: bool) -> None:
    """Fill `Known`; who needs what could not be had asks, too, and is told why."""
    update, store, ahead = updates[0], services.store, list[Awaitable[object]]()
    if update.effective_user is None or update.effective_chat is None:
        return
    actor = actor_of(update, services.settings)
    ahead.append(store.circumstances(actor.id))
    if not again:
        named = names_draft(update)
        ahead.append(store.look_for_draft(owner_id=actor.id, chat_id=actor.chat_id, **named))
    if len(updates) == 1 and update.message and (size := announced_size(update.message)):
        ahead.append(store.check_quota(actor.id, size, taken=0))
    await asyncio.gather(*ahead, return_exceptions=True)
