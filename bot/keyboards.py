"""Inline buttons. Callback data are written and read here only."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.constants import InlineKeyboardButtonLimit


class Action(StrEnum):
    """What a button does to a planned post. A draft's carry their question's name instead."""

    DELETE = "delete"
    DELETE_FOR_SURE = "delete!"
    KEEP = "keep"
    TRY_AGAIN = "again"
    IS_LIVE = "live"
    PUBLISH_LATE = "late!"
    DROP_LATE = "late-"
    PUBLISH_HELD = "held!"
    DROP_HELD = "held-"
    HAND_OVER = "mine"
    POSTED = "posted"
    NOT_TODAY = "posted-"
    APPROVE, DECLINE, IMPROVE = "yes!", "no?", "fix"
    """What is asked of approvers; their value is the revision that they were shown."""
    APPROVE_ALL = "yes*"
    """Of the series of this number, as the cards in the chat show them."""
    DECLINE_PLAIN = "no!"
    """Without a reason."""
    ASK_CHANGE, NEVER_MIND = "fix?", "fix-"
    """Of clients: it is to be changed first; no, it is not."""
    ASK_CLIENT, WITHDRAW_LINK = "client", "client-"
    PAUSE, RESUME = "pause", "resume"
    """Of the account of this number; 0: of all."""
    LOG_IN_AGAIN = "login"
    """Of the account of this number."""
    NEW_CODE, STOP_LOGIN = "login+", "login-"
    """Of the question of this number that a login has asked."""
    CHANGE = "change"
    ADD_MEDIA = "add+"
    """To a draft that changes it."""
    LATER = "later"
    """The same time, a day later."""
    MOVE = "move"
    """To the time that is its value."""
    AS_CAPTION = "text!"
    """The words that the message answers are to be the caption."""
    FOR_POST, FOR_DRAFT = "for", "for-"
    """The words that the message answers are about the post, or the draft, of this number."""
    PUBLISH_NOW, PUBLISH_FOR_SURE = "now!", "now!!"
    """Asks; does it."""
    LEAVE = "leave"
    """The card is as it was before it asked."""
    DUPLICATE = "copy"
    DELETE_NOW = "drop"
    """With a minute to undo it, and no question before."""
    UNDO = "undo"
    UNDO_ALL, DELETE_ALL = "undo*", "drop*"
    PUBLISH_ALL, PUBLISH_ALL_FOR_SURE = "now*", "now*!"
    LATER_ALL = "later*"
    """Of all posts of the series of this number."""
    SHOW = "show"
    """The post's card, anew."""
    DRAFT = "draft"
    """The draft of this number: it is gone on with."""
    LIST = "list"
    """The page of this number, filtered as its value says."""
    STOP = "stop"
    """Stop the work that the message shows: a draft's preparation, or, of no post, a download."""


ACTIONS = frozenset(Action)

Item = TypeVar("Item")


@dataclass(frozen=True)
class Tap:
    """A decoded button, of which draft or post, and the answer that it stands for."""

    what: str
    """An Action, or the name of a question."""
    post_id: int
    value: str


Choice = tuple[str, str]
"""(label, value): the value is exactly what a person could type instead."""


def encode(what: str, post_id: int, value: str = "") -> str:
    """Callback data, within Telegram's 64 bytes."""
    data = f"{what}:{post_id}:{value}"
    if len(data.encode()) > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        raise ValueError(f"callback data over 64 bytes: {data}")
    return data


def fits(what: str, post_id: int, value: str) -> bool:
    """Whether a button can carry this value."""
    try:
        encode(what, post_id, value)
    except ValueError:
        return False
    return True


def decode(data: str | None) -> Tap | None:
    """Read callback data; None for whatever is not ours, however it got here."""
    what, _, rest = (data or "").partition(":")
    number, _, value = rest.partition(":")
    if not is_number(number):
        return None
    return Tap(Action(what) if what in ACTIONS else what, int(number), value)


def is_number(text: str) -> bool:
    """Whether it is digits that fit into 64 bits, as an id does; int() raises on 4,301 digits."""
    return text.isascii() and text.isdigit() and len(text) < 19


def taps_below(message: object) -> list[tuple[str, Tap]]:
    """The labels of a message's buttons, and what each stands for.

    Only our own messages count: below anybody else's, such as another bot's, they could be forged.
    """
    if not isinstance(message, Message) or message.reply_markup is None or not is_ours(message):
        return []
    buttons = [button for row in message.reply_markup.inline_keyboard for button in row]
    found = [(button.text, decode(str(button.callback_data))) for button in buttons]
    return [(text, tap) for text, tap in found if tap is not None]


def is_ours(message: Message) -> bool:
    """Whether the bot itself has sent it."""
    sender = message.from_user
    return sender is not None and sender.id == message.get_bot().id


def are_of(name: str) -> Callable[[object], bool]:
    """Whether callback data begin with this name."""

    def begin_with_it(data: object) -> bool:
        tap = decode(data if isinstance(data, str) else None)
        return tap is not None and tap.what == name

    return begin_with_it


def choices(what: str, post_id: int, rows: Sequence[Sequence[Choice]]) -> InlineKeyboardMarkup:
    """A keyboard that answers one question."""
    return _markup(
        [(label, encode(what, post_id, value)) for label, value in row] for row in rows if row
    )


def action_button(text: str, action: Action, number: int, value: str = "") -> InlineKeyboardButton:
    """One button of an action that takes more than a number."""
    return InlineKeyboardButton(text, callback_data=encode(action, number, value))


def actions(rows: Sequence[Sequence[tuple[str, Action, int]]]) -> InlineKeyboardMarkup:
    """A keyboard of (label, action, post number)."""
    return _markup(
        [(label, encode(action, post_id)) for label, action, post_id in row] for row in rows
    )


def _markup(rows: Iterable[Sequence[tuple[str, str]]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    )


def in_rows(items: Sequence[Item], width: int) -> list[list[Item]]:
    """Lay buttons out in rows of at most `width`."""
    return [list(items[start : start + width]) for start in range(0, len(items), width)]
