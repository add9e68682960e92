"""Replies that are lost, late, or untrue: what we tell is what stands on the profile."""

import pytest

from storage.lifecycle import Status
from tests.chaos.conftest import CREATOR, OTHER, House
from tests.chaos.ledger import soon
from tests.chaos.waiting import until

FOREVER = 600.0
"""Seconds: the sandbox holds a request for longer than any test takes."""

ON_TIME = 10.0
"""Seconds: on a machine that runs many tests at once. `make bench` measures it alone."""


def test_a_reply_lost_after_instagram_accepted_is_found_with_its_link(house: House) -> None:
    """Row 7: the reply is lost after Instagram accepted."""
    house.instagram.script("configure", "drop", when="after")
    (post,) = house.ledger.plan(CREATOR, ["Accepted"])

    house.publisher()

    house.is_published_once(post, "Accepted")
    assert house.instagram.configures == 1


def test_a_connection_lost_before_instagram_accepted_is_tried_again_under_the_same_id(
    house: House,
) -> None:
    """Row 8: the connection drops before Instagram accepted."""
    house.instagram.script("configure", "drop")
    (post,) = house.ledger.plan(CREATOR, ["Not accepted"])

    house.publisher()

    house.is_published_once(post, "Not accepted")
    assert house.instagram.configures == 2


def test_twins_are_told_apart(house: House) -> None:
    """Rows 7 and 8 at once, for two posts with the same caption: each is live once."""
    house.instagram.script("configure", "drop", when="after")
    house.instagram.script("configure", "drop", when="before")
    numbers = house.ledger.plan(CREATOR, ["Twin", "Twin"])

    house.publisher()

    posts = [house.ledger.settled(number, Status.UPLOADED) for number in numbers]
    live = house.instagram.live()
    assert {post.media_pk for post in posts} == {one["pk"] for one in live}
    assert len(live) == 2


@pytest.mark.parametrize("place", ["rupload", "configure"])
def test_a_reply_that_never_comes_holds_up_nobody_else(house: House, place: str) -> None:
    """Row 9: the reply never comes; a deadline ends it, and others are not even late."""
    house.instagram.script(place, "drop", seconds=FOREVER)
    (stuck,) = house.ledger.plan(CREATOR, ["Stuck"])
    others = house.ledger.plan(OTHER, ["First", "Second", "Third"])
    house.quick_publisher(lease=4, deadline=6, reconcile_pause=1)

    for other in others:
        house.ledger.settled(other, Status.UPLOADED)
    assert house.ledger.status(stuck) in (Status.CLAIMED, Status.SENDING)

    house.is_published_once(stuck, "Stuck")
    assert "hangs past its deadline" in house.words()


def test_a_post_that_vanishes_after_instagrams_yes_is_told_honestly(house: House) -> None:
    """Row 10: Instagram says ok, names the media, and it is nowhere to be seen."""
    house.instagram.script("configure", "vanish", when="after")
    (post,) = house.ledger.plan(CREATOR, ["Gone"])

    house.publisher()

    asked = house.ledger.settled(post, Status.UNCONFIRMED)
    assert asked.error_class == "vanished" and asked.asked_at is not None
    assert asked.link is None
    assert house.instagram.configures == 1
    kinds = house.ledger.rows("SELECT kind FROM notices WHERE audience = 'owner' ORDER BY id")
    assert [kind for (kind,) in kinds] == ["published", "asked"]


def test_a_backlog_on_a_paused_account_makes_nobody_late(house: House) -> None:
    """Row 20: 10,000 due posts on a paused account."""
    house.ledger.plan(OTHER, [f"Waits {number}" for number in range(10_000)])
    house.ledger.pause(OTHER)
    (first,) = house.ledger.plan(CREATOR, ["First"])
    house.quick_publisher(late_after=1e6)
    house.ledger.settled(first, Status.UPLOADED)
    due = [soon(2 + number) for number in range(3)]
    house.ledger.plan(CREATOR, ["A", "B", "C"], due=due)

    until(lambda: len(house.instagram.live()) == 4, what="all are live")

    late = [
        post["taken_at"] - moment.timestamp()
        for post, moment in zip(house.instagram.live()[1:], due, strict=True)
    ]
    assert all(0 <= each < ON_TIME for each in late), late
    assert house.ledger.statuses()[Status.PENDING] == 10_000
