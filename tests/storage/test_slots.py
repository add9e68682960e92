"""Slots: whose times they are, which of them are taken, and a word when nothing waits any more."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.drafts import Drafts
from storage.models import Draft, Post
from storage.slots import Calendar, Planning, Slots, Waiting
from tests.storage.conftest import OWNER
from tests.storage.conftest import Waiting as Notices
from tests.storage.test_replays import settle

NINE, EIGHTEEN = time(9), time(18)
HOUR = timedelta(hours=1)
PUBLISHED = "status = 'uploaded', published_at = clock_timestamp()"


@pytest.fixture
def slots(database: Database) -> Slots:
    return Slots(database)


def set_by_owner(slots: Slots, account_id: int) -> None:
    slots.replace(account_id, [(0, NINE)], timezone="UTC", set_by=OWNER)


def test_slots_are_replaced_as_a_whole_and_none_is_not_the_same_as_never_set(
    slots: Slots, account_id: int
) -> None:
    assert slots.calendar(Planning(account_id))[0] == Calendar()
    twice = [(4, EIGHTEEN), (0, NINE), (4, EIGHTEEN), (0, EIGHTEEN)]
    slots.replace(account_id, twice, timezone="Europe/Berlin", set_by=OWNER)
    week = ((0, NINE), (0, EIGHTEEN), (4, EIGHTEEN))
    assert slots.calendar(Planning(account_id))[0] == Calendar("Europe/Berlin", week)
    slots.replace(account_id, [], timezone="Europe/Vienna", set_by=OWNER)
    assert slots.calendar(Planning(account_id))[0] == Calendar("Europe/Vienna", ())


def test_times_of_planned_posts_and_of_other_drafts_are_taken(
    slots: Slots,
    account_id: int,
    drafts: Drafts,
    new_draft: Callable[..., Draft],
    planned: Callable[..., Post],
) -> None:
    post = planned(due_in=2 * HOUR)
    planned(due_in=-25 * HOUR)
    draft, when = new_draft(), datetime.now(UTC) + HOUR
    drafts.answer(draft.id, question="confirm", scheduled_time=when, wall_time="2026-12-24T18:00")
    assert slots.calendar(Planning(account_id))[0].taken == (when, post.scheduled_time)
    assert slots.calendar(Planning(account_id, but_draft=draft.id))[0].taken == (
        post.scheduled_time,
    )
    assert slots.calendar(Planning(account_id, but_post=post.id))[0].taken == (when,)


def test_what_is_published_or_deleted_frees_its_time_and_waits_no_longer(
    database: Database, slots: Slots, account_id: int, planned: Callable[..., Post]
) -> None:
    planned(due_in=HOUR)
    last = planned(due_in=2 * HOUR)
    assert slots.queue(account_id) == Waiting(2, last.scheduled_time)
    settle(database, PUBLISHED)
    assert slots.queue(account_id) == Waiting(0, None)
    assert slots.calendar(Planning(account_id))[0].taken == ()


def test_who_set_slots_hears_once_that_the_last_post_has_gone_out(
    database: Database,
    slots: Slots,
    account_id: int,
    planned: Callable[..., Post],
    waiting: Notices,
) -> None:
    planned()
    settle(database, PUBLISHED)
    set_by_owner(slots, account_id)
    assert slots.tell_of_empty_queues() == 0, "it was empty when they were set"
    post = planned(due_in=HOUR)
    assert slots.tell_of_empty_queues() == 0
    settle(database, f"{PUBLISHED} WHERE status = 'pending'")
    assert slots.tell_of_empty_queues() == 1
    assert slots.tell_of_empty_queues() == 0
    (notice,) = waiting()
    assert (notice.kind, notice.audience, notice.post_id) == ("queue_is_empty", "owner", post.id)


@pytest.mark.parametrize("set_to", [None, (), ((0, NINE),)])
def test_nobody_else_hears_of_an_empty_queue(
    database: Database,
    slots: Slots,
    account_id: int,
    planned: Callable[..., Post],
    set_to: tuple[tuple[int, time], ...] | None,
) -> None:
    """Not where nobody or somebody else has set slots, nor who wants none."""
    if set_to is not None:
        slots.replace(account_id, set_to, timezone="UTC", set_by=OWNER if not set_to else 99)
    planned()
    settle(database, PUBLISHED)
    assert slots.tell_of_empty_queues() == 0


def test_a_slot_belongs_to_a_day_of_a_week_that_somebody_has_set(
    database: Database, slots: Slots, account_id: int
) -> None:
    set_by_owner(slots, account_id)
    with pytest.raises(IntegrityError, match="weekday_is_one"), database.transaction() as session:
        session.execute(text("UPDATE slots SET weekday = 7"))
    with database.transaction() as session:
        session.execute(text("DELETE FROM weeks"))
    assert slots.calendar(Planning(account_id))[0] == Calendar()
