"""The steps in order, and asking the one at which a draft stands."""

import asyncio
from types import ModuleType

from bot.context import Context, Speaker
from bot.new_post import caption_step, confirm_step, hashtags_step, prompt, time_step, type_step
from bot.new_post.preview import show_preview
from storage.lifecycle import Step
from storage.models import Post

ROOMS: dict[Step, ModuleType] = {
    Step.TYPE: type_step,
    Step.CAPTION: caption_step,
    Step.HASHTAGS: hashtags_step,
    Step.TIME: time_step,
    Step.CONFIRM: confirm_step,
}
"""Each has `ask(draft, speaker, moment)` and `understand(said, draft, speaker, moment)`."""


def next_step(draft: Post) -> Step:
    """The first question that has no answer yet."""
    if draft.post_type is None or not draft.media:
        return Step.TYPE
    if draft.caption is None:
        return Step.CAPTION
    if draft.hashtags is None:
        return Step.HASHTAGS
    if draft.scheduled_time is None:
        return Step.TIME
    return Step.CONFIRM


def step_before(step: Step) -> Step:
    """The step that 'back' leads to; the first leads to itself."""
    order = list(Step)
    return order[max(order.index(step) - 1, 0)]


async def ask(draft: Post, speaker: Speaker, context: Context) -> Step:
    """Put the draft's open question; returns the step it stands at."""
    assert draft.step is not None
    if draft.step is Step.CONFIRM:
        await show_preview(draft, speaker, context)
    moment = await prompt.moment_of(context, speaker)
    await prompt.put(ROOMS[draft.step].ask(draft, speaker, moment), draft, context)
    return draft.step


async def move_to(step: Step, draft: Post, speaker: Speaker, context: Context) -> Step:
    """Stand at another step and ask its question. Raises DraftGoneError."""
    moved = await asyncio.to_thread(
        context.services.drafts.answer, draft.id, next_step=step, by=context.delivery.update_id
    )
    return await ask(moved, speaker, context)
