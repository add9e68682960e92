"""Approving what authors plan: by the buttons of its card, declined with a reason by reply."""

from telegram import Message, ReplyParameters, Update
from telegram.constants import ChatID, ChatType
from telegram.ext import ApplicationHandlerStop, filters

from bot.approval_cards import buttons_of, send_approval_card
from bot.context import Actor, Context, actor_of
from bot.jobs import wake
from bot.keyboards import Action, Tap, is_number
from bot.new_post.written import joined
from bot.outbox import deliver
from bot.posts import changes, outdated
from bot.posts.answered import question_replied_to
from bot.posts.cards import why_not
from bot.rights import Right, may
from bot.texts import label, say
from storage.approvals import AlreadyDecidedError, Approver, ChangedMeanwhileError
from storage.causes import Cause
from storage.lifecycle import Status
from storage.models import Post
from storage.post_changes import PostNotFoundError, WrongStatusError

REASON_CHARACTERS = 500
"""Of a reason, of which a card has to show all."""

OF_APPROVERS = frozenset(
    {
        Action.APPROVE,
        Action.APPROVE_ALL,
        Action.DECLINE,
        Action.DECLINE_PLAIN,
        Action.IMPROVE,
        Action.ASK_CLIENT,
    }
)
"""Below cards that everybody in a group sees."""


class _AnswersInWords(filters.MessageFilter):
    """A reply to the question why something is declined, or what is to be changed."""

    def filter(self, message: Message) -> bool:
        return question_replied_to(message) is not None


IN_REPLY = filters.TEXT & ~filters.COMMAND & _AnswersInWords()


async def approve(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str | None:
    """It goes out at its time. Raises PostNotFoundError."""
    scope, by = actor.scope, context.delivery.update_id
    who = await _approver(actor, context)
    try:
        post = await context.store.approve(post_id, scope, who, revision=_revision(value), by=by)
    except AlreadyDecidedError as error:
        return already(error.post, actor.language)
    except ChangedMeanwhileError:
        return await _show_anew(post_id, actor, context)
    await deliver(context.application)
    await wake(context.application)
    return None if post.status is Status.PENDING else already(post, actor.language)


async def approve_all(series_id: int, actor: Actor, context: Context) -> str | None:
    """All of a series that are as they were shown here; the others are shown anew.

    Raises PostNotFoundError.
    """
    posts = await context.store.approve_series(
        series_id,
        actor.scope,
        await _approver(actor, context),
        chat_id=actor.chat_id,
        by=context.delivery.update_id,
    )
    await deliver(context.application)
    await wake(context.application)
    waiting = [post for post in posts if post.status is Status.AWAITING_APPROVAL]
    approved = sum(post.status is Status.PENDING for post in posts)
    if not waiting:
        return say(actor.language, "approved_all", count=approved)
    told = say(actor.language, "approved_some", count=approved, left=len(waiting))
    await context.bot.send_message(actor.chat_id, told)
    for post in waiting:
        await send_approval_card(post, actor.chat_id, actor.language, context.application)
    return None


async def ask_why(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str | None:
    """Ask for the reason. Raises PostNotFoundError."""
    key, plain = "why_declined", "decline_plain"
    return await _ask_in_words(key, plain, post_id, actor, context, value, update)


async def decline_plainly(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str | None:
    """Without a reason. Raises PostNotFoundError."""
    return await _decline(post_id, _revision(value), None, actor, context)


async def ask_what(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str | None:
    """What a client would like to be changed. Raises PostNotFoundError."""
    key, plain = "what_to_change", "never_mind"
    return await _ask_in_words(key, plain, post_id, actor, context, value, update)


async def never_mind(post_id: int, actor: Actor, context: Context) -> str | None:
    """No change, after all: the card above still has its buttons."""
    return say(actor.language, "never_mind")


async def replied(update: Update, context: Context) -> None:
    """Why it is declined, or what is to be changed, in reply to the question for it."""
    message = update.message
    tap = question_replied_to(message) if message else None
    assert message is not None and tap is not None
    actor = actor_of(update, context.services)
    try:
        words = joined(context.delivery.messages)[:REASON_CHARACTERS]
        hear = _decline if tap.what is Action.DECLINE_PLAIN else _ask_for_change
        told = await hear(tap.post_id, _revision(tap.value), words, actor, context)
    except (PostNotFoundError, WrongStatusError) as error:
        if message.chat.type != ChatType.PRIVATE:
            raise ApplicationHandlerStop from None  # people talk to each other there
        told = why_not(error, tap.post_id, actor.language)
    if told is not None:
        await context.bot.send_message(actor.chat_id, told)
    raise ApplicationHandlerStop


async def improve(post_id: int, actor: Actor, context: Context) -> None:
    """An approver changes it themselves. Raises PostNotFoundError, WrongStatusError."""
    await changes.change(post_id, actor, context)


def refusal(tap: Tap, actor: Actor) -> str | None:
    """What pops up for somebody in a group who may not decide."""
    if tap.what in OF_APPROVERS and not may(actor.role, Right.APPROVE):
        return label(actor.language, "only_approvers")
    return None


def already(post: Post, language: str) -> str:
    """What came of it meanwhile, and by whom."""
    if post.status is Status.FAILED and post.error_class == Cause.NOT_APPROVED:
        return say(language, "approval_too_late", id=post.id)
    if post.decided_by is None:
        return say(language, f"too_late_{post.status}", id=post.id)
    key = "already_declined" if post.error_class == Cause.DECLINED else "already_approved"
    return say(language, key, id=post.id, name=post.decided_by)


async def _ask_in_words(
    what: str,
    instead: str,
    post_id: int,
    actor: Actor,
    context: Context,
    value: str,
    update: Update | None,
) -> str | None:
    """Below the card; `instead` is the button of those who have no words for it."""
    post = await context.store.post_to_approve(post_id, actor.scope)
    if post.status is not Status.AWAITING_APPROVAL:
        return already(post, actor.language)
    if post.revision != _revision(value):
        return await _show_anew(post_id, actor, context)
    message = update.callback_query.message if update and update.callback_query else None
    answered = ReplyParameters(message.message_id) if isinstance(message, Message) else None
    sent = await context.bot.send_message(
        actor.chat_id,
        say(actor.language, f"ask_{what}", id=post_id),
        reply_parameters=answered,
        reply_markup=buttons_of(post, actor.language, [[instead]]),
    )
    await outdated.remember(post, sent, context.application)
    return None


async def _ask_for_change(
    post_id: int, revision: int, text: str, actor: Actor, context: Context
) -> str | None:
    by, who = context.delivery.update_id, await _approver(actor, context)
    try:
        await context.store.ask_for_change(
            post_id, actor.scope, who, text, revision=revision, by=by
        )
    except AlreadyDecidedError as error:
        return already(error.post, actor.language)
    except ChangedMeanwhileError:
        return await _show_anew(post_id, actor, context)
    await deliver(context.application)
    return say(actor.language, "change_is_asked", id=post_id)


async def _decline(
    post_id: int, revision: int, reason: str | None, actor: Actor, context: Context
) -> str | None:
    scope, by = actor.scope, context.delivery.update_id
    who = await _approver(actor, context)
    try:
        post = await context.store.decline(
            post_id, scope, who, revision=revision, reason=reason, by=by
        )
    except AlreadyDecidedError as error:
        return already(error.post, actor.language)
    except ChangedMeanwhileError:
        return await _show_anew(post_id, actor, context)
    await deliver(context.application)
    if post.error_class != Cause.DECLINED:
        return already(post, actor.language)
    return say(actor.language, "declined", id=post.id)


async def _show_anew(post_id: int, actor: Actor, context: Context) -> str | None:
    """It is not what was shown any more: this is what it is."""
    post = await context.store.post_to_approve(post_id, actor.scope)
    await context.bot.send_message(actor.chat_id, say(actor.language, "changed_meanwhile"))
    await send_approval_card(post, actor.chat_id, actor.language, context.application)
    return None


def _revision(value: str) -> int:
    """What a button carries; of what is none of ours, one that no post has."""
    return int(value) if is_number(value) else -1


async def _approver(actor: Actor, context: Context) -> Approver:
    services = context.services
    if actor.id == ChatID.ANONYMOUS_ADMIN:
        return Approver(actor.id, label(services.settings.language, "anonymous_admin"))
    return Approver(actor.id, await services.names.of(actor.id, services))
