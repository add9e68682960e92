"""A draft's card in the chat: one message, edited where it stands.

Below words that it cannot take as they are it is sent anew, and below photos that join those it
stands for: further up nobody would see that.
While many wait for an answer, a new card shows the person's own photo, for which nothing has to be
decoded, drawn or sent; once its files are made, it is edited anyway, and gets its picture.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import NamedTuple

from telegram import InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.context import Actor, Context
from bot.keyboards import choices
from bot.limiter import IF_FREE, IfFree
from bot.new_post import prompt
from bot.new_post.facts import NO_NEWS, News, told
from bot.new_post.preparing import is_due, prepare_ahead
from bot.new_post.question import Moment, NotUnderstoodError, Prompt, Question
from bot.new_post.shown import Look
from bot.store import in_thread
from bot.topics import topic_of
from bot.transient import is_shown_already
from publisher.media.preview import draft_preview, thumbnails
from publisher.media.refused import MediaRefusedError
from storage.files import MediaFiles
from storage.models import Draft

log = logging.getLogger(__name__)

OpenQuestion = Callable[[Draft], Question]

OWN_PHOTO = "own photo"
"""What such a card shows, instead of a digest."""

HOMES = ("card", "series")
"""Questions that ask for nothing: they show what there is, and wait."""


async def show(
    draft: Draft,
    open_question: OpenQuestion,
    actor: Actor,
    context: Context,
    *,
    news: News = NO_NEWS,
    problem: NotUnderstoodError | None = None,
    page: Prompt | None = None,
    is_new: bool = False,
) -> None:
    """Let the card show its draft as it stands by now, and begin to make its files ready.

    Raises DraftGoneError.

    Args:
        is_new: it stands as it is given.
    """
    async with context.services.cards.lock(draft.id):
        news, problem, page = _still_said(Said(news, problem, page), draft, context)
        if is_new:
            at = await prompt.moment_of(draft, context, actor)
        else:
            draft, at = await _as_it_stands(draft, context, actor)
        question = open_question(draft)
        if news.share is not None and question.name != "card":
            return  # who is in the middle of an answer is not to lose sight of it
        is_converting = is_due(draft, is_settled=not question.shapes_media)
        asked = page or _asked(question, problem, draft, actor, at)
        look = _look(asked, question, draft, news, actor, at, is_converting=is_converting)
        when = None if news.share is None else IF_FREE
        asks_back = problem is not None or page is not None or question.name not in HOMES
        moves = (asks_back or news.is_moved) and _is_above_words(draft, context)
        if when is None and (moves or _is_above_its_media(draft, question)):
            draft.prompt_message_id = await _move(look, draft, question, context)
        else:
            draft.prompt_message_id = await _put(look, draft, question, context, when)
    if is_converting:
        await prepare_ahead(draft, context)


class Said(NamedTuple):
    """What a card says besides where its draft stands."""

    news: News
    problem: NotUnderstoodError | None
    page: Prompt | None


def _still_said(said: Said, draft: Draft, context: Context) -> Said:
    """What a person was told stays while files are made, unless there is something to say of it."""
    known = context.services.cards.said
    is_new = context.delivery.update_id is not None or said.news.note
    if is_new or draft.id not in known:
        known[draft.id] = said
        return said
    told: Said = known[draft.id]
    return told._replace(news=replace(told.news, share=said.news.share))


async def end(
    draft: Draft, text: str, context: Context, buttons: InlineKeyboardMarkup | None = None
) -> None:
    """The card says this, with no other buttons any more; without a card it is a message."""
    look = Look(text, buttons, draft.prompt_picture or "")
    cards = context.services.cards
    async with cards.lock(draft.id):
        cards.shown.pop(draft.id, None)
        cards.said.pop(draft.id, None)
        if draft.prompt_message_id is None or not await _edit(look, draft, None, context, None):
            await context.bot.send_message(draft.chat_id, text, reply_markup=buttons)


async def _as_it_stands(draft: Draft, context: Context, actor: Actor) -> tuple[Draft, Moment]:
    """The draft, which others may have changed, and what it is judged by. Raises DraftGoneError."""
    stands, at = await asyncio.gather(
        context.store.draft(draft.id), prompt.moment_of(draft, context, actor)
    )
    if stands.account_id != draft.account_id:
        at = await prompt.moment_of(stands, context, actor)
    return stands, at


def _asked(
    question: Question,
    problem: NotUnderstoodError | None,
    draft: Draft,
    actor: Actor,
    at: Moment,
) -> Prompt:
    if problem is not None:
        return question.explain(problem, draft, actor, at)
    return question.ask(draft, actor, at)


def _look(
    asked: Prompt,
    question: Question,
    draft: Draft,
    news: News,
    actor: Actor,
    at: Moment,
    *,
    is_converting: bool,
) -> Look:
    rows = [
        [news.buttons.get(choice[1], choice) for choice in row if choice[1] != "cancel"]
        for row in asked.rows
    ]
    text = asked.text
    if question.tells_facts:
        text = told(draft, text, news, actor.language, at, is_converting=is_converting)
    return Look(text, choices(question.name, draft.id, rows), _shown(draft, question))


async def _put(
    look: Look, draft: Draft, question: Question, context: Context, when: IfFree | None
) -> int:
    """Edit the card, or send it if there is none any more; returns its message."""
    cards = context.services.cards
    if draft.prompt_message_id is not None:
        shown = cards.shown.get(draft.id)
        if shown == look or await _edit(look, draft, question, context, when):
            cards.note(draft.id, look)
            return draft.prompt_message_id
    return await _send(look, draft, question, context)


def _is_above_words(draft: Draft, context: Context) -> bool:
    """Whether somebody has written below the card what is being answered."""
    card, messages = draft.prompt_message_id, context.delivery.messages
    return card is not None and bool(messages and messages[-1].text) and card < messages[-1].id


def _is_above_its_media(draft: Draft, question: Question) -> bool:
    """Whether photos of a burst came below the card of all, which would be out of sight."""
    card = draft.prompt_message_id
    if card is None or question.name != "series":
        return False
    return any(item.position > card for one in draft.series for item in one.media)


async def _move(look: Look, draft: Draft, question: Question, context: Context) -> int:
    """To the end of the chat; returns its message."""
    before = draft.prompt_message_id
    assert before is not None
    card = await _send(look, draft, question, context)
    await prompt.take_away(context, draft.chat_id, before)
    return card


async def _send(look: Look, draft: Draft, question: Question, context: Context) -> int:
    picture: str | bytes | None = _own_photo(draft, question, context)
    if picture is not None:
        look = replace(look, picture=OWN_PHOTO)
    else:
        picture = await in_thread(_picture)(draft, question, context.services.files)
    message = await context.bot.send_photo(
        draft.chat_id, picture, caption=look.text, reply_markup=look.buttons
    )
    await context.store.remember_prompt(
        draft.id, message.message_id, topic_of(message), picture=look.picture
    )
    context.services.cards.note(draft.id, look)
    return message.message_id


async def _edit(
    look: Look, draft: Draft, question: Question | None, context: Context, when: IfFree | None
) -> bool:
    """False if the message is gone. That progress is not shown now and then is no loss."""
    try:
        if look.picture == draft.prompt_picture or question is None:
            await context.bot.edit_message_caption(
                draft.chat_id,
                draft.prompt_message_id,
                caption=look.text,
                reply_markup=look.buttons,
                rate_limit_args=when,
            )
            return True
        picture = await in_thread(_picture)(draft, question, context.services.files)
        media = InputMediaPhoto(picture, caption=look.text, parse_mode=ParseMode.HTML)
        await context.bot.edit_message_media(
            media, draft.chat_id, draft.prompt_message_id, reply_markup=look.buttons
        )
    except BadRequest as error:
        return is_shown_already(error)
    except TelegramError as error:
        if when is None:
            raise
        log.info("the progress could not be shown: %s", type(error).__name__)
        return True
    await context.store.remember_prompt(
        draft.id, draft.prompt_message_id, draft.thread_id, picture=look.picture
    )
    return True


def _own_photo(draft: Draft, question: Question, context: Context) -> str | None:
    """Telegram's id of the photo that has just come, if it may stand for the picture for now."""
    is_about_to_be_made = is_due(draft, is_settled=not question.shapes_media)
    if not context.services.load.is_high or not is_about_to_be_made or len(draft.media) > 1:
        return None
    messages = context.delivery.messages
    came = {one.message_id: one.photo[-1].file_id for one in messages if one.photo}
    return came.get(draft.media[0].position)


def _picture(draft: Draft, question: Question, files: MediaFiles) -> bytes:
    """The question's, or the post as it will look; a grey one where that cannot be. Blocks."""
    try:
        if draft.media:
            return question.picture(draft, files) or draft_preview(draft, files)
    except (MediaRefusedError, OSError) as problem:
        log.warning("a card has no picture: %s", type(problem).__name__)
    return thumbnails([None], files)


def _shown(draft: Draft, question: Question) -> str:
    """What the picture depends on."""
    asks = question.name if type(question).picture is not Question.picture else ""
    framing = [draft.post_type, draft.fit, draft.fit_shift, draft.trim_start]
    media = [item for one in draft.series or (draft,) for item in one.media]
    items = [[item.id, item.position, item.cover_at, item.own_cover] for item in media]
    said = json.dumps([asks, draft.account_id, framing, items, draft.chosen_item_id])
    return sha256(said.encode()).hexdigest()[:16]
