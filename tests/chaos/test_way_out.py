"""Results and alerts: told at least once, in order, to whoever can hear them."""

import re
from datetime import UTC, datetime, timedelta

from storage.lifecycle import Status
from storage.models import Notice
from tests.chaos.conftest import BEN, CREATOR, House
from tests.chaos.test_way_in import times_seen
from tests.chaos.waiting import stays, until
from tests.end_to_end.chat import Person, text_of
from tests.spoken import spoken

PUBLISHED = re.compile(r"Post (\d+) .*is on Instagram")


async def test_a_result_is_told_although_the_bot_was_killed_while_telling(
    house: House, anna: Person
) -> None:
    """Row 4: kill -9 between sending the result message and marking it sent."""
    victim = house.bot()
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    house.telegram.fail("sendMessage", delay=2)
    card = anna.last()["message_id"]
    house.ledger.plan(CREATOR, ["Told"], card_message_id=card)
    until(
        lambda: house.ledger.rows("SELECT 1 FROM notices WHERE sending_at IS NOT NULL"),
        what="the result is on its way",
    )
    with house.ledger.locked("SELECT 1 FROM notices FOR UPDATE"):
        await anna.sees(spoken("result_published"))
        until(house.ledger.somebody_waits, what="it is about to be marked")
        victim.kill()
    messages = len(anna.messages())

    house.bot()

    until(
        lambda: not house.ledger.rows("SELECT 1 FROM notices WHERE sent_at IS NULL"),
        what="all is told",
    )
    assert len(anna.messages()) == messages
    (shown,) = [text_of(one) for one in anna.messages() if one["message_id"] == card]
    assert spoken("result_published") in shown


async def test_a_bot_that_is_killed_while_handing_over_goes_on_where_it_stopped(
    house: House, anna: Person
) -> None:
    """What was on its way comes twice rather than never, and the question once."""
    victim = house.bot()
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    now = datetime.now(UTC)
    (post,) = house.ledger.plan(CREATOR, ["To copy"], status=Status.HANDED_OVER, handed_over_at=now)
    with house.ledger.database.transaction() as session:
        soon = now + timedelta(seconds=3)
        session.add(Notice(audience="owner", kind="hand_over", post_id=post, not_before=soon))
    with house.ledger.locked("SELECT 1 FROM notices FOR UPDATE"):
        until(lambda: given(anna) == ["document"], what="the file is there")
        until(house.ledger.somebody_waits, what="it is about to be noted")
        victim.kill()

    house.bot()

    await anna.sees(spoken("result_hand_over"))
    assert given(anna) == ["document", "document", "To copy", "question"]


def given(person: Person) -> list[str]:
    """What came of a post that is handed over."""
    told = [one for one in person.messages() if person.is_the_bots(one)]
    named = ["document" if "document" in one else text_of(one) for one in told]
    question = spoken("result_hand_over")
    named = ["question" if question in name else name for name in named]
    return [name for name in named if name in ("document", "To copy", "question")]


async def test_results_arrive_in_order_whatever_telegram_answers(
    house: House, anna: Person
) -> None:
    """Row 13: Telegram answers 5xx, does not answer, or asks to wait."""
    house.bot(PUBLISH_IN_BOT="false")
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    house.telegram.fail("sendMessage", status=502, description="Bad Gateway")
    house.telegram.fail("sendMessage", drop=True)
    house.telegram.fail(
        "sendMessage", status=429, description="Too Many Requests: retry after 1", retry_after=1
    )
    posts = house.ledger.plan(CREATOR, ["One", "Two", "Three"])
    house.publisher()
    for post in posts:
        house.ledger.settled(post, Status.UPLOADED)

    for times in (1, 2):
        is_put_off(house, posts[0], times)
        stays(lambda: is_prefix(told(anna), posts), seconds=2.5, what="none overtakes it")
        house.ledger.let_notices_go()
    until(lambda: len(told(anna)) >= len(posts), what="all results are there")

    assert told(anna) == posts


def is_put_off(house: House, post: int, times: int) -> None:
    """Wait until Telegram has not taken the result of this post so often."""
    query = "SELECT 1 FROM notices WHERE post_id = :post AND attempts >= :times"
    until(lambda: house.ledger.rows(query, post=post, times=times), what="it is put off")


def is_prefix(first: list[int], whole: list[int]) -> bool:
    return first == whole[: len(first)]


def told(person: Person) -> list[int]:
    """The posts whose result this person has read, in this order."""
    found = (PUBLISHED.search(text_of(message)) for message in person.messages())
    return [int(match[1]) for match in found if match]


async def test_who_blocked_the_bot_delays_nobody_and_the_admin_hears_of_it(
    house: House, anna: Person, admin: Person
) -> None:
    """Row 14: a person blocked the bot."""
    house.bot()
    house.telegram.add_person(BEN, "Ben")
    ben = house.person(BEN)
    for person in (anna, ben):
        await person.sends("/list")
        await person.sees(spoken("list_empty"))
    house.telegram.block(BEN)

    (lost,) = house.ledger.plan(CREATOR, ["Not heard of"], chat_id=BEN)
    (heard,) = house.ledger.plan(CREATOR, ["Heard of"])

    await anna.sees(f"Post {heard}")
    await admin.sees("blocked")
    assert house.ledger.status(lost) is Status.UPLOADED
    parked = house.ledger.rows("SELECT post_id FROM notices WHERE parked_reason IS NOT NULL")
    assert parked == [(lost,)]


PAUSES = "SELECT count(*) FROM notices WHERE kind = 'account_paused'"


async def test_an_account_in_trouble_pauses_and_keeps_its_posts(
    house: House, anna: Person, admin: Person
) -> None:
    """Row 18: blocks, challenges, ended sessions: no storm of logins, one alert each."""
    house.bot(PUBLISH_IN_BOT="false")
    house.quick_publisher(poll=0.2)  # the bot would look for what others plan each 5 s
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    pauses = {
        "feedback_required": "alert_account_paused",
        "challenge": "alert_paused_for_good",
        "please_wait": "alert_account_paused",
        "login_required": "alert_paused_for_good",
    }
    for count, (kind, alert) in enumerate(pauses.items(), start=1):
        house.instagram.script("rupload", kind, times=50)
        first, second = house.ledger.plan(CREATOR, [f"First {kind}", f"Second {kind}"])
        await admin.sees(spoken(alert))
        are_kept(house, first, second)
        assert house.ledger.rows(PAUSES) == [(count,)]
        house.instagram.clear_faults()
        await admin.taps("Resume publishing")
        house.is_published_once(second, f"Second {kind}")
        assert house.ledger.status(first) is Status.UPLOADED
    assert house.ledger.rows(PAUSES) == [(count,)]
    assert house.instagram.password_attempts <= 3
    assert house.instagram.configures == 8


def are_kept(house: House, *posts: int) -> None:
    """The alert is out before the post at hand is handed back: wait for that."""
    until(
        lambda: all(house.ledger.status(post) is Status.PENDING for post in posts),
        what="they are planned as before",
    )


async def test_a_post_that_never_appears_is_not_called_published(
    house: House, anna: Person
) -> None:
    """Row 10: Instagram says ok but the media never appears."""
    house.bot(PUBLISH_IN_BOT="false")
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    house.instagram.script("configure", "no_media", times=50)
    (post,) = house.ledger.plan(CREATOR, ["Nowhere"], retry_count=5)  # it was sent often enough
    house.quick_publisher(poll=0.2, housekeeping=0.5)

    await anna.sees(spoken("result_unconfirmed"))

    def is_asked() -> bool:
        house.ledger.let_time_pass()
        return "Publish again" in anna.labels()

    until(is_asked, what="its owner is asked", every=0.3)
    assert house.instagram.live() == []
    assert times_seen(anna, "https://www.instagram.com") == 0
    house.instagram.clear_faults()
    await anna.taps("Publish again")
    house.is_published_once(post, "Nowhere")
