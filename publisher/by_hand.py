"""By hand: at its minute a post is handed over to its owner, who publishes it and says so.

No credentials, no requests: the engine hands a post over where it would otherwise be published.
"""

from collections.abc import Callable, Sequence

from publisher.destination import (
    Access,
    CannotKnow,
    CodeWanted,
    Content,
    Finding,
    Json,
    LoggedIn,
    Published,
    Staged,
    Wanted,
)
from publisher.failures import FailureAction, PublishError, Reason
from publisher.gate import Gate
from publisher.media.rules import Rules
from storage.lifecycle import PostType


def connect(access: Access) -> "ByHand":
    """An account of which its people alone have the password."""
    return ByHand(access.rules)


class ByHand:
    """See `Destination`."""

    publishes_itself = False
    time_there = None

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.gate = Gate()

    def check_session(self) -> None:
        """There is none."""

    def log_in(self, leaves: Callable[[], None]) -> LoggedIn:
        return LoggedIn({})

    def answer(self, state: Json, code: str, leaves: Callable[[], None]) -> LoggedIn:
        return LoggedIn({})

    def send_new_code(self, state: Json) -> CodeWanted:
        raise PublishError(FailureAction.REJECT, Reason.REFUSED, "nobody asks for a code")

    def has_session(self) -> bool:
        return True

    def stage(self, content: Content) -> Staged:
        return Staged(content, {})

    def publish(self, staged: Staged) -> Published:
        raise PublishError(FailureAction.REJECT, Reason.REFUSED, "its owner publishes it")

    def find(self, wanted: Sequence[Wanted]) -> list[Finding]:
        return [CannotKnow() for _ in wanted]

    def newest(self, post_type: PostType) -> int | None:
        return None
