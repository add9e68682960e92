"""Hearing an answer, typed or tapped, and moving the draft on."""

from typing import cast

from telegram import CallbackQuery, Message, Update

from bot.context import Actor, Context, actor_of
from bot.keyboards import Tap, decode
from bot.new_post import covers, mix_ups, ordering, preparing, prompt, series
from bot.new_post.cancellation import DOWNLOAD
from bot.new_post.card_words import meant_on_card, replaced
from bot.new_post.discarding import discard
from bot.new_post.facts import NO_NEWS, News
from bot.new_post.guidance import choose_guidance
from bot.new_post.hints import of_edits
from bot.new_post.planning import plan, schedule_or_part
from bot.new_post.question import (
    AS_CAPTION,
    Answers,
    Arrange,
    Decision,
    GoTo,
    MeantFor,
    Moment,
    NotUnderstoodError,
    Page,
    PlanSeries,
    Question,
    Reply,
    UseCover,
    Way,
)
from bot.new_post.rests import refuse_rest
from bot.new_post.steps import (
    CARD,
    FIRST,
    FIT,
    QUESTIONS,
    SERIES,
    ask,
    buttons_of,
    go_to,
    next_question,
    open_question,
    settled,
    way_back,
)
from bot.new_post.time_step import agreed_time, other_half
from bot.new_post.type_and_time import answer_to
from bot.new_post.written import joined
from bot.slots import SLOT
from bot.store import in_thread
from bot.texts import label, say
from bot.texts.words import heard, labels_called, named
from publisher.media.refused import MediaRefusedError
from storage.draft_changes import DraftGoneError
from storage.models import Draft

BESIDE_THE_QUESTION = {"suggested_time", "suggested_caption", "caption_message_id"}
"""Kept of what was not understood, and no answer."""
STOP_PREPARING = "button_stop_preparing"


async def typed(update: Update, context: Context) -> None:
    """An answer in words."""
    actor, draft = actor_of(update, context.services), context.open_draft
    if context.delivery.is_rest:
        await refuse_rest(draft, actor, context)
        return
    said = joined(context.delivery.messages)
    if preparing.is_under_way(draft) and STOP_PREPARING in labels_called(said):
        await _stop(draft, actor, context)
        return
    moment = await prompt.moment_of(draft, context, actor)
    said = agreed_time(said, draft, moment) or said
    if not draft.is_guided:
        await _typed_on_card(said, update, draft, actor, context, moment)
        return
    meant = named(said, buttons_of(draft, actor, moment))
    await _hear(meant or said, draft, actor, context)


async def _typed_on_card(
    said: str, update: Update, draft: Draft, actor: Actor, context: Context, moment: Moment
) -> None:
    """Whatever it is, the card shows what came of it, and a thumbs-up that it was understood."""
    message = cast(Message, update.effective_message)
    replied = message.reply_to_message
    is_reply = replied is not None and replied.message_id == draft.prompt_message_id
    buttons = buttons_of(draft, actor, moment)
    try:
        reply = meant_on_card(said, draft, actor, moment, buttons, is_reply=is_reply)
        news = NO_NEWS
        if isinstance(reply, dict) and reply.get("caption"):
            reply.setdefault("caption_message_id", message.message_id)
            news = replaced(reply, draft, actor.language)
            if reply.get("caption_message_id") == message.message_id:
                news = await of_edits(news, draft, reply["caption"] or "", actor, context)
        if isinstance(reply, dict) and reply.get("wall_time"):
            other = other_half(said, draft, actor, moment)
            news = News(buttons={"now": other}) if other else news
        is_named = is_reply or draft.question != CARD.name
        if isinstance(reply, dict) and draft.has_siblings and not is_named:
            news = await mix_ups.named(news, reply, draft, actor, context)
        await _carry_out(reply, draft, actor, context, news=news)
    except NotUnderstoodError as problem:
        if problem.key.startswith("caption_too_"):  # which editing it may cure
            problem.kept = {"caption_message_id": message.message_id}
        await _explain(problem, draft, actor, context)
    except DraftGoneError:
        return
    else:
        await prompt.thumb_up(message)


async def tapped(update: Update, context: Context) -> None:
    """A button of the open question; of a card, also one that another device still shows."""
    query, tap = _tap(update)
    actor, draft = actor_of(update, context.services), context.open_draft
    await prompt.acknowledge(update)
    if draft.is_guided:
        await prompt.show_choice(query, tap.value)
    question = CARD if tap.value == AS_CAPTION else QUESTIONS[tap.what]
    await _hear(tap.value, draft, actor, context, question)


async def shifted(update: Update, context: Context) -> None:
    """A button that leaves the question open: it shows another picture or page, where it stands."""
    query, tap = _tap(update)
    if not context.open_draft.is_guided:
        await tapped(update, context)
        return
    await prompt.acknowledge(update)
    try:
        await _shift(query, tap.value, actor_of(update, context.services), context)
    except DraftGoneError:
        return


async def stop(update: Update, context: Context) -> None:
    """The button below a progress; a draft in preparation goes on from its first question."""
    actor, draft = actor_of(update, context.services), context.draft
    _, tap = _tap(update)
    if tap.post_id == DOWNLOAD:
        await prompt.acknowledge(update)  # it took effect when it arrived
    elif (
        draft is not None
        and tap.post_id == draft.id
        and (preparing.is_under_way(draft) or context.delivery.again)
    ):
        await prompt.acknowledge(update)
        await _stop(draft, actor, context)
    else:
        await prompt.acknowledge(update, label(actor.language, "stale_button"))


async def cancel(update: Update, context: Context) -> None:
    """/cancel: throw the draft away."""
    actor = actor_of(update, context.services)
    if context.draft is None:
        await context.bot.send_message(actor.chat_id, say(actor.language, "nothing_to_cancel"))
    else:
        await discard(context.draft, actor, context)
        if not context.draft.is_guided:
            await prompt.thumb_up(cast(Message, update.effective_message))


def _tap(update: Update) -> tuple[CallbackQuery, Tap]:
    """Of an update that a pattern has let through."""
    query = update.callback_query
    assert query is not None
    return query, cast(Tap, decode(query.data))


async def _stop(draft: Draft, actor: Actor, context: Context) -> None:
    await prompt.close(draft, context)
    try:
        await preparing.stop(draft, actor, context)
        await go_to(FIRST.name, draft, actor, context)
    except DraftGoneError:
        return


async def _hear(
    said: str, draft: Draft, actor: Actor, context: Context, tapped: Question | None = None
) -> None:
    """Take one answer, however it came: store it and ask on, or say why not.

    Args:
        tapped: the question of which it is a button's value.
    """
    await prompt.close(draft, context)
    try:
        if tapped is not None and said.startswith(SLOT) and _is_on_own_card(draft):
            await plan(said, draft, actor, context)
            return
        reply = await _reply_to(said, draft, actor, context, tapped)
        if tapped is None and isinstance(reply, dict) and reply.get("caption") == said:
            reply["caption_message_id"] = context.delivery.messages[-1].message_id
        if tapped is not None and _plans(reply, draft):
            await plan(said, draft, actor, context, cast(Answers, reply))
        else:
            await _carry_out(reply, draft, actor, context)
    except NotUnderstoodError as problem:
        await _explain(problem, draft, actor, context)
    except DraftGoneError:
        return


async def _reply_to(
    said: str, draft: Draft, actor: Actor, context: Context, tapped: Question | None
) -> Reply:
    """What is meant by it. Raises NotUnderstoodError."""
    question = tapped or open_question(draft)
    if heard(said, ("cancel",)):
        return Decision.DISCARD
    if heard(said, ("back",)):
        return way_back(draft)
    if draft.is_guided and "button_give_card" in labels_called(said):
        return Decision.GIVE_A_CARD
    moment = await prompt.moment_of(draft, context, actor)
    return answer_to(question, said, draft, actor, moment)


def _plans(reply: Reply, draft: Draft) -> bool:
    """On a card a tap on a time is all that it takes."""
    has_time = isinstance(reply, dict) and reply.get("scheduled_time") is not None
    return has_time and _is_on_own_card(draft)


def _is_on_own_card(draft: Draft) -> bool:
    return not draft.is_guided and draft.question != SERIES.name


async def _carry_out(
    reply: Reply, draft: Draft, actor: Actor, context: Context, *, news: News = NO_NEWS
) -> None:
    match reply:
        case Decision.SCHEDULE:
            await schedule_or_part(draft, actor, context)
        case Decision.DISCARD:
            await discard(draft, actor, context)
        case Decision.REPLACE_MEDIA:
            await _replace_media(draft, actor, context)
        case Decision.GUIDE_ME | Decision.GIVE_A_CARD:
            await choose_guidance(draft, actor, context, is_guided=reply is Decision.GUIDE_ME)
        case GoTo(question):
            await go_to(question, draft, actor, context)
        case Arrange():
            await ordering.arrange(reply, draft, actor, context)
        case MeantFor():
            await mix_ups.correct(reply, draft, actor, context)
        case PlanSeries() | Way():
            await series.carry_out(reply, draft, actor, context)
        case UseCover(at):
            await covers.choose(draft, actor, context, at=at)
        case Page(asked, kept):
            await _keep(kept, draft, context)
            if draft.is_guided:
                await prompt.put(asked, draft, context)
            else:
                await ask(draft, actor, context, page=asked)
        case _:
            by = context.delivery.update_id
            await ask(await _stored(reply, draft, context, by=by), actor, context, news=news)


async def _stored(
    answers: Answers, draft: Draft, context: Context, *, by: int | None = None
) -> Draft:
    """The draft with these answers, at the first question that is open then."""
    for column, value in answers.items():
        setattr(draft, column, value)
    question = next_question(draft)
    if question is not FIT:
        answers = {**answers, **settled(draft, context)}
    return await context.store.answer(draft.id, question=question.name, by=by, **answers)


async def _keep(answers: Answers, draft: Draft, context: Context) -> None:
    """What is clear already of a question that stays open."""
    if answers:
        await context.store.answer(draft.id, question=draft.question, **answers)


async def _shift(query: CallbackQuery, way: str, actor: Actor, context: Context) -> None:
    """Store the change and show it where the old picture was."""
    draft, store = context.open_draft, context.store
    question = open_question(draft)
    moment = await prompt.moment_of(draft, context, actor)
    reply = question.understand(way, draft, actor, moment)
    if isinstance(reply, Page):
        await _keep(reply.kept, draft, context)
        await prompt.turn(query, reply.prompt, draft)
        return
    answers = cast(Answers, reply)
    by = context.delivery.update_id
    moved = await store.answer(draft.id, question=question.name, by=by, **answers)
    try:
        picture = await in_thread(question.picture)(moved, context.services.files)
    except (MediaRefusedError, OSError):
        await ask(moved, actor, context)  # which says why not
        return
    asked = question.ask(moved, actor, moment)
    if picture is not None and await prompt.show_anew(query, asked, moved, picture):
        await store.remember_prompt(draft.id, draft.prompt_message_id, draft.thread_id)
    else:
        await prompt.close(draft, context)
        await prompt.put(asked, moved, context, picture=picture)


async def _replace_media(draft: Draft, actor: Actor, context: Context) -> None:
    """Let go of the media and ask for others; the other answers stay."""
    await context.store.remove_files(await context.store.remove_media(draft.id))
    await go_to(FIRST.name, draft, actor, context)


async def _explain(
    problem: NotUnderstoodError, draft: Draft, actor: Actor, context: Context
) -> None:
    """Say what is wrong and what would be right, and ask once more: of what is still open."""
    moment = await prompt.moment_of(draft, context, actor)
    kept: Answers = problem.kept or {}
    if kept.keys() - BESIDE_THE_QUESTION:
        draft = await _stored(kept, draft, context)
    elif kept or draft.suggested_time is not None:
        draft = await context.store.answer(draft.id, question=draft.question, **kept)
    if not draft.is_guided:
        await ask(draft, actor, context, problem=problem)
        return
    question = open_question(draft)
    await prompt.put(question.explain(problem, draft, actor, moment), draft, context)
