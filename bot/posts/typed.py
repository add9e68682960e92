"""The buttons under posts, typed: in reply to their message, or where only one can be meant."""

from collections.abc import Mapping
from typing import cast

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.ext import filters

from bot.access import needs
from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, Tap
from bot.new_post.discarding import restore_last
from bot.new_post.prompt import thumb_up
from bot.notice_types import NOTICES
from bot.posts import lists, taps
from bot.posts.answered import button_replied_to
from bot.posts.filters import Filtered, View
from bot.posts.series_cards import series_of, shares_card
from bot.rights import Right
from bot.texts import say
from bot.texts.words import heard, labels_called
from storage.causes import Cause
from storage.hand_over import is_offered
from storage.lifecycle import CHANGEABLE, Status
from storage.models import Post

LISTED = {f"button_list_{view}": view for view in View}
"""A label's key -> what its button lists."""
NARROWED = [
    f"button_list_{key}" for key in ("mine", "all", "accounts", "more_accounts", "previous", "next")
]
"""What the list's other buttons do, if typed, is to list all that is planned."""

OF_CARDS: Mapping[str, Action] = {
    "button_change_post": Action.CHANGE,
    "button_later": Action.LATER,
    "button_duplicate": Action.DUPLICATE,
    "button_publish_now": Action.PUBLISH_NOW,
    "button_undo": Action.UNDO,
    "button_as_caption": Action.AS_CAPTION,
}

IN_REPLY: Mapping[str, Action] = {
    "button_add_to_post": Action.ADD_MEDIA,
    "button_publish_all": Action.PUBLISH_ALL,
    "button_delete_all": Action.DELETE_ALL,
    "button_publish_for_sure": Action.PUBLISH_FOR_SURE,
    "button_not_now": Action.LEAVE,
    "button_approve": Action.APPROVE,
    "button_approve_all": Action.APPROVE_ALL,
    "button_decline": Action.DECLINE,
    "button_decline_plain": Action.DECLINE_PLAIN,
    "button_improve": Action.IMPROVE,
    "button_ask_change": Action.ASK_CHANGE,
    "button_never_mind": Action.NEVER_MIND,
    "button_ask_client": Action.ASK_CLIENT,
    "button_withdraw_link": Action.WITHDRAW_LINK,
}
"""Only in reply to their card: nothing else says which one is meant."""

ACTIONS: Mapping[str, Action] = {
    **{
        key: action
        for notice in NOTICES.values()
        for key, action in (*notice.owner_can, *notice.admin_can)
    },
    "button_delete": Action.DELETE,
    "button_delete_row": Action.DELETE,
    "button_delete_for_sure": Action.DELETE_FOR_SURE,
    "button_keep_post": Action.KEEP,
    "button_hand_over_row": Action.HAND_OVER,
    "button_show": Action.SHOW,
    **OF_CARDS,
    **IN_REPLY,
    "button_draft": Action.DRAFT,
    **dict.fromkeys([*LISTED, *NARROWED], Action.LIST),
}
"""A label's key -> what its button does. "Delete" stands below several messages: it asks first."""

UNMISTAKABLE = frozenset(
    {
        "button_show",
        "button_delete_row",
        "button_delete_for_sure",
        "button_try_again",
        "button_is_live",
        "button_publish_again",
        "button_resume",
        "button_hand_over",
        "button_hand_over_row",
        "button_undo",
    }
)
"""Labels that nothing in a post in the making is called, so that they count there as well."""


SAID_AGAIN = {
    *(Action.TRY_AGAIN, Action.IS_LIVE, Action.HAND_OVER, Action.POSTED, Action.NOT_TODAY),
    Action.UNDO,
}
"""Of one post each; an update that has had its effect on it does nothing more."""

PLAIN = {"yes": "button_delete_for_sure", "no": "button_keep_post"}
"""What a plain yes or no answers, where no post in the making asks for it."""


class _NamesAnAction(filters.MessageFilter):
    """In a private chat such a label; anywhere, one of a button of the message replied to."""

    def filter(self, message: Message) -> bool:
        if button_replied_to(message) is not None:
            return True
        private = message.chat.type == ChatType.PRIVATE
        return private and not UNMISTAKABLE.isdisjoint(labels_called(message.text or ""))


NAMES_AN_ACTION = filters.TEXT & ~filters.COMMAND & _NamesAnAction()


async def typed(update: Update, context: Context) -> None:
    """Do what the button does; where that could be several posts, ask which."""
    if not await carried_out(update, context):
        actor = actor_of(update, context.services)
        await context.bot.send_message(actor.chat_id, say(actor.language, "no_such_question"))


async def carried_out(update: Update, context: Context) -> bool:
    """False if the words are no button's that could be meant."""
    message = update.effective_message
    assert message is not None
    actor = actor_of(update, context.services)
    tap = button_replied_to(message)
    if tap is not None:
        await taps.perform(tap, update, context)
        return True
    called = labels_called(message.text or "").items()
    meant = {key: int(value or 0) for key, value in called if key in ACTIONS}
    if plain := heard(message.text or "", PLAIN):
        meant.setdefault(PLAIN[plain], 0)
    for key, number in meant.items():
        action = ACTIONS[key]
        if action is Action.DELETE and not number:
            await needs(Right.LIST, lists.list_posts)(update, context)
            return True
        if action is Action.LIST:
            what = Filtered(LISTED.get(key, View.PLANNED)).value
            await taps.perform(Tap(action, 0, what), update, context)
            return True
        if action is Action.DRAFT:
            drafts = await context.store.drafts_of(owner_id=actor.id, chat_id=actor.chat_id)
            number = drafts[number - 1].id if 0 < number <= len(drafts) else 0
        if number or action in (Action.PAUSE, Action.RESUME):
            await taps.perform(Tap(action, number, ""), update, context)
            return True
    if "button_undo" in meant:
        await needs(Right.DRAFT, _undo)(update, context)
        return True
    posts = {post.id: ACTIONS[key] for key in meant for post in await _waiting(key, actor, context)}
    if len(posts) > 1:
        numbers = ", ".join(map(str, sorted(posts)))
        sentence = say(actor.language, "several_posts", numbers=numbers)
        await context.bot.send_message(actor.chat_id, sentence)
    for post_id, action in posts.items() if len(posts) == 1 else ():
        await taps.perform(Tap(action, post_id, ""), update, context)
    return bool(posts)


async def say_again(post: Post, update: Update, context: Context) -> None:
    """What came of words that have had their effect on this post: the post knows its update again.

    Nothing, if they were no button's.
    """
    message = update.effective_message
    if message is None:
        return
    tap = button_replied_to(message)
    called = {ACTIONS.get(key) for key in labels_called(message.text or "")}
    for action in SAID_AGAIN & ({tap.what} if tap else called):
        tap = Tap(action, post.id, "")
        if action is Action.UNDO:
            tap = await _to_undo(post, context)
        await taps.perform(tap, update, context)


async def _undo(update: Update, context: Context) -> None:
    """What this person did last, within the minute that allows it; of posts on one card, all."""
    actor, store = actor_of(update, context.services), context.store
    last = await store.last_done(actor.id, actor.scope)
    draft = await store.discarded_draft(owner_id=actor.id, chat_id=actor.chat_id)
    gone_at = draft.discarded_at if draft else None
    if draft and gone_at and (last is None or (last[0].done_at or last[0].created_at) < gone_at):
        await restore_last(draft.id, actor, context)
    elif last is None or not last[1]:
        await context.bot.send_message(actor.chat_id, _why_not(last and last[0], actor.language))
        return
    else:
        await taps.perform(await _to_undo(last[0], context), update, context)
    await thumb_up(cast(Message, update.effective_message))


async def _to_undo(post: Post, context: Context) -> Tap:
    """The button of its card."""
    is_shared = shares_card(post, await series_of(post, context.store))
    together = post.series_id if is_shared else None
    return Tap(Action.UNDO_ALL, together, "") if together else Tap(Action.UNDO, post.id, "")


def _why_not(post: Post | None, language: str) -> str:
    """Why what was done last, to this post if to any, cannot be undone."""
    if post is None:
        return say(language, "nothing_to_undo")
    if post.status in CHANGEABLE:
        return say(language, "change_stays", id=post.id)
    if post.status is Status.DELETED:
        return say(language, "deleted_for_good", id=post.id)
    return say(language, f"too_late_{post.status}", id=post.id)


async def _waiting(key: str, actor: Actor, context: Context) -> list[Post]:
    """The person's posts of which the bot has asked what this button answers."""
    store, scope = context.store, actor.scope
    if key in IN_REPLY:
        return []
    if key in ("button_delete_for_sure", "button_keep_post"):
        return await store.asked_to_delete(scope)
    planned = await store.planned_posts(scope)
    late = [post for post in planned if post.error_class == Cause.LATE]
    if key in ("button_publish_late", "button_drop_late"):
        return late[:1]  # one answer is for all of them
    if key in ("button_publish_held", "button_drop_held"):  # one answer is for all of a person
        return list(
            {post.owner_id: post for post in planned if post.status is Status.HELD}.values()
        )
    if key in OF_CARDS:
        return [post for post in planned if post.status in CHANGEABLE]
    if key == "button_hand_over":
        return [
            post for post in planned if is_offered(post) or post.error_class == Cause.NOT_POSTED
        ]
    if key in ("button_posted", "button_not_today"):
        return [post for post in planned if post.status is Status.HANDED_OVER]
    wanted = Status.FAILED if key == "button_try_again" else Status.UNCONFIRMED
    return [post for post in planned if post.status is wanted and post not in late]
