"""Which button, and which post's card or result, a message answers."""

import re
from collections.abc import Container, Iterable
from functools import cache

from markupsafe import Markup
from telegram import Message

from bot.keyboards import Action, Tap, is_ours, taps_below
from bot.texts import LANGUAGES, say
from bot.texts.words import folded

ON_CARDS = frozenset(
    {
        Action.CHANGE,
        Action.DUPLICATE,
        Action.DELETE_NOW,
        Action.UNDO,
        Action.PUBLISH_FOR_SURE,
    }
)
"""By which a message is known to be one post's card."""
TO_APPROVE = frozenset({Action.APPROVE})
"""By which it is known to be the card that asks for an approval."""

IN_WORDS = frozenset({Action.DECLINE_PLAIN, Action.NEVER_MIND})
"""By which a message is known to ask for words, and what they are about."""

ABOUT_ONE = (
    *("result_", "too_late_", "moved", "rewritten", "kept", "note_kept"),
    *("not_posted", "trying_again", "asked_again"),
)
"""How the keys of texts begin that name one post and expect no answer of their own."""

VALUES_OF_RESULTS = (
    *("type", "link", "account", "of_account", "early", "copy", "links", "excerpt"),
    *("reason", "wait", "time", "last", "pace", "offer", "name", "note", "distance"),
)
"""What they say besides its number; see `bot/notices.py`."""


def button_replied_to(message: Message) -> Tap | None:
    """The button of this name, under a post, in the message that is answered."""
    said = folded(message.text or "")
    taps = {
        tap
        for text, tap in taps_below(message.reply_to_message)
        if said and folded(text) == said and isinstance(tap.what, Action)
    }
    return taps.pop() if len(taps) == 1 else None


def question_replied_to(message: Message | None) -> Tap | None:
    """What is asked about a post, to be answered in words, if this answers that."""
    replied = message.reply_to_message if message else None
    return next((tap for _, tap in taps_below(replied) if tap.what in IN_WORDS), None)


def names_card(message: Message | None) -> int | None:
    """The post whose card, with its buttons, this message answers, or what was said of it since."""
    replied = message.reply_to_message if message else None
    if replied is None:
        return None
    return post_on(replied) or _post_named_by(replied)


def is_to_bot(message: Message) -> bool:
    """Whether it answers a message of ours."""
    replied = message.reply_to_message
    return replied is not None and is_ours(replied)


def number_in(message: Message, beginnings: Iterable[str]) -> int | None:
    """The post's number, if the message begins with one of these and a number."""
    words = message.caption or message.text or ""
    for beginning in beginnings:
        if found := re.match(rf"{re.escape(beginning)}(\d{{1,18}})\b", words):
            return int(found[1])
    return None


def beginning(text: str) -> str:
    """What stands before the number 0 of a text with tags; nothing if it has none."""
    words, number, _ = Markup(text).striptags().partition("0")  # noqa: S704 - ours
    return words if number else ""


def _post_named_by(message: Message) -> int | None:
    """Telegram tells of one level only: not which card the result is a reply to."""
    return number_in(message, _beginnings()) if is_ours(message) else None


@cache
def _beginnings() -> set[str]:
    """What stands before a post's number, in each language."""
    values = dict.fromkeys((*VALUES_OF_RESULTS, "said", "old"), "")
    texts = {
        say(language, key, id=0, count=1, **values)
        for language, known in LANGUAGES.items()
        for key in known
        if key.startswith(ABOUT_ONE)
    }
    return {words for words in map(beginning, texts) if words}


def post_on(message: object, actions: Container[object] = ON_CARDS) -> int | None:
    """The post whose card, with one of these buttons, this message is."""
    posts = {tap.post_id for _, tap in taps_below(message) if tap.what in actions}
    return posts.pop() if len(posts) == 1 else None
