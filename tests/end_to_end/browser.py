"""A person at the sandbox's page: everything goes through what the browser shows."""

import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

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
        await self.page.get_by_role("combobox", name="Message").fill(text)
        await self.page.keyboard.press("Enter")

    async def attaches(
        self, *files: Path, caption: str = "", as_file: bool = False, asked: str = "Photo or video"
    ) -> None:
        """Pick files from the menu, look at them once more, send."""
        async with self.page.expect_file_chooser() as chooser:
            await self.page.get_by_role("button", name="Attach").click()
            await self.page.get_by_role("menuitem", name=asked).click()
        await (await chooser.value).set_files(list(files))
        if as_file:
            await self.dialog.get_by_label("As file").check()
        await self.dialog.get_by_label("Caption").fill(caption)
        await self.dialog.get_by_role("button", name="Send").click()
        await expect(self.dialog).to_have_count(0)

    async def taps(self, label: str) -> None:
        """The newest button of this name, once it is there."""
        buttons = self.log.locator(".key").filter(has_text=re.compile(f"^{re.escape(label)}$"))
        await buttons.last.click()

    async def picks(self, choice: str, message: Locator) -> None:
        """From the menu beside a message."""
        await message.hover()
        await message.get_by_role("button", name="Reply and more").click()
        await self.page.get_by_role("menuitem", name=choice, exact=True).click()

    async def sees(self, fragment: str) -> Locator:
        """The newest message of the bot with these words."""
        message = self.log.locator(".theirs").filter(has_text=fragment).last
        await expect(message).to_be_visible()
        return message

    async def overflows(self) -> bool:
        """Whether the page could be scrolled sideways."""
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(await self.page.evaluate(wider))
