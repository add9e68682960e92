"""The picture at confirmation: what Instagram will get, in order."""

import asyncio

from telegram.constants import ChatAction

from bot.context import Context, Services, Speaker
from bot.texts import say
from publisher.media.prepare import prepare
from publisher.media.preview import contact_sheet
from storage.models import Post


async def show_preview(draft: Post, speaker: Speaker, context: Context) -> None:
    """Prepare the media for the chosen type and show them as one picture."""
    await context.bot.send_chat_action(draft.chat_id, ChatAction.UPLOAD_PHOTO)
    picture, padded = await asyncio.to_thread(_prepared, draft, context.services)
    caption = say(speaker.language, "preview_padded") if padded else None
    await context.bot.send_photo(draft.chat_id, picture, caption=caption)


def _prepared(draft: Post, services: Services) -> tuple[bytes, bool]:
    """(the picture, whether something was padded). Blocks."""
    files = services.files
    ready = prepare(draft, files)
    files.remove(services.drafts.keep_prepared(draft.id, ready.items))
    pictures = [files.path(item.cover or item.prepared) for item in ready.items]
    with files.incoming() as sheet:
        contact_sheet(pictures, sheet)
        return sheet.read_bytes(), ready.padded
