"""Hearing an answer, typed or tapped, and moving the draft on."""

from typing import cast

from telegram import CallbackQuery, Update
from telegram.ext import ConversationHandler

from bot.context import Actor, Context, actor_of
from bot.keyboards import Tap, decode
from bot.new_post import cover_step, covers, fit_step, preparing, prompt
from bot.new_post.cancellation import DOWNLOAD
from bot.new_post.confirm_step import CHANGES, schedule
from bot.new_post.fit_step import SHIFTS
from bot.new_post.question import Answers, NotUnderstoodError, Question
from bot.new_post.steps import STEPS, ask, buttons_of, move_to, next_step, step_before
from bot.new_post.written import joined
from bot.store import in_thread
from bot.texts import label, say
from bot.texts.words import heard, labels_called, named
from publisher.media.refused import MediaRefusedError
from storage.drafts import DraftGoneError
from storage.lifecycle import Step
from storage.models import Draft

END = ConversationHandler.END
STOP_PREPARING = "button_stop_preparing"


async def typed(update: Update, context: Context) -> object:
    """An answer in words."""
    actor = actor_of(update, context.services.settings)
    draft = await _current(context, actor)
    if draft is None:
        return END
    if context.delivery.is_rest:
        sentence = say(actor.language, "caption_text_was_split")
        await context.bot.send_message(actor.chat_id, sentence)
        return draft.step
    said = joined(context.delivery.messages)
    if preparing.is_under_way(draft) and STOP_PREPARING in labels_called(said):
        return await _stop(draft, actor, context)
    moment = await prompt.moment_of(context, actor)
    meant = named(said, buttons_of(draft, actor, moment))
    return await _hear(meant or said, draft, actor, context)


async def tapped(update: Update, context: Context) -> object:
    """An answer by button; one of another draft, or of an answered question, is stale."""
    query = update.callback_query
    assert query is not None
    actor = actor_of(update, context.services.settings)
    tap = cast(Tap, decode(query.data))
    draft = await _current(context, actor)
    if draft is None or tap.post_id != draft.id or tap.what is not draft.step:
        await prompt.acknowledge(update, label(actor.language, "stale_button"))
        return END if draft is None else draft.step
    await prompt.acknowledge(update)
    if tap.what is Step.FIT and tap.value in SHIFTS:
        try:
            return await _shift(query, tap.value, draft, actor, context)
        except DraftGoneError:
            return END
    await prompt.show_choice(query, tap.value)
    return await _hear(tap.value, draft, actor, context)


async def stop(update: Update, context: Context) -> object:
    """The button below a progress; a draft in preparation goes on from its first question."""
    query = update.callback_query
    assert query is not None
    actor = actor_of(update, context.services.settings)
    tap = cast(Tap, decode(query.data))
    draft = await _current(context, actor)
    if tap.post_id == DOWNLOAD:
        await prompt.acknowledge(update)  # it took effect when it arrived
        return END if draft is None else draft.step
    stops = draft is not None and (preparing.is_under_way(draft) or context.delivery.again)
    if draft is None or tap.post_id != draft.id or not stops:
        await prompt.acknowledge(update, label(actor.language, "stale_button"))
        return END if draft is None else draft.step
    await prompt.acknowledge(update)
    return await _stop(draft, actor, context)


async def cancel(update: Update, context: Context) -> object:
    """/cancel: throw the draft away."""
    actor = actor_of(update, context.services.settings)
    draft = await _current(context, actor)
    return END if draft is None else await _discard(draft, actor, context)


async def _stop(draft: Draft, actor: Actor, context: Context) -> object:
    await prompt.close(draft, context)
    try:
        await preparing.stop(draft, actor, context)
        return await move_to(Step.TYPE, draft, actor, context)
    except DraftGoneError:
        return END


async def _hear(said: str, draft: Draft, actor: Actor, context: Context) -> object:
    """Take one answer, however it came: store it and ask on, or say why not."""
    assert draft.step is not None
    await prompt.close(draft, context)
    try:
        if heard(said, ("cancel",)):
            return await _discard(draft, actor, context)
        if heard(said, ("back",)):
            return await _go_back(draft, actor, context)
        if draft.step is Step.CONFIRM:
            return await _decide(said, draft, actor, context)
        if draft.step is Step.COVER:
            return await _choose_cover(said, draft, actor, context)
        return await _answer(said, draft, actor, context)
    except NotUnderstoodError as problem:
        return await _explain(problem, draft, actor, context)
    except DraftGoneError:
        return END


async def _answer(said: str, draft: Draft, actor: Actor, context: Context) -> Step:
    assert draft.step is not None
    moment = await prompt.moment_of(context, actor)
    answers = STEPS[draft.step].understand(said, draft, actor, moment)
    return await _keep(answers, draft, actor, context)


async def _keep(answers: Answers, draft: Draft, actor: Actor, context: Context) -> Step:
    """Store what was answered and ask what is still open."""
    for column, value in answers.items():
        setattr(draft, column, value)
    answered = await context.store.answer(
        draft.id,
        next_step=next_step(draft),
        by=context.delivery.update_id,
        **answers,
    )
    return await ask(answered, actor, context)


async def _shift(
    query: CallbackQuery, way: str, draft: Draft, actor: Actor, context: Context
) -> Step:
    """Move the crop and show it where the old picture was."""
    services, moment = context.services, await prompt.moment_of(context, actor)
    answers = fit_step.understand(way, draft, actor, moment)
    moved = await services.store.answer(
        draft.id,
        next_step=Step.FIT,
        by=context.delivery.update_id,
        **answers,
    )
    try:
        picture = await in_thread(fit_step.picture)(moved, services.files)
    except (MediaRefusedError, OSError):
        return await ask(moved, actor, context)  # which says why not
    question = fit_step.ask(moved, actor, moment)
    if await prompt.show_anew(query, question, moved, picture):
        await services.store.remember_prompt(draft.id, draft.prompt_message_id, draft.thread_id)
    else:
        await prompt.close(draft, context)
        await prompt.put(question, moved, context, picture=picture)
    return Step.FIT


async def _decide(said: str, draft: Draft, actor: Actor, context: Context) -> object:
    """The answer to the confirmation: schedule, throw away, or change one answer."""
    moment = await prompt.moment_of(context, actor)
    answers = STEPS[Step.CONFIRM].understand(said, draft, actor, moment)
    decision = answers.get("decision")
    if decision is None:
        return await _keep(answers, draft, actor, context)
    if decision == "yes":
        await schedule(draft, actor, context)
        return END
    if decision == "no":
        return await _discard(draft, actor, context)
    if decision == "media":
        return await _replace_media(draft, actor, context)
    return await move_to(CHANGES[decision], draft, actor, context)


async def _choose_cover(said: str, draft: Draft, actor: Actor, context: Context) -> Step:
    """A frame of the video, or an automatic one; a photo of one's own comes by `intake.py`."""
    moment = await prompt.moment_of(context, actor)
    at = cover_step.understand(said, draft, actor, moment)["cover_at"]
    return await covers.choose(draft, actor, context, at=at)


async def _go_back(draft: Draft, actor: Actor, context: Context) -> Step:
    assert draft.step is not None
    if draft.step is Step.TIME and draft.chosen_days is not None:
        return await _keep({"chosen_days": None}, draft, actor, context)
    if draft.step is Step.TYPE:
        return await _replace_media(draft, actor, context)
    return await move_to(step_before(draft), draft, actor, context)


async def _replace_media(draft: Draft, actor: Actor, context: Context) -> Step:
    """Let go of the media and ask for others; the other answers stay."""
    services = context.services
    files = await services.store.remove_media(draft.id)
    await services.store.remove_files(files)
    return await move_to(Step.TYPE, draft, actor, context)


async def _discard(draft: Draft, actor: Actor, context: Context) -> int:
    services = context.services
    await prompt.close(draft, context)
    await preparing.remove_progress(draft, context)
    try:
        files = await services.store.discard_draft(draft.id, by=context.delivery.update_id)
    except DraftGoneError:
        return END
    await services.store.remove_files(files)
    await context.bot.send_message(draft.chat_id, say(actor.language, "cancelled"))
    return END


async def _explain(
    problem: NotUnderstoodError, draft: Draft, actor: Actor, context: Context
) -> Step:
    """Say what is wrong and what would be right, and ask once more: of what is still open."""
    assert draft.step is not None
    moment = await prompt.moment_of(context, actor)
    if problem.kept:
        draft = await context.store.answer(draft.id, next_step=Step.TIME, **problem.kept)
    assert draft.step is not None
    asked = STEPS[draft.step].ask(draft, actor, moment)
    text = problem.sentence(actor.language)
    if draft.step is Step.CONFIRM and not preparing.is_under_way(draft):
        # its button schedules: what, and for when, must be in sight
        text = f"{text}\n\n{asked.text}"
    offers = [[choice] for choice in problem.choices]
    await prompt.put(Question(text, [*offers, *asked.rows]), draft, context)
    return draft.step


async def _current(context: Context, actor: Actor) -> Draft | None:
    return await context.store.current_draft(owner_id=actor.id, chat_id=actor.chat_id)
