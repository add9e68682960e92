"""Taking media in: one item or all of an album are fetched, looked at and kept."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.ext import filters

from bot.accounts.choice import account_of_new_draft
from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, actions
from bot.new_post import covers, prompt, series
from bot.new_post.cancellation import DOWNLOAD, StoppedError
from bot.new_post.card_step import ADD
from bot.new_post.facts import News
from bot.new_post.fetching import AHEAD, Fetching
from bot.new_post.ingest import Refused, announced_size
from bot.new_post.joining import (
    answers_card,
    joined_answers,
    joining_news,
    joins,
    replaces,
    tell_if_late,
)
from bot.new_post.question import Question
from bot.new_post.refusing import ask_instead, keep_caption, unused_caption
from bot.new_post.steps import ACCOUNT, CARD, FIRST, ask, next_question, settled
from bot.new_post.written import captions
from bot.progress import ProgressMessage, bar, shown_while
from bot.texts import label, say
from bot.texts.dates import clock_time
from bot.texts.parts import enumerated, megabytes
from bot.zones import zone_name
from publisher.media.kinds import fitting_types
from publisher.media.rules import MAX_CAROUSEL_ITEMS
from publisher.wiring import rules_of
from storage.draft_changes import DraftGoneError
from storage.items import NewMedia
from storage.models import Draft, MediaItem

MEDIA = filters.UpdateType.MESSAGE & (
    filters.PHOTO | filters.VIDEO | filters.ANIMATION | filters.Document.ALL
)
"""Messages that carry something we may publish. Telegram makes an animation, an MP4 without sound,
of every GIF and of every video that has none."""
QUICK_BYTES = 1_000_000
"""Taken in before anybody would see that something is under way."""
NO_ZONE = "UTC"
"""The zone of an installation whose owner has set none."""


async def take_in(update: Update, context: Context) -> None:
    """A photo, video or file, or an album, whose parts the inbox has gathered."""
    actor, messages = actor_of(update, context.services), context.delivery.messages
    at_hand = context.draft
    if not await actor.accounts(context.services):
        await context.bot.send_message(actor.chat_id, say(actor.language, "team_no_account_given"))
        return
    if await _are_separate(at_hand, messages, actor, context):
        await _take_apart(actor, context)
        return
    draft = at_hand if at_hand is not None and joins(at_hand, messages) else None
    stay = draft.media if draft is not None and not replaces(draft, messages) else []
    had = {item.position for item in stay}
    new = [message for message in messages if message.message_id not in had]
    room = max(MAX_CAROUSEL_ITEMS - len(had), 0)
    taken = await _take_all(new[:room], actor, context)
    if taken is None:
        return
    is_over = len(new) > room and _is_first_of_burst(draft, actor, context)
    over = say(actor.language, "too_many_items", limit=MAX_CAROUSEL_ITEMS) if is_over else None
    if draft is None and captions(messages) and all(isinstance(one, Refused) for one in taken):
        over = say(actor.language, "caption_waits")
    kept = await _kept(taken, over, actor, context)
    if kept or len(new) < len(messages):
        is_missing = bool(kept) and len(kept) < len(taken)
        await _join_draft(kept, draft, actor, context, is_missing=is_missing)
    elif draft is not None and not draft.is_guided:
        await ask_instead(draft, messages, actor, context)
    else:
        keep_caption(messages, actor, context)


async def _are_separate(
    draft: Draft | None, messages: Sequence[Message], actor: Actor, context: Context
) -> bool:
    """Whether each becomes a post of its own, which is so in the card way alone."""
    if series.follow(draft, messages, context.services.burst):
        return True
    if not series.are_separate(messages) or (draft is not None and joins(draft, messages)):
        return False
    return draft is not None or not await context.store.is_guided(actor.id)


async def _take_apart(actor: Actor, context: Context) -> None:
    messages, draft = context.delivery.messages, context.draft
    if not series.follow(draft, messages, context.services.burst):
        draft = None
    taken = await _take_all(messages, actor, context)
    if taken and (kept := await _kept(taken, None, actor, context)):
        await series.take(kept, draft, actor, context)


async def take_cover(update: Update, context: Context) -> None:
    """While a cover is asked for: one photo. Words and further photos are of no use."""
    actor, messages = actor_of(update, context.services), context.delivery.messages
    taken = await _take_all(messages[:1], actor, context)
    if taken is None:
        return
    has_more = len(messages) > 1 or captions(messages)
    over = say(actor.language, "cover_takes_one") if has_more else None
    for item in await _kept(taken, over, actor, context):
        await covers.use_photo(item, context.open_draft, actor, context)


async def _take_all(
    messages: Sequence[Message], actor: Actor, context: Context
) -> list[NewMedia | Refused] | None:
    """None if the person has stopped it, which is said."""
    try:
        return await _fetch_all(messages, actor, context)
    except StoppedError as stop:
        if not (stop.discards and context.draft is not None):
            stopped = say(actor.language, "download_stopped")
            await context.bot.send_message(actor.chat_id, stopped)
        return None


async def _kept(
    taken: Sequence[NewMedia | Refused], over: str | None, actor: Actor, context: Context
) -> list[NewMedia]:
    """What could be taken, after saying what could not, and what was over the limit."""
    sentences = [*_refusals(taken, actor.language), *([over] if over else [])]
    if sentences:
        await context.bot.send_message(actor.chat_id, "\n\n".join(dict.fromkeys(sentences)))
    return [item for item in taken if isinstance(item, NewMedia)]


def _refusals(taken: Sequence[NewMedia | Refused], language: str) -> Iterator[str]:
    """Each reason once; of several items, which ones it concerns."""
    concerned: dict[str, list[int]] = {}
    for number, item in enumerate(taken, start=1):
        if isinstance(item, Refused):
            concerned.setdefault(item.sentence, []).append(number)
    for sentence, numbers in concerned.items():
        which = say(language, "of_items", count=len(numbers), items=enumerated(language, numbers))
        yield sentence if len(numbers) == len(taken) else f"{which} {sentence}"


def _is_first_of_burst(draft: Draft | None, actor: Actor, context: Context) -> bool:
    """Whether to say that a post is full: of a hundred photos one by one, not at each."""
    told_of_limit, whom = context.services.told_of_limit, (actor.chat_id, actor.id)
    if draft is None:
        told_of_limit.end(whom)
    return told_of_limit.begin(whom)


async def _join_draft(
    kept: list[NewMedia],
    draft: Draft | None,
    actor: Actor,
    context: Context,
    *,
    is_missing: bool,
) -> None:
    messages = context.delivery.messages
    if draft is not None:
        await prompt.close(draft, context)
    news = joining_news(draft, messages, actor.language)
    is_answer = draft is not None and answers_card(draft, messages)
    if news and (draft is None or draft.is_guided):
        await context.bot.send_message(actor.chat_id, news)
    stored = await _store(context, actor, kept, draft, is_missing=is_missing)
    if draft is None:
        await tell_if_late(messages, actor, context)
    if hint := await _hint(stored, messages, actor, context):
        if stored.is_guided:
            await context.bot.send_message(actor.chat_id, hint)
        news = news or hint
    await ask(stored, actor, context, news=News(note=news), is_new=draft is None)
    if is_answer:
        await prompt.thumb_up(messages[0])


async def _hint(draft: Draft, messages: Sequence[Message], actor: Actor, context: Context) -> str:
    """One thing that they do not know yet, each said once: first in which zone times are meant."""
    is_theirs = context.services.settings.timezone == NO_ZONE and not draft.account.timezone
    if is_theirs and await context.store.learns_of_timezone(actor.id):
        zone, now = await actor.zone(context.services), datetime.now(UTC)
        time = clock_time(actor.language, now, zone)
        return say(actor.language, "timezone_hint", zone=zone_name(zone), time=time)
    if any(message.photo for message in messages) and await context.store.learns_of_files(actor.id):
        return say(actor.language, "send_as_file")  # photos arrive compressed
    return ""


async def _fetch_all(
    messages: Sequence[Message], actor: Actor, context: Context
) -> list[NewMedia | Refused]:
    """Fetch them side by side, showing how far it is; broken off, nothing is kept of it.

    Raises StoppedError.
    """
    fetching = AHEAD.get()
    expected = sum(map(announced_size, messages))
    if fetching is None:
        fetching = Fetching(actor, context)
        if expected > QUICK_BYTES:
            await prompt.say_busy(context, actor.chat_id, ChatAction.TYPING)
    download, downloads = fetching.download, context.services.downloads

    def text() -> str:
        share = download.fetched / expected if expected else 0.0
        return say(actor.language, "downloading", bar=bar(share), size=megabytes(expected))

    stop = actions([[(label(actor.language, "button_stop_download"), Action.STOP, DOWNLOAD)]])
    downloads[actor.chat_id, actor.id] = download
    try:
        message, load = ProgressMessage(context.bot, actor.chat_id), context.services.load
        async with shown_while(message, text, stop, load):
            return await fetching.taken(messages)
    finally:
        del downloads[actor.chat_id, actor.id]
        await fetching.discard()


async def _store(
    context: Context,
    actor: Actor,
    kept: list[NewMedia],
    draft: Draft | None,
    *,
    is_missing: bool,
) -> Draft:
    """Put the items into the draft, or a new one; answers that still fit stay.

    Args:
        is_missing: something could not be taken, so that something else may take its place.
    """
    if draft is None:
        return await _begin(context, actor, kept, is_missing=is_missing)
    store, messages = context.store, context.delivery.messages
    had_none = not draft.media or draft.question == ACCOUNT.name
    is_new = draft.post_type is None and had_none
    try:
        if kept and replaces(draft, messages):
            await store.remove_files(await store.remove_media(draft.id))
        draft = await store.add_media(draft.id, kept)
    except DraftGoneError:  # planned by itself meanwhile
        return await _begin(context, actor, kept, is_missing=is_missing)
    answers = _answers(draft, actor, context)
    question = await _question(draft, actor, context, is_new=is_new, is_missing=is_missing)
    return await store.answer(
        draft.id,
        question=question.name,
        by=context.delivery.update_id,
        album=messages[-1].media_group_id,
        **answers,
    )


async def _begin(
    context: Context, actor: Actor, kept: list[NewMedia], *, is_missing: bool
) -> Draft:
    """A new draft, with all that follows from its media."""
    services, store, delivery = context.services, context.store, context.delivery
    account = await account_of_new_draft(actor, services)
    is_guided = await store.is_guided(actor.id)
    media = [MediaItem(**vars(item)) for item in kept]
    draft = Draft(account=account, media=media, is_guided=is_guided, question=FIRST.name)
    answers = _answers(draft, actor, context)
    question = await _question(draft, actor, context, is_new=True, is_missing=is_missing)
    return await store.open_draft(
        kept,
        owner_id=actor.id,
        chat_id=actor.chat_id,
        account_id=account.id,
        language=actor.language,
        timezone=(await actor.zone(services, account)).key,
        question=question.name,
        by=delivery.update_id,
        album=delivery.messages[-1].media_group_id,
        is_guided=is_guided,
        **answers,
    )


def _answers(draft: Draft, actor: Actor, context: Context) -> dict[str, Any]:
    """What follows from the media and what came with them; the draft has it from now on."""
    messages = context.delivery.messages
    answers = joined_answers(draft, messages) | unused_caption(draft, messages, actor, context)
    for column, value in answers.items():
        setattr(draft, column, value)
    rules = rules_of(draft.account, context.services.settings)
    if draft.post_type not in fitting_types(draft.media, rules.types):
        draft.post_type = answers["post_type"] = None
    return {**answers, **settled(draft, context)}


async def _question(
    draft: Draft, actor: Actor, context: Context, *, is_new: bool, is_missing: bool
) -> Question:
    if draft.is_guided and is_new and len(await actor.accounts(context.services)) > 1:
        return ACCOUNT
    following = next_question(draft)
    return ADD if is_missing and following is CARD else following
