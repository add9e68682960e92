"""A button under a post is tapped, or its name typed."""

from telegram import CallbackQuery, Message, Update
from telegram.error import BadRequest

from bot import approvals
from bot.access import permits
from bot.context import Context, actor_of
from bot.keyboards import Action, Tap, decode
from bot.new_post.prompt import acknowledge, strip_keyboard
from bot.posts.answered import post_on
from bot.posts.buttons import BUTTONS, outcome
from bot.posts.card_edits import edit_card
from bot.texts import label
from bot.texts.words import labels_called
from bot.transient import is_shown_already


async def tapped(update: Update, context: Context) -> None:
    """A button under a post. Every one asks anew whose post it is and where it stands."""
    query = update.callback_query
    assert query is not None
    actor = actor_of(update, context.services)
    tap = decode(query.data)
    if tap is None or not isinstance(tap.what, Action):
        is_drafts = await _is_a_drafts(query, context)
        is_others = is_drafts and actor.chat_id != actor.id
        key = "anothers_draft" if is_others else "stale_button"
        await acknowledge(update, label(actor.language, key))
        if not is_drafts and not await _is_a_posts_card(query, context):
            await _strip(query, context)
        return
    refusal = approvals.refusal(tap, actor)
    await acknowledge(update, refusal)
    if refusal is not None:
        return
    if query.message is not None:
        context.delivery.tapped_message = (query.message.chat.id, query.message.message_id)
    stays = await perform(tap, update, context)
    if not stays and not _is_one_of_several(query):
        await _strip(query, context)


async def _is_a_drafts(query: CallbackQuery, context: Context) -> bool:
    """Whether it is a draft's at this moment: somebody else's, or it would have been heard."""
    message = query.message
    if message is None:
        return False
    return await context.store.is_drafts_message(message.chat.id, message.message_id)


async def _is_a_posts_card(query: CallbackQuery, context: Context) -> bool:
    """Whether it was a draft's when it was tapped; it then shows where the post stands."""
    if query.message is None:
        return False
    post = await context.store.post_with_card(query.message.chat.id, query.message.message_id)
    return post is not None and await edit_card(post, context.application)


async def perform(tap: Tap, update: Update, context: Context) -> bool:
    """Do what a button under a post stands for, tapped or typed, and report the outcome.

    Returns whether the message above the button keeps its buttons, or has others by now.
    """
    assert isinstance(tap.what, Action)
    stays = await _stays(tap.what, update.callback_query, context)
    if not await permits(BUTTONS[tap.what].right, update, context):
        return stays
    actor = actor_of(update, context.services)
    sentence = await outcome(tap, actor, context, update)
    if sentence and (stays or not await _settled(update.callback_query, sentence)):
        await context.bot.send_message(actor.chat_id, sentence)
    return stays


async def _stays(action: Action, query: CallbackQuery | None, context: Context) -> bool:
    """Whether the message goes on as it is: a post's card does, whatever stands below it."""
    if BUTTONS[action].stays or query is None or query.message is None:
        return BUTTONS[action].stays
    if post_on(query.message) is not None:
        return True
    chat, message = query.message.chat.id, query.message.message_id
    return await context.store.post_with_card(chat, message) is not None


async def _settled(query: CallbackQuery | None, sentence: str) -> bool:
    """Put the outcome where the question stood; False if that cannot be, or it still stands."""
    message = query.message if query else None
    if not isinstance(message, Message) or not message.text or _is_one_of_several(query):
        return False  # typed, or so old that Telegram does not tell what it was
    try:
        await message.edit_text(sentence)
    except BadRequest as error:
        return is_shown_already(error)  # said before a crash
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
