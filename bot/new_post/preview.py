"""The picture at confirmation: what Instagram will show, and what was changed on the way."""

from telegram.constants import ChatAction

from bot.context import Actor, Context, Services
from bot.store import in_thread
from bot.texts import say
from publisher.media.prepare import Ready, prepare
from publisher.media.preview import post_preview
from storage.drafts import Preparation
from storage.lifecycle import PreparationState
from storage.models import Draft


async def show_preview(draft: Draft, actor: Actor, context: Context) -> Draft:
    """Show the prepared media in a frame like Instagram's; returns the draft as it stands then.

    What can be prepared quickly and is not yet, is prepared now. Raises MediaRefusedError,
    OSError, PreparationGoneError.
    """
    await context.bot.send_chat_action(draft.chat_id, ChatAction.UPLOAD_PHOTO)
    ready, picture = await _ready_with_picture(draft, context.services)
    notes = [say(actor.language, f"note_{note}") for note in ready.notes or []]
    await context.bot.send_photo(ready.chat_id, picture, caption="\n".join(notes) or None)
    return ready


@in_thread
def _ready_with_picture(draft: Draft, services: Services) -> tuple[Draft, bytes]:
    if draft.preparation is not PreparationState.DONE:
        made = prepare(draft, services.files)
        draft, replaced = services.preparations.finish(draft, made.items, made.notes)
        services.files.remove(replaced)
    return draft, post_preview(draft, _stored(draft), services.files, draft.account.name)


def _stored(draft: Draft) -> Ready:
    """What was made for this draft, as its rows have it."""
    items = [
        Preparation(item.id, item.prepared, item.cover) for item in draft.media if item.prepared
    ]
    return Ready(items, [])
