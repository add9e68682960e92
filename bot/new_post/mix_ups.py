"""Of several drafts, words change the one at hand: its card says so, and offers the others."""

from typing import Any, cast

from bot.context import Actor, Context
from bot.keyboards import Choice
from bot.new_post.card_words import OTHER_DRAFTS, replaced
from bot.new_post.facts import NO_NEWS, News
from bot.new_post.question import Answers, MeantFor
from bot.new_post.shown import Given
from bot.new_post.steps import ask, ask_below, next_question
from bot.posts.filters import Filtered, View
from bot.posts.lists import send_page
from bot.texts import label, say
from bot.texts.parts import shortened
from storage.models import Draft

CAN_BE_MOVED = frozenset(
    {
        *("caption", "caption_message_id", "suggested_caption", "hashtags"),
        *("scheduled_time", "wall_time", "timezone", "chosen_days"),
    }
)
"""Answers that fit another draft just as well."""
NAME_CHARACTERS = 20


async def named(news: News, answers: Answers, draft: Draft, actor: Actor, context: Context) -> News:
    """What the card of the draft that was changed says, below the words, if there are others."""
    drafts = await context.store.drafts_of(owner_id=actor.id, chat_id=actor.chat_id)
    others = [one for one in drafts if one.id != draft.id and one.prompt_message_id is not None]
    if not others:
        return news
    given = context.services.cards.given
    given.pop(actor.id, None)
    if answers.keys() <= CAN_BE_MOVED:
        before = {column: getattr(draft, column) for column in answers}
        given[actor.id] = Given(draft.id, {**answers}, before)
    note = say(actor.language, "card_is_changed")
    buttons = {**news.buttons, "discard": _others(others, drafts, actor.language)}
    return News("\n".join(filter(None, [note, news.note])), buttons=buttons, is_moved=True)


def _others(others: list[Draft], drafts: list[Draft], language: str) -> Choice:
    """The one, by its words; of more, all of them."""
    if len(others) > 1:
        return label(language, OTHER_DRAFTS), MeantFor.ANY
    (other,) = others
    name = shortened(other.caption or "", NAME_CHARACTERS)
    if not name:
        name = label(language, "button_draft", id=drafts.index(other) + 1)
    return label(language, "meant_other", said=name), MeantFor.value_of(other.id)


async def correct(meant: MeantFor, draft: Draft, actor: Actor, context: Context) -> None:
    """The other draft gets what was typed, and its card comes anew.

    It asks for that again if it fits no other draft, or is not known since a restart.

    Raises DraftGoneError.
    """
    if meant.draft_id is None:
        await send_page(0, Filtered(View.DRAFTS), actor, context)
        return
    store, by = context.store, context.delivery.update_id
    other = await store.turn_to(meant.draft_id, owner_id=actor.id, chat_id=actor.chat_id)
    given, news = context.services.cards.given.pop(actor.id, None), NO_NEWS
    if given is not None and given.draft_id == draft.id:
        await ask(await _answered(draft, given.before, context), actor, context)
        answers = cast(Answers, given.answers)
        answers.pop("suggested_caption", None)
        news = replaced(answers, other, actor.language)
        other = await _answered(other, {**answers}, context, by=by)
    elif not context.delivery.again:
        news = News(say(actor.language, "meant_type_again"))
    await ask_below(other, actor, context, news)


async def _answered(
    draft: Draft, answers: dict[str, Any], context: Context, *, by: int | None = None
) -> Draft:
    for column, value in answers.items():
        setattr(draft, column, value)
    question = next_question(draft).name
    return await context.store.answer(draft.id, question=question, by=by, **answers)
