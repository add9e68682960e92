"""Results and alerts on their way from Postgres to the chats: in order in each, chats apart."""

import logging
from datetime import timedelta
from functools import partial

import httpx
from telegram import ChatMember, Message, ReplyParameters, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot import groups
from bot.accounts.checked import tell_checked
from bot.approval_cards import tell_team
from bot.arrivals import NO_CHAT
from bot.context import AnyApp, Context
from bot.hand_over import give
from bot.known import KNOWN, Known
from bot.limiter import seconds_of
from bot.login_messages import tell_login
from bot.notice_types import type_of
from bot.notices import admins_buttons, alert, owners_buttons, result
from bot.posts import outdated
from bot.posts.card_edits import edit_card, language_in
from bot.texts import say
from bot.topics import speak_in
from bot.transient import closes_chat, is_transient
from storage.database import is_away, note_away
from storage.lasting import LASTING
from storage.models import Notice, Post
from storage.outbox import ADMIN, CHAT, OWNER, NoticeKind

log = logging.getLogger(__name__)

PAUSE_AFTER_TROUBLE = timedelta(seconds=5)
"""How long to leave a chat alone after it could not be reached."""
PAUSE_WHILE_AWAY = timedelta(seconds=2)
"""How long to leave Postgres alone after it could not be asked."""
ONCE_BACK = "deliver once Postgres is back"
"""Of the job: each delivery that fails asks for one, and they must not become ever more."""
PAUSE_OF_THE_ADMIN = timedelta(minutes=1)
"""How often to try the admin chat while it is closed to us, as before its first /start."""

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Failures before anything was sent; after all others, the message may have arrived."""


async def deliver(application: AnyApp) -> None:
    """Send what waits, each chat's by itself. Only the process that leads does."""
    services = application.bot_data
    if not services.leader.is_ours:
        return
    admin = services.settings.admin_chat_id
    try:
        chats = await services.store.chats_with_notices(admin)
    except Exception:
        deliver_after(PAUSE_WHILE_AWAY, application, ONCE_BACK)
        raise
    for chat_id in chats:
        services.outgoing.wake(chat_id, partial(_work_off, chat_id, application))


def deliver_after(delay: timedelta, application: AnyApp, name: str | None = None) -> None:
    """The same once this time is over; by this name, if there is one, only one waits at a time."""

    async def again(_: Context) -> None:
        await deliver(application)

    queue = application.job_queue
    assert queue is not None
    if name is None or not queue.get_jobs_by_name(name):
        queue.run_once(again, delay, name=name, job_kwargs={"misfire_grace_time": None})


async def membership(update: Update, context: Context) -> None:
    """A chat has opened or closed itself to us: what was kept for it goes out."""
    change = update.my_chat_member
    assert change is not None
    if change.new_chat_member.status in (ChatMember.MEMBER, ChatMember.ADMINISTRATOR):
        await reopen(change.chat.id, context.application)
    await groups.joined(update, context)


async def reopen(chat_id: int, application: AnyApp) -> None:
    """A chat lets itself be heard or has opened: what was kept for it goes out."""
    services = application.bot_data
    admin = services.settings.admin_chat_id
    await services.store.release_chat(chat_id, admin)
    services.closed.discard(chat_id)
    await deliver(application)


async def migrated(update: Update, context: Context) -> None:
    """A group is a supergroup now, says Telegram in the one or in the other."""
    message = update.effective_message
    assert message is not None
    old, new = message.migrate_from_chat_id, message.migrate_to_chat_id
    await follow(old or message.chat.id, new or message.chat.id, context.application)


async def follow(old: int, new: int, application: AnyApp) -> None:
    """What was for the one is for the other; of the admin chat, the settings must know as well."""
    services = application.bot_data
    services.moved[old] = new
    is_admins = old == services.settings.admin_chat_id
    await services.store.move_chat(old, new, is_admins=is_admins)
    if is_admins:
        log.error("the admin chat is a supergroup now: set ADMIN_CHAT_ID=%d, and restart", new)
        detail, daily = {"reason": str(new)}, timedelta(days=1)
        await services.store.alert(NoticeKind.ADMIN_CHAT_MOVED, detail, at_most_every=daily)
    await deliver(application)


async def _work_off(chat_id: int, application: AnyApp) -> None:
    """Send all that waits for one chat, oldest first, until something must wait."""
    services = application.bot_data
    admin = services.settings.admin_chat_id
    try:
        while services.leader.is_ours:
            notice = await services.store.next_notice(chat_id, admin)
            if notice is None or not await _deliver(notice, chat_id, application):
                return
    except Exception as error:
        if not is_away(error):
            raise
        note_away(f"results for chat {chat_id} wait", error)
        deliver_after(PAUSE_WHILE_AWAY, application, ONCE_BACK)


async def _deliver(notice: Notice, chat_id: int, application: AnyApp) -> bool:
    """Send one, and write down what became of it; False if the chat is to be left alone now."""
    store = application.bot_data.store
    try:
        sent = await _send(notice, application)
    except RetryAfter as error:
        await _wait(notice, timedelta(seconds=seconds_of(error)), error, application)
    except (Forbidden, BadRequest) as error:
        log.error("notice %d cannot be delivered: %s", notice.id, error.message)
        if notice.audience == ADMIN and closes_chat(error):  # there is nobody else to tell
            await _wait(notice, PAUSE_OF_THE_ADMIN, error, application)
            return False
        if closes_chat(error):
            await store.park_chat(chat_id, error.message)
            application.bot_data.closed.add(chat_id)
            await deliver(application)  # the admin hears of it
            return False
        await store.park(notice.id, error.message)
        return True
    except ChatMigrated as error:
        await follow(chat_id, error.new_chat_id, application)
        return True
    except NetworkError as error:
        application.bot_data.health.note_telegram(type(error).__name__)
        await _wait(notice, PAUSE_AFTER_TROUBLE, error, application)
    except TelegramError as error:
        if is_transient(error):  # the token is refused: all waits for another one
            await _wait(notice, PAUSE_OF_THE_ADMIN, error, application)
            return False
        log.error("notice %d cannot be delivered: %s", notice.id, error.message)
        await store.park(notice.id, error.message)
        return True
    except Exception as error:
        if is_away(error):
            raise
        log.exception("notice %d cannot be put into words", notice.id)
        await store.park(notice.id, type(error).__name__)
        return True
    else:
        application.bot_data.health.note_telegram(None)
        if notice.post is not None and sent is not None and sent.reply_markup is not None:
            await outdated.remember(notice.post, sent, application)
        await store.mark_sent(notice.id)
        about = {"post": notice.post_id, "event": notice.detail.get("event")}
        told = f"notice {notice.id} is delivered to the {notice.audience}: {notice.kind}"
        log.info(told, extra={name: value for name, value in about.items() if value})
        return True
    return False


async def _wait(
    notice: Notice, delay: timedelta, error: TelegramError, application: AnyApp
) -> None:
    """Later again; whether the message may have arrived is kept."""
    log.warning("notice %d waits: %s", notice.id, type(error).__name__)
    arrived = notice.sending_at is not None or _may_have_arrived(error)
    await application.bot_data.store.postpone(notice.id, delay, arrived=arrived)
    deliver_after(delay, application)


def _may_have_arrived(error: TelegramError) -> bool:
    """Whether the request was sent and its answer lost. A 5xx counts as refused."""
    cause = error.__cause__
    return isinstance(cause, httpx.HTTPError) and not isinstance(cause, NOT_SENT)


async def _send(notice: Notice, application: AnyApp) -> Message | None:
    """Returns the message, if that is all that there is to it."""
    services = application.bot_data
    settings = services.settings
    KNOWN.set(Known(NO_CHAT))  # for this notice alone
    if notice.kind == NoticeKind.LOGIN:
        await tell_login(notice, application)
        return None
    if type_of(notice).on_account:
        await tell_checked(notice, application)
        return None
    post, told_while = notice.post, type_of(notice).told_while
    if told_while is not None and (post is None or post.status is not told_while):
        return None
    to_owner = post is not None and notice.audience == OWNER
    is_for_team = notice.audience == CHAT or type_of(notice).for_team
    if post is not None and not to_owner and is_for_team:
        admin = settings.admin_chat_id
        chat_id = notice.chat_id or services.moved.get(admin, admin)
        await tell_team(notice, post, chat_id, application)
        return None
    speak_in(post.chat_id if post else 0, post.thread_id if post and to_owner else None)
    if post is not None and post.chat_id == settings.admin_chat_id and _is_said_twice(notice):
        return None
    if notice.audience != ADMIN:
        assert post is not None
        return await _tell_owner(notice, post, application)
    admin, store = settings.admin_chat_id, services.store
    about = await store.message_of_alerts(notice.detail["ids"]) if "ids" in notice.detail else None
    reply = ReplyParameters(about, allow_sending_without_reply=True) if about else None
    sent: Message = await application.bot.send_message(
        services.moved.get(admin, admin),
        alert(notice, settings.language, await store.active_accounts()),
        reply_parameters=reply,
        reply_markup=admins_buttons(notice, settings.language),
    )
    if notice.kind in LASTING:
        await store.alert_shown(notice.id, sent.message_id)
    return sent


def _is_said_twice(notice: Notice) -> bool:
    """Whether an owner who is the admin hears the same from the other notice."""
    return (notice.audience == ADMIN) == type_of(notice).as_owner


async def _tell_owner(notice: Notice, post: Post, application: AnyApp) -> Message | None:
    """By a message in reply to the post's card, or on the card if that may have arrived."""
    services = application.bot_data
    accounts = await services.store.active_accounts()
    post.language = await language_in(post, services)
    text, buttons = result(notice, post, accounts), owners_buttons(notice, post)
    if post.chat_id == services.settings.admin_chat_id and post.error_class:
        text += f"\n<code>{post.error_class}</code>"
        if event := notice.detail.get("event"):
            text += "\n" + say(post.language, "alert_event", event=event)
    card_id = post.card_message_id
    reply = ReplyParameters(card_id, allow_sending_without_reply=True) if card_id else None
    if notice.sending_at is None:
        if not type_of(notice).leaves_card:
            await edit_card(post, application)
    elif await edit_card(post, application, told="\n\n" + text, buttons=buttons):
        return None
    if type_of(notice).gives_files:
        await give(notice, post, reply, application)
    await services.store.begin_notice(notice.id)
    sent: Message = await application.bot.send_message(
        post.chat_id, text, reply_parameters=reply, reply_markup=buttons
    )
    return sent
