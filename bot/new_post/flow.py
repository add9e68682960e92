"""The conversation as one table: what is heard while which question is open.

Where a person stands is a fact of the database: their draft's open question. It moves without them,
too, as when a preparation fails, and outlives a restart. So the conversation hears each update
twice: first it recalls the draft, which is how PTB learns the state; then the state's handlers are
asked.
"""

import warnings
from collections.abc import Callable
from functools import partial
from typing import TypedDict

from telegram import Update
from telegram.ext import (
    ApplicationHandlerStop,
    BaseHandler,
    CallbackQueryHandler,
    ConversationHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.warnings import PTBUserWarning

from bot.access import Handler, needs
from bot.context import DELIVERY, Actor, Context, actor_of
from bot.keyboards import Action, Tap, decode
from bot.new_post import series
from bot.new_post.answers import shifted, stop, tapped, typed
from bot.new_post.confirm_step import announce
from bot.new_post.discarding import RESTORE, restore, say_discarded
from bot.new_post.intake import MEDIA, take_cover, take_in
from bot.new_post.question import Question
from bot.new_post.steps import QUESTIONS, ask, next_question
from bot.posts.answered import names_card, question_replied_to
from bot.posts.cards import farewell
from bot.posts.typed import say_again
from bot.rights import Right
from storage.lifecycle import Status
from storage.models import Draft, Post

NO_DRAFT, NO_MEDIA = "no draft", "no media"
"""The states that are no open question."""

Heard = BaseHandler[Update, Context, object]


class Recall(TypeHandler[Update, Context, object]):
    """Hears each update once."""

    def check_update(self, update: object) -> bool:
        return not DELIVERY.get().is_recalled and super().check_update(update)


async def recall(update: Update, context: Context) -> object:
    """The state in which the update is heard. One that has had its effect ends here.

    What is about a planned post goes on: its handler knows its own update again.
    """
    actor, delivery = actor_of(update, context.services), context.delivery
    delivery.is_recalled = True
    if delivery.again and not _is_about_a_post(update) and await _go_on(update, actor, context):
        raise ApplicationHandlerStop
    draft = await context.store.recall_draft(
        owner_id=actor.id, chat_id=actor.chat_id, **names_draft(update)
    )
    if draft is not None and draft.question not in QUESTIONS:  # another release asked it
        draft = await context.store.answer(draft.id, question=next_question(draft).name)
    delivery.draft = draft
    if draft is None:
        return NO_DRAFT
    context.services.cards.said.pop(draft.id, None)  # its person does something
    return draft.question if draft.media else NO_MEDIA


class Named(TypedDict, total=False):
    """What tells of which of their drafts somebody speaks."""

    draft_id: int
    message_id: int
    album: str


def names_draft(update: Update) -> Named:
    """A button of its card, a reply to that, or a late part of its album."""
    tap = decode(update.callback_query.data) if update.callback_query else None
    if tap is not None and tap.what in QUESTIONS:
        return {"draft_id": tap.post_id}
    message = update.message
    if message is not None and message.reply_to_message is not None:
        return {"message_id": message.reply_to_message.message_id}
    if message is not None and message.media_group_id is not None:
        return {"album": message.media_group_id}
    return {}


async def _go_on(update: Update, actor: Actor, context: Context) -> bool:
    """Of an update that had its effect when the bot was broken off: say only what was not said.

    False if it has changed nothing so far and is to be handled from the beginning.
    """
    update_id = context.delivery.update_id
    if update_id is None:
        return False
    changed = await context.store.changed_by(update_id)
    if isinstance(changed, Draft):
        await _say_the_rest_of_draft(changed, actor, context)
    elif changed is not None:
        await _say_the_rest_of_post(changed, update, actor, context)
    return changed is not None


async def _say_the_rest_of_draft(draft: Draft, actor: Actor, context: Context) -> None:
    if draft.discarded_at is not None:
        await say_discarded(draft, actor, context)
    elif draft.prompt_message_id is None or not draft.is_guided:
        await ask(draft, actor, context)


async def _say_the_rest_of_post(post: Post, update: Update, actor: Actor, context: Context) -> None:
    if post.status is Status.DELETED:
        await context.bot.send_message(actor.chat_id, farewell(post, actor.language))
    elif post.card_message_id is None:
        await announce(post, actor, context)
    else:
        if post.card_has_picture:  # which may be the draft's still
            await announce(post, actor, context)
        await say_again(post, update, context)
    await series.go_on_again(actor, context)


WORDS = MessageHandler(
    filters.UpdateType.MESSAGE & filters.TEXT & ~filters.COMMAND, needs(Right.DRAFT, typed)
)
ITEMS = MessageHandler(MEDIA, needs(Right.DRAFT, take_in))
COVER = MessageHandler(MEDIA, needs(Right.DRAFT, take_cover))


def conversation() -> ConversationHandler[Context]:
    """The table. A first download can be stopped before there is a draft."""
    stopping = _button(lambda tap: tap.what is Action.STOP, needs(Right.DRAFT, stop))
    restoring = _button(lambda tap: tap.what == RESTORE, needs(Right.DRAFT, restore))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)  # buttons count per person, as is meant
        return ConversationHandler(
            entry_points=[Recall(Update, recall)],
            states={
                NO_DRAFT: [ITEMS],
                NO_MEDIA: [ITEMS, WORDS],
                **{question.name: _heard_at(question) for question in QUESTIONS.values()},
            },
            fallbacks=[stopping, restoring],
            allow_reentry=True,
        )


def _heard_at(question: Question) -> list[Heard]:
    """Its own buttons and words answer; a photo is one more item, or the cover."""

    def is_arrow(tap: Tap) -> bool:
        return _answers(question, tap) and question.stays_open(tap.value)

    has_arrows = question.arrows or question.pages is not None
    arrows = [_button(is_arrow, needs(Right.DRAFT, shifted))] if has_arrows else []
    answers = _button(partial(_answers, question), needs(Right.DRAFT, tapped))
    return [*arrows, answers, WORDS, COVER if question.hears_cover else ITEMS]


def _answers(question: Question, tap: Tap) -> bool:
    """Whether it is a button of this question about the draft at hand: others are stale.

    Those of a card are not: what each means is clear although something else is open by now.
    """
    draft = DELIVERY.get().draft
    if draft is None or tap.post_id != draft.id:
        return False
    return tap.what == question.name or (not draft.is_guided and tap.what in QUESTIONS)


def _button(is_meant: Callable[[Tap], bool], handler: Handler) -> Heard:
    def matches(data: object) -> bool:
        tap = decode(data if isinstance(data, str) else None)
        return tap is not None and is_meant(tap)

    return CallbackQueryHandler(handler, pattern=matches)


def _is_about_a_post(update: Update) -> bool:
    """A button under a planned post, a reply to its card, or an edit of what gave it its text."""
    if update.edited_message or names_card(update.message) is not None:
        return True
    if question_replied_to(update.message) is not None:
        return True
    tap = decode(update.callback_query.data) if update.callback_query else None
    return tap is not None and isinstance(tap.what, Action) and tap.what is not Action.STOP
