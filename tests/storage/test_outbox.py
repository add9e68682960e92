"""The outbox: in order in every chat, nothing lost, nothing told that cannot be heard."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from storage.database import Database
from storage.models import Notice, Post
from storage.outbox import ADMIN, OWNER, NoticeKind, Outbox
from tests.storage.conftest import CHAT, Waiting

ADMIN_CHAT = -100
OTHER = 8
NOW = timedelta(0)

Tell = Callable[..., int]
Planned = Callable[..., Post]


@pytest.fixture
def tell(database: Database) -> Tell:
    """Writes a notice as an outcome would; returns its number."""

    def write(post: Post, audience: str = OWNER, kind: NoticeKind = NoticeKind.PUBLISHED) -> int:
        with database.transaction() as session:
            notice = Notice(audience=audience, kind=kind, post_id=post.id)
            session.add(notice)
            session.flush()
            return notice.id

    return write


def next_in(outbox: Outbox, chat_id: int = CHAT) -> int | None:
    notice = outbox.next_of(chat_id, ADMIN_CHAT)
    return notice.id if notice else None


def test_a_chat_hears_everything_in_order(outbox: Outbox, planned: Planned, tell: Tell) -> None:
    post = planned()
    first, second = tell(post), tell(post)
    assert next_in(outbox) == first
    outbox.mark_sent(first)
    assert next_in(outbox) == second
    outbox.mark_sent(second)
    assert next_in(outbox) is None


def test_what_is_postponed_is_not_overtaken_in_its_chat_but_holds_up_no_other(
    outbox: Outbox, planned: Planned, tell: Tell
) -> None:
    post = planned()
    first, _ = tell(post), tell(post)
    alert = tell(post, ADMIN)
    outbox.postpone(first, timedelta(minutes=1))
    assert next_in(outbox) is None
    assert next_in(outbox, ADMIN_CHAT) == alert
    outbox.postpone(first, NOW)
    assert next_in(outbox) == first


def test_of_a_notice_in_several_parts_it_is_known_how_many_were_taken(
    outbox: Outbox, planned: Planned, tell: Tell
) -> None:
    number = tell(planned())
    for count in (1, 2):
        outbox.note_given(number, count)
        outbox.postpone(number, NOW)
        notice = outbox.next_of(CHAT, ADMIN_CHAT)
        assert notice is not None and notice.detail == {"given": count}
        assert notice.sending_at is None


def test_only_chats_for_which_something_is_due_are_named(
    outbox: Outbox, planned: Planned, tell: Tell
) -> None:
    post = planned()
    notice = tell(post)
    tell(post, ADMIN)
    assert sorted(outbox.chats(ADMIN_CHAT)) == [ADMIN_CHAT, CHAT]
    outbox.postpone(notice, timedelta(minutes=1))
    assert outbox.chats(ADMIN_CHAT) == [ADMIN_CHAT]


def test_an_admin_who_plans_posts_hears_all_of_it_in_one_order(
    outbox: Outbox, planned: Planned, tell: Tell
) -> None:
    post = planned()
    first, second = tell(post, ADMIN), tell(post)
    mine = outbox.next_of(CHAT, admin_chat_id=CHAT)
    assert mine is not None and mine.id == first
    outbox.mark_sent(first)
    mine = outbox.next_of(CHAT, admin_chat_id=CHAT)
    assert mine is not None and mine.id == second


@pytest.mark.parametrize("arrived", [True, False])
def test_it_is_remembered_whether_a_message_may_have_arrived(
    outbox: Outbox, planned: Planned, tell: Tell, arrived: bool
) -> None:
    notice = tell(planned())
    outbox.begin(notice)
    outbox.postpone(notice, NOW, arrived=arrived)
    first = outbox.next_of(CHAT, ADMIN_CHAT)
    assert first is not None and (first.sending_at is not None) is arrived


def test_a_closed_chat_keeps_its_notices_and_the_admin_hears_of_it_once(
    outbox: Outbox, planned: Planned, tell: Tell, waiting: Waiting
) -> None:
    post = planned()
    kept = [tell(post), tell(post)]
    outbox.park_chat(CHAT, "blocked by the user")
    assert next_in(outbox) is None
    kept.append(tell(post))
    outbox.park_chat(CHAT, "blocked by the user")
    (alert,) = waiting()
    assert (alert.audience, alert.kind, alert.post_id) == (ADMIN, NoticeKind.BLOCKED, post.id)
    outbox.mark_sent(alert.id)
    outbox.release_chat(CHAT, ADMIN_CHAT)
    assert [notice.id for notice in waiting()] == kept


def test_one_refused_message_is_parked_and_the_admin_hears_of_it(
    outbox: Outbox, planned: Planned, tell: Tell, waiting: Waiting
) -> None:
    refused, following = tell(planned()), tell(planned(owner_id=OTHER))
    outbox.park(refused, "can't parse entities")
    assert next_in(outbox) == following
    assert [notice.kind for notice in waiting()][1:] == [NoticeKind.UNDELIVERABLE]
    outbox.release_chat(CHAT, ADMIN_CHAT)
    assert next_in(outbox) == following


def test_an_alert_is_not_repeated_within_its_time(outbox: Outbox, waiting: Waiting) -> None:
    hour = timedelta(hours=1)
    for _ in range(3):
        outbox.alert(NoticeKind.SECOND_POLLER, {}, at_most_every=hour)
    outbox.alert(NoticeKind.DISK_TROUBLE, {"reason": "full"}, at_most_every=hour)
    assert [notice.kind for notice in waiting()] == ["second_poller", "disk_trouble"]
    outbox.alert(NoticeKind.SECOND_POLLER, {})
    assert len(waiting()) == 3
