"""Replies that are lost, late, or untrue: what we tell is what stands on the profile."""

from storage.lifecycle import Status
from tests.chaos.conftest import CREATOR, OTHER, Deployment
from tests.chaos.ledger import soon
from tests.chaos.waiting import until

FOREVER = 600.0
"""Seconds: the sandbox holds a request for longer than any test takes."""

ON_TIME = 10.0
"""Seconds: on a machine that runs many tests at once. `make bench` measures it alone."""


def test_a_lost_reply_is_found_a_lost_request_sent_again_and_a_post_that_vanished_told(
    deployment: Deployment,
) -> None:
    """Row 7: the reply is lost after Instagram accepted. Row 8: the connection drops before that.
    Rows 7 and 8 at once, for two posts with the same caption. Row 10: ok, and nowhere to be seen.
    """
    instagram, ledger = deployment.instagram, deployment.ledger
    deployment.publisher()
    for when, caption, configures in (("after", "Accepted", 1), ("before", "Not accepted", 3)):
        instagram.script("configure", "drop", when=when)
        (post,) = ledger.plan(CREATOR, [caption])
        deployment.is_published_once(post, caption)
        assert instagram.configures == configures

    instagram.script("configure", "drop", when="after")
    instagram.script("configure", "drop", when="before")
    numbers = ledger.plan(CREATOR, ["Twin", "Twin"])
    twins = {ledger.settled(number, Status.UPLOADED).media_pk for number in numbers}
    live = [one["pk"] for one in instagram.live() if one["caption"] == "Twin"]
    assert twins == set(live) and len(live) == 2

    before = instagram.configures
    instagram.script("configure", "vanish", when="after")
    (gone,) = ledger.plan(CREATOR, ["Gone"])
    asked = ledger.settled(gone, Status.UNCONFIRMED)
    assert asked.error_class == "vanished" and asked.asked_at is not None
    assert asked.link is None
    assert instagram.configures == before + 1
    told = "SELECT kind FROM notices WHERE audience = 'owner' AND post_id = :gone ORDER BY id"
    assert [kind for (kind,) in ledger.rows(told, gone=gone)] == ["published", "asked"]


def test_a_reply_that_never_comes_holds_up_nobody_else(deployment: Deployment) -> None:
    """Row 9: the reply never comes; others are not even late, and a deadline ends it."""
    instagram, ledger = deployment.instagram, deployment.ledger
    patient = deployment.quick_publisher(deadline=FOREVER, reconcile_pause=1)
    for place in ("rupload", "configure"):
        instagram.script(place, "drop", seconds=FOREVER)
        (stuck,) = ledger.plan(CREATOR, [f"Stuck {place}"])
        until(lambda: instagram.held, what="Instagram says nothing")

        for other in ledger.plan(OTHER, ["First", "Second", "Third"]):
            ledger.settled(other, Status.UPLOADED)
        assert ledger.status(stuck) in (Status.CLAIMED, Status.SENDING)

        instagram.let_go()
        deployment.is_published_once(stuck, f"Stuck {place}")
    patient.kill()
    ledger.let_lease_expire()

    hasty = deployment.quick_publisher(deadline=3, reconcile_pause=1)
    for place in ("rupload", "configure"):
        before = hasty.words().count("hangs past its deadline")
        instagram.script(place, "drop", seconds=FOREVER)
        (stuck,) = ledger.plan(CREATOR, [f"Ended {place}"])
        deployment.is_published_once(stuck, f"Ended {place}")
        assert hasty.words().count("hangs past its deadline") > before


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
