"""The steps in order, and asking the one at which a draft stands."""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

from bot.context import Actor, Context
from bot.keyboards import Choice
from bot.new_post import (
    caption_step,
    confirm_step,
    cover_step,
    fit_step,
    hashtags_step,
    prompt,
    time_step,
    trim_step,
    type_step,
)
from bot.new_post.preparing import explain_failure, is_under_way, keep_up
from bot.new_post.preview import show_preview
from bot.new_post.question import Moment
from bot.store import in_thread
from bot.texts import LANGUAGES
from publisher.media.choices import needs_framing, needs_trim
from publisher.media.refused import MediaRefusedError
from storage.files import MediaFiles
from storage.lifecycle import Step
from storage.models import Draft

STEPS: dict[Step, ModuleType] = {
    Step.TYPE: type_step,
    Step.FIT: fit_step,
    Step.TRIM: trim_step,
    Step.CAPTION: caption_step,
    Step.HASHTAGS: hashtags_step,
    Step.TIME: time_step,
    Step.COVER: cover_step,
    Step.CONFIRM: confirm_step,
}
"""Each has `ask(draft, actor, moment)` and `understand(said, draft, actor, moment)`."""

PICTURES: dict[Step, Callable[[Draft, MediaFiles], bytes]] = {
    Step.FIT: fit_step.picture,
    Step.COVER: cover_step.picture,
}
"""Questions that are asked below a picture. They block."""


def path(draft: Draft) -> list[Step]:
    """The steps that this draft goes through, in order; a cover is asked for on demand only."""
    if draft.post_type is None or not draft.media:
        return [Step.TYPE]
    asked = {
        Step.FIT: needs_framing(draft),
        Step.TRIM: needs_trim(draft) is not None,
        Step.CAPTION: draft.post_type.shows_text,
        Step.HASHTAGS: draft.post_type.shows_text,
        Step.COVER: False,
    }
    return [step for step in Step if asked.get(step, True)]


def next_step(draft: Draft) -> Step:
    """The first question that has no answer yet."""
    answered = {
        Step.TYPE: draft.post_type is not None and bool(draft.media),
        Step.FIT: draft.fit is not None,
        Step.TRIM: draft.trim_agreed,
        Step.CAPTION: draft.caption is not None,
        Step.HASHTAGS: draft.hashtags is not None,
        Step.TIME: draft.scheduled_time is not None and draft.chosen_days is None,
        Step.CONFIRM: False,
    }
    return next(step for step in path(draft) if not answered[step])


def step_before(draft: Draft) -> Step:
    """The step that 'back' leads to; the first leads to itself.

    What is asked again although all is answered was chosen at the last look: back to that.
    """
    if draft.step is Step.COVER:
        return Step.CONFIRM
    if draft.step is not Step.CONFIRM and next_step(draft) is Step.CONFIRM:
        return Step.CONFIRM
    steps = path(draft)
    here = steps.index(draft.step) if draft.step in steps else 0
    return steps[max(here - 1, 0)]


def buttons_of(draft: Draft, actor: Actor, moment: Moment) -> list[Choice]:
    """All that can be tapped at the draft's open question, in every language."""
    assert draft.step is not None
    questions = [
        STEPS[draft.step].ask(draft, replace(actor, language=language), moment)
        for language in LANGUAGES
    ]
    return [choice for question in questions for row in question.rows for choice in row]


async def ask(draft: Draft, actor: Actor, context: Context) -> Step:
    """Put the draft's open question; returns the step it stands at. Raises DraftGoneError."""
    draft = await keep_up(draft, actor, context)
    assert draft.step is not None
    picture = None
    try:
        if draft.step is Step.CONFIRM and not is_under_way(draft):
            draft = await show_preview(draft, actor, context)
        elif draft.step in PICTURES:
            make = PICTURES[draft.step]
            picture = await in_thread(make)(draft, context.services.files)
    except (MediaRefusedError, OSError) as problem:
        sentence = await explain_failure(problem, draft, context)
        await context.bot.send_message(draft.chat_id, sentence)
        return await move_to(Step.TYPE, draft, actor, context)
    assert draft.step is not None
    moment = await prompt.moment_of(context, actor)
    question = STEPS[draft.step].ask(draft, actor, moment)
    await prompt.put(question, draft, context, picture=picture)
    return draft.step


async def move_to(step: Step, draft: Draft, actor: Actor, context: Context) -> Step:
    """Stand at another step and ask its question. Raises DraftGoneError."""
    moved = await context.store.answer(draft.id, next_step=step, by=context.delivery.update_id)
    return await ask(moved, actor, context)
