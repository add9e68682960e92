"""Plays the README's pictures anew: `python -m tests.end_to_end.pictures` writes docs/*.webp.

They are in the page's own fonts where Debian's fonts-inter and fonts-noto-color-emoji are there.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps
from playwright.async_api import Browser as Chromium
from playwright.async_api import async_playwright, expect

from bot.sandbox.run import (
    ACCOUNT,
    ADMIN_CHAT,
    AUTHOR,
    BY_HAND,
    CLUB,
    PASSWORD,
    PERSON,
    ROOT,
    SECOND,
    Sandbox,
    bot,
    services,
)
from bot.sandbox.tour import SAMPLE
from tests.end_to_end.browser import ARGUMENTS, CHROMIUM, Browser
from tests.end_to_end.chat import Person, until

DOCS = ROOT / "docs"
WIDE, NARROW = (1280, 860), (400, 900)
GAP, QUALITY = 24, 86
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
    chromium: Chromium,
    sandbox: Sandbox,
    size: tuple[int, int] = NARROW,
    *,
    language: str = "en",
    is_dark: bool = False,
) -> AsyncIterator[Browser]:
    context = await chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        color_scheme="dark" if is_dark else "light",
        device_scale_factor=1.5,
    )
    opened = await context.new_page()
    await opened.goto(sandbox.page_url)
    await expect(opened.get_by_role("tab").first).to_be_visible()
    yield Browser(opened)
    await context.close()


class Story:
    """One after the other, each picture goes on where the one before it ended."""

    def __init__(self, chromium: Chromium, sandbox: Sandbox) -> None:
        self.chromium, self.sandbox = chromium, sandbox
        self.you = Person(sandbox.telegram, PERSON)
        self.you.timeout_seconds = 60  # the bot has yet to start

    async def sends(self, number: int) -> None:
        """One of the pictures, until its card is there."""
        await self.you.sends_photo(list(pictures())[number], caption=SENT[number])
        await self.you.sees(SENT[number].partition(" #")[0])

    async def taps(self, words: str) -> None:
        """The newest button with these words, once it is there."""
        await self.you.taps(await self.you.sees_button(words))

    async def on_the_profile(self) -> bytes:
        """What was published, and the card of the next post."""
        await self.you.sends("/start")
        for number in range(len(SENT) - 1):
            await self.sends(number)
            await self.you.taps("Now")
            await self.you.sees("https://www.instagram.com/")
        async with page(self.chromium, self.sandbox, WIDE) as browser:
            await expect(browser.tiles).to_have_count(len(SENT) - 1)
            await self.sends(len(SENT) - 1)
            await browser.settles()
            return await browser.page.screenshot()

    async def by_a_reply(self) -> bytes:
        """That post is planned in words."""
        async with page(self.chromium, self.sandbox) as browser:
            await self.you.replies(SENT[-1].partition(" #")[0], "tomorrow 9am")
            await self.you.sees("9:00")
            await self.taps("Plan for ")
            await self.you.sees("Post 7")
            await browser.settles()
            return await browser.page.screenshot()

    async def in_a_list(self) -> bytes:
        """With two more, in German."""
        async with page(self.chromium, self.sandbox, language="de", is_dark=True) as browser:
            for number in (1, 4):
                await self.sends(number)
                await self.taps("freier Slot")
                await self.you.sees(f"Post {8 + (number > 1)}")
            await self.you.sends("/list")
            await self.you.sees("Geplant")
            await browser.settles()
            await browser.log.locator(".theirs").last.evaluate("list => list.scrollIntoView()")
            return await browser.page.screenshot()

    async def by_calendar(self) -> bytes:
        async with page(self.chromium, self.sandbox) as browser:
            await self.sends(5)
            await self.taps("Other time")
            await self.taps("Other date")
            await self.you.sees("Which day")
            await self.taps("All months")
            await self.taps("Dec")
            await self.you.sees("Which day")
            await browser.settles()
            return await browser.page.screenshot()

    async def a_team(self) -> list[bytes]:
        """Somebody is invited, two have joined, and one of them gets another account."""
        shots = []
        async with page(self.chromium, self.sandbox) as browser:
            for number, (name, role) in enumerate({"Mia": "editor", "Tom": "author"}.items(), 2001):
                link = await self._invite(role)
                self.sandbox.telegram.add_person(number, name)
                self.sandbox.telegram.send_text(number, link, sender=number)
                await self.you.sees("Forward it")
                await until(partial(self._is_in, number))
                shots.append(await self._shot(browser))
            await self.you.sends("/team")
            await self.you.sees("Tom")
            for label in ("Tom", "Accounts"):
                await self.taps(label)
            await self.you.sees("Which accounts should")
            await self.taps(ACCOUNT)
            await self.you.sees(f"{ACCOUNT} and {BY_HAND}")
            return [*shots[1:], await self._shot(browser)]

    async def _invite(self, role: str) -> str:
        await self.you.sends("/team")
        await self.you.sees("Team")
        for label in ("Invite", role.capitalize()):
            await self.taps(label)
        await self.you.sees("work for?")  # the list has buttons named like accounts, too
        for label in (BY_HAND, "Continue"):
            await self.taps(label)
        await self.taps("7 days")
        found = await self.you.sees("?start=")
        return f"/start {found.partition('?start=')[2].split()[0]}"

    def _is_in(self, number: int) -> bool:
        return any("Welcome" in said for said in Person(self.sandbox.telegram, number).told())

    async def _shot(self, browser: Browser) -> bytes:
        await browser.settles()
        return await browser.page.screenshot()

    async def of_accounts(self) -> list[bytes]:
        """The list, a question while one is added, the settings of another, and its card."""
        shots = list[bytes]()
        async with page(self.chromium, self.sandbox) as browser:
            await self.you.sends("/accounts")
            for tap, seen in (
                ("", "Accounts"),
                ("Add an account", "How should"),
                ("With its password", "name on Instagram"),
                ("Cancel", "Accounts"),
                ("Corner Bakery", "by hand"),
                ("Settings", "Settings of"),
                ("The account", "Corner Bakery"),
                ("‹ Accounts", "postbote.demo"),
                ("postbote.demo", "named in the settings"),
                ("Check", "the login works"),
            ):
                if tap:
                    await self.taps(tap)
                await self.you.sees(seen)
                if seen in ("Accounts", "name on Instagram", "Settings of", "the login works"):
                    await browser.settles()
                    shots.append(await browser.page.screenshot())
        return [shots[0], shots[1], shots[3], shots[4]]

    async def a_clubs_week(self) -> list[bytes]:
        """Kim's post is declined with a reason in the club's topic, changed and approved."""
        telegram = self.sandbox.telegram
        [topic] = telegram.chats.chats[CLUB].topics
        alex, in_club = (Person(telegram, one, CLUB, topic.id) for one in (PERSON, AUTHOR))
        kim = Person(telegram, AUTHOR)
        for someone in (alex, in_club, kim):
            someone.timeout_seconds = 60
        await alex.sends("/group")
        await alex.sees("No account")
        await alex.taps(f"Show {ACCOUNT} here")
        await alex.sees("are shown here")
        await self._asks_for_approval()
        await kim.sends_photo(list(pictures())[2], caption="Saturday's regatta")
        await kim.sees("Saturday's regatta")
        await kim.sends("tomorrow 9am")
        await kim.sees("9:00")
        await kim.taps(await kim.sees_button("Plan for"))
        await alex.sees("would like to post this")
        await alex.taps("Decline")
        await alex.sees("Why not?")
        await alex.replies("Why not?", "Please name the winners")
        await kim.sees("Please name the winners")
        await kim.replies("Please name the winners", "Saturday's regatta, won by Robin and Jo")
        await alex.sees("won by Robin and Jo")
        await in_club.replies("won by Robin and Jo", "note: what a day!")
        await alex.sees("what a day!")
        shots = [await self._as(PERSON, "› Instagram")]
        await alex.taps("Approve")
        await kim.sees("has been approved")
        return [*shots, await self._as(AUTHOR)]

    async def _asks_for_approval(self) -> None:
        await self.you.sends("/accounts")
        await self.you.sees("Accounts")
        for label, seen in (
            (ACCOUNT, "named in the settings"),
            ("Settings", "Settings of"),
            ("Ask for approval", "once somebody has approved it"),
        ):
            await self.taps(label)
            await self.you.sees(seen)

    async def _as(self, person: int, tab: str = "") -> bytes:
        """What this person sees, in this chat or their own."""
        async with page(self.chromium, self.sandbox) as browser:
            await browser.page.get_by_label("You are").select_option(str(person))
            if tab:
                await browser.page.get_by_role("tab", name=tab).click()
            await expect(browser.log.locator("img").last).to_be_visible()
            return await self._shot(browser)

    async def a_freelancers_week(self) -> list[bytes]:
        """A client's account is added, and asks for a code; a post for it is due meanwhile."""
        admin = Person(self.sandbox.telegram, PERSON, ADMIN_CHAT)
        instagram = self.sandbox.instagram.accounts[SECOND]
        shots = list[bytes]()
        async with page(self.chromium, self.sandbox) as browser:
            await self.you.sends("/accounts")
            await self.taps("Add an account")
            await self.taps("With its password")
            for said, seen in ((SECOND, "password of"), (PASSWORD, "authenticator app")):
                await self.you.sends(said)
                await self.you.sees(seen)
            await self.taps("No authenticator")
            await self.you.sees("in the admin chat")
            shots.append(await self._shot(browser))
            await self.sends(2)
            await self.taps("Account: ")
            await self.taps(SECOND)
            await self.you.sees_button(f"Account: {SECOND}")
            await self.you.taps("Now")
            await self.taps("Hand it to me")
            await self.you.sees("please post it yourself")
            shots.append(await self._shot(browser))
            await browser.page.get_by_role("tab", name="Postbote alerts").click()
            shots.append(await self._shot(browser))
            await admin.replies("Instagram has sent a code", instagram.newest_code)
            await admin.sees("is logged in")
        return shots


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            services(folder, 0) as sandbox,
            bot(sandbox, folder, BY_HAND),
            async_playwright() as playwright,
        ):
            chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            story = Story(chromium, sandbox)
            keep([await story.on_the_profile()], "sandbox")
            scenes = (story.by_a_reply, story.in_a_list, story.by_calendar)
            keep([await scene() for scene in scenes], "cards")
            keep(await story.a_team(), "team")
            keep(await story.of_accounts(), "accounts")
            keep(await story.a_clubs_week(), "club")
            keep(await story.a_freelancers_week(), "week")
            await chromium.close()


def keep(screenshots: list[bytes], name: str) -> None:
    """Side by side."""
    shots = [Image.open(BytesIO(screenshot)) for screenshot in screenshots]
    width, height = shots[0].size
    image = Image.new("RGBA", ((width + GAP) * len(shots) - GAP, height))
    for number, shot in enumerate(shots):
        image.paste(shot, (number * (width + GAP), 0))
    image.save(DOCS / f"{name}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    asyncio.run(main())
