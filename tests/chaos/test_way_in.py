"""What people send: kept before Telegram forgets it, handled once in effect, whatever dies."""

from pathlib import Path

from storage.lifecycle import Status
from tests.chaos.conftest import ADMIN_CHAT, ANNA, CREATOR, Deployment
from tests.chaos.disk import full_disk
from tests.chaos.postgres import OwnPostgres
from tests.chaos.processes import Process
from tests.chaos.waiting import stays, until
from tests.end_to_end.chat import Person, text_of
from tests.service_manager import listening
from tests.spoken import spoken


async def answers_all(person: Person, *, time: str = "in 2 hours") -> None:
    """From the type to the question whether it shall be scheduled."""
    await person.sends("photo")
    await person.sees(spoken("ask_caption"))
    await answers_the_rest(person, time=time)


async def answers_the_rest(person: Person, *, time: str = "in 2 hours") -> None:
    """From the caption on."""
    for said, seen in (
        ("Hello", "Which hashtags?"),
        ("none", spoken("ask_time")),
        (time, spoken("ask_confirm")),
    ):
        await person.sends(said)
        await person.sees(seen)


def times_seen(person: Person, words: str) -> int:
    """How many messages of the bot hold these words."""
    return sum(
        words in text_of(message) for message in person.messages() if message["from"]["is_bot"]
    )


def button(person: Person, label: str) -> tuple[int, str]:
    """(message number, data) of the newest button of this name."""
    found = [
        (message["message_id"], each["callback_data"])
        for message in person.messages()
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for each in row
        if each["text"] == label
    ]
    return found[-1]


async def test_all_wait_for_a_postgres_that_is_away_at_the_start_or_later(
    deployment_with_postgres: tuple[Deployment, OwnPostgres],
) -> None:
    """Row 11: Postgres away, then back; all goes on, and one alert tells of each time."""
    deployment, postgres = deployment_with_postgres
    deployment.telegram.add_person(ANNA, "Anna")
    anna, admin = deployment.person(ANNA), deployment.person(ANNA, ADMIN_CHAT)
    (post,) = deployment.ledger.plan(CREATOR, ["Waits"])
    postgres.stop()
    bot = deployment.start("bot", PUBLISH_IN_BOT="false")
    publisher = deployment.publisher()
    await anna.sends_photo()
    until(lambda: "Postgres cannot be used yet" in bot.words(), what="the bot says so")
    until(lambda: "waiting for it" in publisher.words(), what="the publisher says so")
    assert bot.is_alive and publisher.is_alive
    postgres.start()
    await anna.sees(spoken("ask_type"))
    deployment.is_published_once(post, "Waits")
    assert bot.is_alive and "Traceback" not in publisher.words()
    publisher.kill()

    for times, (end, said, question) in enumerate(
        (
            (postgres.stop, "photo", spoken("ask_caption")),
            (postgres.kill, "Hello", "Which hashtags?"),
        ),
        start=1,
    ):
        end()
        await anna.sends(said)
        until(
            lambda n=times: bot.words().count("the database cannot be used") >= n,  # type: ignore[misc]
            what="the bot says so",
        )
        stays(lambda: bot.is_alive and bool(deployment.telegram.unread()), seconds=1, what="waits")
        postgres.start()

        await anna.sees(question)
        until(lambda n=times: times_seen(admin, "database") >= n, what="an alert")  # type: ignore[misc]
        stays(lambda n=times: times_seen(admin, "database") == n, seconds=2, what="one alert")  # type: ignore[misc]
        assert times_seen(anna, question) == 1


async def test_a_second_bot_waits_or_is_named_and_what_comes_twice_has_one_effect(
    deployment: Deployment, anna: Person, tmp_path: Path, other_database_url: str
) -> None:
    """Row 16: a second process with the same token and the same database. It is well meanwhile."""
    first = deployment.bot()
    with listening(tmp_path) as systemd:
        second = deployment.start("bot", **systemd.environment)
        assert systemd.hears("READY=1")[0].startswith("EXTEND_TIMEOUT_USEC=")
        until(lambda: "another process" in second.words(), what="the second one says so")
        systemd.hears("WATCHDOG=1")
        number = deployment.telegram.next_update_id()
        deployment.telegram.fail("getUpdates", drop=True, after_effect=True, times=2)
        await anna.sends_photo()
        await anna.sees(spoken("ask_type"))
        assert second.is_alive
        until(deployment.ledger.all_is_handled, what="nothing is under way that is said anew")

        first.kill()

        await is_planned_once(deployment, anna, number)
        await a_stranger_is_named(deployment, anna, second, other_database_url)
        assert second.terminate() == 0
        systemd.hears("STOPPING=1")


async def is_planned_once(deployment: Deployment, anna: Person, first: int) -> None:
    """Row 15: the same update delivered again and again, and a button tapped in a hurry."""
    await answers_all(anna)
    message, data = button(anna, "Plan it")
    for _ in range(3):
        deployment.telegram.tap_without_waiting(ANNA, message, data)
    until(lambda: times_seen(anna, "Post 1") > 0, what="it is planned")
    deployment.telegram.push_raw_update({"update_id": first, "message": anna.messages()[0]})
    until(lambda: not deployment.telegram.unread(), what="all is fetched")
    await anna.sends("/list")
    await anna.sees("Planned: 1")

    assert deployment.ledger.statuses() == {Status.PENDING: 1}
    assert times_seen(anna, spoken("ask_type")) == 1
    assert deployment.ledger.rows("SELECT count(*) FROM media_items") == [(1,)]


async def a_stranger_is_named(
    deployment: Deployment, anna: Person, bot: Process, its_database: str
) -> None:
    """Row 16: a second process with the same token, forgotten on another machine."""
    stranger = deployment.start("bot", DATABASE_URL=its_database)
    until(lambda: "same token" in bot.words() + stranger.words(), what="a clear message")
    stays(lambda: bot.is_alive and stranger.is_alive, seconds=2, what="no crash loop")
    stranger.kill()

    await anna.sends_photo()

    await anna.sees(spoken("ask_type"))
    assert bot.is_alive


async def test_a_full_disk_is_told_and_everything_else_goes_on(
    deployment: Deployment, anna: Person, admin: Person
) -> None:
    """Row 17: disk full while media is stored."""
    with full_disk(deployment.media, deployment.bot) as (_, make_room):
        await anna.sends_photo()
        await anna.sees(spoken("storing_failed"))
        await admin.sees("disk")
        await anna.sends("/list")
        await anna.sees(spoken("list_empty"))
        make_room()
        await anna.sends_photo()
        await anna.sees(spoken("ask_type"))
