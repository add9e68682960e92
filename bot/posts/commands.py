"""/list, /delete and /resume."""

from datetime import UTC, datetime

from markupsafe import escape
from telegram import InlineKeyboardMarkup, Update

from bot.access import scope_of
from bot.accounts import is_one_of_several
from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, actions, in_rows
from bot.posts.buttons import ask_to_delete, outcome, resume_account
from bot.posts.cards import row
from bot.texts import label, say
from bot.texts.dates import moment
from bot.texts.words import heard
from storage.hand_over import is_offered
from storage.models import Post

ROWS_PER_MESSAGE = 20
"""Keeps a list well below Telegram's 4,096 characters and its keyboard usable."""


async def list_posts(update: Update, context: Context) -> None:
    """/list: all planned posts; in the admin chat, everybody's."""
    actor = actor_of(update, context.services.settings)
    scope = await scope_of(actor, context.services)
    posts, language = await context.store.planned_posts(scope), actor.language
    head = await _pause_line(context, actor)
    if not posts:
        await context.bot.send_message(actor.chat_id, head + say(language, "list_empty"))
        return
    now, accounts = datetime.now(UTC), await context.store.active_accounts()
    head += say(language, "list_head", count=len(posts))
    for page in in_rows(posts, ROWS_PER_MESSAGE):
        lines = [row(post, language, now, accounts) for post in page]
        text = "\n\n".join([head, *lines] if page[0] is posts[0] else lines)
        buttons = _row_buttons(page, language)
        await context.bot.send_message(actor.chat_id, text, reply_markup=buttons)


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
        if sentence := await outcome(Action.DELETE_FOR_SURE, int(number), actor, context):
            await context.bot.send_message(actor.chat_id, sentence)
    else:
        await ask_to_delete(int(number), actor, context)


async def resume(update: Update, context: Context) -> None:
    """/resume: publish again after a pause."""
    await resume_account(0, actor_of(update, context.services.settings), context)


def _row_buttons(posts: list[Post], language: str) -> InlineKeyboardMarkup:
    delete = [(label(language, "button_delete_row", id=p.id), Action.DELETE, p.id) for p in posts]
    hand_over = [
        (label(language, "button_hand_over_row", id=post.id), Action.HAND_OVER, post.id)
        for post in posts
        if is_offered(post)
    ]
    return actions([*in_rows(delete, 5), *in_rows(hand_over, 3)])


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
