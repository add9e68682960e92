"""A zone's rules change between planning and publishing: what was said counts."""

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from storage.database import Database
from storage.drafts import Drafts
from storage.edits import Edits
from storage.lifecycle import Status
from storage.models import Draft, Post
from storage.posts import Posts
from storage.queue import Queue
from storage.wall_times import WallTimes
from tests.scopes import ALL

KIEV, MOSCOW = "Europe/Kiev", "Europe/Moscow"


@pytest.fixture
def kiev_follows(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """A new zone database, in which Kiev's rules are another zone's."""

    def follow(zone: str) -> None:
        place = tmp_path / KIEV
        place.parent.mkdir(exist_ok=True)
        place.write_bytes((files("tzdata") / "zoneinfo" / zone).read_bytes())
        zoneinfo.reset_tzpath([str(tmp_path)])
        ZoneInfo.clear_cache()

    yield follow
    zoneinfo.reset_tzpath()
    ZoneInfo.clear_cache()


def at(day: str, hour: str, zone: str = KIEV) -> dict[str, Any]:
    """As the chat plans it."""
    local = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(zone))
    wall = local.replace(tzinfo=None).isoformat()
    return {"scheduled_time": local.astimezone(UTC), "wall_time": wall, "timezone": zone}


def test_what_is_planned_goes_out_when_the_clock_there_shows_what_was_said(
    database: Database,
    planned: Callable[..., Post],
    posts: Posts,
    queue: Queue,
    kiev_follows: Callable[[str], None],
) -> None:
    """All year round Moscow has what in Kiev is summer time."""
    edits, wall_times = Edits(database), WallTimes(database)
    winter, summer, tried = (planned(due_in=timedelta(days=1)).id for _ in range(3))
    edits.reschedule(winter, ALL, **at("2098-01-10", "09:00"))
    edits.reschedule(summer, ALL, **at("2098-07-10", "09:00"))
    due = planned().id
    assert wall_times.keep() == [], "all is as it was"

    kiev_follows(MOSCOW)

    assert (wall_times.keep(), wall_times.keep()) == ([winter], [])
    moved = posts.get(winter, ALL)
    assert moved.scheduled_time == moved.next_attempt_at == datetime(2098, 1, 10, 6, tzinfo=UTC)
    assert posts.get(summer, ALL).scheduled_time == datetime(2098, 7, 10, 6, tzinfo=UTC)
    assert posts.get(tried, ALL).status is Status.PENDING
    claimed = queue.claim_next()
    assert claimed is not None and claimed.id == due


def test_a_draft_keeps_the_hour_that_was_said_as_well(
    database: Database,
    drafts: Drafts,
    new_draft: Callable[..., Draft],
    kiev_follows: Callable[[str], None],
) -> None:
    draft = new_draft()
    drafts.answer(draft.id, question="confirm", **at("2098-01-10", "09:00"))
    kiev_follows(MOSCOW)
    assert WallTimes(database).keep() == [], "of posts alone it is told"
    assert drafts.get(draft.id).scheduled_time == datetime(2098, 1, 10, 6, tzinfo=UTC)


def test_an_hour_that_comes_twice_stays_the_one_that_was_chosen(
    database: Database, planned: Callable[..., Post], kiev_follows: Callable[[str], None]
) -> None:
    post = planned(due_in=timedelta(days=1))
    twice = at("2097-10-27", "03:30")
    second = twice["scheduled_time"] + timedelta(hours=1)
    Edits(database).reschedule(post.id, ALL, **{**twice, "scheduled_time": second})
    kiev_follows(KIEV)
    assert WallTimes(database).keep() == []
