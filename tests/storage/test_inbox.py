"""The inbox: kept once, handled in order, albums together, and nothing holds up what follows."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.inbox import Inbox, NewIncoming
from storage.models import Incoming
from storage.outbox import NoticeKind
from storage.retention import Retention
from tests.storage.conftest import Waiting

CHAT, OTHER = 70, 80


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


def update(number: int, chat_id: int = CHAT, album: str | None = None) -> NewIncoming:
    payload = {"update_id": number, "text": "\0 \ud83d"}
    return NewIncoming(number, f"message {number}", chat_id, album, payload)


def numbers(inbox: Inbox, chat_id: int = CHAT) -> list[int]:
    return [row.update_id for row in inbox.next_of(chat_id)]


def test_an_update_delivered_twice_is_kept_once(inbox: Inbox) -> None:
    inbox.keep([update(1)])
    inbox.keep([update(1), update(2)])
    assert finish(inbox) == 1
    inbox.keep([update(1)])
    assert numbers(inbox) == [2]


def test_another_update_of_a_known_number_is_kept_and_comes_after_it(inbox: Inbox) -> None:
    inbox.keep([update(2)])
    inbox.keep([replace(update(1), identity="on a new server")])
    inbox.keep([replace(update(2), identity="on a new server")])
    first, *_ = inbox.next_of(CHAT)
    assert numbers(inbox) == [2]
    inbox.finish([first])
    assert numbers(inbox) == [1]


def test_a_message_that_comes_under_another_number_is_known_but_its_edits_are_not(
    inbox: Inbox,
) -> None:
    """As from a server of one's own, when the bot has moved to that."""
    sent = replace(update(1), message_id=5, person_id=7)
    edited = replace(sent, update_id=2, identity="edit of 5", person_id=None)
    assert len(inbox.keep([sent, edited])) == 2
    assert inbox.keep([replace(sent, update_id=11)]) == []
    assert len(inbox.keep([replace(edited, update_id=12)])) == 1, "two in the same second"
    assert len(inbox.keep([replace(sent, update_id=13, chat_id=OTHER)])) == 1


def test_what_was_kept_before_updates_had_an_identity_is_known_again(
    inbox: Inbox, database: Database
) -> None:
    inbox.keep([update(1)])
    with database.transaction() as session:
        session.execute(text("UPDATE inbox SET identity = NULL"))
    inbox.keep([update(1), update(2)])
    assert [finish(inbox), finish(inbox), inbox.chats()] == [1, 2, []]


def finish(inbox: Inbox) -> int:
    """Handle what is next; returns its number."""
    (row,) = inbox.next_of(CHAT)
    inbox.finish([row])
    return row.update_id


def test_what_came_is_kept_as_it_came_whatever_it_holds(inbox: Inbox) -> None:
    inbox.keep([update(1)])
    (row,) = inbox.next_of(CHAT)
    assert row.payload == {"update_id": 1, "text": "\0 \ud83d"}


def test_chats_are_apart_and_each_in_order(inbox: Inbox) -> None:
    inbox.keep([update(2), update(3), update(1, OTHER)])
    assert sorted(inbox.chats()) == [CHAT, OTHER]
    assert numbers(inbox, OTHER) == [1]
    assert [finish(inbox), finish(inbox)] == [2, 3]
    assert inbox.chats() == [OTHER]


def test_the_parts_of_an_album_come_together_and_before_what_was_sent_between(
    inbox: Inbox,
) -> None:
    inbox.keep([update(1, album="a"), update(2), update(3, album="a"), update(4, album="b")])
    assert numbers(inbox) == [1, 3]
    inbox.finish(inbox.next_of(CHAT))
    assert numbers(inbox) == [2]


def test_an_attempt_is_counted_before_it_is_made_and_can_be_excused(inbox: Inbox) -> None:
    inbox.keep([update(1)])
    (row,) = inbox.next_of(CHAT)
    inbox.begin([row])
    inbox.begin([row])
    inbox.excuse([row.id])
    (row,) = inbox.next_of(CHAT)
    assert row.attempts == 1


def test_what_was_begun_is_known_as_such_although_it_was_excused(inbox: Inbox) -> None:
    inbox.keep([update(1)])
    (row,) = inbox.next_of(CHAT)
    assert row.begun_at is None
    inbox.begin([row])
    inbox.excuse([row.id])
    (row,) = inbox.next_of(CHAT)
    assert (row.attempts, row.begun_at is not None) == (0, True)


def test_several_chats_go_on_at_once_each_with_its_own(inbox: Inbox) -> None:
    inbox.keep([update(1), update(2, OTHER, album="a"), update(3, OTHER, album="a"), update(4)])
    inbox.keep([update(5, OTHER)])
    first = [inbox.next_of(chat_id) for chat_id in (CHAT, OTHER)]
    assert inbox.begin(*first) == [None, None]
    second = inbox.finish(*first)
    assert [[row.update_id for row in rows] for rows in second] == [[4], [5]]
    assert inbox.finish(*second) == [[], []]


def test_a_dead_letter_is_kept_told_and_overtaken(inbox: Inbox, waiting: Waiting) -> None:
    inbox.keep([update(1), update(2)])
    (row,) = inbox.next_of(CHAT)
    for _ in range(2):  # the reply to the first commit was lost
        inbox.dead_letter([row.id], "KeyError", told=True)
    assert numbers(inbox) == [2]
    (notice,) = waiting()
    assert notice.kind == NoticeKind.DEAD_LETTER
    assert notice.detail.pop("event")
    assert notice.detail == {"error_class": "KeyError", "update_id": 1, "told": True}


def test_what_postgres_refuses_becomes_a_dead_letter_in_a_form_that_it_takes(
    inbox: Inbox, database: Database, waiting: Waiting
) -> None:
    refused = replace(update(2**70), album="\0")
    with pytest.raises(Exception, match=r"NUL|out of range"):
        inbox.keep([refused])
    inbox.keep_refused(refused, "DataError")
    with database.transaction() as session:
        (raw,) = session.scalars(text("SELECT payload #>> '{}' FROM inbox"))
    assert json.loads(base64.b64decode(raw)) == refused.payload
    assert [notice.detail["told"] for notice in waiting()] == [False]
    assert inbox.chats() == []


def test_only_numbers_of_what_was_handled_are_kept_and_nothing_for_ever(
    inbox: Inbox, database: Database
) -> None:
    day = timedelta(days=1)
    inbox.keep([update(1), update(2), update(3)])
    assert finish(inbox) == 1
    (row,) = inbox.next_of(CHAT)
    inbox.dead_letter([row.id], "KeyError", told=False)
    with database.transaction() as session:
        kept = session.scalars(text("SELECT payload FROM inbox ORDER BY update_id")).all()
    assert kept[0] is None and kept[1] is not None
    assert Retention(database).forget_updates(handled=day, dead_letters=day) == 0
    assert Retention(database).forget_updates(handled=timedelta(0), dead_letters=day) == 1
    assert Retention(database).forget_updates(handled=day, dead_letters=timedelta(0)) == 1
    assert numbers(inbox) == [3]


def note(number: int, message_id: int, digest: str, person_id: int | None = 5) -> NewIncoming:
    return replace(update(number), message_id=message_id, person_id=person_id, digest=digest)


def test_a_message_is_known_with_what_its_sender_sent_before_and_after_it(inbox: Inbox) -> None:
    notes = [note(1, 10, "a"), note(2, 11, "b"), note(3, 12, "c", person_id=6), note(4, 13, "d")]
    inbox.keep(notes)
    assert finish(inbox) == 1
    (second,) = inbox.next_of(CHAT)
    assert [row.message_id for row in inbox.from_on(second)] == [11, 13]
    (before,) = inbox.begin([second])
    assert before is not None and before.message_id == 10
    assert inbox.begin([before]) == [None]


def drained(inbox: Inbox) -> Iterator[Incoming]:
    """All that waits in the chat, in order, finished one by one."""
    while rows := inbox.next_of(CHAT):
        yield rows[0]
        inbox.finish([rows[0]])


def test_what_was_sent_before_a_message_is_known_from_an_edit_of_it_as_well(inbox: Inbox) -> None:
    inbox.keep([note(1, 10, "a"), note(2, 11, "b", person_id=6), note(3, 12, "c")])
    inbox.keep([note(4, 12, "d", None), note(5, 99, "e", None), note(6, 13, "f")])
    ids = [row.id for row in drained(inbox)]
    found = [[row.message_id for row in inbox.up_to(number)] for number in (*ids, ids[-1] + 1)]
    assert found == [[10], [11], [12, 10], [12, 10], [], [13, 12, 10], []]


def test_an_edit_that_leaves_a_message_as_it_was_is_known(inbox: Inbox) -> None:
    inbox.keep([note(1, 10, "a"), note(2, 10, "a", None), note(3, 10, "b", None)])
    inbox.keep([note(4, 10, "b", None), note(5, 99, "a", None)])
    ids = [row.id for row in drained(inbox)]
    known = [inbox.is_unchanged(each) for each in (*ids[1:], ids[-1] + 1)]
    assert known == [True, False, True, None, None]
