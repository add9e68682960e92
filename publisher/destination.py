"""What the engine asks of a way to publish, and the words in which they talk.

The engine decides when something is sent, whether it may be sent again, and what a post's state is.
A way knows one platform: how bytes go there, how a post appears, and how to find one there again.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from pathlib import Path
from typing import Any, Protocol, Self

from publisher.failures import Reason
from publisher.gate import Gate
from publisher.media.rules import Rules
from storage.lifecycle import MediaKind, PostType

Json = dict[str, Any]


@dataclass(frozen=True)
class ContentItem:
    """One prepared file; a video comes with a cover."""

    kind: MediaKind
    path: Path
    cover: Path | None = None


@dataclass(frozen=True)
class Content:
    """A post as it is to appear, under an upload id of ours."""

    post_type: PostType
    caption: str
    items: tuple[ContentItem, ...]
    upload_id: str

    @property
    def fingerprint(self) -> str:
        """Equal for equal posts only: what was staged of another is of no use."""
        told = [self.post_type, self.caption, self.upload_id]
        told += [f"{item.path.name} {item.cover and item.cover.name}" for item in self.items]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def has_video(self) -> bool:
        """Whether the platform has to look at a video before it shows the post."""
        return any(item.kind is MediaKind.VIDEO for item in self.items)


@dataclass(frozen=True)
class Staged:
    """Content of which the platform holds the bytes."""

    content: Content
    handle: Json
    """What the way needs to publish it, in any process with the account's session."""

    def data(self) -> Json:
        """As JSON, the way it is stored."""
        return {"content": self.content.fingerprint, "handle": self.handle}

    @classmethod
    def read(cls, data: Json | None, content: Content) -> Self | None:
        """What was staged ahead, if it was this very content."""
        if not data or data.get("content") != content.fingerprint:
            return None
        return cls(content, data["handle"])


@dataclass(frozen=True)
class Published:
    """What the platform made of it."""

    media_pk: str
    link: str | None


UNDER_WAY = timedelta(minutes=3)
"""For so long a sending may be under way: a minute of attempts that never leave, 75 s for a video,
and a lease for writing down that it is in doubt."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for, with all that our own records know of it.

    Times are seconds since 1970 by the platform's clock, ids those that the platform gives.
    """

    upload_id: str
    post_type: PostType
    caption: str
    kinds: tuple[MediaKind, ...]
    first_sent: float
    """When it was first sent: what is older cannot be it."""
    doubted: float
    """When the doubt began: by then, the request was over."""
    sent_ago: timedelta = timedelta(0)
    """Since it was first sent."""
    media_pk: str | None = None
    """What it is, if that is known: then only whether it is to be seen is asked."""
    was_interrupted: bool = False
    """Nobody lived to write down the doubt, so that it may have begun long after the request."""
    newest_before: int | None = None
    """The newest media that are known to have been there before; 0: there were none; None: nothing
    is known of any."""
    newest_of_ours: int | None = None
    """The newest media that are known to be there by now."""
    has_rivals: bool = False
    """Whether another post of ours looks the same, and its media is not known."""
    taken: Callable[[Collection[str]], Mapping[str, str | None]] = lambda _: {}
    """Which of these media belong to other posts of ours, and their upload ids."""

    def could_appear(self, at: float, precision: float) -> bool:
        """Whether the last sending was under way then, as far as that is known.

        Args:
            precision: seconds by which the platform's times may be off.
        """
        longest = UNDER_WAY.total_seconds()
        if self.was_interrupted and self.doubted - self.first_sent > longest:
            return False
        began = max(self.first_sent, self.doubted - longest)
        return began - precision <= at <= self.doubted + precision


class Evidence(IntEnum):
    """How much a reading proves in which there is no trace."""

    NONE = 0
    """It may be an old copy, or cut: it does not show what is known to be there."""
    WEAK = 1
    """It shows what was there before the post, or there was nothing."""
    STRONG = 2
    """It shows something newer as well."""

    def suffices_after(self, reads: int) -> bool:
        """Whether so many clean readings, well apart, the last one like this, prove absence."""
        return self is not Evidence.NONE and reads >= (2 if self is Evidence.STRONG else 3)


@dataclass(frozen=True)
class Found:
    """This is it."""

    published: Published


@dataclass(frozen=True)
class Ambiguous:
    """Something looks like it, and nothing proves it."""

    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Absent:
    """There is no trace of it."""

    evidence: Evidence


@dataclass(frozen=True)
class CannotKnow:
    """Looking proves nothing: it may have been there and gone, or nobody can look."""


@dataclass(frozen=True)
class LoggedIn:
    """A login has come to its end."""

    session: Json = field(repr=False)
    """What is to be kept of it."""
    lasts: timedelta | None = None
    """How long the session can last at the most; None: nobody knows."""


@dataclass(frozen=True)
class CodeWanted:
    """The platform wants a code that only a person can get at."""

    reason: Reason
    """Which one."""
    sent_to: str | None
    """Where it went, as far as the platform shows that."""
    state: Json = field(repr=False)
    """What the way goes on from, in any process."""
    can_resend: bool = False


Finding = Found | Ambiguous | Absent | CannotKnow


class Destination(Protocol):
    """One account, by one way to publish. Blocks, and takes one call at a time.

    Every method raises PublishError, and the database's error when that is away.
    """

    rules: Rules
    publishes_itself: bool
    """False: a person publishes, so at its minute a post is handed over to its owner."""
    gate: Gate
    """Passed by every request, however deep in a client library it is made."""

    @property
    def time_there(self) -> float | None:
        """Seconds since 1970 by the platform's clock; None while it has not told."""

    def check_session(self) -> None:
        """See whether there is a valid session, by one request if one is needed.

        Raises PublishError, LOG_IN_AGAIN if there is none.
        """

    def log_in(self, leaves: Callable[[], None]) -> LoggedIn | CodeWanted:
        """Log in, as far as that goes without a person.

        Args:
            leaves: called right before a password leaves, which is then in the platform's hands.
        """

    def answer(self, state: Json, code: str, leaves: Callable[[], None]) -> LoggedIn:
        """Go on with a login for which a person has given the code.

        Raises PublishError, WRONG_CODE if another may be given.

        Args:
            leaves: called right before the code leaves.
        """

    def send_new_code(self, state: Json) -> CodeWanted:
        """Have the platform send another code."""

    def has_session(self) -> bool:
        """Whether there is a session that, as far as we know, is valid. Asks nobody."""

    def stage(self, content: Content) -> Staged:
        """Hand over the bytes; harmless to repeat."""

    def publish(self, staged: Staged) -> Published:
        """Make it appear. Raises PublishError, with a `doubt` when it may be live all the same."""

    def find(self, wanted: Sequence[Wanted]) -> list[Finding]:
        """Look for these posts; one finding for each, in their order."""

    def newest(self, post_type: PostType) -> int | None:
        """The newest media where this kind of post will stand; 0: there are none; None: unknown."""


@dataclass(frozen=True)
class Access:
    """What a way is given of an account."""

    name: str
    credentials: Json = field(repr=False)
    load_session: Callable[[], Json | None]
    save_session: Callable[[Json], None]
    rules: Rules
    """What this account may publish."""
