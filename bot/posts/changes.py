"""What is done to a planned post from its card: changed, copied, deleted; `moving.py` moves it."""

from collections.abc import Sequence
from typing import Any

from telegram import Message, MessageEntity, Update

from bot.approval_cards import send_approval_card
from bot.context import Actor, Context
from bot.new_post import prompt
from bot.new_post.card_step import ADD, REPLACE
from bot.new_post.facts import NO_NEWS as NOTHING_NEW
from bot.new_post.facts import News
from bot.new_post.first_steps import UNDECIDED
from bot.new_post.ingest import over_quota
from bot.new_post.intake import take_in
from bot.new_post.meanings import Label, Type
from bot.new_post.question import Answers, NotUnderstoodError
from bot.new_post.steps import LAST, QUESTIONS, ask, ask_below, go_to, next_question
from bot.new_post.text_steps import refuse_over
from bot.new_post.written import captions, written
from bot.outbox import deliver
from bot.posts.card_message import end_undo_later, send_card, show_news, understood
from bot.posts.card_pictures import picture_of
from bot.posts.plan_news import NO_NEWS, PlanNews
from bot.texts import say
from bot.texts.words import heard
from storage.draft_changes import DraftGoneError
from storage.lifecycle import Status
from storage.models import Draft, Post
from storage.quota import QuotaExceededError


async def change(
    post_id: int, actor: Actor, context: Context, what: Type | Label | None = None
) -> None:
    """A draft of what the post is, which takes its place once it is planned.

    Args:
        what: the type that it is to become, or the question that is to be put first.
    """
    draft = await context.store.open_edit(post_id, **await _for(actor, context))
    if isinstance(what, Type):
        answers: Answers = {"post_type": what.post_type, **UNDECIDED}
        draft = await context.store.answer(draft.id, question=draft.question, **answers)
    if isinstance(what, Label) and what.value in QUESTIONS:
        await go_to(what.value, draft, actor, context)
    else:
        await _begin(draft, actor, context)


async def add_media(post_id: int, actor: Actor, context: Context) -> None:
    await change(post_id, actor, context, Label(ADD.name))


async def replace_media(post_id: int, update: Update, actor: Actor, context: Context) -> None:
    """A draft of the post with these media instead, or as well if their caption says "add"."""
    draft = await context.store.open_edit(post_id, **await _for(actor, context))
    adds = heard(captions(context.delivery.messages) or "", ("add",)) is not None
    if draft.is_guided and not adds and not context.delivery.again:
        await context.store.remove_files(await context.store.remove_media(draft.id))
        draft.media = []
    if not draft.is_guided and draft.question == LAST.name:
        question = (ADD if adds else REPLACE).name
        draft = await context.store.answer(draft.id, question=question)
    context.delivery.draft = draft
    await take_in(update, context)


async def duplicate(post_id: int, actor: Actor, context: Context) -> str | None:
    """Another draft of the same content, for which a time is chosen."""
    try:
        await context.store.check_quota(actor.id, 0)
    except QuotaExceededError as error:
        return over_quota(error, 0, actor.language)
    draft = await context.store.duplicate_post(post_id, **await _for(actor, context))
    await _begin(draft, actor, context, News(say(actor.language, "copied", id=post_id)))
    return None


async def _for(actor: Actor, context: Context) -> dict[str, Any]:
    return {
        "scope": actor.scope,
        "owner_id": actor.id,
        "chat_id": actor.chat_id,
        "language": actor.language,
        "question": LAST.name,
        "by": context.delivery.update_id,
    }


async def _begin(draft: Draft, actor: Actor, context: Context, news: News = NOTHING_NEW) -> None:
    """Ask what is open about a draft that a button has opened, unless that was asked before."""
    if draft.prompt_message_id is None:
        await ask_open(draft, actor, context, news)


async def ask_open(draft: Draft, actor: Actor, context: Context, news: News = NOTHING_NEW) -> None:
    question = next_question(draft).name
    if draft.question != question:
        by = context.delivery.update_id
        draft = await context.store.answer(draft.id, question=question, by=by)
    await ask(draft, actor, context, news=news)


async def open_draft(draft_id: int, actor: Actor, context: Context) -> str | None:
    """Go on with one of one's drafts, by its card anew."""
    try:
        turn_to = context.store.turn_to
        draft = await turn_to(draft_id, owner_id=actor.id, chat_id=actor.chat_id)
        await ask_below(draft, actor, context)
    except DraftGoneError:
        return say(actor.language, "draft_gone")
    return None


async def as_caption(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str:
    """The words that the question answers are the caption, or the old ones that it quotes."""
    message = update.callback_query.message if update and update.callback_query else None
    said = message.reply_to_message if isinstance(message, Message) else None
    if not isinstance(message, Message) or not message.text or said is None or not written(said):
        return say(actor.language, "reply_not_understood")
    post = await context.store.post(post_id, actor.scope)
    quoted = [*message.parse_entities([MessageEntity.BLOCKQUOTE]).values()]
    text = quoted[0] if quoted else written(said)
    try:
        await write(post, text, post.hashtags or [], said, actor, context)
    except NotUnderstoodError as problem:
        return problem.sentence(actor.language)
    return say(actor.language, "rewritten", id=post_id)


async def refuse_unfit(
    content: Draft | Post, caption: str, hashtags: Sequence[str], actor: Actor, context: Context
) -> None:
    """Raises NotUnderstoodError: of a text that its account's platform does not take."""
    refuse_over(caption, hashtags, await prompt.moment_of(content, context, actor))


async def write(
    post: Post,
    caption: str,
    hashtags: Sequence[str],
    message: Message,
    actor: Actor,
    context: Context,
) -> None:
    """Another text for a planned post, which its card shows from now on.

    Raises NotUnderstoodError, PostNotFoundError, WrongStatusError.
    """
    if not post.shows_text:
        raise NotUnderstoodError("story_shows_no_text")
    await refuse_unfit(post, caption, hashtags, actor, context)
    changed = await context.store.rewrite(
        post.id,
        actor.scope,
        caption=caption,
        hashtags=hashtags,
        given_by=(message.chat_id, message.message_id) if caption != post.caption else None,
        by=context.delivery.update_id,
        person_id=actor.id,
    )
    await show_changed(changed, actor, context)
    end_undo_later(post.id, context.application)
    if changed.status is Status.FAILED:
        await message.reply_text(say(actor.language, "rewritten_failed", id=post.id))
    else:
        await understood(message, say(actor.language, "rewritten", id=post.id))


async def delete_now(post_id: int, actor: Actor, context: Context) -> None:
    """Without a question, but with a minute to undo it: both stand on the card."""
    scope, by = actor.scope, context.delivery.update_id
    post = await context.store.delete_undoably(post_id, scope, by=by, person_id=actor.id)
    await show_changed(post, actor, context)
    end_undo_later(post.id, context.application)


async def show_changed(
    post: Post, actor: Actor, context: Context, news: PlanNews = NO_NEWS
) -> None:
    """Where the post stands, on its card; by another if that is gone, or would not be seen.

    That is in another chat, or above a button's label that was typed.
    """
    is_shown = await show_news(post, news, context)
    await deliver(context.application)  # its owner, if the admin did it, or whoever approves
    messages = context.delivery.messages
    is_typed = bool(messages) and bool(messages[-1].text) and not messages[-1].reply_to_message
    if is_shown and post.chat_id == actor.chat_id and not is_typed:
        return
    await send_card(post, actor, context, news=news)


async def show(post_id: int, actor: Actor, context: Context) -> None:
    """The post's card anew, below everything else."""
    post = await context.store.post(post_id, actor.sight)
    if post.status is Status.AWAITING_APPROVAL and actor.scope.approves_post(post):
        await send_approval_card(post, actor.chat_id, actor.language, context.application)
        return
    picture = await picture_of(post, context.services.files)
    await send_card(post, actor, context, picture=picture, alone=True)
