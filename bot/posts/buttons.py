"""The buttons under posts: the right that each needs, and what it does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from telegram import Update

from bot import approvals, clients, logins
from bot.context import Actor, Context
from bot.jobs import wake
from bot.keyboards import Action, Tap, actions
from bot.outbox import deliver
from bot.pause_command import pause_tapped, resume_tapped
from bot.posts import changes, lists, moving, outdated, publish_now, series_changes, undoing, which
from bot.posts.card_edits import edit_card
from bot.posts.cards import card, farewell, why_not
from bot.posts.filters import filtered
from bot.rights import Right
from bot.texts import label, say
from publisher.wiring import publishes_itself
from storage.lifecycle import Status
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.scope import Scope

Result = TypeVar("Result", covariant=True)


class Change(Protocol[Result]):
    """Of one post, in the storage."""

    def __call__(
        self, number: int, scope: Scope, /, *, by: int | None = None
    ) -> Awaitable[Result]: ...


async def outcome(
    tap: Tap, actor: Actor, context: Context, update: Update | None = None
) -> str | None:
    """What came of it, or why it cannot be; None if that has been said."""
    button = BUTTONS[Action(tap.what)]
    try:
        if isinstance(button, Hearing):
            return await button.perform(tap.post_id, actor, context, tap.value, update)
        return await button.perform(tap.post_id, actor, context)
    except (PostNotFoundError, WrongStatusError) as error:
        return why_not(error, tap.post_id, actor.language)


async def _changed(change: Change[Result], post_id: int, actor: Actor, context: Context) -> Result:
    """Change the post, if the person reaches it; an update that comes again changes it once."""
    return await change(post_id, actor.scope, by=context.delivery.update_id)


async def _keep(post_id: int, actor: Actor, context: Context) -> str:
    scope = actor.scope
    post = await context.store.post(post_id, scope)
    if post.status is Status.DELETED:
        raise WrongStatusError(post.status)
    await context.store.keep_post(post_id, scope)
    return say(actor.language, "kept", id=post_id)


async def _try_again(post_id: int, actor: Actor, context: Context) -> str:
    post = await _changed(context.store.try_again, post_id, actor, context)
    if post.status is Status.AWAITING_APPROVAL:
        await edit_card(post, context.application)
        await deliver(context.application)
        return say(actor.language, "asked_again", id=post_id)
    await edit_card(post, context.application)
    await wake(context.application)
    return say(actor.language, "trying_again", id=post_id)


async def _confirm_live(post_id: int, actor: Actor, context: Context) -> str:
    post = await _changed(context.store.confirm_live, post_id, actor, context)
    await edit_card(post, context.application)
    return say(actor.language, "confirmed_live", id=post_id)


async def _hand_over(post_id: int, actor: Actor, context: Context) -> str:
    """Its files come by the outbox, as of an account that is published by hand."""
    post = await _changed(context.store.hand_over, post_id, actor, context)
    await deliver(context.application)
    whose = "own" if post.owner_id == actor.id else "other"
    if not publishes_itself(post.account):
        whose += "_by_hand"
    return say(actor.language, "handed_over", id=post.id, whose=whose)


async def _posted(post_id: int, actor: Actor, context: Context) -> str:
    post = await _changed(context.store.mark_posted, post_id, actor, context)
    await edit_card(post, context.application)
    return say(actor.language, "confirmed_live", id=post.id)


async def _not_today(post_id: int, actor: Actor, context: Context) -> str | None:
    """It is kept, and what can still become of it is offered."""
    post = await _changed(context.store.mark_not_posted, post_id, actor, context)
    await edit_card(post, context.application)
    language = actor.language
    can = [("button_hand_over", Action.HAND_OVER), ("button_delete", Action.DELETE)]
    if publishes_itself(post.account):  # else it could only be handed over again
        can.insert(0, ("button_try_again", Action.TRY_AGAIN))
    sent = await context.bot.send_message(
        actor.chat_id,
        say(language, "not_posted", id=post.id),
        reply_markup=actions([[(label(language, key), what, post.id)] for key, what in can]),
    )
    await outdated.remember(post, sent, context.application)
    return None


async def _show_changed(context: Context) -> None:
    """The cards of all that this tap has changed say where their posts stand."""
    by = context.delivery.update_id
    for post in [] if by is None else await context.store.posts_changed_by(by):
        await edit_card(post, context.application)


async def _publish_late(post_id: int, actor: Actor, context: Context) -> str:
    """All that have become late, in the chat of the one named."""
    count = await _changed(context.store.publish_late, post_id, actor, context)
    await _show_changed(context)
    await wake(context.application)
    return say(actor.language, "late_published", count=count)


async def _drop_late(post_id: int, actor: Actor, context: Context) -> str:
    count, files = await _changed(context.store.drop_late, post_id, actor, context)
    await context.store.remove_files(files)
    await _show_changed(context)
    return say(actor.language, "late_dropped", count=count)


async def _publish_held(post_id: int, actor: Actor, context: Context) -> str:
    """All held posts of one person: the owner of the one named."""
    count = await _changed(context.store.publish_held, post_id, actor, context)
    await _show_changed(context)
    await wake(context.application)
    return say(actor.language, "held_published" if count else "held_settled", count=count)


async def _drop_held(post_id: int, actor: Actor, context: Context) -> str:
    count, files = await _changed(context.store.drop_held, post_id, actor, context)
    await context.store.remove_files(files)
    await _show_changed(context)
    return say(actor.language, "late_dropped" if count else "held_settled", count=count)


async def _delete(post_id: int, actor: Actor, context: Context) -> str:
    scope, by = actor.scope, context.delivery.update_id
    post, files = await context.store.delete_post(post_id, scope, by=by, person_id=actor.id)
    await context.store.remove_files(files)
    await edit_card(post, context.application)
    return farewell(post, actor.language)


async def ask_to_delete(post_id: int, actor: Actor, context: Context) -> None:
    """Show the post and ask, or say why it cannot be deleted."""
    language = actor.language
    try:
        scope = actor.scope
        post = await context.store.ask_to_delete(post_id, scope)
    except (PostNotFoundError, WrongStatusError) as error:
        await context.bot.send_message(actor.chat_id, why_not(error, post_id, actor.language))
        return
    sure = (label(language, "button_delete_for_sure"), Action.DELETE_FOR_SURE, post_id)
    keep = (label(language, "button_keep_post"), Action.KEEP, post_id)
    shown = card(post, language, await context.store.active_accounts())
    question = say(language, "ask_delete", id=post_id) + "\n\n" + shown
    sent = await context.bot.send_message(
        actor.chat_id, question, reply_markup=actions([[sure, keep]])
    )
    await outdated.remember(post, sent, context.application)


async def _list(
    page: int, actor: Actor, context: Context, value: str, update: Update | None
) -> None:
    what, query = filtered(value), update.callback_query if update else None
    if query is None:
        await lists.send_page(page, what, actor, context)
    else:
        await lists.turn(query, page, what, actor, context)


@dataclass(frozen=True)
class Button:
    """A button under a post: the right that it needs, and what it does."""

    right: Right
    perform: Callable[[int, Actor, Context], Awaitable[str | None]]
    """Given the post's number; returns the sentence that takes the question's place, if any.

    Raises PostNotFoundError, WrongStatusError.
    """
    stays: bool = False
    """Whether the message that it stands under keeps its buttons, or has others by now."""


@dataclass(frozen=True)
class Hearing:
    """The same of one that is given its value as well, and the update, if there is one."""

    right: Right
    perform: Callable[[int, Actor, Context, str, Update | None], Awaitable[str | None]]
    stays: bool = False


BUTTONS: Mapping[Action, Button | Hearing] = {
    Action.DELETE: Button(Right.DELETE, ask_to_delete, stays=True),
    Action.DELETE_FOR_SURE: Button(Right.DELETE, _delete),
    Action.KEEP: Button(Right.DELETE, _keep),
    Action.TRY_AGAIN: Button(Right.TRY_AGAIN, _try_again),
    Action.IS_LIVE: Button(Right.CONFIRM_LIVE, _confirm_live),
    Action.HAND_OVER: Button(Right.BY_HAND, _hand_over),
    Action.POSTED: Button(Right.BY_HAND, _posted),
    Action.NOT_TODAY: Button(Right.BY_HAND, _not_today),
    Action.PUBLISH_LATE: Button(Right.SETTLE_LATE, _publish_late),
    Action.DROP_LATE: Button(Right.SETTLE_LATE, _drop_late),
    Action.PUBLISH_HELD: Button(Right.SETTLE_HELD, _publish_held),
    Action.DROP_HELD: Button(Right.SETTLE_HELD, _drop_held),
    Action.APPROVE: Hearing(Right.APPROVE, approvals.approve),
    Action.APPROVE_ALL: Button(Right.APPROVE, approvals.approve_all, stays=True),
    Action.DECLINE: Hearing(Right.APPROVE, approvals.ask_why, stays=True),
    Action.DECLINE_PLAIN: Hearing(Right.APPROVE, approvals.decline_plainly),
    Action.ASK_CHANGE: Hearing(Right.APPROVE, approvals.ask_what, stays=True),
    Action.NEVER_MIND: Button(Right.APPROVE, approvals.never_mind),
    Action.ASK_CLIENT: Button(Right.ASK_CLIENT, clients.invite, stays=True),
    Action.WITHDRAW_LINK: Button(Right.ASK_CLIENT, clients.withdraw),
    Action.IMPROVE: Button(Right.CHANGE, approvals.improve, stays=True),
    Action.PAUSE: Hearing(Right.RESUME, pause_tapped),
    Action.RESUME: Button(Right.RESUME, resume_tapped),
    Action.LOG_IN_AGAIN: Button(Right.LOG_IN, logins.try_again, stays=True),
    Action.NEW_CODE: Button(Right.LOG_IN, logins.send_new_code, stays=True),
    Action.STOP_LOGIN: Button(Right.LOG_IN, logins.cancel, stays=True),
    Action.CHANGE: Button(Right.CHANGE, changes.change, stays=True),
    Action.ADD_MEDIA: Button(Right.CHANGE, changes.add_media, stays=True),
    Action.LATER: Button(Right.CHANGE, moving.a_day_later, stays=True),
    Action.MOVE: Hearing(Right.CHANGE, moving.move_to),
    Action.AS_CAPTION: Hearing(Right.CHANGE, changes.as_caption),
    Action.FOR_POST: Hearing(Right.CHANGE, which.for_post, stays=True),
    Action.FOR_DRAFT: Hearing(Right.DRAFT, which.for_draft, stays=True),
    Action.PUBLISH_NOW: Hearing(Right.CHANGE, publish_now.ask, stays=True),
    Action.PUBLISH_FOR_SURE: Button(Right.CHANGE, publish_now.for_sure, stays=True),
    Action.LEAVE: Hearing(Right.LIST, publish_now.leave, stays=True),
    Action.DUPLICATE: Button(Right.CHANGE, changes.duplicate, stays=True),
    Action.DELETE_NOW: Button(Right.DELETE, changes.delete_now, stays=True),
    Action.UNDO: Button(Right.CHANGE, undoing.undo, stays=True),
    Action.UNDO_ALL: Button(Right.CHANGE, series_changes.undo, stays=True),
    Action.PUBLISH_ALL: Hearing(Right.CHANGE, publish_now.ask_for_all, stays=True),
    Action.PUBLISH_ALL_FOR_SURE: Button(Right.CHANGE, publish_now.all_for_sure, stays=True),
    Action.LATER_ALL: Button(Right.CHANGE, series_changes.a_day_later, stays=True),
    Action.DELETE_ALL: Button(Right.DELETE, series_changes.delete, stays=True),
    Action.SHOW: Button(Right.LIST, changes.show, stays=True),
    Action.DRAFT: Button(Right.DRAFT, changes.open_draft, stays=True),
    Action.LIST: Hearing(Right.LIST, _list, stays=True),
}
"""One row each; the button that stops a draft's preparation is the conversation's."""
