"""The picture at confirmation: what Instagram will get, in order."""

import asyncio

from telegram.constants import ChatAction

from bot.context import Context, Services, Speaker
from bot.texts import say
from publisher.media.prepare import prepare, preview
from storage.models import Post


async def show_preview(draft: Post, speaker: Speaker, context: Context) -> None:
    """Prepare the media for the chosen type and show them as one picture."""
    await context.bot.send_chat_action(draft.chat_id, ChatAction.UPLOAD_PHOTO)
    picture, padded = await asyncio.to_thread(_prepared, draft, context.services)
    caption = say(speaker.language, "preview_padded") if padded else None
    await context.bot.send_photo(draft.chat_id, picture, caption=caption)


def _prepared(draft: Post, services: Services) -> tuple[bytes, bool]:
    """(the picture, whether something was padded). Blocks."""
    ready = prepare(draft, services.files)
    services.files.remove(services.drafts.keep_prepared(draft.id, ready.items))
    return preview(draft, ready, services.files), ready.padded
