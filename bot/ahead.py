"""What most handlers need, asked for while an update is noted as begun: one wait for all."""

import asyncio
from collections.abc import Awaitable, Sequence

from telegram import Update

from bot.context import Services
from bot.new_post.flow import names_draft
from bot.new_post.ingest import announced_size


async def ask_ahead(updates: Sequence[Update], services: Services, *, again: bool) -> None:
    """Fill `Known`; who needs what could not be had asks, too, and is told why."""
    update, store, ahead = updates[0], services.store, list[Awaitable[object]]()
    person, chat = update.effective_user, update.effective_chat
    if person is None or chat is None:
        return
    ahead.append(store.circumstances(person.id))
    if not again:
        named = names_draft(update)
        ahead.append(store.look_for_draft(owner_id=person.id, chat_id=chat.id, **named))
    if len(updates) == 1 and update.message and (size := announced_size(update.message)):
        ahead.append(store.check_quota(person.id, size, taken=0))
    await asyncio.gather(*ahead, return_exceptions=True)
