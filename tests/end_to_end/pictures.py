"""Plays the README's pictures anew: `python -m tests.end_to_end.pictures` writes docs/*.webp."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps
from playwright.async_api import Browser as Chromium
from playwright.async_api import async_playwright, expect

from bot.sandbox.run import BY_HAND, PERSON, ROOT, Sandbox, bot, services
from bot.sandbox.tour import SAMPLE
from tests.end_to_end.browser import ARGUMENTS, CHROMIUM, Browser
from tests.end_to_end.chat import Person

DOCS = ROOT / "docs"
WIDE, NARROW = (1280, 860), (400, 800)
QUALITY = 88
SENT = [
    "First light at the quay",
    "Fog over the islands",
    "Coffee before the catch",
    "Gone fishing",
    "Back by noon",
    "Pink hour",
    "Evening over the harbour #sunset #harbour",
]
"""Captions, the newest last."""
HUES = [225, 12, 200, 240, 20, 215, 0]
"""By how much each picture is turned in colour, of 256."""


def pictures() -> Iterator[bytes]:
    """The sample in other colours, every other one turned round."""
    with Image.open(SAMPLE) as sample:
        hue, saturation, value = sample.convert("HSV").split()
    for number, turn in enumerate(HUES):
        turned = hue.point([(one + turn) % 256 for one in range(256)])
        image = Image.merge("HSV", (turned, saturation, value)).convert("RGB")
        out = BytesIO()
        (ImageOps.mirror(image) if number % 2 else image).save(out, "JPEG", quality=92)
        yield out.getvalue()


@asynccontextmanager
async def page(
    chromium: Chromium, sandbox: Sandbox, size: tuple[int, int], language: str, colours: str
) -> AsyncIterator[Browser]:
    width, height = size
    context = await chromium.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        color_scheme=colours,  # type: ignore[arg-type]
        device_scale_factor=2,
    )
    opened = await context.new_page()
    await opened.goto(sandbox.page_url)
    await expect(opened.get_by_role("tab")).to_have_count(2)
    yield Browser(opened)
    await context.close()


async def sent(you: Person, number: int) -> None:
    """One of the pictures, until its card is there."""
    await you.sends_photo(list(pictures())[number], caption=SENT[number])
    await you.sees(SENT[number].partition(" #")[0])


async def the_page(chromium: Chromium, sandbox: Sandbox, you: Person) -> bytes:
    """Posts on the profile, and the card of the next one."""
    for number in range(len(SENT) - 1):
        await sent(you, number)
        await you.taps("Now")
        await you.sees("https://www.instagram.com/")
    async with page(chromium, sandbox, WIDE, "en", "light") as browser:
        await expect(browser.tiles).to_have_count(len(SENT) - 1)
        await sent(you, len(SENT) - 1)
        await browser.settles()
        return await browser.page.screenshot()


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            services(folder, 0) as sandbox,
            bot(sandbox, folder, BY_HAND),
            async_playwright() as playwright,
        ):
            chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            you = Person(sandbox.telegram, PERSON)
            await you.sends("/start")
            keep(await the_page(chromium, sandbox, you), "sandbox")
            await chromium.close()


def keep(screenshot: bytes, name: str) -> None:
    with Image.open(BytesIO(screenshot)) as image:
        image.save(DOCS / f"{name}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    asyncio.run(main())
