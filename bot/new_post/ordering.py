"""Storing another order of a draft's items, and what follows from it."""

from bot.context import Actor, Context
from bot.new_post.first_steps import UNDECIDED
from bot.new_post.question import Answers, Arrange
from bot.new_post.steps import ORDER, ask, home, settled
from publisher.media.framing import same_ratio
from publisher.media.kinds import fitting_types
from publisher.wiring import rules_of
from storage.models import Draft


async def arrange(wanted: Arrange, draft: Draft, actor: Actor, context: Context) -> None:
    """Store it and ask on: the order stays open. Raises DraftGoneError."""
    answers = _what_follows(wanted, draft, context)
    arranged, free = await context.store.arrange(
        draft.id,
        wanted.items,
        by=context.delivery.update_id,
        question=(ORDER if len(wanted.items) > 1 else home(draft)).name,
        chosen_item_id=wanted.chosen,
        **answers,
    )
    await context.store.remove_files(free)
    await ask(arranged, actor, context)


def _what_follows(wanted: Arrange, draft: Draft, context: Context) -> Answers:
    """The first item's shape is that of all; fewer items may be another type."""
    before, by_id = draft.media[0], {item.id: item for item in draft.media}
    items = [by_id[number] for number in wanted.items if number in by_id]
    ratios = [one.width / one.height for one in (items[0], before)]
    answers: Answers = {} if same_ratio(*ratios) and len(items) == len(by_id) else {**UNDECIDED}
    types = rules_of(draft.account, context.services.settings).types
    if draft.post_type not in fitting_types(items, types):
        answers["post_type"] = None
    draft.media = items
    for column, value in answers.items():
        setattr(draft, column, value)
    return {**answers, **settled(draft, context)}
