"""Originals that are gone from our disk or store: fetched once more from Telegram."""

import logging
from collections.abc import Sequence

from telegram.error import BadRequest, TelegramError

from bot.context import Context, Services
from bot.new_post.download import Source, fetch
from bot.outbox import deliver
from bot.store import in_thread
from bot.transient import is_transient
from storage.models import Draft
from storage.originals import Original

log = logging.getLogger(__name__)


async def look_for_lost(context: Context) -> None:
    """Look whether all originals are there, and bring back what is not."""
    services = context.services
    if not services.leader.is_ours:
        return
    if lost := await _lost(services):
        await services.store.ask_for_originals(lost)
        await fetch_lost(context)


async def fetch_lost(context: Context) -> None:
    """Fetch what somebody waits for; who planned a post hears of what Telegram has no more."""
    services = context.services
    if not services.leader.is_ours:
        return
    async with services.fetching_lost:
        for original in await services.store.originals_asked_for():
            try:
                await _fetch(original, context)
            except OSError as error:
                log.error("a lost original cannot be stored: %s", error.strerror)
                await services.store.original_not_stored(original.name)
                return


async def bring_back(draft: Draft, context: Context) -> None:
    """What of the draft's originals is lost, before they are read; what stays lost, they show."""
    services = context.services
    if lost := await _lost_of(draft, services):
        await services.store.ask_for_originals(lost)
        await fetch_lost(context)


@in_thread
def _lost(services: Services) -> set[str]:
    """A folder that is not mounted just now, or a store that is away, has lost nothing."""
    try:
        if not services.files.is_there:
            return set()
        needed = services.originals.needed()
        return services.files.lost({each.name: each.size_bytes for each in needed})
    except OSError as error:
        log.warning("nobody knows which originals are there: %s", error.strerror)
        return set()


@in_thread
def _lost_of(draft: Draft, services: Services) -> Sequence[str]:
    files = services.files
    try:
        names = [name for item in draft.media for name in item.originals]
        lost = [name for name in names if not files.has(name)]
        return lost if lost and files.is_there else []
    except OSError:
        return []


async def _fetch(original: Original, context: Context) -> None:
    """Raises OSError if it cannot be stored."""
    store = context.services.store
    try:
        is_back = await _is_back(original, context)
    except TelegramError as error:
        log.warning("a lost original is not to be had: %s", type(error).__name__)
        refused = isinstance(error, BadRequest) or not is_transient(error)
    else:
        refused = True
        if is_back:
            await store.original_came_back(original.name)
            log.info("an original of posts %s was fetched once more", original.post_ids)
            return
    if await store.original_not_had(original.name, refused=refused):
        await _tell(original, context)


async def _is_back(original: Original, context: Context) -> bool:
    """False if it is another file than it was. Raises TelegramError, OSError."""
    services = context.services
    local, limit = services.settings.telegram_local_mode, services.download_limit
    source = Source(context.bot, original.source_ref, local=local, limit=limit)
    with services.files.incoming() as path:
        await fetch(source, path, lambda _: None)
        return await services.store.restore_file(path, original.name)


async def _tell(original: Original, context: Context) -> None:
    for post_id in original.post_ids:
        if await context.services.store.tell_lost(post_id):
            log.error("an original of post %d is lost", post_id)
    await deliver(context.application)
