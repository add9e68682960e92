"""Asking in the chat: one question is open at a time, and answered ones lose their buttons."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

from telegram import CallbackQuery, InlineKeyboardMarkup, InputMediaPhoto, Message, Update
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, TelegramError

from bot.accounts.choice import accounts_for
from bot.beside import beside
from bot.context import DELIVERY, Actor, AnyApp, Context
from bot.keyboards import choices
from bot.new_post.question import Moment, Prompt
from bot.slots import calendar_of
from bot.topics import topic_of
from publisher.wiring import rules_of
from storage.models import Draft, Post


async def moment_of(draft: Draft | Post, context: Context, actor: Actor) -> Moment:
    """The present, in the zone that is meant, and the rules and calendar of the draft's account."""
    zone, accounts, calendar = await asyncio.gather(
        actor.zone(context.services, draft.account),
        accounts_for(actor, context.services),
        calendar_of(draft, context),
    )
    rules = rules_of(draft.account, context.services.settings)
    return Moment(datetime.now(UTC), zone, rules, accounts, calendar)


async def put(
    question: Prompt, draft: Draft, context: Context, *, picture: bytes | None = None
) -> None:
    """Send a question about the draft, below a picture if given; it is the open one from now on."""
    buttons = keyboard(question, draft)
    if picture is None:
        message = await context.bot.send_message(draft.chat_id, question.text, reply_markup=buttons)
    else:
        message = await context.bot.send_photo(
            draft.chat_id, picture, caption=question.text, reply_markup=buttons
        )
    await context.store.remember_prompt(draft.id, message.message_id, topic_of(message))


def keyboard(question: Prompt, draft: Draft) -> InlineKeyboardMarkup | None:
    """The buttons that answer the draft's question."""
    assert draft.question is not None
    return choices(draft.question, draft.id, question.rows) if question.rows else None


async def close(draft: Draft, context: Context) -> None:
    """Take the buttons off the open question: it has been answered. A card goes on."""
    asked = draft.prompt_message_id
    if draft.is_guided and asked is not None and asked != context.delivery.stripped_message_id:
        await strip_keyboard(context, draft.chat_id, asked)


@beside
async def strip_keyboard(context: Context, chat_id: int, message_id: int) -> None:
    """Take a message's buttons away; that it has none, or is gone, is fine."""
    try:
        await context.bot.edit_message_reply_markup(chat_id, message_id, reply_markup=None)
    except BadRequest:
        return


@beside
async def take_away(context: Context | AnyApp, chat_id: int, message_id: int) -> None:
    """Delete a message; after 48 hours it stays, without buttons
    (core.telegram.org/bots/api#deletemessage, 2026-11)."""
    try:
        await context.bot.delete_message(chat_id, message_id)
    except TelegramError:
        with suppress(TelegramError):
            await context.bot.edit_message_reply_markup(chat_id, message_id, reply_markup=None)


async def show_choice(query: CallbackQuery, value: str) -> None:
    """Write below the question which of its buttons was tapped, and take the buttons away."""
    message = query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return
    tapped = [
        button.text
        for row in message.reply_markup.inline_keyboard
        for button in row
        if str(button.callback_data).endswith(f":{value}")
    ]
    if not tapped:
        return
    DELIVERY.get().stripped_message_id = message.message_id
    await _show_choice(message, f"\n\n» {tapped[0]}")


@beside
async def _show_choice(message: Message, choice: str) -> None:
    try:
        if message.text is not None:
            await message.edit_text(
                message.text + choice, entities=message.entities, parse_mode=None
            )
        elif message.caption is not None:
            await message.edit_caption(
                message.caption + choice, caption_entities=message.caption_entities, parse_mode=None
            )
    except BadRequest:  # such as: it would be too long
        with suppress(BadRequest):
            await message.edit_reply_markup(None)


async def turn(query: CallbackQuery, question: Prompt, draft: Draft) -> None:
    """Put other words and buttons where the question stands; its picture stays."""
    message, buttons = query.message, keyboard(question, draft)
    if not isinstance(message, Message):
        return
    try:
        if message.text is not None:
            await message.edit_text(question.text, reply_markup=buttons)
        else:
            await message.edit_caption(question.text, reply_markup=buttons)
    except BadRequest:  # it shows that already, or is gone
        return


async def show_on(message: object, text: str, buttons: InlineKeyboardMarkup | None) -> None:
    """Put other words and buttons where those stand that were tapped."""
    if isinstance(message, Message):
        with suppress(BadRequest):  # it shows that already, or is gone
            await message.edit_text(text, reply_markup=buttons)


async def show_anew(query: CallbackQuery, question: Prompt, draft: Draft, picture: bytes) -> bool:
    """Put a question's new picture where the old one was; False if there was none."""
    message = query.message
    if not isinstance(message, Message) or not message.photo:
        return False
    media = InputMediaPhoto(picture, caption=question.text, parse_mode=ParseMode.HTML)
    try:
        await message.edit_media(media, reply_markup=keyboard(question, draft))
    except BadRequest:
        return False
    return True


@beside
async def say_busy(context: Context, chat_id: int, action: ChatAction) -> None:
    """Show in the chat that something is under way; that Telegram does not take it is fine."""
    with suppress(TelegramError):
        await context.bot.send_chat_action(chat_id, action)


@beside
async def thumb_up(message: Message) -> None:
    """Show that a message was understood; where reactions are not allowed, that it was is seen."""
    with suppress(TelegramError):
        await message.set_reaction("👍")


@beside
async def acknowledge(update: Update, text: str | None = None) -> None:
    """Answer a tap first; one that is too old cannot be answered, and its work must not fail."""
    if update.callback_query is None:
        return
    try:
        await update.callback_query.answer(text)
    except TelegramError:
        return
