"""Publish now: asked once on the card, since nobody can undo it."""

from collections.abc import Sequence

from telegram import InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.context import Actor, Context
from bot.keyboards import Action, actions
from bot.posts import moving, series_changes
from bot.posts.card_edits import edit_card
from bot.posts.card_message import send_card
from bot.posts.card_pictures import picture_of
from bot.posts.plan_news import PlanNews
from bot.posts.series_cards import look_of
from bot.texts import label, say
from bot.transient import is_shown_already
from storage.lifecycle import CHANGEABLE
from storage.models import Post
from storage.post_changes import PostNotFoundError, WrongStatusError


async def ask(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> None:
    """Raises PostNotFoundError, WrongStatusError."""
    post = await context.store.post(post_id, actor.scope)
    _refuse_settled([post])
    question = "\n\n" + say(actor.language, "ask_publish_now")
    answers = _answers(post.id, Action.PUBLISH_FOR_SURE, post, actor.language)
    if not await _show(post, question, answers, actor, context, update):
        picture = await picture_of(post, context.services.files)
        news = PlanNews(question, answers)
        await send_card(post, actor, context, news=news, picture=picture, alone=True)


async def ask_for_all(
    series_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> None:
    """Raises PostNotFoundError, WrongStatusError."""
    scope = actor.scope
    posts = await context.store.series_posts(series_id, scope)
    if not posts:
        raise PostNotFoundError(series_id)
    _refuse_settled(posts)
    waiting = sum(post.status in CHANGEABLE for post in posts)
    question = "\n\n" + say(actor.language, "ask_publish_all", count=waiting)
    answers = _answers(series_id, Action.PUBLISH_ALL_FOR_SURE, posts[0], actor.language)
    if not await _show(posts[0], question, answers, actor, context, update):
        await edit_card(posts[0], context.application, told=question, buttons=answers)


async def for_sure(post_id: int, actor: Actor, context: Context) -> None:
    """Raises PostNotFoundError, WrongStatusError."""
    post = await context.store.post(post_id, actor.scope)
    await moving.move(post, None, actor, context)


async def all_for_sure(series_id: int, actor: Actor, context: Context) -> None:
    """One after the other. Raises PostNotFoundError, WrongStatusError."""
    await series_changes.move(series_id, None, actor, context)


async def leave(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> None:
    """The card is as it was. Raises PostNotFoundError."""
    post = await context.store.post(post_id, actor.scope)
    await _show(post, "", None, actor, context, update)


def _refuse_settled(posts: Sequence[Post]) -> None:
    """Raises WrongStatusError: none of them waits any more."""
    if not any(post.status in CHANGEABLE for post in posts):
        raise WrongStatusError(posts[0].status)


def _answers(number: int, sure: Action, post: Post, language: str) -> InlineKeyboardMarkup:
    yes = (label(language, "button_publish_for_sure"), sure, number)
    no = (label(language, "button_not_now"), Action.LEAVE, post.id)
    return actions([[yes, no]])


async def _show(
    post: Post,
    question: str,
    answers: InlineKeyboardMarkup | None,
    actor: Actor,
    context: Context,
    update: Update | None,
) -> bool:
    """On the card that was tapped, which need not be the only one; False if none was."""
    query = update.callback_query if update else None
    card = query.message if query else None
    if not isinstance(card, Message):
        return False
    is_own = (card.chat_id, card.message_id) == (post.chat_id, post.card_message_id)
    services = context.services
    name = await services.names.maker(post, actor.chat_id, services)
    text, buttons = await look_of(
        post, actor.language, context.store, alone=not is_own, made_by=name
    )
    text, buttons = text + question, answers or buttons
    try:
        if card.photo:
            await card.edit_caption(text, reply_markup=buttons)
        else:
            await card.edit_text(text, reply_markup=buttons)
    except BadRequest as error:
        return is_shown_already(error)
    return True
