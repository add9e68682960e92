"""The whole product in one test: both services, a real Postgres, and the real bot between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from pydantic import AnyHttpUrl, SecretStr
from sqlalchemy import text

from bot.app import UPDATES, build_application, build_services
from bot.context import App, Services
from bot.sandbox.instagram import server as instagram_server
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram import server as telegram_server
from bot.sandbox.telegram.state import TelegramState
from bot.settings import Settings
from bot.supervisor import running
from storage.database import WORKING
from tests.end_to_end.chat import Person
from tests.end_to_end.ffmpeg import gate, slow_ffmpeg
from tests.end_to_end.without_bot import services
from tests.guided import choose_the_guided_way

__all__ = ["gate", "services", "slow_ffmpeg"]

TOKEN = "123456:end-to-end"
TELEGRAMS_SPEED = 60.0
"""A minute of Telegram's in a second: the same limits in the same proportions, at a test's pace."""
ANNA, BEN, STRANGER, ADMIN_CHAT = 11, 12, 13, -100
CARLA, DIRK = 21, 22
"""These two have cards; the others are asked step by step."""


@dataclass
class World:
    """Everything that runs, and how to stop and start the bot in the middle."""

    telegram: TelegramState
    instagram: InstagramState
    settings: Settings
    database_url: str
    telegram_api: LocalServer
    burst: timedelta = timedelta(0)
    """How long after one another photos are one burst; here they are what came at once."""
    _bot: AsyncExitStack = field(default_factory=AsyncExitStack)
    _app: App | None = None

    @property
    def app(self) -> App:
        assert self._app is not None
        return self._app

    @property
    def services(self) -> Services:
        return self.app.bot_data

    async def start_bot(self) -> None:
        services = await asyncio.to_thread(build_services, self.settings, self.database_url)
        services = replace(services, burst=self.burst)
        self._app = await self._bot.enter_async_context(
            _running(build_application(services, telegrams_speed=TELEGRAMS_SPEED))
        )

    async def stop_bot(self) -> None:
        await self._bot.aclose()
        self._app = None

    def person(self, person_id: int, language_code: str = "en") -> Person:
        self.telegram.add_person(person_id, f"Person {person_id}", language_code=language_code)
        return Person(self.telegram, person_id)


@cache
def usual_settings() -> Settings:
    """Read once: that takes longer than the rest of a world's beginning."""
    return Settings(
        _env_file=None,
        telegram_bot_token=SecretStr(TOKEN),
        allowed_user_ids=frozenset({ANNA, BEN, CARLA, DIRK}),
        admin_chat_id=ADMIN_CHAT,
        instagram_username="creator",
        instagram_password=SecretStr("right"),
        timezone="Europe/Berlin",
        secret_key=SecretStr("a test's key"),
    )


@asynccontextmanager
async def _running(application: App) -> AsyncIterator[App]:
    """What `python -m bot` does, in a loop that runs already."""
    async with running(application, UPDATES):
        yield application
    application.bot_data.database.close()


@asynccontextmanager
async def running_world(
    tmp_path: Path, database_url: str, *, by_hand: tuple[str, ...] = ()
) -> AsyncIterator[World]:
    """Both services and the bot, in this loop; their files in a folder of this test's own."""
    telegram = TelegramState(tmp_path / "telegram", token=TOKEN, speed=TELEGRAMS_SPEED)
    instagram = InstagramState(tmp_path / "instagram", username="creator", password="right")
    telegram_api = LocalServer(telegram_server.application(telegram))
    instagram_api = LocalServer(instagram_server.application(instagram))
    settings = usual_settings().model_copy(
        update={
            "telegram_api_url": AnyHttpUrl(await telegram_api.start()),
            "instagram_api_url": AnyHttpUrl(await instagram_api.start()),
            "by_hand_accounts": by_hand,
            "data_dir": tmp_path / "data",
        }
    )
    telegram.add_group(ADMIN_CHAT, "Admins", [])
    world = World(telegram, instagram, settings, database_url, telegram_api)
    await world.start_bot()
    choose_the_guided_way(world.services.database)
    yield world
    if world._app is not None:
        await world.stop_bot()
    await telegram_api.stop()
    await instagram_api.stop()
    assert instagram.unknown_requests == []


@pytest.fixture(autouse=True)
def few_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as one person needs: each costs Postgres as much as ten questions."""
    monkeypatch.setitem(WORKING, "pool_size", 2)


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    async with running_world(tmp_path, database_url) as world:
        yield world


@pytest.fixture
def anna(world: World) -> Person:
    """A creator who speaks English."""
    return world.person(ANNA)


@pytest.fixture
def ben(world: World) -> Person:
    """A creator who speaks German."""
    return world.person(BEN, "de")


@pytest.fixture
def carla(world: World) -> Person:
    """A creator who speaks English, and whose posts are made on cards."""
    return world.person(CARLA)


@pytest.fixture
def dirk(world: World) -> Person:
    """A creator who speaks German, and whose posts are made on cards."""
    return world.person(DIRK, "de")


@pytest.fixture
def on_cards(world: World) -> None:
    """Nobody is asked step by step: what counts here comes after that."""
    with world.services.database.single() as session:
        session.execute(text("UPDATE users SET is_guided = false"))


@pytest.fixture
def admin(world: World, anna: Person) -> Person:
    """Anna, in the admin chat."""
    world.telegram.add_group(ADMIN_CHAT, "Admins", [anna.id])
    return Person(world.telegram, anna.id, ADMIN_CHAT)
