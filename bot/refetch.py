"""Originals that are gone from the disk are fetched once more, long before they are needed."""

import logging

from telegram.error import BadRequest, TelegramError

from bot.context import Context, Services
from bot.new_post.download import Source, fetch
from bot.outbox import deliver
from bot.store import in_thread
from bot.transient import is_transient
from storage.originals import Original

log = logging.getLogger(__name__)


async def refetch(context: Context) -> None:
    """Look for lost originals, and bring them back; who planned a post hears of what stays lost.

    A folder that is not mounted just now has lost nothing.
    """
    services = context.services
    if not services.leader.is_ours:
        return
    for original in await _lost(services):
        if await _is_back(original, context):
            log.info("an original of posts %s was fetched once more", original.post_ids)
            continue
        for post_id in original.post_ids:
            if await services.store.tell_lost(post_id):
                log.error("an original of post %d is lost", post_id)
    await deliver(context.application)


@in_thread
def _lost(services: Services) -> list[Original]:
    if not services.files.is_there:
        return []
    files, needed = services.files, services.originals.needed()
    return [each for each in needed if not files.has(each.name, each.size_bytes)]


async def _is_back(original: Original, context: Context) -> bool:
    """False if Telegram does not have it any more. Raises TelegramError while it is away."""
    services = context.services
    local, limit = services.settings.telegram_local_mode, services.download_limit
    source = Source(context.bot, original.source_ref, local=local, limit=limit)
    try:
        with services.files.incoming() as path:
            await fetch(source, path, lambda _: None)
            return await services.store.restore_file(path, original.name)
    except TelegramError as error:
        if is_transient(error) and not isinstance(error, BadRequest):
            raise
        return False
