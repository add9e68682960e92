"""What waits in a chat is known without asking only where nothing else can wait there."""

import pytest

from bot.queues import Queues
from storage.models import Incoming

CHAT = 7


def row(number: int, album: str | None = None) -> Incoming:
    return Incoming(id=number, chat_id=CHAT, album=album)


@pytest.fixture
def idle() -> Queues:
    """All that the chat had has been handled."""
    queues = Queues()
    queues.begin(CHAT)
    queues.end(CHAT)
    return queues


def kept(queues: Queues, *rows: Incoming) -> None:
    queues.expect({CHAT})
    queues.note(CHAT, rows)


def test_of_a_chat_that_nobody_has_worked_off_nothing_is_known() -> None:
    queues = Queues()
    kept(queues, row(1))
    assert queues.begin(CHAT) is None


def test_in_an_idle_chat_what_is_kept_is_all_and_known_once(idle: Queues) -> None:
    first, second = row(1), row(2)
    kept(idle, first, second)
    assert idle.begin(CHAT) == ([first], [second])
    assert idle.begin(CHAT) is None, "by now it may be handled"


def test_of_an_album_all_parts_come_next(idle: Queues) -> None:
    parts = [row(1, "a"), row(3, "a")]
    kept(idle, parts[0], row(2), parts[1])
    found = idle.begin(CHAT)
    assert found is not None and found[0] == parts
    assert [one.id for one in found[1]] == [2]


def test_what_comes_before_the_work_begins_is_asked_for_with_the_rest(idle: Queues) -> None:
    kept(idle, row(1))
    kept(idle, row(2))
    assert idle.begin(CHAT) is None


def test_what_comes_during_the_work_is_asked_for(idle: Queues) -> None:
    kept(idle, row(1))
    idle.begin(CHAT)
    kept(idle, row(2))
    idle.end(CHAT)  # of what there was when it looked
    kept(idle, row(3))
    assert idle.begin(CHAT) is None


def test_what_somebody_has_found_while_it_was_kept_is_not_handled_twice(idle: Queues) -> None:
    idle.expect({CHAT})
    assert idle.begin(CHAT) is None  # by the clock, and it is handled
    idle.end(CHAT)
    idle.note(CHAT, [row(1)])
    assert idle.begin(CHAT) is None
