"""Which draft media belong to, and what the words that came with them are."""

from collections.abc import Sequence

from telegram import Message

from bot.context import Actor, Context
from bot.keyboards import Action, actions
from bot.new_post.card_step import ADD, REPLACE
from bot.new_post.first_steps import UNDECIDED
from bot.new_post.question import Answers
from bot.new_post.steps import ACCOUNT, FIRST, ORDER
from bot.new_post.written import captions, giver
from bot.texts import label, say
from bot.texts.words import heard
from storage.edits import EDITABLE
from storage.models import Draft


def joins(draft: Draft, messages: Sequence[Message]) -> bool:
    """Whether they are for this draft, at which their sender is; else they begin another."""
    if {item.position for item in draft.media} & {message.message_id for message in messages}:
        return True  # delivered again
    if draft.is_guided or not draft.media or draft.question in (ADD.name, REPLACE.name, ORDER.name):
        return True
    album = messages[0].media_group_id
    return (album is not None and album == draft.album) or _replies(draft, messages)


def replaces(draft: Draft, messages: Sequence[Message]) -> bool:
    """Whether they take its media's place; in reply, unless their caption is 'add'."""
    is_album = messages[0].media_group_id is not None
    if is_album and messages[0].media_group_id == draft.album:
        return False
    if draft.question == REPLACE.name:
        return True
    return not draft.is_guided and _replies(draft, messages) and not adds(messages)


def answers_card(draft: Draft, messages: Sequence[Message]) -> bool:
    """Whether they are what its card has asked for, and not what is missing of its album."""
    album = messages[0].media_group_id
    return not draft.is_guided and (album is None or album != draft.album)


def joined_answers(draft: Draft, messages: Sequence[Message]) -> Answers:
    """What comes of their captions; framing and trimming are open again."""
    caption = None if adds(messages) else captions(messages)
    suggested = draft.suggested_caption or ""
    if caption and caption != suggested and not suggested.endswith(f"\n\n{caption}"):
        suggested = f"{suggested}\n\n{caption}".strip()
    answers: Answers = {"suggested_caption": suggested or None, **UNDECIDED}
    if draft.is_guided or not caption or draft.caption:
        return answers
    return {**answers, "caption": caption, "caption_message_id": giver(messages)}


def joining_news(draft: Draft | None, messages: Sequence[Message], language: str) -> str:
    """What is said to who has added to a post; nothing where they are beginning one."""
    if draft is None or not draft.media or draft.question in (ACCOUNT.name, FIRST.name):
        return ""
    if replaces(draft, messages):
        return ""
    unheard = captions(messages) and not adds(messages)
    has_one = draft.caption is not None if draft.is_guided else bool(draft.caption)
    if draft.is_guided:
        return say(language, "joined_under_another_caption" if unheard and has_one else "joined")
    return say(language, "card_kept_caption") if unheard and has_one else ""


async def tell_if_late(messages: Sequence[Message], actor: Actor, context: Context) -> None:
    """Of parts of an album that begin a draft: that the others are a post already."""
    if (album := messages[0].media_group_id) is None:
        return
    post = await context.store.post_of_album(album, owner_id=actor.id, chat_id=actor.chat_id)
    if post is None:
        return
    language, is_open = actor.language, post.status in EDITABLE
    button = (label(language, "button_add_to_post", id=post.id), Action.ADD_MEDIA, post.id)
    await context.bot.send_message(
        actor.chat_id,
        say(language, "late_part" if is_open else "late_part_alone", id=post.id),
        reply_markup=actions([[button]]) if is_open else None,
    )


def _replies(draft: Draft, messages: Sequence[Message]) -> bool:
    replied = messages[0].reply_to_message
    return replied is not None and replied.message_id == draft.prompt_message_id


def adds(messages: Sequence[Message]) -> bool:
    return heard(captions(messages) or "", ("add",)) is not None
