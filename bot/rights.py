"""Who may do what: one table of roles and actions. Whose posts it is done to, a Scope says."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the bot, in whatever chat they speak."""

    STRANGER = "stranger"
    """Neither in ALLOWED_USER_IDS nor invited: hears only that, and may come by an invitation."""
    CLIENT = "client"
    """From outside: decides about the one post that a link has shown them."""
    VIEWER = "viewer"
    """Sees what is planned for the accounts given to them."""
    AUTHOR = "author"
    """Plans posts for these, and sees and changes their own."""
    EDITOR = "editor"
    """Plans, sees and changes everybody's posts of these."""
    OWNER = "owner"
    """Of the admin chat, or made one in /team: may do everything, to all accounts."""


class Right(StrEnum):
    """What can be done, by command, button or word."""

    JOIN = "join"
    """Come by an invitation."""
    START = "start"
    HELP = "help"
    TIMEZONE = "timezone"
    SLOTS = "slots"
    """See and set the weekly slots of the accounts that one can post to."""
    DRAFT = "draft"
    """Send media, answer the questions, change, cancel and plan it: always one's own."""
    LIST = "list"
    NOTE = "note"
    """Leave a note beside a post that one sees."""
    SEE_EVERYBODYS = "see_everybodys"
    """See everybody's posts of the accounts given to one, not one's own alone."""
    DELETE = "delete"
    CHANGE = "change"
    """Change a planned post, move it, publish it now, duplicate it, or undo what was done last."""
    TRY_AGAIN = "try_again"
    CONFIRM_LIVE = "confirm_live"
    SETTLE_LATE = "settle_late"
    BY_HAND = "by_hand"
    """Take a post over to publish it by hand, and say whether that was done."""
    ACCOUNTS = "accounts"
    """Add accounts, see how they stand, set them up, pause and remove them."""
    APPROVE = "approve"
    """Let go out what authors plan for an account that asks for that, or decline it."""
    ASK_CLIENT = "ask_client"
    """Give somebody from outside a link to a post that is to be approved."""
    EVERYBODYS = "everybodys"
    """Do all this to everybody's posts of the accounts given to one, not to one's own alone."""
    RESUME = "resume"
    """Pause publishing, and resume it."""
    LOG_IN = "log_in"
    """Give the codes that Instagram asks for while an account logs in."""
    SETTLE_HELD = "settle_held"
    """Decide about the posts of a person who may not plan any more."""
    GROUP = "group"
    """Say in a group which accounts' posts are shown there."""
    STATUS = "status"
    """See how the installation stands: database, accounts, publishers, disk, what waits."""
    TEAM = "team"
    """Invite people, change what they may do, and remove them."""


VIEWERS_RIGHTS = frozenset(
    {
        Right.JOIN,
        Right.START,
        Right.HELP,
        Right.TIMEZONE,
        Right.LIST,
        Right.NOTE,
        Right.SEE_EVERYBODYS,
    }
)

AUTHORS_RIGHTS = (VIEWERS_RIGHTS - {Right.SEE_EVERYBODYS}) | {
    Right.SLOTS,
    Right.DRAFT,
    Right.DELETE,
    Right.CHANGE,
    Right.TRY_AGAIN,
    Right.CONFIRM_LIVE,
    Right.SETTLE_LATE,
    Right.BY_HAND,
}

EDITORS_RIGHTS = AUTHORS_RIGHTS | {
    Right.SEE_EVERYBODYS,
    Right.EVERYBODYS,
    Right.APPROVE,
    Right.ASK_CLIENT,
}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.STRANGER: frozenset({Right.JOIN}),
    Role.CLIENT: frozenset({Right.JOIN, Right.APPROVE}),
    Role.VIEWER: VIEWERS_RIGHTS,
    Role.AUTHOR: AUTHORS_RIGHTS,
    Role.EDITOR: EDITORS_RIGHTS,
    Role.OWNER: EDITORS_RIGHTS
    | {
        Right.ACCOUNTS,
        Right.GROUP,
        Right.RESUME,
        Right.LOG_IN,
        Right.SETTLE_HELD,
        Right.STATUS,
        Right.TEAM,
    },
}


def may(role: Role, right: Right) -> bool:
    """Whether the table says so; what it does not name is not allowed."""
    return right in RIGHTS.get(role, frozenset())
