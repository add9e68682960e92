"""Results and alerts: told at least once, in order, to whoever can hear them."""

from storage.lifecycle import Status
from tests.chaos.conftest import BEN, CREATOR, House
from tests.chaos.ledger import soon
from tests.chaos.test_way_in import times_seen
from tests.chaos.waiting import until
from tests.end_to_end.chat import Person, text_of


async def test_a_result_is_told_although_the_bot_was_killed_while_telling(
    house: House, anna: Person
) -> None:
    """Row 4: kill -9 between sending the result message and marking it sent."""
    victim = house.bot()
    await anna.sends("/list")
    await anna.sees("Nothing is planned")
    house.telegram.fail("sendMessage", delay=2)
    card = anna.last()["message_id"]
    house.ledger.plan(CREATOR, ["Told"])
    house.ledger.rows("UPDATE scheduled_posts SET card_message_id = :card", card=card)
    until(
        lambda: house.ledger.rows("SELECT 1 FROM notices WHERE sending_at IS NOT NULL"),
        what="the result is on its way",
    )
    with house.ledger.locked("SELECT 1 FROM notices FOR UPDATE"):
        await anna.sees("is on Instagram")
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
    assert "is on Instagram" in shown


async def test_results_arrive_in_order_whatever_telegram_answers(
    house: House, anna: Person
) -> None:
    """Row 13: Telegram answers 5xx, does not answer, or asks to wait."""
    house.bot()
    await anna.sends("/list")
    await anna.sees("Nothing is planned")
    house.telegram.fail("sendMessage", status=502, description="Bad Gateway")
    house.telegram.fail("sendMessage", drop=True)
    house.telegram.fail(
        "sendMessage", status=429, description="Too Many Requests: retry after 1", retry_after=1
    )
    posts = house.ledger.plan(CREATOR, ["One", "Two", "Three"])
    for post in posts:
        house.ledger.settled(post, Status.UPLOADED)

    until(lambda: times_seen(anna, "is on Instagram") >= len(posts), what="all results are there")

    told = [text_of(message) for message in anna.messages()]
    results = [text for text in told if "is on Instagram" in text]
    assert [f"Post {post}" in text for post, text in zip(posts, results, strict=True)] == [True] * 3


async def test_who_blocked_the_bot_delays_nobody_and_the_admin_hears_of_it(
    house: House, anna: Person, admin: Person
) -> None:
    """Row 14: a person blocked the bot."""
    house.bot()
    house.telegram.add_person(BEN, "Ben")
    ben = house.person(BEN)
    for person in (anna, ben):
        await person.sends("/list")
        await person.sees("Nothing is planned")
    house.telegram.block(BEN)

    lost, heard = house.ledger.plan(CREATOR, ["Not heard of", "Heard of"])
    house.ledger.rows("UPDATE scheduled_posts SET chat_id = :ben WHERE id = :id", ben=BEN, id=lost)

    await anna.sees(f"Post {heard}")
    await admin.sees("blocked")
    assert house.ledger.status(lost) is Status.UPLOADED
    parked = house.ledger.rows("SELECT post_id FROM notices WHERE parked_reason IS NOT NULL")
    assert parked == [(lost,)]


async def test_an_account_in_trouble_pauses_and_keeps_its_posts(
    house: House, anna: Person, admin: Person
) -> None:
    """Row 18: blocks, challenges, ended sessions: no storm of logins, one alert each."""
    house.bot()
    await anna.sends("/list")
    await anna.sees("Nothing is planned")
    for count, kind in enumerate(
        ("feedback_required", "challenge", "please_wait", "login_required"), start=1
    ):
        house.instagram.script("rupload", kind, times=50)
        first, second = house.ledger.plan(CREATOR, [f"First {kind}", f"Second {kind}"])
        await admin.sees("Publishing pauses")
        pauses = "SELECT count(*) FROM notices WHERE kind = 'account_paused'"
        assert house.ledger.rows(pauses) == [(count,)]
        assert house.ledger.status(first) is house.ledger.status(second) is Status.PENDING
        house.instagram.clear_faults()
        await admin.taps("Resume publishing")
        house.is_published_once(second, f"Second {kind}")
    assert house.instagram.password_attempts <= 3
    assert house.instagram.configures == 8


async def test_a_post_that_never_appears_is_not_called_published(
    house: House, anna: Person
) -> None:
    """Row 10: Instagram says ok but the media never appears."""
    house.bot()
    await anna.sends("/list")
    await anna.sees("Nothing is planned")
    house.instagram.script("configure", "no_media", times=50)
    (post,) = house.ledger.plan(CREATOR, ["Nowhere"], due=[soon(3)])
    house.ledger.rows("UPDATE scheduled_posts SET retry_count = 5")  # it was sent often enough

    await anna.sees("not confirm")

    def is_asked() -> bool:
        house.ledger.let_time_pass()
        return "Publish again" in anna.labels()

    until(is_asked, what="its owner is asked", every=0.3)
    assert house.instagram.live() == []
    assert times_seen(anna, "https://www.instagram.com") == 0
    house.instagram.clear_faults()
    await anna.taps("Publish again")
    house.is_published_once(post, "Nowhere")
