"""The tables. CHECK constraints say what each status means: the database refuses nonsense."""

from storage.models.account_forms import AccountCheck, AccountForm
from storage.models.accounts import Account, User
from storage.models.base import Base
from storage.models.chat import Incoming, Leader, Notice
from storage.models.content import Content, LostFile, MediaItem
from storage.models.drafts import CurrentDraft, Draft
from storage.models.health import Alert, Process
from storage.models.logins import LoginQuestion
from storage.models.posts import Post
from storage.models.slots import Slot, Week
from storage.models.team import (
    ApprovalLink,
    Invitation,
    Member,
    MemberAccount,
    MemberRole,
    PostNote,
    TeamCard,
)

__all__ = [
    "Account",
    "AccountCheck",
    "AccountForm",
    "Alert",
    "ApprovalLink",
    "Base",
    "Content",
    "CurrentDraft",
    "Draft",
    "Incoming",
    "Invitation",
    "Leader",
    "LoginQuestion",
    "LostFile",
    "MediaItem",
    "Member",
    "MemberAccount",
    "MemberRole",
    "Notice",
    "Post",
    "PostNote",
    "Process",
    "Slot",
    "TeamCard",
    "User",
    "Week",
]
