"""A tap on a time plans what the card shows; while files are being made ready, it waits."""

import asyncio
from typing import cast

from bot.context import Actor, Context
from bot.new_post import prompt, series
from bot.new_post.confirm_step import announce, refuse_unready, schedule
from bot.new_post.facts import News
from bot.new_post.question import Answers, Moment
from bot.new_post.steps import CARD, TIME, ask, next_question
from bot.new_post.time_step import crowded
from bot.posts.cards import why_not
from bot.slots import is_as_offered
from bot.texts import say
from storage.lifecycle import PreparationState
from storage.models import Draft, Post
from storage.post_changes import PostNotFoundError, WrongStatusError


async def plan(
    chosen: str, draft: Draft, actor: Actor, context: Context, answers: Answers | None = None
) -> None:
    """Plan it for the time that was tapped, now or once it is ready; the card says which.

    Where another post is near, the card says so first, and a second tap plans it.

    Raises NotUnderstoodError, with what stands in the way, and DraftGoneError.

    Args:
        chosen: the button's value; of a slot that is taken by now, the next free one counts.
        answers: what it means, if that is known; a slot's is looked up here, by one at a time.
    """
    services = context.services
    async with services.slot_locks.setdefault(draft.account_id, asyncio.Lock()):
        moment = await prompt.moment_of(draft, context, actor)
        if answers is None:
            answers = cast(Answers, TIME.understand(chosen, draft, actor, moment))
        found = await _planned(answers, draft, actor, context, moment)
    is_other = not is_as_offered(answers["scheduled_time"], chosen)
    note = say(actor.language, "slot_taken") if is_other else ""
    if found is None:
        return
    if isinstance(found, Post):
        async with services.cards.lock(draft.id):  # the draft is not shown after its post
            await announce(found, actor, context, note=note)
    else:
        if note:
            services.cards.notes[draft.id] = note
        if found.preparation is PreparationState.DONE:
            await schedule_or_part(found, actor, context)
        else:
            await ask(found, actor, context, news=News(note=note))
    if draft.series_id is not None:
        await series.go_on(draft.series_id, actor, context)


async def _planned(
    answers: Answers,
    draft: Draft,
    actor: Actor,
    context: Context,
    moment: Moment,
) -> Post | Draft | None:
    """The post, or the draft that waits for its files; None if something else was asked first.

    Raises NotUnderstoodError, DraftGoneError.
    """
    is_confirmed = _is_for_same_time(answers, draft)
    for column, value in answers.items():
        setattr(draft, column, value)
    if next_question(draft) is not CARD:  # tapped on another device
        await ask(draft, actor, context)
        return None
    refuse_unready(draft, moment)
    store, by = context.store, context.delivery.update_id
    if not is_confirmed and crowded(draft, actor.language, moment):
        kept = await store.answer(draft.id, question=CARD.name, by=by, **answers)
        await ask(kept, actor, context)
        return None
    return await store.schedule_when_ready(
        draft.id,
        by=by,
        question=CARD.name,
        approves=actor.scope.approves,
        **answers,
    )


def _is_for_same_time(answers: Answers, draft: Draft) -> bool:
    """Whether it is for the time that the card shows already, with what is near it."""
    chosen = draft.scheduled_time is not None
    return chosen and draft.wall_time == answers.get("wall_time")


async def schedule_or_part(draft: Draft, actor: Actor, context: Context) -> None:
    """A change of a post that comes too late is kept as a draft of a new one.

    Raises DraftGoneError.
    """
    try:
        await schedule(draft, actor, context)
    except (PostNotFoundError, WrongStatusError) as error:
        by = context.delivery.update_id
        parted = await context.store.part_edit(draft.id, by=by)
        told = why_not(error, draft.edits_post_id or 0, actor.language)
        note = f"{told} {say(actor.language, 'edit_too_late')}"
        if parted.is_guided:
            await context.bot.send_message(draft.chat_id, note)
        question = next_question(parted).name
        moved = await context.store.answer(parted.id, question=question, by=by)
        await ask(moved, actor, context, news=News(note=note))
