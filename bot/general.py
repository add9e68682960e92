"""What is said outside of a post: a greeting, kind answers to the rest; and what jobs fail at."""

import logging
from contextlib import suppress
from datetime import timedelta

from markupsafe import Markup
from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import filters

from bot.access import permits
from bot.context import Context, actor_of
from bot.logins import is_a_stray_code
from bot.new_post import own_edits as drafts
from bot.new_post import waiting
from bot.new_post.ingest import unsupported
from bot.posts import later, which
from bot.posts import own_edits as posts
from bot.posts.typed import carried_out
from bot.rights import Right, may
from bot.texts import say
from bot.texts.parts import alternatives, enumerated, with_names
from bot.texts.words import called_new_post, folded, is_greeting, is_small_talk, labels_called
from bot.traces import rest_of
from bot.transient import is_transient
from bot.weekly_times import sounds_weekly
from publisher.wiring import publishes_itself
from storage.database import is_away, is_refused, named, note_away
from storage.outbox import NoticeKind
from storage.trail import about, new_event

log = logging.getLogger(__name__)

ALERT_EVERY = timedelta(minutes=10)
"""How often the admin hears of errors at the most: a job that fails may do so every 2 seconds."""


async def start(update: Update, context: Context) -> None:
    """/start"""
    actor = actor_of(update, context.services)
    assert update.effective_user is not None
    name, language = update.effective_user.first_name, actor.language
    accounts = await actor.accounts(context.services)
    ours = [f"@{one.name}" for one in accounts if publishes_itself(one)]
    by_hand = [one.name for one in accounts if not publishes_itself(one)]
    if may(actor.role, Right.DRAFT):
        ours_shown = with_names(enumerated(language, ours))
        theirs_shown = with_names(enumerated(language, by_hand))
        publishes = say(language, "start_publishes", account=ours_shown)
        hands_over = say(language, "start_hands_over", account=theirs_shown)
        done = [*([publishes] if ours or not by_hand else []), *([hands_over] if by_hand else [])]
        told = Markup(" ".join(done))  # noqa: S704 - `say` has escaped it
        welcome = say(language, "start", name=name, done=told)
    else:
        seen = with_names(enumerated(language, [*ours, *by_hand]))
        welcome = say(language, "start_viewer", name=name, account=seen)
    await context.bot.send_message(actor.chat_id, welcome)


async def language(update: Update, context: Context) -> None:
    """/language: there is nothing to set here."""
    await _answer(update, context, "language_is")


async def unknown_command(update: Update, context: Context) -> None:
    """In a team's group it may be another bot's."""
    chat, message = update.effective_chat, update.effective_message
    assert chat is not None and message is not None
    if chat.type != ChatType.PRIVATE and chat.id != context.services.settings.admin_chat_id:
        return
    called = (message.text or "/").split()[0].removeprefix("/").partition("@")[0]
    if "button_undo" in labels_called(called):
        await carried_out(update, context)
        return
    actor = actor_of(update, context.services)
    told, names = [], context.services.menus.like(called, actor.role)
    if names:
        commands = alternatives(actor.language, [f"/{name}" for name in names])
        told.append(say(actor.language, "unknown_command_like", commands=commands))
    if folded(called) in called_new_post() and may(actor.role, Right.DRAFT):
        told.append(say(actor.language, "needs_no_command"))
    told = told or [say(actor.language, "unknown_command")]
    await context.bot.send_message(actor.chat_id, " ".join(told))


async def edited(update: Update, context: Context) -> None:
    """An earlier message was changed: what came of it follows; if nothing did, we say so.

    A location that moves and a preview that appears come as edits, too, and change no words.
    """
    message, update_id = update.edited_message, context.delivery.update_id
    unchanged = None
    if update_id is not None:
        unchanged = await context.store.is_unchanged(update_id)
    if unchanged is None:  # of before we kept track of it
        unchanged = message is None or not (message.text or message.caption)
    if unchanged:
        return
    for of_it in (drafts.followed, posts.followed, drafts.told_of_discarded):
        if await of_it(update, context):
            return
    if await _is_for_us(update, context):
        await _answer(update, context, "edited_rest" if await _is_rest(context) else "edited")


async def _is_rest(context: Context) -> bool:
    """Whether what was edited is a part of a longer text, and not its beginning."""
    number = context.delivery.update_id
    return number is not None and rest_of(await context.store.updates_up_to(number)) > 0


async def stray(update: Update, context: Context) -> None:
    """Words without a post in the making, or something that Instagram has no place for.

    Whatever is neither a service message (a pin, a new title) nor known gets an answer.
    """
    message = update.effective_message
    assert message is not None
    if filters.StatusUpdate.ALL.check_update(update) or context.delivery.is_rest:
        return
    if await is_a_stray_code(update, context) or not await _is_for_us(update, context):
        return
    if not await permits(Right.DRAFT, update, context):
        return
    if message.text is None:
        actor = actor_of(update, context.services)
        await context.bot.send_message(actor.chat_id, unsupported(message, actor.language))
    elif not await carried_out(update, context):
        await _said(message.text, update, context)


async def _said(text: str, update: Update, context: Context) -> None:
    """Words that are no button's, to nobody in particular."""
    if is_small_talk(text):
        await _answer(update, context, "small_talk")
    elif is_greeting(text):
        await _answer(update, context, "greeted")
    elif (
        await later.moved(update, context)
        or await which.asked(update, context)
        or await waiting.answered(update, context)
    ):
        return
    elif sounds_weekly(text):
        command = " ".join(["/slots", *text.split()])
        await _answer(update, context, "card_is_weekly", command=command)
    elif not await which.offered(update, context):
        await _answer(update, context, await _what_else(update, context))


async def _what_else(update: Update, context: Context) -> str:
    """How to say which post is meant, to who has any; else how to begin one."""
    actor, store = actor_of(update, context.services), context.store
    has_drafts = bool(await store.drafts_of(owner_id=actor.id, chat_id=actor.chat_id))
    if has_drafts or await store.planned_posts(actor.scope):
        return "which_post"
    return "send_media"


async def on_error(update: object, context: Context) -> None:
    """Whatever a job did not foresee: the log has it, the admin hears of it now and then."""
    error = context.error
    assert error is not None
    if is_refused(error):  # as by a missing GRANT: it may be the one table alone
        note_away("a job waits", error)
        with suppress(Exception):  # it may be all of them
            await _alert(context, named(error))
    elif is_away(error):
        note_away("a job waits", error)
    elif is_transient(error):
        log.warning("a job waits for its next turn: %s", type(error).__name__)
    else:
        with about(event=new_event()):
            log.error("a job failed", exc_info=error)
            await _alert(context, type(error).__name__)


async def _alert(context: Context, what: str) -> None:
    detail = {"error_class": what}
    await context.store.alert(NoticeKind.ERROR, detail, at_most_every=ALERT_EVERY)


async def _is_for_us(update: Update, context: Context) -> bool:
    """In a group people talk to each other, too: only who makes a post there talks to us."""
    assert update.effective_chat is not None
    if update.effective_chat.type == ChatType.PRIVATE:
        return True
    return context.draft is not None


async def _answer(update: Update, context: Context, key: str, **values: object) -> Message:
    actor = actor_of(update, context.services)
    return await context.bot.send_message(actor.chat_id, say(actor.language, key, **values))
