"""Results and alerts: told at least once, in order, to whoever can hear them."""

import re
from datetime import UTC, datetime

from storage.lifecycle import Status
from storage.models import Notice
from tests.chaos.conftest import BEN, CREATOR, Deployment
from tests.chaos.processes import Process
from tests.chaos.waiting import stays, until
from tests.end_to_end.chat import Person, text_of
from tests.spoken import spoken

PUBLISHED = re.compile(r"Post (\d+) .*is on Instagram")


async def test_a_bot_that_is_killed_while_it_tells_and_one_that_is_blocked_tell_the_rest(
    deployment: Deployment, anna: Person, admin: Person
) -> None:
    bot = deployment.bot()
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    bot = await is_told_although_it_is_killed(deployment, anna, bot)
    await goes_on_handing_over_where_it_is_killed(deployment, anna, bot)
    await delays_nobody_for_who_blocked_it(deployment, anna, admin)


async def is_told_although_it_is_killed(
    deployment: Deployment, anna: Person, victim: Process
) -> Process:
    """Row 4: kill -9 between sending the result message and marking it sent."""
    deployment.telegram.fail("sendMessage", after_effect=True, delay=600)
    card, messages = anna.last()["message_id"], len(anna.messages()) + 1
    deployment.ledger.plan(CREATOR, ["Told"], card_message_id=card)
    until(lambda: len(anna.messages()) == messages, what="it is told, and not marked yet")
    victim.kill()

    bot = deployment.bot()

    until(
        lambda: not deployment.ledger.rows("SELECT 1 FROM notices WHERE sent_at IS NULL"),
        what="all is told",
    )
    assert len(anna.messages()) == messages
    (shown,) = [text_of(one) for one in anna.messages() if one["message_id"] == card]
    assert spoken("result_published") in shown
    return bot


async def goes_on_handing_over_where_it_is_killed(
    deployment: Deployment, anna: Person, victim: Process
) -> None:
    """What was on its way comes twice rather than never, and the question once."""
    now = datetime.now(UTC)
    (post,) = deployment.ledger.plan(
        CREATOR, ["To copy"], status=Status.HANDED_OVER, handed_over_at=now
    )
    deployment.telegram.fail("sendDocument", after_effect=True, delay=600)
    with deployment.ledger.database.transaction() as session:
        session.add(Notice(audience="owner", kind="hand_over", post_id=post))
    until(lambda: given(anna) == ["document"], what="the file is there, and not noted yet")
    victim.kill()

    deployment.bot()

    await anna.sees(spoken("result_hand_over"))
    assert given(anna) == ["document", "document", "To copy", "question"]


def given(person: Person) -> list[str]:
    """What came of a post that is handed over."""
    told = [one for one in person.messages() if person.is_the_bots(one)]
    named = ["document" if "document" in one else text_of(one) for one in told]
    question = spoken("result_hand_over")
    named = ["question" if question in name else name for name in named]
    return [name for name in named if name in ("document", "To copy", "question")]


async def delays_nobody_for_who_blocked_it(
    deployment: Deployment, anna: Person, admin: Person
) -> None:
    """Row 14: a person blocked the bot."""
    deployment.telegram.add_person(BEN, "Ben")
    ben = deployment.person(BEN)
    await ben.sends("/list")
    await ben.sees(spoken("list_empty"))
    deployment.telegram.block(BEN)

    (lost,) = deployment.ledger.plan(CREATOR, ["Not heard of"], chat_id=BEN)
    (heard,) = deployment.ledger.plan(CREATOR, ["Heard of"])

    await anna.sees(f"Post {heard}")
    await admin.sees("blocked")
    assert deployment.ledger.status(lost) is Status.UPLOADED
    parked = deployment.ledger.rows("SELECT post_id FROM notices WHERE parked_reason IS NOT NULL")
    assert parked == [(lost,)]


async def test_results_are_told_in_order_once_and_as_they_are(
    deployment: Deployment, anna: Person, admin: Person
) -> None:
    deployment.bot(PUBLISH_IN_BOT="false")
    await anna.sends("/list")
    await anna.sees(spoken("list_empty"))
    await results_arrive_in_order(deployment, anna)
    deployment.quick_publisher(poll=0.2, housekeeping=0.5)
    await an_account_in_trouble_keeps_its_posts(deployment, admin)
    await what_never_appears_is_not_called_published(deployment, anna)


async def results_arrive_in_order(deployment: Deployment, anna: Person) -> None:
    """Row 13: Telegram answers 5xx, does not answer, or asks to wait."""
    deployment.telegram.fail("sendMessage", status=502, description="Bad Gateway")
    deployment.telegram.fail("sendMessage", drop=True)
    deployment.telegram.fail(
        "sendMessage", status=429, description="Too Many Requests: retry after 1", retry_after=1
    )
    posts = deployment.ledger.plan(CREATOR, ["One", "Two", "Three"])
    publisher = deployment.publisher()
    for post in posts:
        deployment.ledger.settled(post, Status.UPLOADED)

    for times in (1, 2):
        is_put_off(deployment, posts[0], times)
        stays(lambda: is_prefix(told(anna), posts), seconds=1, what="none overtakes it")
        deployment.ledger.let_notices_go()
    until(lambda: len(told(anna)) >= len(posts), what="all results are there")

    assert told(anna) == posts
    publisher.kill()
    deployment.ledger.let_lease_expire()


def is_put_off(deployment: Deployment, post: int, times: int) -> None:
    """Wait until Telegram has not taken the result of this post so often."""
    query = "SELECT 1 FROM notices WHERE post_id = :post AND attempts >= :times"
    until(lambda: deployment.ledger.rows(query, post=post, times=times), what="it is put off")


def is_prefix(first: list[int], whole: list[int]) -> bool:
    return first == whole[: len(first)]


def told(person: Person) -> list[int]:
    """The posts whose result this person has read, in this order."""
    found = (PUBLISHED.search(text_of(message)) for message in person.messages())
    return [int(match[1]) for match in found if match]


PAUSES = "SELECT count(*) FROM notices WHERE kind = 'account_paused'"


async def an_account_in_trouble_keeps_its_posts(deployment: Deployment, admin: Person) -> None:
    """Row 18: blocks, challenges, ended sessions: no storm of logins, one alert each."""
    before = deployment.instagram.configures
    resume, done = "Resume publishing", spoken("login_button_done_try_again")
    troubles = {
        "feedback_required": ("alert_account_paused", resume, 1),
        "challenge": ("alert_paused_for_good", resume, 2),
        "please_wait": ("alert_account_paused", resume, 3),
        "login_required": ("reason_login_required", done, 3),
    }
    for kind, (alert, button, pauses) in troubles.items():
        deployment.instagram.script("rupload", kind, times=50)
        first, second = deployment.ledger.plan(CREATOR, [f"First {kind}", f"Second {kind}"])
        await admin.sees(spoken(alert))
        are_kept(deployment, first, second)
        assert deployment.ledger.rows(PAUSES) == [(pauses,)]
        deployment.instagram.clear_faults()
        await admin.taps(button)
        deployment.is_published_once(second, f"Second {kind}")
        assert deployment.ledger.status(first) is Status.UPLOADED
    assert deployment.ledger.rows(PAUSES) == [(3,)]
    assert deployment.instagram.password_attempts <= 3
    assert deployment.instagram.configures == before + 8


def are_kept(deployment: Deployment, *posts: int) -> None:
    """The alert is out before the post at hand is handed back: wait for that."""
    until(
        lambda: all(deployment.ledger.status(post) is Status.PENDING for post in posts),
        what="they are planned as before",
    )


async def what_never_appears_is_not_called_published(deployment: Deployment, anna: Person) -> None:
    """Row 10: Instagram says ok but the media never appears."""
    live = deployment.instagram.live()
    deployment.instagram.script("configure", "no_media", times=50)
    (post,) = deployment.ledger.plan(CREATOR, ["Nowhere"], retry_count=5)  # the last attempt

    await anna.sees(spoken("result_unconfirmed"))

    def is_asked() -> bool:
        deployment.ledger.let_time_pass()
        return "Publish again" in anna.labels()

    until(is_asked, what="its owner is asked", every=0.3)
    assert deployment.instagram.live() == live
    assert post not in told(anna)
    deployment.instagram.clear_faults()
    await anna.taps("Publish again")
    deployment.is_published_once(post, "Nowhere")
    until(lambda: post in told(anna), what="it is called published once it is")
