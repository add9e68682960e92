"""Who may do what: one table of roles and actions. Whose posts it is done to, a Scope says."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the bot, in the chat in which they speak."""

    STRANGER = "stranger"
    """Not in ALLOWED_USER_IDS: gets no answer."""
    AUTHOR = "author"
    """Plans posts, and sees and changes their own."""
    ADMIN = "admin"
    """Speaks in the admin chat: sees and changes everybody's."""


class Right(StrEnum):
    """What can be done, by command, button or word."""

    START = "start"
    HELP = "help"
    TIMEZONE = "timezone"
    SLOTS = "slots"
    """See and set the weekly slots of the accounts that one can post to."""
    DRAFT = "draft"
    """Send media, answer the questions, change, cancel and plan it: always one's own."""
    LIST = "list"
    DELETE = "delete"
    CHANGE = "change"
    """Change a planned post, move it, publish it now, duplicate it, or undo what was done last."""
    TRY_AGAIN = "try_again"
    CONFIRM_LIVE = "confirm_live"
    SETTLE_LATE = "settle_late"
    BY_HAND = "by_hand"
    """Take a post over to publish it by hand, and say whether that was done."""
    RESUME = "resume"
    LOG_IN = "log_in"
    """Give the codes that Instagram asks for while an account logs in."""
    SETTLE_HELD = "settle_held"
    """Decide about the posts of a person who is not allowed any more."""
    EVERYBODYS = "everybodys"
    """Reach everybody's posts, not one's own alone."""


AUTHORS_RIGHTS = frozenset(
    {
        Right.START,
        Right.HELP,
        Right.TIMEZONE,
        Right.SLOTS,
        Right.DRAFT,
        Right.LIST,
        Right.DELETE,
        Right.CHANGE,
        Right.TRY_AGAIN,
        Right.CONFIRM_LIVE,
        Right.SETTLE_LATE,
        Right.BY_HAND,
    }
)

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.STRANGER: frozenset(),
    Role.AUTHOR: AUTHORS_RIGHTS,
    Role.ADMIN: AUTHORS_RIGHTS | {Right.RESUME, Right.LOG_IN, Right.SETTLE_HELD, Right.EVERYBODYS},
}


def may(role: Role, right: Right) -> bool:
    """Whether the table says so; what it does not name is not allowed."""
    return right in RIGHTS.get(role, frozenset())
