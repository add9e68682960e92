"""Several posts at one go: media sent together become drafts that one card stands for."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from telegram import Message

from bot.accounts.choice import account_of_new_draft
from bot.context import Actor, Context
from bot.known import read_anew
from bot.new_post import prompt
from bot.new_post.confirm_step import announce
from bot.new_post.first_steps import UNDECIDED, refuse_gone
from bot.new_post.preparing import is_due
from bot.new_post.question import Answers, NotUnderstoodError, PlanSeries, Way
from bot.new_post.series_step import all_of, items_of, only_caption, plannable
from bot.new_post.steps import CARD, SERIES, ask, next_question, settled
from bot.new_post.written import captions, written
from bot.slots import next_free
from bot.texts.words import heard
from storage.items import NewMedia
from storage.media import copied
from storage.models import Account, Draft, MediaItem, Post
from storage.series import Single


def are_separate(messages: Sequence[Message]) -> bool:
    """Whether they are posts of their own: sent one by one, or an album that is said to be."""
    if messages[0].media_group_id is None:
        return len(messages) > 1
    return _says_separate(captions(messages))


def follow(draft: Draft | None, messages: Sequence[Message], span: timedelta) -> bool:
    """Whether they are more of what has begun a draft or series that nobody has touched since.

    Args:
        span: how long after one another photos of a burst come, at the most.
    """
    if draft is None or draft.is_guided or not draft.media:
        return False
    if messages[0].media_group_id is not None:
        return draft.question == SERIES.name and messages[0].media_group_id == draft.album
    is_open = draft.question == SERIES.name or (draft.question == CARD.name and not draft.series_id)
    if not is_open or draft.scheduled_time is not None or draft.album is not None:
        return False
    last = all_of(draft)[-1].created_at
    return bool(span) and messages[0].reply_to_message is None and messages[0].date - last <= span


async def take(
    kept: Sequence[NewMedia], draft: Draft | None, actor: Actor, context: Context
) -> None:
    """A draft of each, and one card; they join the draft or series at hand, if any.

    Raises DraftGoneError.
    """
    by_id = {message.message_id: message for message in context.delivery.messages}
    account = draft.account if draft else await account_of_new_draft(actor, context.services)
    whose: dict[str, Any] = {
        "owner_id": actor.id,
        "chat_id": actor.chat_id,
        "account_id": account.id,
        "language": actor.language,
        "timezone": (await actor.zone(context.services, account)).key,
    }
    drafts = await context.store.gather_series(
        [_single(item, by_id[item.position], account, context) for item in kept],
        question=SERIES.name,
        into=draft.id if draft else None,
        by=context.delivery.update_id,
        **whose,
    )
    await _show(drafts, actor, context)


async def carry_out(reply: PlanSeries | Way, draft: Draft, actor: Actor, context: Context) -> None:
    """What was chosen for all that stand on the card. Raises DraftGoneError, NotUnderstoodError."""
    match reply:
        case PlanSeries():
            await _plan(reply, draft, actor, context)
        case Way.SEPARATE:
            await _split(draft, actor, context)
        case Way.ONE_BY_ONE:
            await _leave(draft, actor, context, keeps_card=True)
        case Way.AS_ONE:
            await _join(draft, actor, context)
        case Way.SAME_CAPTION:
            await _share_caption(draft, actor, context)
        case Way.NOT_YET:
            await _plan_later(draft, actor, context)


async def go_on(series_id: int, actor: Actor, context: Context) -> None:
    """The next draft of a series that is made one by one gets its card. Raises DraftGoneError."""
    drafts = await context.store.drafts_of_series(series_id)
    waiting = [one for one in drafts if one.question == SERIES.name]
    if waiting and not any(one.schedules_when_ready for one in waiting):
        await _leave(waiting[0], actor, context)


async def go_on_again(actor: Actor, context: Context) -> None:
    """After an update that was broken off, and had the effect that a draft of a series ended."""
    current = await context.store.current_draft(owner_id=actor.id, chat_id=actor.chat_id)
    if current is not None:
        if current.last_update_id == context.delivery.update_id:
            await ask(current, actor, context)
        return
    drafts = await context.store.drafts_of(owner_id=actor.id, chat_id=actor.chat_id)
    waiting = [one for one in drafts if one.question == SERIES.name and one.series_id]
    if waiting and waiting[0].series_id is not None:
        await go_on(waiting[0].series_id, actor, context)


async def settle(draft: Draft, actor: Actor, context: Context, *, is_ready: bool) -> None:
    """Its files are made, or cannot be: once all are, what waits for that is planned.

    Not for who may not plan for its account any more. Raises DraftGoneError.
    """
    if draft.series_id is None:
        return
    store, approves = context.store, actor.scope.approves
    if not is_ready:
        await store.answer(draft.id, question=SERIES.name, schedules_when_ready=False)
    posts: Sequence[Post] = ()
    if actor.posts_to(draft.account_id):
        posts = await store.plan_series_if_ready(draft.series_id, approves=approves)
    if posts:
        await announce(posts[0], actor, context)
        await go_on(draft.series_id, actor, context)
    elif not is_ready:
        await ask(await context.store.draft(draft.series_id), actor, context)


def _single(item: NewMedia, message: Message, account: Account, context: Context) -> Single:
    """With what came with it, and what follows from that."""
    said = written(message)
    answers: Answers = {**UNDECIDED}
    if said and not _says_separate(said):
        answers |= {
            "caption": said,
            "suggested_caption": said,
            "caption_message_id": message.message_id,
        }
    return Single(
        item, {**answers, **_inferred(MediaItem(**vars(item)), answers, account, context)}
    )


def _inferred(item: MediaItem, answers: Answers, account: Account, context: Context) -> Answers:
    alone = Draft(account=account, media=[item], is_guided=False, question=CARD.name, **answers)
    return settled(alone, context)


def _says_separate(said: str | None) -> bool:
    return heard(said or "", (Way.SEPARATE,)) is not None


async def _show(drafts: Sequence[Draft], actor: Actor, context: Context) -> None:
    """The card of all; while its person looks at it, all files are made."""
    for draft in drafts[1:]:
        if is_due(draft, is_settled=next_question(draft) in (CARD, SERIES)):
            await context.services.preparation_worker.ask(draft.id)
    if drafts:
        await ask(drafts[0], actor, context)


async def _plan(reply: PlanSeries, draft: Draft, actor: Actor, context: Context) -> None:
    async with context.services.slot_locks.setdefault(draft.account_id, asyncio.Lock()):
        posts = await _planned(reply, draft, actor, context)
    assert draft.series_id is not None
    if posts:
        await announce(posts[0], actor, context)
        await go_on(draft.series_id, actor, context)
    else:
        await _show(await context.store.drafts_of_series(draft.series_id), actor, context)


async def _planned(
    reply: PlanSeries, draft: Draft, actor: Actor, context: Context
) -> Sequence[Post]:
    """None while files have to be made first. Raises NotUnderstoodError, DraftGoneError."""
    read_anew()
    moment = await prompt.moment_of(draft, context, actor)
    refuse_gone(draft, moment)
    drafts = plannable(draft, moment)
    times = next_free(moment, len(drafts)) if reply.are_slots else reply.times
    if not drafts or len(times) < len(drafts):
        raise NotUnderstoodError("series_without_times")
    if times[0].utc <= moment.now:
        raise NotUnderstoodError("time_has_passed")
    answers = {
        one.id: {
            "scheduled_time": when.utc,
            "wall_time": when.local.replace(tzinfo=None).isoformat(),
            "timezone": moment.zone.key,
        }
        for one, when in zip(drafts, times, strict=False)
    }
    assert draft.series_id is not None
    by = context.delivery.update_id
    return await context.store.plan_series(
        draft.series_id, answers, by=by, approves=actor.scope.approves
    )


async def _split(draft: Draft, actor: Actor, context: Context) -> None:
    """Each of its items a draft of its own; the text stays with the first."""
    known: dict[int, Answers] = {item.id: {} for item in draft.media}
    known[draft.media[0].id] = {"caption": draft.caption or "", "hashtags": draft.hashtags or []}
    answers = {
        item.id: {**UNDECIDED, **_inferred(item, known[item.id], draft.account, context)}
        for item in draft.media
    }
    by = context.delivery.update_id
    drafts = await context.store.split_draft(draft.id, answers, question=SERIES.name, by=by)
    await _show(drafts, actor, context)


async def _leave(draft: Draft, actor: Actor, context: Context, *, keeps_card: bool = False) -> None:
    """A card of its own, where it was on that of all."""
    draft.question = CARD.name
    question, by = next_question(draft).name, context.delivery.update_id
    left = await context.store.leave_series(
        draft.id, question=question, by=by, keeps_card=keeps_card
    )
    await ask(left, actor, context)


async def _join(draft: Draft, actor: Actor, context: Context) -> None:
    """One post of all media, and of all that was written with them."""
    series = all_of(draft)
    said = dict.fromkeys(one.caption for one in series if one.caption)
    tags = dict.fromkeys(tag for one in series for tag in one.hashtags or [])
    whole = Draft(
        account=draft.account,
        media=copied(items_of(draft)),
        is_guided=False,
        question=CARD.name,
        caption="\n\n".join(said),
        hashtags=[*tags],
    )
    answers: Answers = {**UNDECIDED, "caption": whole.caption or "", "hashtags": [*tags]}
    answers |= settled(whole, context)
    assert draft.series_id is not None
    joined = await context.store.join_series(
        draft.series_id, question=CARD.name, by=context.delivery.update_id, **answers
    )
    await ask(joined, actor, context)


async def _share_caption(draft: Draft, actor: Actor, context: Context) -> None:
    """The only text that came is that of all which show one."""
    if (one := only_caption(draft)) is None:
        raise NotUnderstoodError("series_no_caption")
    text: Answers = {"caption": one.caption or "", "hashtags": one.hashtags or []}
    await _answer(draft, {each.id: text for each in all_of(draft) if each.shows_text}, context)
    await ask(draft, actor, context)


async def _plan_later(draft: Draft, actor: Actor, context: Context) -> None:
    """What waits for its files is not planned once they are made."""
    open_again = {"schedules_when_ready": False, "scheduled_time": None, "wall_time": None}
    await _answer(draft, {each.id: open_again for each in all_of(draft)}, context)
    await ask(draft, actor, context)


async def _answer(draft: Draft, answers: Mapping[int, Mapping[str, Any]], context: Context) -> None:
    assert draft.series_id is not None
    by = context.delivery.update_id
    await context.store.answer_series(draft.series_id, answers, by=by)
