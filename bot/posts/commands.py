"""/list and /delete, and the buttons that stand under posts."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import escape
from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.access import permits, scope_of
from bot.accounts import is_one_of_several
from bot.context import Actor, Context, actor_of
from bot.jobs import wake
from bot.keyboards import Action, Tap, actions, decode
from bot.new_post.prompt import acknowledge, strip_keyboard
from bot.outbox import deliver, edit_card
from bot.posts.cards import card, farewell, row
from bot.rights import Right
from bot.texts import label, say
from bot.texts.dates import moment
from bot.texts.words import heard, labels_called
from publisher.wiring import publishes_itself
from storage.hand_over import is_offered
from storage.models import Account, Post
from storage.post_changes import PostNotFoundError, WrongStatusError

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
    now, accounts = datetime.now(UTC), await context.store.active_accounts()
    head += say(language, "list_head", count=len(posts))
    for start in range(0, len(posts), ROWS_PER_MESSAGE):
        page = posts[start : start + ROWS_PER_MESSAGE]
        rows = [row(post, language, now, accounts) for post in page]
        lines = ([head] if start == 0 else []) + rows
        await context.bot.send_message(
            actor.chat_id, "\n\n".join(lines), reply_markup=_row_buttons(page, language)
        )


async def delete_post(update: Update, context: Context) -> None:
    """/delete 12: ask, then delete; /delete 12 yes: delete."""
    actor = actor_of(update, context.services.settings)
    words = [word.strip("#").lower() for word in context.args or []]
    if not words:
        await list_posts(update, context)
        return
    number, sure = words[0], heard(" ".join(words[1:2]), ["sure"])
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        await context.bot.send_message(actor.chat_id, say(actor.language, "delete_usage"))
    elif sure:
        if sentence := await _outcome(Action.DELETE_FOR_SURE, int(number), actor, context):
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
    if tap.what is not Action.DELETE and not _is_one_of_several(query):
        await _strip(query, context)


async def perform(tap: Tap, update: Update, context: Context) -> None:
    """Do what a button under a post stands for, tapped or typed, and say what came of it."""
    assert isinstance(tap.what, Action)
    if not await permits(BUTTONS[tap.what].right, update, context):
        return
    actor = actor_of(update, context.services.settings)
    sentence = await _outcome(tap.what, tap.post_id, actor, context)
    if sentence and not await _settled(update.callback_query, sentence):
        await context.bot.send_message(actor.chat_id, sentence)


async def _outcome(action: Action, number: int, actor: Actor, context: Context) -> str | None:
    """What came of it, or why it cannot be; None if that has been said."""
    try:
        return await BUTTONS[action].perform(number, actor, context)
    except (PostNotFoundError, WrongStatusError) as error:
        return _why_not(error, number, actor)


async def resume(update: Update, context: Context) -> None:
    """/resume: publish again after a pause."""
    await _resume(0, actor_of(update, context.services.settings), context)


async def _resume(account_id: int, actor: Actor, context: Context) -> None:
    """Of the account with this number; 0 is the one that pauses, asked for if several do."""
    if not account_id:
        paused = await context.store.paused_accounts()
        if len(paused) > 1:
            await _ask_which_to_resume(paused, actor, context)
            return
        account_id = paused[0].id if paused else 0
    services, language = context.services, actor.language
    resumed = await services.store.resume_account(account_id)
    is_done = resumed or context.delivery.again
    sentence = say(language, "resumed" if is_done else "not_paused")
    await context.bot.send_message(actor.chat_id, sentence)
    await wake(context.application)


async def _ask_which_to_resume(paused: list[Account], actor: Actor, context: Context) -> None:
    rows = [[(account.name, Action.RESUME, account.id)] for account in paused]
    question = say(actor.language, "which_to_resume")
    await context.bot.send_message(actor.chat_id, question, reply_markup=actions(rows))


async def _keep(post_id: int, actor: Actor, context: Context) -> str:
    await context.store.keep_post(post_id, await scope_of(actor, context.services))
    return say(actor.language, "kept", id=post_id)


async def _try_again(post_id: int, actor: Actor, context: Context) -> str:
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    post = await context.store.try_again(post_id, scope, by=by)
    await wake(context.application)
    return say(actor.language, "trying_again", id=post.id)


async def _confirm_live(post_id: int, actor: Actor, context: Context) -> str:
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    post = await context.store.confirm_live(post_id, scope, by=by)
    return say(actor.language, "confirmed_live", id=post.id)


async def _hand_over(post_id: int, actor: Actor, context: Context) -> str:
    """Its files come by the outbox, as of an account that is published by hand."""
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    post = await context.store.hand_over(post_id, scope, by=by)
    await deliver(context.application)
    whose = "own" if post.owner_id == actor.id else "other"
    return say(actor.language, "handed_over", id=post.id, whose=whose)


async def _posted(post_id: int, actor: Actor, context: Context) -> str:
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    post = await context.store.mark_posted(post_id, scope, by=by)
    await edit_card(post, "", None, context.application)
    return say(actor.language, "confirmed_live", id=post.id)


async def _not_today(post_id: int, actor: Actor, context: Context) -> str | None:
    """It is kept, and what can still become of it is offered."""
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    post = await context.store.mark_not_posted(post_id, scope, by=by)
    await edit_card(post, "", None, context.application)
    language = actor.language
    can = [("button_hand_over", Action.HAND_OVER), ("button_delete", Action.DELETE)]
    if publishes_itself(post.account):  # else it could only be handed over again
        can.insert(0, ("button_try_again", Action.TRY_AGAIN))
    await context.bot.send_message(
        actor.chat_id,
        say(language, "not_posted", id=post.id),
        reply_markup=actions([[(label(language, key), what, post.id)] for key, what in can]),
    )
    return None


async def _publish_late(post_id: int, actor: Actor, context: Context) -> str:
    """All that have become late, in the chat of the one named."""
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    count = await context.store.publish_late(post_id, scope, by=by)
    await wake(context.application)
    return say(actor.language, "late_published", count=count)


async def _drop_late(post_id: int, actor: Actor, context: Context) -> str:
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    count, files = await context.store.drop_late(post_id, scope, by=by)
    await context.store.remove_files(files)
    return say(actor.language, "late_dropped", count=count)


async def _publish_held(post_id: int, actor: Actor, context: Context) -> str:
    """All held posts of one person: the owner of the one named."""
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    count = await context.store.publish_held(post_id, scope, by=by)
    await wake(context.application)
    return say(actor.language, "held_published" if count else "held_settled", count=count)


async def _drop_held(post_id: int, actor: Actor, context: Context) -> str:
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    count, files = await context.store.drop_held(post_id, scope, by=by)
    await context.store.remove_files(files)
    return say(actor.language, "late_dropped" if count else "held_settled", count=count)


async def _delete(post_id: int, actor: Actor, context: Context) -> str:
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    post, files = await context.store.delete_post(post_id, scope, by=by, person_id=actor.id)
    await context.store.remove_files(files)
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
    shown = card(post, language, await context.store.active_accounts())
    question = say(language, "ask_delete", id=post_id) + "\n\n" + shown
    await context.bot.send_message(actor.chat_id, question, reply_markup=keyboard)


@dataclass(frozen=True)
class Button:
    """A button under a post: the right that it needs, and what it does."""

    right: Right
    perform: Callable[[int, Actor, Context], Awaitable[str | None]]
    """Given the post's number; returns the sentence that takes the question's place, if any.

    Raises PostNotFoundError, WrongStatusError.
    """


BUTTONS: Mapping[Action, Button] = {
    Action.DELETE: Button(Right.DELETE, _ask_to_delete),
    Action.DELETE_FOR_SURE: Button(Right.DELETE, _delete),
    Action.KEEP: Button(Right.DELETE, _keep),
    Action.TRY_AGAIN: Button(Right.TRY_AGAIN, _try_again),
    Action.IS_LIVE: Button(Right.CONFIRM_LIVE, _confirm_live),
    Action.HAND_OVER: Button(Right.BY_HAND, _hand_over),
    Action.POSTED: Button(Right.BY_HAND, _posted),
    Action.NOT_TODAY: Button(Right.BY_HAND, _not_today),
    Action.PUBLISH_LATE: Button(Right.SETTLE_LATE, _publish_late),
    Action.DROP_LATE: Button(Right.SETTLE_LATE, _drop_late),
    Action.PUBLISH_HELD: Button(Right.SETTLE_HELD, _publish_held),
    Action.DROP_HELD: Button(Right.SETTLE_HELD, _drop_held),
    Action.RESUME: Button(Right.RESUME, _resume),
}
"""One row each; the button that stops a draft's preparation is the conversation's."""


def _why_not(error: PostNotFoundError | WrongStatusError, post_id: int, actor: Actor) -> str:
    if isinstance(error, PostNotFoundError):
        return say(actor.language, "no_such_post", id=post_id)
    return say(actor.language, f"too_late_{error.status}", id=post_id)


async def _settled(query: CallbackQuery | None, sentence: str) -> bool:
    """Put the outcome where the question stood; False if that cannot be, or it still stands."""
    message = query.message if query else None
    if not isinstance(message, Message) or not message.text or _is_one_of_several(query):
        return False  # typed, or so old that Telegram does not tell what it was
    try:
        await message.edit_text(sentence)
    except BadRequest as error:
        return "not modified" in error.message.lower()  # said before a crash
    return True


def _is_one_of_several(query: CallbackQuery | None) -> bool:
    """Whether the button names its post because the message is about others as well."""
    message = query.message if query else None
    markup = message.reply_markup if isinstance(message, Message) else None
    return any(
        query is not None
        and button.callback_data == query.data
        and "button_hand_over_row" in labels_called(button.text)
        for row in (markup.inline_keyboard if markup else ())
        for button in row
    )


async def _strip(query: CallbackQuery, context: Context) -> None:
    if isinstance(query.message, Message) and query.message.reply_markup:
        await strip_keyboard(context, query.message.chat_id, query.message.message_id)


def _row_buttons(posts: list[Post], language: str) -> InlineKeyboardMarkup:
    buttons = [(label(language, "button_delete_row", id=p.id), Action.DELETE, p.id) for p in posts]
    rows = [buttons[start : start + 5] for start in range(0, len(buttons), 5)]
    return actions([*rows, *_hand_over_rows(posts, language)])


def _hand_over_rows(posts: list[Post], language: str) -> list[list[tuple[str, Action, int]]]:
    taken = [post for post in posts if is_offered(post)]
    buttons = [
        (label(language, "button_hand_over_row", id=post.id), Action.HAND_OVER, post.id)
        for post in taken
    ]
    return [buttons[start : start + 3] for start in range(0, len(buttons), 3)]


async def _pause_line(context: Context, actor: Actor) -> str:
    """One line on top for each account that pauses, with its name if there are others."""
    services, language = context.services, actor.language
    paused = await services.store.paused_accounts()
    if not paused:
        return ""
    active, zone = await services.store.active_accounts(), await actor.zone(services)
    lines = []
    for account in paused:
        line = say(language, "paused_until_resumed")
        if account.paused_until is not None:
            time = moment(language, account.paused_until, zone, datetime.now(UTC))
            line = say(language, "paused_until", time=time)
        named = is_one_of_several(account, active)
        lines.append(f"<b>{escape(account.name)}</b>: {line}" if named else line)
    return "".join(f"{line}\n\n" for line in lines)
