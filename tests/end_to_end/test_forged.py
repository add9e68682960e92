"""Callback data that nobody was shown: whatever they name, what is others' stays as it is."""

from itertools import product

import pytest
from sqlalchemy import text

from bot.keyboards import Action
from storage.models import MemberRole
from storage.scope import EVERY_ACCOUNT
from tests.days import in_a_month
from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import World
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_posts import plan
from tests.scopes import ALL
from tests.spoken import spoken

TABLES = ("scheduled_posts", "drafts", "media_items", "accounts", "approval_links", "members")


def rows(world: World) -> list[str]:
    """All that stands in TABLES."""
    with world.services.database.single() as session:
        return [
            str(row)
            for table in TABLES
            for row in session.execute(text(f"SELECT to_jsonb(t) FROM {table} t ORDER BY 1"))  # noqa: S608 - names of ours
        ]


@pytest.mark.usefixtures("on_cards")
async def test_no_button_does_anything_to_what_is_somebody_elses(
    world: World, anna: Person
) -> None:
    services, author, viewer = world.services, world.person(12), world.person(13)
    await plan(anna)
    draft = services.edits.open(
        1, ALL, owner_id=anna.id, chat_id=anna.id, language="en", question="confirm"
    )
    services.members.set_role(viewer.id, MemberRole.VIEWER)
    services.members.give(viewer.id, EVERY_ACCOUNT)
    await services.roster.read()
    for person, sees in ((author, spoken("list_empty")), (viewer, "Hello")):
        await person.sends("/list")
        await person.sees(sees)
        before, message = rows(world), person.last()["message_id"]
        for what, value in product(Action, ("", in_a_month())):
            number = draft.id if what in (Action.DRAFT, Action.FOR_DRAFT) else 1
            await world.telegram.forge_tap(
                person.id, message, f"{what}:{number}:{value}", seconds=0
            )
        await until_handled(world)
        assert rows(world) == before
    assert spoken("no_such_post", id=1) in " ".join(author.told())
    assert spoken("draft_gone") in " ".join(author.told())
    assert spoken("only_sees") in " ".join(viewer.told())
