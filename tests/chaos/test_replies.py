"""Replies that are lost, late, or untrue: what we tell is what stands on the profile."""

from storage.lifecycle import Status
from tests.chaos.conftest import CREATOR, House


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
