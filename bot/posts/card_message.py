"""A post's card: sent, and taken over; and for a minute what was done last can be undone."""

from contextlib import suppress
from datetime import timedelta
from typing import cast

from telegram import Message
from telegram.error import TelegramError

from bot.beside import beside
from bot.context import Actor, AnyApp, Context
from bot.jobs import NEVER_SKIPPED
from bot.new_post.prompt import take_away
from bot.posts.card_edits import edit_card
from bot.posts.plan_news import NO_NEWS, PlanNews
from bot.posts.series_cards import look_of
from bot.topics import topic_of
from storage.lifecycle import CHANGEABLE, Status
from storage.models import Draft, Post
from storage.post_changes import PostNotFoundError
from storage.scope import EVERY_ACCOUNT, Scope
from storage.undone import UNDO_SPAN

UNDER_WAY = (Status.CLAIMED, Status.SENDING)
"""What comes of it is told, and shown on the card, in a moment."""
UNDO_ENDS = UNDO_SPAN + timedelta(seconds=1)
"""When a card loses its "Undo", and what was deleted its media."""


async def send_card(
    post: Post,
    actor: Actor,
    context: Context,
    *,
    news: PlanNews = NO_NEWS,
    picture: bytes | None = None,
    alone: bool = False,
) -> None:
    """Send the post's card, with what is new below it.

    In its own chat it takes the place of the one before. Whoever only sees the post gets it
    without buttons.

    Args:
        alone: if it was made together with others, it leaves the card that they share.
    """
    services = context.services
    name = await services.names.maker(post, actor.chat_id, services)
    text, own_buttons = await look_of(
        post, actor.language, context.store, alone=alone, made_by=name
    )
    is_theirs = actor.scope.contains(post)
    buttons = (news.buttons or own_buttons) if is_theirs else None
    text, bot = text + news.text, context.bot
    if picture is None:
        message = await bot.send_message(actor.chat_id, text, reply_markup=buttons)
    else:
        message = await bot.send_photo(actor.chat_id, picture, caption=text, reply_markup=buttons)
    if post.chat_id != actor.chat_id or not is_theirs:
        return
    now = await context.store.remember_card(
        post.id,
        message.message_id,
        topic_of(message),
        has_picture=picture is not None,
        alone=alone,
    )
    if now not in (None, post.status, *UNDER_WAY):  # somebody was quick
        shown = await context.store.post_with_card(post.chat_id, message.message_id)
        if shown is not None:
            await edit_card(shown, context.application)
    if post.card_message_id is not None and not (alone and post.series_id):
        await take_away(context, post.chat_id, post.card_message_id)


async def show_news(post: Post, news: PlanNews, context: Context) -> bool:
    """Let the card that there is say it; False if there is none any more."""
    return await edit_card(post, context.application, told=news.text, buttons=news.buttons)


async def apply(draft: Draft, post_id: int, actor: Actor, context: Context) -> Post:
    """Put the draft in the post's place, and its card in that of the post's card.

    The card of a draft from another chat goes.

    Raises PostNotFoundError, WrongStatusError, DraftGoneError, StillPreparingError.
    """
    scope, by = actor.scope, context.delivery.update_id
    before = await context.store.post(post_id, scope)
    post, files = await context.store.apply_edit(draft.id, scope, by=by)
    await context.store.remove_files(files)
    if before.card_message_id not in (None, post.card_message_id):
        await take_away(context, before.chat_id, before.card_message_id)
    is_elsewhere = draft.chat_id != post.chat_id and not draft.is_guided
    if is_elsewhere and draft.prompt_message_id is not None:
        await take_away(context, draft.chat_id, draft.prompt_message_id)
    return post


def end_undo_later(post_id: int, application: AnyApp) -> None:
    """Once the minute is over, the post's card says so."""
    queue = application.job_queue
    assert queue is not None
    queue.run_once(end_undo, UNDO_ENDS, data=post_id, job_kwargs=NEVER_SKIPPED)


async def end_undo(context: Context) -> None:
    """What was deleted gives its media up; cards lose their "Undo"."""
    services, job = context.services, context.job
    if not services.leader.is_ours or job is None:
        return
    forgotten, files = await services.store.forget_deleted()
    await services.store.remove_files(files)
    scope = Scope.of_everybody(EVERY_ACCOUNT)
    with suppress(PostNotFoundError):
        forgotten.append(await services.store.post(cast(int, job.data), scope))
    for post in forgotten:
        if post.status in CHANGEABLE | {Status.DELETED}:
            await edit_card(post, context.application)


@beside
async def understood(message: Message, sentence: str) -> None:
    """A thumbs-up on what the person has sent; in words where reactions are not allowed."""
    try:
        await message.set_reaction("👍")
    except TelegramError:
        await message.reply_text(sentence)
