"""The sandbox's page in Chromium, with the real bot behind it."""

import re
from pathlib import Path

from playwright.async_api import expect

from tests.end_to_end.browser import ON_THE_PAGE, Browser
from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import ADMIN_CHAT, CARLA, DIRK, STRANGER, World
from tests.end_to_end.media import stripes
from tests.samples import clip, jpeg
from tests.spoken import spoken

pytestmark = ON_THE_PAGE

CLUB = -1002000


async def test_files_and_links_open_and_a_tap_on_a_block_copies_it(
    world: World, browser: Browser
) -> None:
    bot = world.app.bot
    await browser.says("/list")
    await browser.sees(spoken("list_empty"))
    await bot.send_document(CARLA, jpeg(), filename="post-1.jpg")
    await bot.send_message(CARLA, "<pre>Brot &amp; Butter\n\n#brot</pre>")
    file = (await browser.sees("post-1.jpg")).get_by_role("link")
    async with browser.page.context.expect_page() as opened:
        await file.click()
    assert await (await opened.value).locator("img").count() == 1
    await browser.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await browser.page.bring_to_front()
    await browser.log.get_by_role("button", name="#brot").click()
    await expect(browser.page.get_by_text("Copied")).to_be_visible()
    copied = await browser.page.evaluate("navigator.clipboard.readText()")
    assert copied == "Brot & Butter\n\n#brot"
    await bot.send_message(CARLA, f"https://t.me/{bot.username}?start=tmistyped")
    await (await browser.sees("tmistyped")).get_by_role("link").click()
    await browser.sees(spoken("team_link_already_in"))


async def publish(browser: Browser, *choices: str) -> None:
    """From the card to the result, by taps."""
    for choice in (*choices, "Now"):
        await browser.taps(choice)
    await browser.sees(spoken("result_published"))
    await expect(browser.log.locator(".key").filter(has_text=re.compile("^Now$"))).to_have_count(0)


async def test_a_photo_sent_here_appears_on_the_profile(browser: Browser, photo: Path) -> None:
    await browser.says("/start")
    await browser.sees("Send me a")

    await browser.attaches(photo, caption="Hello habour")
    await browser.sees("Hello habour")
    await browser.picks("Edit caption", browser.log.locator(".mine").last)
    await browser.says("Hello harbour")
    card = await browser.sees("Hello harbour")
    await publish(browser)

    await expect(card.locator(".key").filter(has_text="Now")).to_have_count(0)
    await expect(browser.tiles).to_have_count(1)
    await expect(browser.tiles).to_have_accessible_name("photo: Hello harbour")
    assert await browser.tiles.locator("img").evaluate("img => img.decode().then(() => img.width)")
    await expect(browser.page.locator("#counts")).to_contain_text("1 post")
    await (await browser.sees(spoken("result_published"))).get_by_role("link").click()
    await expect(browser.dialog).to_contain_text("Hello harbour")
    assert len(browser.page.context.pages) == 1, "the link led away from this page"


async def test_a_story_lights_the_ring_an_album_becomes_a_carousel_and_a_clip_a_reel(
    browser: Browser, photo: Path, other_photo: Path, tmp_path: Path
) -> None:
    ring = browser.page.locator("#ring")
    await expect(ring).to_be_disabled()
    await browser.attaches(photo, caption="Short")
    await publish(browser, "Type", "Story")

    await ring.click()
    await expect(browser.dialog.locator("img.slide")).to_be_visible()
    await browser.page.keyboard.press("Escape")

    await expect(ring).not_to_have_class(re.compile("fresh"))
    await expect(browser.tiles).to_have_count(0)

    await browser.attaches(photo, other_photo, caption="Both")
    await expect(browser.log.locator(".mine").last.locator(".mosaic img")).to_have_count(2)
    await publish(browser)

    await browser.tiles.click()
    await expect(browser.dialog.get_by_role("status")).to_have_text("1 of 2")
    await browser.page.keyboard.press("ArrowRight")
    await expect(browser.dialog.get_by_role("status")).to_have_text("2 of 2")
    await browser.dialog.get_by_role("button", name="Previous").click()
    await expect(browser.dialog.get_by_role("status")).to_have_text("1 of 2")
    await browser.page.keyboard.press("Escape")
    await expect(browser.dialog).to_have_count(0)

    path = tmp_path / "clip.mp4"
    path.write_bytes(clip())

    await browser.attaches(path, caption="Moving")
    await publish(browser)

    await expect(browser.page.locator("#grid [data-kind=reel] .mark")).to_be_visible()
    await browser.page.locator("#grid [data-kind=reel]").click()
    await expect(browser.dialog.locator("video")).to_be_visible()


SHOWN_WHOLE = """async (image) => {
    await image.decode();
    const box = image.getBoundingClientRect();
    const bubble = image.closest(".bubble").getBoundingClientRect();
    const isInside = box.left >= bubble.left - 1 && box.right <= bubble.right + 1;
    const shape = image.naturalWidth / image.naturalHeight;
    return isInside && Math.abs(box.width / box.height / shape - 1) < 0.03;
}"""


async def test_a_panorama_is_framed_below_a_picture_of_each_way(
    browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "wide.jpg"
    path.write_bytes(stripes(2400, 800))

    await browser.attaches(path, caption="Far")
    for choice in ("More …", "Framing"):
        await browser.taps(choice)
    question = await browser.sees(spoken("ask_fit"))
    await expect(question.locator("img")).to_have_count(1)  # the card's has gone
    for picture in (browser.log.locator(".mine img"), question.locator("img")):
        assert await picture.evaluate(SHOWN_WHOLE)
    await browser.taps("Right ▶")
    await publish(browser, "B · Blurred background")
    await expect(browser.tiles).to_have_count(1)


DROP = """(zone) => {
    const files = new DataTransfer();
    files.items.add(new File(["words"], "dropped.txt", {type: "text/plain"}));
    const event = (name) => new DragEvent(name, {bubbles: true, dataTransfer: files});
    document.getElementById("log").dispatchEvent(event("dragenter"));
    document.querySelector(`#drop [data-as=${zone}]`).dispatchEvent(event("drop"));
}"""


async def test_a_file_stays_a_file_and_dropped_ones_go_the_way_they_were_dropped(
    browser: Browser, photo: Path
) -> None:
    await browser.attaches(photo, as_file=True)
    await browser.attaches(photo, asked="File")

    await expect(browser.log.locator(".mine .file")).to_contain_text(["photo.jpg"] * 2)
    await expect(browser.log.locator(".theirs .keyboard")).to_have_count(2)

    for zone, chosen in (("media", "As photo or video"), ("file", "As file")):
        await browser.page.evaluate(DROP, zone)
        await expect(browser.dialog).to_contain_text("dropped.txt")
        await expect(browser.dialog.get_by_label(chosen)).to_be_checked()
        await browser.page.keyboard.press("Escape")
        await expect(browser.dialog).to_have_count(0)

    await browser.page.evaluate(DROP, "file")
    await browser.dialog.get_by_label("Caption").press("Enter")

    await expect(browser.log.locator(".mine .file")).to_contain_text(
        ["photo.jpg", "photo.jpg", "dropped.txt"]
    )
    await browser.sees(spoken("refused_no_media"))


async def test_everything_can_be_done_by_keyboard(browser: Browser) -> None:
    keyboard = browser.page.keyboard
    await browser.says("/help")
    await browser.sees(spoken("help"))
    await browser.log.locator(".act").last.focus()
    for key in ("ArrowUp", "Enter", "ArrowDown", "Enter"):  # the message before: Edit
        await keyboard.press(key)
    await expect(browser.page.locator("#context")).to_contain_text("Edit message/help")
    await keyboard.press("Escape")
    await expect(browser.page.locator("#context")).to_be_hidden()
    attach = browser.page.get_by_role("button", name="Attach")
    await attach.focus()
    await keyboard.press("Enter")
    await keyboard.press("ArrowUp")  # the last entry: the sample picture
    await keyboard.press("Enter")
    await expect(browser.dialog.get_by_label("Caption")).to_be_focused()
    await keyboard.type("By keyboard")
    await keyboard.press("Enter")
    await browser.sees("By keyboard")
    await expect(browser.page.get_by_role("combobox", name="Message")).to_be_focused()
    await keyboard.press("ArrowUp")  # to the first of the newest buttons
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight"):  # round the end, and on to the second
        await keyboard.press(key)
    await expect(browser.log.locator(".key:focus")).to_have_text("Now")
    await keyboard.press("Enter")
    await browser.sees(spoken("result_published"))

    await browser.tiles.focus()
    await keyboard.press("Enter")
    await expect(browser.dialog).to_contain_text("By keyboard")
    await keyboard.press("Escape")
    await expect(browser.tiles).to_be_focused()


async def test_commands_and_faults_are_chosen_and_hostile_words_stay_words(
    world: World, browser: Browser
) -> None:
    commands = browser.page.get_by_role("option")
    field = browser.page.get_by_role("combobox", name="Message")
    await field.press_sequentially("/li")
    await expect(commands).to_have_count(1)

    await field.press("ArrowDown")
    await field.press("Enter")

    await browser.sees(spoken("list_empty"))
    await expect(commands).to_have_count(0)

    await browser.page.get_by_role("button", name="What if").click()
    await browser.page.get_by_role("menuitem", name="it is down for a moment").click()
    chip = browser.page.get_by_role("button", name="Call it off")
    await expect(chip).to_contain_text("it is down for a moment")
    assert len(world.instagram.faults.pending) == 1

    await chip.click()

    await expect(chip).to_be_hidden()
    assert world.instagram.faults.pending == []

    hostile = '<img src=x onerror="boom()"> link'
    link = {"type": "text_link", "offset": 29, "length": 4, "url": "javascript:boom()"}
    bold = {"type": "bold", "offset": 0, "length": 8}
    content = {"text": hostile, "entities": [bold, link]}
    world.telegram.all_messages.add(CARLA, world.telegram.bot["id"], content)
    world.telegram.changed()

    message = await browser.sees("boom()")

    await expect(message.locator(".text")).to_have_text(hostile)
    await expect(message.locator(".text strong")).to_have_text("<img src")
    await expect(message.locator("img, a")).to_have_count(0)


async def test_each_person_has_their_chats_with_badges_topics_and_alerts(
    world: World, browser: Browser
) -> None:
    tab = browser.page.get_by_role("tab", name="Admins")
    await expect(tab.locator(".badge")).to_have_count(0)

    world.telegram.send_text(ADMIN_CHAT, "/help")

    await expect(tab.locator(".badge")).to_be_visible()
    await tab.click()
    await browser.sees("admin chat")
    await expect(tab.locator(".badge")).to_have_count(0)

    world.person(DIRK)
    world.telegram.add_forum(CLUB, "Club", [CARLA, DIRK], [CARLA])
    topic = world.telegram.add_topic(CLUB, "Instagram")
    await browser.page.get_by_label("You are").select_option(str(DIRK))
    await browser.page.get_by_role("tab", name="Instagram").click()
    await browser.says("/list")
    await browser.sees(spoken("list_empty"))
    dirk = Person(world.telegram, DIRK, CLUB, topic)
    (said,) = [message for message in dirk.messages() if message.get("text") == "/list"]
    assert (said["from"]["id"], said["message_thread_id"]) == (DIRK, topic)
    assert dirk.last()["message_thread_id"] == topic
    await browser.page.get_by_role("tab", name="Club").click()
    await expect(browser.log.locator(".theirs")).to_have_count(0)

    world.telegram.add_person(STRANGER, "Stranger")
    world.telegram.chats.chats[STRANGER].started = True
    world.telegram.all_messages.add(
        STRANGER, world.telegram.bot["id"], {"text": "A button"}
    ).inline_keyboard = [[{"text": "Press", "callback_data": "x"}]]
    world.telegram.changed()
    await browser.page.get_by_label("You are").select_option(str(STRANGER))

    await browser.taps("Press")

    await expect(browser.dialog).to_contain_text("This bot is private.")
    await browser.page.keyboard.press("Enter")
    await expect(browser.dialog).to_have_count(0)


async def test_every_width_fits_in_light_and_dark(
    world: World, browser: Browser, carla: Person
) -> None:
    world.telegram.add_person(STRANGER, "Somebody with a long name, not invited yet")
    world.telegram.changed()
    await carla.sends("/help")
    await carla.sends("one-very-long-word-" * 20)
    await browser.sees(spoken("help"))
    inks = []
    for dark in (False, True):
        await browser.page.emulate_media(color_scheme="dark" if dark else "light")
        inks.append(await browser.page.evaluate("getComputedStyle(document.body).color"))
        for width in (320, 390, 700, 861, 1280, 1920):
            await browser.page.set_viewport_size({"width": width, "height": 760})
            assert not await browser.overflows(), width
            right = "document.querySelector('#who').getBoundingClientRect().right"
            assert 0 < await browser.page.evaluate(right) <= width

    assert inks == ["rgb(27, 33, 56)", "rgb(236, 238, 245)"]


async def test_a_narrow_screen_shows_chat_or_profile(browser: Browser, photo: Path) -> None:
    await browser.page.set_viewport_size({"width": 390, "height": 760})
    await browser.attaches(photo, caption="Small")
    await publish(browser)
    await expect(browser.page.locator("#unseen")).to_have_text("1")

    await browser.page.get_by_role("button", name="Profile").click()

    await expect(browser.tiles).to_be_visible()
    await expect(browser.log).to_be_hidden()
    await expect(browser.page.locator("#unseen")).to_be_hidden()
