"""A conversation killed at any moment, again and again, and nothing is lost."""

import asyncio
import random

from storage.lifecycle import Status
from tests.chaos.conftest import ANNA, Deployment
from tests.end_to_end.chat import Person
from tests.samples import jpeg
from tests.spoken import spoken

SEED = 4
LATEST = 1.2
"""Seconds after a message at which the bot is killed at the latest."""


async def test_a_conversation_goes_on_however_often_the_bot_is_killed(
    deployment: Deployment, anna: Person
) -> None:
    """Each message is followed by a kill, at a moment that nobody has chosen."""
    moments = random.Random(SEED)
    bot = deployment.bot()
    await anna.sends_files([(f"{n}.jpg", jpeg(600, 600 + n)) for n in range(3)])
    for question, *said in (
        (spoken("ask_type", count=3), "carousel"),
        (spoken("ask_caption"), "Under the moon", "one two"),
        (spoken("ask_time"), "in 2 hours"),
        (spoken("ask_confirm"), "yes"),
        ("🗓",),
    ):
        await asyncio.sleep(moments.uniform(0, LATEST))
        bot.kill()
        bot = deployment.bot()
        await anna.sees(question)
        if len(said) > 1:
            bot.kill()  # what is said meanwhile is heard in order
        for each in said:
            await anna.sends(each)
        if len(said) > 1:
            bot = deployment.bot()

    assert deployment.ledger.statuses() == {Status.PENDING: 1}
    stored = deployment.ledger.rows(
        "SELECT caption, hashtags, post_type, owner_id FROM scheduled_posts"
    )
    assert stored == [("Under the moon", ["one", "two"], "carousel", ANNA)]
    heights = deployment.ledger.rows("SELECT height FROM media_items ORDER BY position")
    assert heights == [(600,), (601,), (602,)]
    assert deployment.ledger.rows("SELECT count(*) FROM inbox WHERE dead_letter_reason <> ''") == [
        (0,)
    ]
