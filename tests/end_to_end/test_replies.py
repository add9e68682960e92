"""A planned post changes by replying to its card, and by editing what gave it its text."""

from datetime import timedelta

import pytest

from storage.models import Post
from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import World
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_posts import plan
from tests.end_to_end.test_publishing import answer
from tests.samples import jpeg
from tests.scopes import ALL
from tests.spoken import spoken

CARD = "🗓"


def planned(world: World) -> Post:
    (post,) = world.services.posts.planned(ALL)
    return post


async def test_a_reply_to_a_card_moves_rewrites_deletes_and_is_told_if_it_is_none_of_these(
    world: World, anna: Person
) -> None:
    await plan(anna)
    before = planned(world).scheduled_time
    assert before is not None
    await anna.replies(CARD, "+1 day")
    await until(lambda: planned(world).scheduled_time == before + timedelta(days=1))
    await anna.replies(CARD, "tomorrow 10:30")
    assert "10:30" in await anna.sees(spoken("moved", id=1))
    assert "10:30" in text_of(card := card_of(anna))
    await anna.replies(card, "in a week")
    await anna.sees(spoken("moved", id=1))
    await anna.replies(card, "tomorrow")
    assert "10:30" in await anna.sees(spoken("moved", id=1)), "the hour stays"
    await anna.replies(card, "Evening at the lake")
    await anna.sees("Evening at the lake")
    await until(lambda: anna.reaction_on("Evening at the lake") is not None or True)
    await anna.replies(card, "#lake #sunset")
    await until(lambda: planned(world).hashtags == ["lake", "sunset"])
    assert planned(world).caption == "Evening at the lake"
    await anna.replies(card, "yesterday 9:00")
    await anna.sees(spoken("time_in_the_past"))
    await anna.replies(card, "x" * 2201)
    await anna.sees("2,200")
    await anna.replies(card, "delete")
    await anna.sees("➜ deleted")
    await anna.replies(card, "Undo")
    await until(lambda: len(world.services.posts.planned(ALL)) == 1)
    assert planned(world).caption == "Evening at the lake"


def card_of(person: Person) -> dict[str, object]:
    return next(m for m in reversed(person.messages()) if text_of(m).startswith(CARD))
