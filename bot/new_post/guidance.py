"""Step by step, or on a card: chosen by a button, for the draft at hand and all that follow."""

from bot.context import Actor, Context
from bot.new_post import card_message
from bot.new_post.first_steps import UNDECIDED
from bot.new_post.question import Answers
from bot.new_post.steps import CARD, FIRST, ask, settled
from bot.texts import say
from storage.models import Draft


async def choose_guidance(draft: Draft, actor: Actor, context: Context, *, is_guided: bool) -> None:
    """Raises DraftGoneError."""
    await context.store.choose_guidance(actor.id, is_guided=is_guided)
    if is_guided:
        await card_message.end(draft, say(actor.language, "guided_from_now_on"), context)
    draft.is_guided = is_guided
    answers = _asked_again(draft) if is_guided else settled(draft, context)
    changed = await context.store.answer(
        draft.id,
        question=(FIRST if is_guided else CARD).name,
        by=context.delivery.update_id,
        is_guided=is_guided,
        prompt_message_id=None,
        **answers,
    )
    await ask(changed, actor, context)


def _asked_again(draft: Draft) -> Answers:
    """What was inferred is offered instead."""
    caption = draft.caption or draft.suggested_caption
    inferred: Answers = {"post_type": None, "caption": None, "suggested_caption": caption}
    if not draft.hashtags:
        inferred["hashtags"] = None
    return {**inferred, **UNDECIDED}
