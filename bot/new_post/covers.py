"""A chosen cover takes effect: the video stays as prepared, its still picture is made anew."""

import logging

from bot.context import Actor, Context, Services
from bot.new_post import prompt
from bot.new_post.media_steps import video_of
from bot.new_post.steps import go_to, home
from bot.store import in_thread
from bot.texts import say
from publisher.media.prepare import renew_covers
from publisher.media.refused import MediaRefusedError
from storage.items import NewMedia
from storage.lifecycle import MediaKind
from storage.models import Draft

log = logging.getLogger(__name__)


async def choose(
    draft: Draft,
    actor: Actor,
    context: Context,
    *,
    at: float | None = None,
    own: NewMedia | None = None,
) -> None:
    """Use a frame, a photo, or without both an automatic cover. Raises DraftGoneError."""
    await _choose(draft, context.services, at, own)
    await go_to(home(draft).name, draft, actor, context)


async def use_photo(kept: NewMedia, draft: Draft, actor: Actor, context: Context) -> None:
    """What came while a cover was asked for; a video cannot be one. Raises DraftGoneError."""
    if kept.kind is not MediaKind.PHOTO:
        await context.store.remove_files([kept.original])
        sentence = say(actor.language, "cover_is_no_photo")
        await context.bot.send_message(draft.chat_id, sentence)
        return
    await prompt.close(draft, context)
    await choose(draft, actor, context, own=kept)
    if not draft.is_guided:
        await prompt.thumb_up(context.delivery.messages[0])


@in_thread
def _choose(draft: Draft, services: Services, at: float | None, own: NewMedia | None) -> None:
    """If the cover alone cannot be made, all is prepared anew, and says why not."""
    video = video_of(draft)
    if video is None:
        return
    name, ref = (own.original, own.source_ref) if own else (None, None)
    chosen, unneeded = services.items.choose_cover(draft.id, video.id, at=at, own=name, own_ref=ref)
    services.files.remove(unneeded)
    try:
        made = renew_covers(chosen, services.files)
    except (MediaRefusedError, OSError) as problem:
        log.warning("a cover could not be made: %s", type(problem).__name__)
        return
    _, replaced = services.preparations.finish(chosen, made.items, chosen.notes or [])
    services.files.remove(replaced)
