"""Both services, and no bot: for whoever starts one from the outside."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.instagram import server as instagram_server
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram import server as telegram_server
from bot.sandbox.telegram.state import TelegramState

TOKEN = "123456:set-up"
PASSWORD = """it's "#1" & costs $5 ${HOME} \\ """
"""With all that a file or a shell could misunderstand."""
ANNA, ADMINS = 11, -100


@dataclass
class Services:
    telegram: TelegramState
    instagram: InstagramState
    environment: dict[str, str]
    """By which a program finds both, and the database."""

    def uses(self, monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
        """Put it around this very process."""
        for name, value in (self.environment | more).items():
            monkeypatch.setenv(name, value)


@pytest.fixture
async def services(tmp_path: Path, database_url: str) -> AsyncIterator[Services]:
    telegram = TelegramState(tmp_path / "telegram", token=TOKEN)
    telegram.add_person(ANNA, "Anna")
    telegram.add_group(ADMINS, "Admins", [ANNA])
    instagram = InstagramState(
        tmp_path / "instagram", username="creator", password=PASSWORD, two_factor="sms"
    )
    servers = [
        LocalServer(telegram_server.application(telegram)),
        LocalServer(instagram_server.application(instagram)),
    ]
    environment = {
        "TELEGRAM_API_URL": await servers[0].start(),
        "INSTAGRAM_API_URL": await servers[1].start(),
        "DATABASE_URL": database_url,
        "LANG": "en_GB.UTF-8",
    }
    yield Services(telegram, instagram, environment)
    for server in servers:
        await server.stop()
    telegram.close()
    instagram.close()
