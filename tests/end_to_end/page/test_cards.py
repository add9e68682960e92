"""Posts made and changed on their cards, on a narrow page in German."""

from pathlib import Path

from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from tests.days import the_24th
from tests.end_to_end.browser import ON_THE_PAGE, Browser, at_the_page
from tests.end_to_end.conftest import ADMIN_CHAT, DIRK, World
from tests.spoken import spoken

pytestmark = ON_THE_PAGE


async def test_two_cards_are_answered_edited_and_planned(
    world: World, chromium: Chromium, photo: Path, other_photo: Path
) -> None:
    world.person(DIRK, "de")
    world.telegram.add_group(ADMIN_CHAT, "Admins", [DIRK])
    page = at_the_page(chromium, world.telegram, world.instagram, language="de", width=390)
    async with page as browser:
        await plans_two(browser, photo, other_photo)
        assert [await browser.page.evaluate(SIZE, size) for size in (700, 9000, 1.5e6)] == [
            *("700 Byte", "9 kB", "1,4 MB"),
        ]


SIZE = "size => import('./dom.js').then((dom) => dom.size(size).replaceAll('\\u00a0', ' '))"
"""How the page writes it."""


async def plans_two(browser: Browser, photo: Path, other_photo: Path) -> None:
    bots = browser.log.locator(".theirs")
    first, second = bots.nth(0), bots.nth(1)
    await browser.attaches(photo, caption="By the lake")
    await expect(first).to_contain_text("By the lake")
    await browser.attaches(other_photo, caption="In the wods")
    await expect(second).to_contain_text("In the wods")

    await browser.picks("Antworten", first)
    await browser.says(f"{the_24th():%d.%m.} 18:30")
    await expect(first.locator(".text")).to_contain_text("18:30")
    await first.locator(".key").filter(has_text="18:30").click()
    await expect(first).to_contain_text("Post 1")
    planned = await first.locator(".text").text_content() or ""
    await first.locator(".key").filter(has_text=spoken("button_later", "de")).click()
    await expect(first.locator(".text")).not_to_have_text(planned)

    mine = browser.log.locator(".mine").filter(has_text="In the wods")
    await browser.picks("Text bearbeiten", mine)
    await browser.says("In the woods")
    await expect(second).to_contain_text("In the woods")
    picture = second.locator("img").last  # the old one stays until it is there
    old = await picture.get_attribute("src")
    for key in ("button_change_type", "type_story"):
        await second.locator(".key").filter(has_text=spoken(key, "de")).click()
    await expect(picture).not_to_have_attribute("src", old or "")
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)")

    await expect(bots).to_have_count(2)
    assert not await browser.overflows()
