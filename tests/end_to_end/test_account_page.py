"""The page that takes a password: once, within its time, and leaving no trace of it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from bot.webhook import MAX_FORM_BYTES
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import CARLA, World
from tests.end_to_end.test_accounts import account, everything_stored, in_chat, tap
from tests.end_to_end.test_webhook import Deliverer, brought_to
from tests.spoken import spoken

NOT_AN_OWNER = 4711
PASSWORD = "hunter2 & <geheim> 42"


@pytest.fixture
async def telegram(world: World) -> AsyncIterator[Deliverer]:
    """The bot with a webhook, and with Carla as its admin."""
    given = {"admin_chat_id": CARLA, "instagram_username": "house"}
    world.settings = world.settings.model_copy(update=given)
    deliverer = await brought_to(world, "/hook")
    yield deliverer
    await deliverer.close()


async def link(telegram: Deliverer, person: Person) -> str:
    """Begin to add an account up to its password; returns where the button leads."""
    await person.sends("/accounts")
    await telegram.bring()
    for key, seen in (
        ("account_button_add", "account_ask_kind"),
        ("account_add_password", "account_ask_name_password"),
    ):
        tapped = asyncio.create_task(tap(person, key))
        await until(lambda: bool(telegram.world.telegram.updates.pending))
        await telegram.bring()
        await tapped
        await person.sees(spoken(seen))
    await person.sends("creator")
    await telegram.bring()
    await person.sees(spoken("account_page_is_safer"))
    return _link_in(person)


def _link_in(person: Person) -> str:
    rows = person.last()["reply_markup"]["inline_keyboard"]
    (url,) = [button["url"] for row in rows for button in row if "url" in button]
    return str(url)


async def test_a_password_is_given_on_the_page_once_and_never_again(
    telegram: Deliverer, carla: Person, caplog: pytest.LogCaptureFixture
) -> None:
    world = telegram.world
    world.instagram.password = PASSWORD
    url = await link(telegram, carla)
    assert url.startswith("https://bot.example.org/hook/account/")
    here = f"http://127.0.0.1:{telegram.port}{urlsplit(url).path}"
    right = {"password": PASSWORD, "seed": ""}
    async with httpx.AsyncClient(trust_env=False) as browser:
        looked = [await browser.get(here) for _ in range(2)]
        assert [each.status_code for each in looked] == [200, 200], "looking uses nothing up"
        _is_safe(looked[0])
        for wrong in ({"password": "  "}, {"password": PASSWORD, "seed": "123456"}, {}):
            refused = await browser.post(here, data=wrong)
            assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
            assert "hunter2" not in refused.text
        elsewhere = await browser.post(f"{here[:-1]}{'A' if here[-1] != 'A' else 'B'}", data=right)
        assert elsewhere.status_code == 410
        assert (await browser.put(here, data=right)).status_code == 405
        large = await browser.post(here, data={"password": "x" * MAX_FORM_BYTES})
        assert large.status_code == 413
        pieces = (b"x" * 1000 for _ in range(MAX_FORM_BYTES // 1000 + 1))
        assert (await browser.post(here, content=_each(pieces))).status_code == 413
        both = await asyncio.gather(*(browser.post(here, data=right) for _ in range(4)))
        assert sorted(each.status_code for each in both) == [200, 410, 410, 410]
        for again in (await browser.get(here), await browser.post(here, data=right)):
            assert again.status_code == 410
            _is_safe(again)
    await carla.sees(spoken("account_check_fine"))
    assert world.instagram.logins == 1
    number = account(world, "creator").id
    assert world.services.accounts.credentials(number) == {"password": PASSWORD}
    token = url.rpartition("/")[2]
    for told in (everything_stored(world.database_url), in_chat(carla), caplog.text):
        assert "hunter2" not in told
        assert token not in told


def _is_safe(answer: httpx.Response) -> None:
    headers = answer.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'self'")
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert "<script" not in answer.text and "http" not in answer.text.replace("<!doctype html>", "")


async def test_a_link_ends_with_its_time_with_the_next_one_and_with_the_right_to_it(
    telegram: Deliverer, carla: Person
) -> None:
    world, right = telegram.world, {"password": PASSWORD}
    first, second = await link(telegram, carla), await link(telegram, carla)
    places = [f"http://127.0.0.1:{telegram.port}{urlsplit(url).path}" for url in (first, second)]
    async with httpx.AsyncClient(trust_env=False) as browser:
        assert (await browser.post(places[0], data=right)).status_code == 410
        for person, status in ((NOT_AN_OWNER, 410), (CARLA, 200)):
            with world.services.database.transaction() as session:
                session.execute(text("UPDATE account_forms SET person_id = :who"), {"who": person})
            assert (await browser.get(places[1])).status_code == status
        with world.services.database.transaction() as session:
            session.execute(text("UPDATE account_forms SET expires_at = now()"))
        assert (await browser.post(places[1], data=right)).status_code == 410
    assert account(world, "creator").removed_at is not None


async def _each(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Sent without a length that is known before."""
    for piece in pieces:
        yield piece
