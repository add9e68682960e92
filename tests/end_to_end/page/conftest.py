"""Chromium, and people who sit at the sandbox's page with the real bot behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser as Chromium
from playwright.async_api import async_playwright

from tests.end_to_end.browser import ARGUMENTS, CHROMIUM, Browser, at_the_page
from tests.end_to_end.conftest import ADMIN_CHAT, CARLA, World, running_world
from tests.samples import jpeg


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    """As everywhere, in the loop that Chromium is driven from."""
    async with running_world(tmp_path, database_url) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="session")
async def browser(world: World, chromium: Chromium) -> AsyncIterator[Browser]:
    """Carla at the page, with her chat open."""
    world.person(CARLA)
    world.telegram.add_group(ADMIN_CHAT, "Admins", [CARLA])
    async with at_the_page(chromium, world.telegram, world.instagram) as browser:
        yield browser


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg())
    return path


@pytest.fixture
def other_photo(tmp_path: Path) -> Path:
    path = tmp_path / "other.jpg"
    path.write_bytes(jpeg(colour="purple"))
    return path
