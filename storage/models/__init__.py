"""The tables. CHECK constraints say what each status means: the database refuses nonsense."""

from storage.models.accounts import Account, User
from storage.models.base import Base
from storage.models.chat import Incoming, Leader, Notice
from storage.models.content import Content, MediaItem
from storage.models.drafts import CurrentDraft, Draft
from storage.models.posts import Post
from storage.models.slots import Slot, Week

__all__ = [
    "Account",
    "Base",
    "Content",
    "CurrentDraft",
    "Draft",
    "Incoming",
    "Leader",
    "MediaItem",
    "Notice",
    "Post",
    "Slot",
    "User",
    "Week",
]
