"""Replies that are lost, late, or untrue: what we tell is what stands on the profile."""

import pytest

from storage.lifecycle import Status
from tests.chaos.conftest import CREATOR, OTHER, Deployment
from tests.chaos.ledger import soon
from tests.chaos.waiting import until

FOREVER = 600.0
"""Seconds: the sandbox holds a request for longer than any test takes."""

ON_TIME = 10.0
"""Seconds: on a machine that runs many tests at once. `make bench` measures it alone."""


def test_a_reply_lost_after_instagram_accepted_is_found_with_its_link(
    deployment: Deployment,
) -> None:
    """Row 7: the reply is lost after Instagram accepted."""
    deployment.instagram.script("configure", "drop", when="after")
    (post,) = deployment.ledger.plan(CREATOR, ["Accepted"])

    deployment.publisher()

    deployment.is_published_once(post, "Accepted")
    assert deployment.instagram.configures == 1


def test_a_connection_lost_before_instagram_accepted_is_tried_again_under_the_same_id(
    deployment: Deployment,
) -> None:
    """Row 8: the connection drops before Instagram accepted."""
    deployment.instagram.script("configure", "drop")
    (post,) = deployment.ledger.plan(CREATOR, ["Not accepted"])

    deployment.publisher()

    deployment.is_published_once(post, "Not accepted")
    assert deployment.instagram.configures == 2


def test_twins_are_told_apart(deployment: Deployment) -> None:
    """Rows 7 and 8 at once, for two posts with the same caption: each is live once."""
    deployment.instagram.script("configure", "drop", when="after")
    deployment.instagram.script("configure", "drop", when="before")
    numbers = deployment.ledger.plan(CREATOR, ["Twin", "Twin"])

    deployment.publisher()

    posts = [deployment.ledger.settled(number, Status.UPLOADED) for number in numbers]
    live = deployment.instagram.live()
    assert {post.media_pk for post in posts} == {one["pk"] for one in live}
    assert len(live) == 2


@pytest.mark.parametrize("place", ["rupload", "configure"])
def test_a_reply_that_never_comes_holds_up_nobody_else(deployment: Deployment, place: str) -> None:
    """Row 9: the reply never comes; a deadline ends it, and others are not even late."""
    deployment.instagram.script(place, "drop", seconds=FOREVER)
    (stuck,) = deployment.ledger.plan(CREATOR, ["Stuck"])
    others = deployment.ledger.plan(OTHER, ["First", "Second", "Third"])
    deployment.quick_publisher(lease=4, deadline=6, reconcile_pause=1)

    for other in others:
        deployment.ledger.settled(other, Status.UPLOADED)
    assert deployment.ledger.status(stuck) in (Status.CLAIMED, Status.SENDING)

    deployment.is_published_once(stuck, "Stuck")
    assert "hangs past its deadline" in deployment.words()


def test_a_post_that_vanishes_after_instagrams_yes_is_told_honestly(deployment: Deployment) -> None:
    """Row 10: Instagram says ok, names the media, and it is nowhere to be seen."""
    deployment.instagram.script("configure", "vanish", when="after")
    (post,) = deployment.ledger.plan(CREATOR, ["Gone"])

    deployment.publisher()

    asked = deployment.ledger.settled(post, Status.UNCONFIRMED)
    assert asked.error_class == "vanished" and asked.asked_at is not None
    assert asked.link is None
    assert deployment.instagram.configures == 1
    kinds = deployment.ledger.rows("SELECT kind FROM notices WHERE audience = 'owner' ORDER BY id")
    assert [kind for (kind,) in kinds] == ["published", "asked"]


def test_a_backlog_on_a_paused_account_makes_nobody_late(deployment: Deployment) -> None:
    """Row 20: 10,000 due posts on a paused account."""
    deployment.ledger.plan(OTHER, [f"Waits {number}" for number in range(10_000)])
    deployment.ledger.pause(OTHER)
    (first,) = deployment.ledger.plan(CREATOR, ["First"])
    deployment.quick_publisher(late_after=1e6)
    deployment.ledger.settled(first, Status.UPLOADED)
    due = [soon(2 + number) for number in range(3)]
    deployment.ledger.plan(CREATOR, ["A", "B", "C"], due=due)

    until(lambda: len(deployment.instagram.live()) == 4, what="all are live")

    late = [
        post["taken_at"] - moment.timestamp()
        for post, moment in zip(deployment.instagram.live()[1:], due, strict=True)
    ]
    assert all(0 <= each < ON_TIME for each in late), late
    assert deployment.ledger.statuses()[Status.PENDING] == 10_000
