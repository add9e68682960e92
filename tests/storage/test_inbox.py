"""The inbox: kept once, handled in order, albums together, and nothing holds up what follows."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.inbox import Inbox, NewIncoming
from storage.outbox import NoticeKind
from tests.storage.conftest import Waiting

CHAT, OTHER = 70, 80


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


def update(number: int, chat_id: int = CHAT, album: str | None = None) -> NewIncoming:
    return NewIncoming(number, chat_id, album, {"update_id": number, "text": "\0 \ud83d"})


def numbers(inbox: Inbox, chat_id: int = CHAT) -> list[int]:
    return [row.update_id for row in inbox.next_of(chat_id)]


def test_an_update_delivered_twice_is_kept_once(inbox: Inbox) -> None:
    inbox.keep([update(1)])
    inbox.keep([update(1), update(2)])
    assert numbers(inbox) == [1]
    inbox.finish([1])
    inbox.keep([update(1)])
    assert numbers(inbox) == [2]


def test_what_came_is_kept_as_it_came_whatever_it_holds(inbox: Inbox) -> None:
    inbox.keep([update(1)])
    (row,) = inbox.next_of(CHAT)
    assert row.payload == {"update_id": 1, "text": "\0 \ud83d"}


def test_chats_are_apart_and_each_in_order(inbox: Inbox) -> None:
    inbox.keep([update(3), update(2), update(1, OTHER)])
    assert sorted(inbox.chats()) == [CHAT, OTHER]
    assert (numbers(inbox), numbers(inbox, OTHER)) == ([2], [1])
    inbox.finish([2])
    assert numbers(inbox) == [3]
    inbox.finish([1, 3])
    assert inbox.chats() == []


def test_the_parts_of_an_album_come_together_and_before_what_was_sent_between(
    inbox: Inbox,
) -> None:
    inbox.keep([update(1, album="a"), update(2), update(3, album="a"), update(4, album="b")])
    assert numbers(inbox) == [1, 3]
    inbox.finish([1, 3])
    assert numbers(inbox) == [2]


def test_an_attempt_is_counted_before_it_is_made_and_can_be_excused(inbox: Inbox) -> None:
    inbox.keep([update(1)])
    inbox.begin([1])
    inbox.begin([1])
    inbox.excuse([1])
    (row,) = inbox.next_of(CHAT)
    assert row.attempts == 1


def test_what_is_set_aside_is_kept_told_and_overtaken(inbox: Inbox, waiting: Waiting) -> None:
    inbox.keep([update(1), update(2)])
    inbox.set_aside([1], "KeyError")
    assert numbers(inbox) == [2]
    (notice,) = waiting()
    assert (notice.kind, notice.detail["error_class"]) == (NoticeKind.SET_ASIDE, "KeyError")


def test_only_numbers_of_what_was_handled_are_kept_and_nothing_for_ever(
    inbox: Inbox, database: Database
) -> None:
    day = timedelta(days=1)
    inbox.keep([update(1), update(2), update(3)])
    inbox.finish([1])
    inbox.set_aside([2], "KeyError")
    with database.transaction() as session:
        kept = session.scalars(text("SELECT payload FROM inbox ORDER BY update_id")).all()
    assert kept[0] is None and kept[1] is not None
    assert inbox.forget(handled=day, set_aside=day) == 0
    assert inbox.forget(handled=timedelta(0), set_aside=day) == 1
    assert inbox.forget(handled=day, set_aside=timedelta(0)) == 1
    assert numbers(inbox) == [3]
