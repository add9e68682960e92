"""A person at the sandbox's page: everything goes through what the browser shows."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Locator, Page, expect

from bot.sandbox import web
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram.state import TelegramState

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The first is the same browser without windows: quicker to install and to start."""
ON_THE_PAGE = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),  # Chromium and its driver outlive a test
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt install chromium"),
]
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TIMEOUT_MS = 60_000
"""A busy machine is no failure."""
expect.set_options(timeout=TIMEOUT_MS)


class Browser:
    """Writes, attaches, taps and looks."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.locator("#log")
        self.tiles = page.locator("#grid button")
        self.dialog = page.get_by_role("dialog")

    async def says(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.keyboard.press("Enter")

    async def attaches(
        self, *files: Path, caption: str = "", as_file: bool = False, asked: str | None = None
    ) -> None:
        """Pick files, as photo or video or from another entry of the menu; look; send."""
        async with self.page.expect_file_chooser() as chooser:
            await self.page.locator("#attach").click()
            await self.page.get_by_role("menuitem", name=asked).first.click()
        await (await chooser.value).set_files(list(files))
        if as_file:
            await self.dialog.get_by_label("As file").check()
        await self.dialog.get_by_role("textbox").fill(caption)
        await self.dialog.locator("[type=submit]").click()
        await expect(self.dialog).to_have_count(0)

    async def taps(self, label: str) -> None:
        """The newest button of this name, once it is there."""
        buttons = self.log.locator(".key").filter(has_text=re.compile(f"^{re.escape(label)}$"))
        await buttons.last.click()

    async def picks(self, choice: str, message: Locator) -> None:
        """From the menu beside a message."""
        await message.hover()
        await message.locator(".act").click()
        await self.page.get_by_role("menuitem", name=choice, exact=True).click()

    async def sees(self, fragment: str) -> Locator:
        """The newest message of the bot with these words."""
        message = self.log.locator(".theirs").filter(has_text=fragment).last
        await expect(message).to_be_visible()
        return message

    async def settles(self) -> None:
        """Wait until all pictures are drawn, no toast is left, and the newest message in view."""
        await expect(self.page.locator(".toast")).to_have_count(0)
        await self.page.evaluate("Promise.all([...document.images].map((one) => one.decode()))")
        await self.log.evaluate("log => log.scrollTo(0, log.scrollHeight)")

    async def overflows(self) -> bool:
        """Whether the page could be scrolled sideways, or anything stands beyond its edges."""
        return bool(await self.page.evaluate(OVERFLOWS))


OVERFLOWS = """() => {
  const width = document.documentElement.clientWidth;
  const isBeyond = (one) => {
    const { left, right } = one.getBoundingClientRect();
    return right > left && (left < -1 || right > width + 1);
  };
  const seen = [...document.body.querySelectorAll("*:not(.skip):not(#chats *)")];
  return document.documentElement.scrollWidth > width || seen.some(isBeyond);
}"""
"""The chats' tabs can be scrolled."""


@asynccontextmanager
async def at_the_page(
    chromium: Chromium,
    telegram: TelegramState,
    instagram: InstagramState,
    *,
    language: str = "en",
    width: int = 1280,
) -> AsyncIterator[Browser]:
    """The first person at the page, whose browser speaks this language.

    Nothing may go wrong in the page's scripts.
    """
    server = LocalServer(web.application(telegram, instagram))
    url = await server.start()
    errors: list[str] = []
    context = await chromium.new_context(viewport={"width": width, "height": 860}, locale=language)
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(url)
    await expect(page.get_by_role("tab")).to_have_count(2)
    yield Browser(page)
    await context.close()
    await server.stop()
    assert errors == []
