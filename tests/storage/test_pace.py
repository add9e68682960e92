"""A cap and a gap hold posts back, tell of it once, and tear no row of stories apart."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import text

from storage.accounts import Accounts
from storage.database import Database
from storage.due import DueWork
from storage.edits import Edits
from storage.lifecycle import Status
from storage.models import Post
from storage.pace import Pace, paces_of
from storage.postponed import Out, Planned, Postponed, moments
from storage.posts import Posts
from storage.preflight import Preflight
from storage.queue import Queue
from storage.staging import Staging
from tests.scopes import ALL
from tests.storage.conftest import Waiting

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
GAP = 5 * MINUTE
ROW = (1, NOON)

Plan = Callable[..., Post]


def at(minutes: float) -> datetime:
    return NOON + minutes * MINUTE


@pytest.mark.parametrize(
    ("out", "planned", "found"),
    [
        ([], [(0, None)], [0]),
        ([], [(0, None), (0, None), (1, None)], [0, 5, 10]),
        ([-1], [(0, None), (4, None), (20, None)], [4, 9, 20]),
        ([-5], [(0, None)], [0]),
        ([], [(0, ROW), (0, ROW), (0, ROW)], [0, 0, 0]),
        ([-2], [(0, ROW), (0, ROW), (1, None)], [3, 3, 8]),
        ([], [(-90, None), (-80, None)], [-90, 5]),
    ],
)
def test_posts_go_out_a_gap_apart_and_what_was_planned_together_at_once(
    out: list[float], planned: list[tuple[float, tuple[int, datetime] | None]], found: list[float]
) -> None:
    waiting = [Planned(id, at(when), row) for id, (when, row) in enumerate(planned)]
    gone = moments(Pace(None, GAP), [Out(at(when)) for when in out], waiting, NOON)
    assert [gone[post.id] for post in waiting] == [at(when) for when in found]


def test_a_full_day_frees_its_places_one_by_one() -> None:
    day = 24 * 60
    gone = moments(
        Pace(3),
        [Out(at(-day - 1)), Out(at(10 - day)), Out(at(20 - day)), Out(at(-60))],
        [Planned(id, at(0)) for id in range(3)],
        NOON,
    )
    assert gone == {0: at(10), 1: at(20), 2: at(day - 60)}


def test_a_cap_of_one_makes_a_post_a_day_of_however_many() -> None:
    gone = moments(Pace(1, GAP), [], [Planned(id, at(0)) for id in range(400)], NOON)
    assert gone == {id: at(id * 24 * 60) for id in range(400)}


def test_what_was_promised_keeps_its_place() -> None:
    promised, newcomer = Planned(1, at(5), is_promised=True), Planned(2, at(3))
    assert moments(Pace(None, GAP), [], [promised, newcomer], NOON) == {1: at(5), 2: at(10)}


@pytest.fixture
def paced(database: Database, accounts: Accounts, account_id: int) -> Queue:
    """A publisher for whose accounts two posts a day, five minutes apart, are the default."""
    return Queue(database, paces=paces_of({"instagram": Pace(2, GAP)}))


def publish(queue: Queue, expected: Post) -> None:
    post = queue.claim_next()
    assert post is not None and post.id == expected.id
    queue.outcomes.mark_sending(post)
    queue.outcomes.mark_uploaded(post, media_pk=str(post.id), link=None)


def execute(database: Database, statement: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(text(statement), values)


def pass_time(database: Database, span: timedelta) -> None:
    execute(
        database,
        "UPDATE scheduled_posts SET published_at = published_at - :span,"
        " next_attempt_at = CASE WHEN next_attempt_at > now() THEN next_attempt_at - :span"
        " ELSE next_attempt_at END",
        span=span,
    )


def test_the_claim_itself_keeps_the_gap_and_the_cap(
    database: Database, paced: Queue, planned: Plan
) -> None:
    first, second, third = planned(), planned(), planned()
    due = DueWork(database, ["instagram"], paced.paces)
    publish(paced, first)
    assert paced.claim_next() is None
    assert due.accounts_with_work(timedelta(0), HOUR, HOUR) == []
    left = due.seconds_left(timedelta(0))
    assert left is not None and 290 < left <= 300
    assert Staging(database, paced).hold_next(3 * MINUTE) is None
    assert Queue(database).claim_next(), "where nothing is set, nothing is held back"
    execute(database, "UPDATE scheduled_posts SET status = 'pending', fence = NULL WHERE id = 2")
    execute(database, "UPDATE accounts SET lease_owner = NULL, lease_until = NULL")

    pass_time(database, GAP)
    publish(paced, second)
    pass_time(database, GAP)
    assert paced.claim_next() is None, "two a day"
    execute(database, "UPDATE accounts SET daily_cap = 3")
    publish(paced, third)


def test_what_a_person_sets_goes_before_the_default_and_zero_is_no_gap(
    database: Database, paced: Queue, planned: Plan
) -> None:
    first, second = planned(), planned()
    publish(paced, first)
    execute(database, "UPDATE accounts SET min_gap_seconds = 0")
    publish(paced, second)


def test_a_row_of_stories_is_not_torn_apart_by_the_gap_not_even_by_a_retry(
    database: Database, paced: Queue, planned: Plan
) -> None:
    row = [planned() for _ in range(3)]
    other = planned(due_in=-30 * timedelta(seconds=1))
    execute(
        database,
        "UPDATE scheduled_posts SET series_id = 9, scheduled_time = date_trunc('minute', now())"
        " WHERE id <= :last",
        last=row[-1].id,
    )
    execute(database, "UPDATE accounts SET daily_cap = 99")
    publish(paced, row[0])
    failed = paced.claim_next()
    assert failed is not None and failed.id == row[1].id
    paced.outcomes.retry_later(
        failed, delay=timedelta(0), error_class="network", error_message="the network"
    )
    publish(paced, row[1])
    publish(paced, row[2])
    assert paced.claim_next() is None, f"post {other.id} has to wait"
    pass_time(database, GAP)
    publish(paced, other)


def test_owners_hear_once_and_in_one_message_when_their_posts_go_out(
    database: Database, paced: Queue, planned: Plan, posts: Posts, waiting: Waiting
) -> None:
    execute(database, "UPDATE accounts SET daily_cap = 99")
    first, second, third = planned(), planned(), planned()
    stranger = planned(owner_id=8)
    later = planned(due_in=2 * HOUR)
    postponed = Postponed(database, paced.paces)
    assert sorted(postponed.postpone(HOUR)) == [second.id, third.id, stranger.id]
    assert postponed.postpone(HOUR) == [], "once"
    told = [(one.kind, one.post_id, one.detail["count"]) for one in waiting()]
    assert told == [("postponed", second.id, 2), ("postponed", stranger.id, 1)]
    times = [posts.get(post.id, ALL).next_attempt_at for post in (second, third, stranger)]
    assert None not in times
    assert [b - a for a, b in pairwise(times) if a and b] == [GAP, GAP]
    assert times[0] and waiting()[0].detail["until"] == times[0].isoformat()
    assert posts.get(later.id, ALL).next_attempt_at == later.next_attempt_at

    publish(paced, first)
    pass_time(database, GAP)
    publish(paced, second)
    assert postponed.postpone(HOUR) == []


def test_a_post_that_was_moved_by_its_owner_is_told_of_anew(
    database: Database, paced: Queue, planned: Plan, waiting: Waiting
) -> None:
    planned()
    second, postponed = planned(), Postponed(database, paced.paces)
    assert postponed.postpone(HOUR) == [second.id]
    now = datetime.now(UTC)
    Edits(database).reschedule(
        second.id, ALL, scheduled_time=now, wall_time=now.isoformat(), timezone="UTC"
    )
    assert postponed.postpone(HOUR) == [second.id]
    assert [one.kind for one in waiting()] == ["postponed"] * 2


def test_the_check_ahead_says_nothing_of_posts_that_the_gap_holds_apart(
    database: Database, paced: Queue, planned: Plan
) -> None:
    one, _ = planned(), planned()
    assert Preflight(database, Queue(database)).collides(one, MINUTE)
    assert not Preflight(database, paced).collides(one, MINUTE)
    execute(database, "UPDATE accounts SET min_gap_seconds = 0")
    assert Preflight(database, paced).collides(one, MINUTE)


def test_an_account_that_pauses_is_left_alone(
    database: Database, paced: Queue, planned: Plan, accounts: Accounts, account_id: int
) -> None:
    planned(), planned()
    accounts.pause(account_id, reason="challenge", span=None)
    assert Postponed(database, paced.paces).postpone(HOUR) == []


def test_what_is_held_back_goes_out_in_the_end(
    database: Database, paced: Queue, planned: Plan, posts: Posts
) -> None:
    waiting = [planned() for _ in range(4)]
    for _ in range(4):
        Postponed(database, paced.paces).postpone(HOUR)
        post = paced.claim_next()
        assert post is not None
        paced.outcomes.mark_sending(post)
        paced.outcomes.mark_uploaded(post, media_pk=str(post.id), link=None)
        pass_time(database, timedelta(hours=24))
    assert {posts.get(post.id, ALL).status for post in waiting} == {Status.UPLOADED}
