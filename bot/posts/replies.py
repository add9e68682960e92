"""A reply to a planned post's card: a time moves it, a text is its caption, media its media."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup, Message, ReplyParameters, Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop

from bot.access import permits
from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, Choice, action_button
from bot.new_post import prompt
from bot.new_post.intake import MEDIA
from bot.new_post.meanings import (
    Aside,
    Cancel,
    Caption,
    Day,
    Either,
    Hashtags,
    Label,
    Problem,
    Time,
    Type,
)
from bot.new_post.question import Moment, NotUnderstoodError
from bot.new_post.rests import refuse_rest
from bot.new_post.time_step import other_half
from bot.new_post.understanding import understand
from bot.new_post.written import joined
from bot.posts import changes, moving, notes, series_changes
from bot.posts.answered import button_replied_to, is_to_bot, names_card
from bot.posts.cards import why_not
from bot.posts.series_cards import is_in_a_row, series_of, shares_card
from bot.rights import Right
from bot.texts import dates, label, say
from bot.texts.parts import shortened
from bot.texts.words import is_small_talk
from storage.lifecycle import Status
from storage.models import Post
from storage.post_changes import PostNotFoundError, WrongStatusError

SAID_CHARACTERS = 40
"""How much is quoted of words that may be the caption."""


async def replied(update: Update, context: Context) -> None:
    """Hears replies to posts' cards and results; all others go on.

    To anything else of ours, they are not about the draft that its sender is at.
    """
    message = update.message
    assert message is not None
    if button_replied_to(message) is not None:
        return
    post_id = await _answered(message, context)
    if await notes.left(update, message, post_id, context):
        raise ApplicationHandlerStop
    if post_id is None:
        if not _is_to_no_card(message, context):
            return
        if await permits(Right.DRAFT, update, context):
            actor = actor_of(update, context.services)
            await _answer(message, say(actor.language, "reply_to_no_card"), context)
        raise ApplicationHandlerStop
    if await permits(Right.CHANGE, update, context):
        await hear(post_id, update, message, context)
    raise ApplicationHandlerStop


def _is_to_no_card(message: Message, context: Context) -> bool:
    """Words that would change the card of a draft, although they answer something else of ours."""
    draft, replied = context.draft, message.reply_to_message
    if draft is None or draft.is_guided or replied is None or not message.text:
        return False
    return replied.message_id != draft.prompt_message_id and is_to_bot(message)


async def _answered(message: Message, context: Context) -> int | None:
    """The post whose card this message answers."""
    if (post_id := names_card(message)) is not None:
        return post_id
    answered = message.reply_to_message
    if answered is None:
        return None
    post = await context.store.post_with_card(message.chat_id, answered.message_id)
    return post.id if post else None


async def hear(
    post_id: int, update: Update, message: Message, context: Context, *, named: str | None = None
) -> None:
    """Do what the words or media say about this post, and say what came of it.

    Args:
        named: what is said besides of a post that is named by its number.
    """
    actor = actor_of(update, context.services)
    try:
        post = await context.store.post(post_id, actor.scope)
        series = await series_of(post, context.store)
        if named is not None:
            await _hear_words(named, post, message, actor, context, is_named=True)
        elif shares_card(post, series):
            await _hear_for_all(series, update, message, actor, context)
        elif MEDIA.check_update(update):
            await changes.replace_media(post.id, update, actor, context)
        elif context.delivery.is_rest:
            await refuse_rest(post, actor, context)
        else:
            await _hear_words(joined(context.delivery.messages), post, message, actor, context)
    except (PostNotFoundError, WrongStatusError) as error:
        if isinstance(error, PostNotFoundError) and message.chat.type != ChatType.PRIVATE:
            return  # in a group people talk to each other about a post, too
        await _answer(message, why_not(error, post_id, actor.language), context)
    except NotUnderstoodError as problem:
        await _answer(message, problem.sentence(actor.language), context)


async def _hear_for_all(
    series: Sequence[Post], update: Update, message: Message, actor: Actor, context: Context
) -> None:
    """Stories in a row have one time; "delete" is for all. Anything else is said of one post.

    Raises PostNotFoundError, WrongStatusError.
    """
    post = series[0]
    moment, meant = await prompt.moment_of(post, context, actor), None
    if not MEDIA.check_update(update):
        said = joined(context.delivery.messages)
        meant = understand(said, draft=post, actor=actor, moment=moment, is_reply=True)
    assert post.series_id is not None
    if isinstance(meant, Cancel):
        await series_changes.delete(post.series_id, actor, context)
    elif isinstance(meant, Time) and is_in_a_row(series):
        moved = await series_changes.move(post.series_id, local_of(meant, moment), actor, context)
        told = moving.moved_to(moved, actor.language, stories=len(series))
        await _answer(message, told, context)
    else:
        await _answer(message, say(actor.language, "reply_to_series"), context)


async def _hear_words(
    said: str,
    post: Post,
    message: Message,
    actor: Actor,
    context: Context,
    *,
    is_named: bool = False,
) -> None:
    """Of a post that is named by its number, no problem with a time can be the caption.

    Raises NotUnderstoodError, PostNotFoundError, WrongStatusError."""
    if post.status is Status.UPLOADED and is_small_talk(said):
        await _answer(message, say(actor.language, "small_talk"), context)
        return
    if post.status is Status.UPLOADED:  # nothing can change any more
        raise WrongStatusError(post.status)
    moment = await prompt.moment_of(post, context, actor)
    meant = understand(said, draft=post, actor=actor, moment=moment, is_reply=True)
    if is_named and isinstance(meant, Either):
        meant = meant.first
    match meant:
        case Time():
            other = other_half(said, post, actor, moment)
            await _move(local_of(meant, moment), post, message, actor, context, other)
        case Day(day):
            await _move(_on(day, post, actor.language, moment), post, message, actor, context)
        case Caption(text):
            await changes.write(post, text, post.hashtags or [], message, actor, context)
            is_command = meant != understand(said, draft=post, actor=actor, moment=moment)
            if is_command and post.caption not in (None, "", text):
                await _offer_old_caption(text, post, message, actor, context)
        case Hashtags(hashtags):
            await changes.write(post, post.caption or "", hashtags, message, actor, context)
        case Cancel():
            await changes.delete_now(post.id, actor, context)
        case Type() | Label():
            await changes.change(post.id, actor, context, meant)
        case Problem() | Either():
            await _ask_back(meant, post, message, moment, actor, context)
        case _:
            await _answer(message, say(actor.language, "reply_not_understood"), context)


async def _move(
    local: datetime | None,
    post: Post,
    message: Message,
    actor: Actor,
    context: Context,
    other: Choice | None = None,
) -> None:
    """With a button for the `other` time that may be meant, and to undo what names no post."""
    moved = await moving.move(post, local, actor, context)
    undo = None if message.reply_to_message else _back_to(post, actor.language)
    row = [
        action_button(text, Action.MOVE, post.id, value)
        for text, value in filter(None, (other, undo))
    ]
    buttons = InlineKeyboardMarkup([row]) if row else None
    await _answer(message, moving.moved_to(moved, actor.language), context, buttons)


def _back_to(post: Post, language: str) -> Choice | None:
    """Undoes a move that names no post."""
    if post.scheduled_time is None or post.wall_time is None:
        return None
    was = post.scheduled_time.astimezone(ZoneInfo(post.timezone)).isoformat(timespec="seconds")
    return label(language, "button_undo"), was


def local_of(meant: Time, moment: Moment) -> datetime | None:
    """None is now."""
    time = None if meant.is_now else meant.answers.get("scheduled_time")
    return time.astimezone(moment.zone) if time else None


def _on(day: date, post: Post, language: str, moment: Moment) -> datetime:
    """That day at the hour at which the post is planned. Raises NotUnderstoodError: it is past."""
    assert post.scheduled_time is not None
    was = post.scheduled_time.astimezone(moment.zone)
    local = datetime.combine(day, was.time(), moment.zone)
    if local <= moment.now:
        time = dates.short(language, local, moment.zone, moment.now)
        raise NotUnderstoodError("move_day_has_passed", {"time": time})
    return local


async def _ask_back(
    meant: Problem | Either,
    post: Post,
    message: Message,
    moment: Moment,
    actor: Actor,
    context: Context,
) -> None:
    """What could be a time or the caption is asked about, with a button for each."""
    language, first = actor.language, meant.first if isinstance(meant, Either) else meant
    offers: list[tuple[str, str]] = []
    sentence = say(language, "time_or_caption")
    match first:
        case Aside() | Type() if isinstance(meant, Either):
            said = shortened(meant.caption.text, SAID_CHARACTERS)
            sentence = say(language, "card_is_caption", said=said)
        case Problem(error):
            sentence, offers = error.sentence(language), [*error.choices]
        case Time() if local := local_of(first, moment):
            offers = [moving.as_choice(local, moment, language)]
        case Day(day):
            offers = [moving.as_choice(_on(day, post, language, moment), moment, language)]
    rows = [[action_button(text, Action.MOVE, post.id, value)] for text, value in offers if value]
    if isinstance(meant, Either):
        text = label(language, "button_as_caption")
        rows.append([action_button(text, Action.AS_CAPTION, post.id)])
    await _answer(message, sentence, context, InlineKeyboardMarkup(rows) if rows else None)


async def _offer_old_caption(
    text: str, post: Post, message: Message, actor: Actor, context: Context
) -> None:
    """Such as 'later' is the caption in reply, and may have been meant for us all the same."""
    language, said = actor.language, shortened(text, SAID_CHARACTERS)
    sentence = say(language, "rewritten_by_a_word", id=post.id, said=said, old=post.caption)
    button = action_button(label(language, "button_old_caption"), Action.AS_CAPTION, post.id)
    await _answer(message, sentence, context, InlineKeyboardMarkup([[button]]))


async def _answer(
    message: Message, sentence: str, context: Context, buttons: InlineKeyboardMarkup | None = None
) -> None:
    reply = ReplyParameters(message.message_id, allow_sending_without_reply=True)
    await context.bot.send_message(
        message.chat_id, sentence, reply_parameters=reply, reply_markup=buttons
    )
