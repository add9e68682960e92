"""Results and alerts on their way from Postgres to the chats."""

import asyncio
import logging
from datetime import timedelta

from telegram import InlineKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.context import Context
from bot.keyboards import Action, actions
from bot.new_post.prompt import strip_keyboard
from bot.posts.cards import excerpt, type_name
from bot.texts import label, say
from bot.texts.dates import span
from storage.models import Notice, Post
from storage.outbox import ADMIN, NoticeKind

log = logging.getLogger(__name__)

PAUSE_AFTER_TROUBLE = timedelta(seconds=10)
"""How long to leave Telegram alone after it could not be reached."""

BUTTONS: dict[NoticeKind, list[tuple[str, Action]]] = {
    NoticeKind.FAILED: [
        ("button_try_again", Action.TRY_AGAIN),
        ("button_delete", Action.DELETE_FOR_SURE),
    ],
    NoticeKind.UNCONFIRMED: [
        ("button_is_live", Action.IS_LIVE),
        ("button_publish_again", Action.TRY_AGAIN),
        ("button_drop", Action.DELETE_FOR_SURE),
    ],
}
"""What an owner can do about it, below the message."""


async def deliver(context: Context) -> None:
    """Send what waits, in order; on trouble the rest stays for the next round."""
    outbox = context.services.outbox
    for notice in await asyncio.to_thread(outbox.waiting):
        try:
            await _send(notice, context)
        except RetryAfter as error:
            wait = error.retry_after
            delay = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            await asyncio.to_thread(outbox.postpone, notice.id, delay)
            return
        except (Forbidden, BadRequest) as error:
            log.error("notice %d cannot be delivered: %s", notice.id, error.message)
            await asyncio.to_thread(outbox.park, notice.id, error.message)
        except NetworkError as error:
            log.warning("notice %d waits: %s", notice.id, type(error).__name__)
            await asyncio.to_thread(outbox.postpone, notice.id, PAUSE_AFTER_TROUBLE)
            return
        else:
            await asyncio.to_thread(outbox.mark_sent, notice.id)


async def _send(notice: Notice, context: Context) -> None:
    settings = context.services.settings
    post = notice.post
    if post is not None and post.chat_id == settings.admin_chat_id and _is_said_twice(notice):
        return
    if notice.audience == ADMIN:
        await context.bot.send_message(
            settings.admin_chat_id,
            alert(notice, settings.language),
            reply_markup=_resume_button(notice, settings.language),
        )
    elif post is not None:
        await _tell_owner(notice, post, context)


def _is_said_twice(notice: Notice) -> bool:
    """Whether an owner who is the admin hears the same from the other notice."""
    told_by_owner = notice.kind in (NoticeKind.FAILED, NoticeKind.UNCONFIRMED)
    return (notice.audience == ADMIN) == told_by_owner and notice.kind != NoticeKind.PUBLISHED


async def _tell_owner(notice: Notice, post: Post, context: Context) -> None:
    kind = NoticeKind(notice.kind)
    card = post.card_message_id
    if card and kind is not NoticeKind.RETRYING:
        await strip_keyboard(context, post.chat_id, card)
    reply = ReplyParameters(card, allow_sending_without_reply=True) if card else None
    text = result(notice, post)
    if post.chat_id == context.services.settings.admin_chat_id and post.error_class:
        text += f"\n<code>{post.error_class}</code>"
    await context.bot.send_message(
        post.chat_id,
        text,
        reply_parameters=reply,
        reply_markup=_owner_buttons(kind, post),
    )


def result(notice: Notice, post: Post) -> str:
    """What the owner hears: the link, or a plain sentence on what went wrong."""
    language = post.language
    if notice.kind == NoticeKind.PUBLISHED:
        link = post.link or ""
        return say(language, "published", id=post.id, type=type_name(post, language), link=link)
    return say(
        language,
        f"result_{notice.kind}",
        id=post.id,
        reason=label(language, f"reason_{notice.detail['error_class']}"),
        wait=span(language, notice.detail.get("seconds") or 0),
    )


def alert(notice: Notice, language: str) -> str:
    """What the admin hears: post number, error class, the plain sentence."""
    error_class = notice.detail["error_class"]
    seconds = notice.detail.get("seconds")
    return say(
        language,
        f"alert_{notice.kind}" if seconds is not None or notice.post else "alert_paused_for_good",
        id=notice.post_id or "",
        error_class=error_class,
        reason=label(language, f"reason_{error_class}"),
        wait=span(language, seconds or 0),
        excerpt=excerpt(notice.post) if notice.post else "",
    )


def _owner_buttons(kind: NoticeKind, post: Post) -> InlineKeyboardMarkup | None:
    buttons = BUTTONS.get(kind)
    if buttons is None:
        return None
    return actions([[(label(post.language, key), action, post.id)] for key, action in buttons])


def _resume_button(notice: Notice, language: str) -> InlineKeyboardMarkup | None:
    if notice.kind != NoticeKind.ACCOUNT_PAUSED:
        return None
    return actions([[(label(language, "button_resume"), Action.RESUME, 0)]])
