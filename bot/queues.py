"""What waits in a chat, where that is known without asking Postgres for it."""

from collections.abc import Iterable, Sequence

from storage.models import Incoming


class Queues:
    """In a chat in which nothing waited, what has just been kept is all that waits.

    As soon as there is any doubt, such as when more has come, Postgres is asked.
    """

    def __init__(self) -> None:
        self._idle: set[int] = set()
        """Chats of which all has been handled, and no one is at work on."""
        self._expected: set[int] = set()
        """Those of them for which something is being kept."""
        self._new: dict[int, Sequence[Incoming]] = {}
        self._more: set[int] = set()
        """Chats for which something was kept while somebody was at work."""

    def expect(self, chats: Iterable[int]) -> None:
        """Something is about to be kept for these."""
        for chat_id in chats:
            if chat_id in self._idle:
                self._idle.discard(chat_id)
                self._expected.add(chat_id)
            else:
                self._forget(chat_id)
                self._more.add(chat_id)

    def note(self, chat_id: int, new: Sequence[Incoming]) -> None:
        """It has been kept."""
        if chat_id in self._expected:
            self._expected.discard(chat_id)
            self._new[chat_id] = new

    def begin(self, chat_id: int) -> tuple[list[Incoming], Sequence[Incoming]] | None:
        """What comes next, as `Inbox.next_of` has it, and all behind it; None if not known."""
        new = self._new.get(chat_id)
        self._forget(chat_id)
        if not new:
            return None
        first = new[0]
        rows = [row for row in new if row is first or (first.album and row.album == first.album)]
        return rows, [row for row in new if row not in rows]

    def end(self, chat_id: int) -> None:
        """All that was there has been handled."""
        if chat_id not in self._more:
            self._idle.add(chat_id)

    def _forget(self, chat_id: int) -> None:
        self._new.pop(chat_id, None)
        for chats in (self._idle, self._expected, self._more):
            chats.discard(chat_id)
