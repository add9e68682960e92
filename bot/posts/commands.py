"""/list and /delete, and the buttons that stand under posts."""

from datetime import UTC, datetime

from markupsafe import escape
from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.access import permits, scope_of
from bot.context import Actor, Context, actor_of
from bot.jobs import wake
from bot.keyboards import Action, Tap, actions, decode
from bot.new_post.prompt import acknowledge, strip_keyboard
from bot.posts.cards import card, farewell, row
from bot.rights import BUTTONS
from bot.texts import label, say
from bot.texts.dates import moment
from storage.models import Post
from storage.posts import PostNotFoundError, WrongStatusError

ROWS_PER_MESSAGE = 20
"""Keeps a list well below Telegram's 4,096 characters and its keyboard usable."""


async def list_posts(update: Update, context: Context) -> None:
    """/list: all planned posts; in the admin chat, everybody's."""
    actor = actor_of(update, context.services.settings)
    scope = await scope_of(actor, context.services)
    posts = await context.store.planned_posts(scope)
    language = actor.language
    head = await _pause_line(context, actor)
    if not posts:
        await context.bot.send_message(actor.chat_id, head + say(language, "list_empty"))
        return
    now = datetime.now(UTC)
    head += say(language, "list_head", count=len(posts))
    for start in range(0, len(posts), ROWS_PER_MESSAGE):
        page = posts[start : start + ROWS_PER_MESSAGE]
        lines = ([head] if start == 0 else []) + [row(post, language, now) for post in page]
        await context.bot.send_message(
            actor.chat_id, "\n\n".join(lines), reply_markup=_delete_buttons(page, language)
        )


async def delete_post(update: Update, context: Context) -> None:
    """/delete 12: ask, then delete; /delete 12 yes: delete."""
    actor = actor_of(update, context.services.settings)
    words = [word.strip("#").lower() for word in context.args or []]
    if not words:
        await list_posts(update, context)
        return
    number, sure = words[0], words[1:2] in (["yes"], ["ja"])
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        await context.bot.send_message(actor.chat_id, say(actor.language, "delete_usage"))
    elif sure:
        sentence = await _delete(int(number), actor, context)
        await context.bot.send_message(actor.chat_id, sentence)
    else:
        await _ask_to_delete(int(number), actor, context)


async def tapped(update: Update, context: Context) -> None:
    """A button under a post. Every one asks anew whose post it is and where it stands."""
    query = update.callback_query
    assert query is not None
    actor = actor_of(update, context.services.settings)
    tap = decode(query.data)
    if tap is None or not isinstance(tap.what, Action):
        await acknowledge(update, label(actor.language, "stale_button"))
        await _strip(query, context)
        return
    await acknowledge(update)
    await perform(tap, update, context)
    if tap.what is not Action.DELETE:
        await _strip(query, context)


async def perform(tap: Tap, update: Update, context: Context) -> None:
    """Do what a button under a post stands for, tapped or typed, and say what came of it."""
    assert isinstance(tap.what, Action)
    if not await permits(BUTTONS[tap.what], update, context):
        return
    actor = actor_of(update, context.services.settings)
    if tap.what is Action.DELETE:
        await _ask_to_delete(tap.post_id, actor, context)
    elif tap.what is Action.RESUME and tap.post_id:
        await _resume(tap.post_id, actor, context)
    elif tap.what is Action.RESUME:  # below a message from when there was one account
        await resume(update, context)
    else:
        sentence = await _carry_out(tap, actor, context)
        if not await _settled(update.callback_query, sentence):
            await context.bot.send_message(actor.chat_id, sentence)


async def resume(update: Update, context: Context) -> None:
    """/resume: publish again after a pause; for which account is asked if several pause."""
    actor = actor_of(update, context.services.settings)
    paused = await context.store.paused_accounts()
    if len(paused) < 2:
        await _resume(paused[0].id if paused else 0, actor, context)
        return
    rows = [[(account.name, Action.RESUME, account.id)] for account in paused]
    await context.bot.send_message(
        actor.chat_id, say(actor.language, "which_to_resume"), reply_markup=actions(rows)
    )


async def _resume(account_id: int, actor: Actor, context: Context) -> None:
    services, language = context.services, actor.language
    resumed = await services.store.resume_account(account_id)
    is_done = resumed or context.delivery.again
    sentence = say(language, "resumed" if is_done else "not_paused")
    await context.bot.send_message(actor.chat_id, sentence)
    await wake(context.application)


async def _carry_out(tap: Tap, actor: Actor, context: Context) -> str:
    """Do what the button says; returns the sentence that replaces the question."""
    language, store = actor.language, context.store
    scope = await scope_of(actor, context.services)
    if tap.what is Action.DELETE_FOR_SURE:
        return await _delete(tap.post_id, actor, context)
    if tap.what in (Action.PUBLISH_LATE, Action.DROP_LATE):
        return await _settle_late(tap, actor, context)
    if tap.what in (Action.PUBLISH_HELD, Action.DROP_HELD):
        return await _settle_held(tap, actor, context)
    if tap.what is Action.KEEP:
        await store.keep_post(tap.post_id, scope)
        return say(language, "kept", id=tap.post_id)
    again = tap.what is Action.TRY_AGAIN
    change = store.try_again if again else store.confirm_live
    try:
        post = await change(tap.post_id, scope, by=context.delivery.update_id)
    except (PostNotFoundError, WrongStatusError) as error:
        return _why_not(error, tap.post_id, actor)
    if again:
        await wake(context.application)
    return say(language, "trying_again" if again else "confirmed_live", id=post.id)


async def _settle_late(tap: Tap, actor: Actor, context: Context) -> str:
    """Publish or delete all posts that have become late, in the chat of the one named."""
    services, language, by = context.services, actor.language, context.delivery.update_id
    scope = await scope_of(actor, services)
    try:
        if tap.what is Action.PUBLISH_LATE:
            count = await services.store.publish_late(tap.post_id, scope, by=by)
            await wake(context.application)
            return say(language, "late_published", count=count)
        count, files = await services.store.drop_late(tap.post_id, scope, by=by)
    except PostNotFoundError as error:
        return _why_not(error, tap.post_id, actor)
    await services.store.remove_files(files)
    return say(language, "late_dropped", count=count)


async def _settle_held(tap: Tap, actor: Actor, context: Context) -> str:
    """Publish or delete all held posts of one person: the owner of the one named."""
    services, language, by = context.services, actor.language, context.delivery.update_id
    scope, files = await scope_of(actor, services), list[str]()
    if publishes := tap.what is Action.PUBLISH_HELD:
        count = await services.store.publish_held(tap.post_id, scope, by=by)
        await wake(context.application)
    else:
        count, files = await services.store.drop_held(tap.post_id, scope, by=by)
        await services.store.remove_files(files)
    if not count:
        return say(language, "held_settled")
    return say(language, "held_published" if publishes else "late_dropped", count=count)


async def _delete(post_id: int, actor: Actor, context: Context) -> str:
    services = context.services
    try:
        post, files = await services.store.delete_post(
            post_id,
            await scope_of(actor, services),
            by=context.delivery.update_id,
            person_id=actor.id,
        )
    except (PostNotFoundError, WrongStatusError) as error:
        return _why_not(error, post_id, actor)
    await services.store.remove_files(files)
    return farewell(post, actor.language)


async def _ask_to_delete(post_id: int, actor: Actor, context: Context) -> None:
    language = actor.language
    try:
        scope = await scope_of(actor, context.services)
        post = await context.store.ask_to_delete(post_id, scope)
    except (PostNotFoundError, WrongStatusError) as error:
        await context.bot.send_message(actor.chat_id, _why_not(error, post_id, actor))
        return
    keyboard = actions(
        [
            [
                (label(language, "button_delete_for_sure"), Action.DELETE_FOR_SURE, post_id),
                (label(language, "button_keep_post"), Action.KEEP, post_id),
            ]
        ]
    )
    question = say(language, "ask_delete", id=post_id) + "\n\n" + card(post, language)
    await context.bot.send_message(actor.chat_id, question, reply_markup=keyboard)


def _why_not(error: PostNotFoundError | WrongStatusError, post_id: int, actor: Actor) -> str:
    if isinstance(error, PostNotFoundError):
        return say(actor.language, "no_such_post", id=post_id)
    return say(actor.language, f"too_late_{error.status}", id=post_id)


async def _settled(query: CallbackQuery | None, sentence: str) -> bool:
    """Put the outcome where the question stood; False if that is not possible."""
    message = query.message if query else None
    if not isinstance(message, Message) or not message.text:
        return False  # typed, or so old that Telegram does not tell what it was
    try:
        await message.edit_text(sentence)
    except BadRequest as error:
        return "not modified" in error.message.lower()  # said before a crash
    return True


async def _strip(query: CallbackQuery, context: Context) -> None:
    if isinstance(query.message, Message) and query.message.reply_markup:
        await strip_keyboard(context, query.message.chat_id, query.message.message_id)


def _delete_buttons(posts: list[Post], language: str) -> InlineKeyboardMarkup:
    buttons = [(label(language, "button_delete_row", id=p.id), Action.DELETE, p.id) for p in posts]
    return actions([buttons[start : start + 5] for start in range(0, len(buttons), 5)])


async def _pause_line(context: Context, actor: Actor) -> str:
    """One line on top for each account that pauses, with its name if there are others."""
    services, language = context.services, actor.language
    active = await services.store.active_accounts()
    zone = await actor.zone(services)
    lines = []
    for account in await services.store.paused_accounts():
        line = say(language, "paused_until_resumed")
        if account.paused_until is not None:
            time = moment(language, account.paused_until, zone, datetime.now(UTC))
            line = say(language, "paused_until", time=time)
        lines.append(line if len(active) == 1 else f"<b>{escape(account.name)}</b>: {line}")
    return "".join(f"{line}\n\n" for line in lines)
