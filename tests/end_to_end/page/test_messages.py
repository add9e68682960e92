"""What is done with messages on the page: reply, edit, forward, delete, exchange a picture."""

from playwright.async_api import expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto

from tests.end_to_end.browser import ON_THE_PAGE, Browser
from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import CARLA, World
from tests.samples import jpeg

pytestmark = ON_THE_PAGE


async def test_messages_are_answered_edited_forwarded_and_deleted(
    world: World, browser: Browser, carla: Person
) -> None:
    bot, page = world.app.bot, browser.page
    world.telegram.chats.chats[CARLA].started = True
    mine, field = browser.log.locator(".mine"), page.get_by_role("combobox", name="Message")
    cards = [await bot.send_photo(CARLA, jpeg(), caption=f"Card {one}") for one in "AB"]
    card = await browser.sees("Card A")

    await browser.picks("Reply", card)
    await expect(page.locator("#context")).to_contain_text("Reply to Postbote")
    await expect(field).to_be_focused()
    await browser.says("wdnesday")
    answer = mine.filter(has_text="wdnesday")
    await expect(answer.locator(".quote")).to_contain_text("Card A")
    said = next(one for one in carla.messages() if one.get("text") == "wdnesday")
    assert said["reply_to_message"]["message_id"] == cards[0].message_id
    await expect(page.locator("#context")).to_be_hidden()

    await browser.picks("Edit", answer)
    await expect(field).to_have_value("wdnesday")
    await browser.says("wednesday")
    await expect(mine.last).to_contain_text("edited")
    await bot.set_message_reaction(CARLA, said["message_id"], "👍")
    await expect(mine.last.locator(".reaction")).to_have_text("Reaction:👍")

    await browser.picks("Forward to this chat", card)
    await expect(mine.last).to_contain_text("Forwarded from Postbote")
    assert await mine.last.locator("img").evaluate("image => image.decode().then(() => true)")
    await browser.picks("Delete", card)
    await expect(browser.log.locator(".theirs").filter(has_text="Card A")).to_have_count(0)
    await expect(mine.first.locator(".quote")).to_contain_text("Deleted message")
    await browser.sees("Card B")


WATCHED = """(picture) => {
    window.empty = [];
    const look = () => {
        const images = [...document.querySelectorAll(".theirs .picture img")];
        const isShown = images.some((image) => image.complete && image.naturalWidth);
        window.empty.push(!isShown);
        if (window.empty.length < 600) requestAnimationFrame(look);
    };
    look();
}"""


async def test_a_card_gets_another_picture_in_its_place(world: World, browser: Browser) -> None:
    bot, page = world.app.bot, browser.page
    world.telegram.chats.chats[CARLA].started = True
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Type", callback_data="x")]])
    sent = await bot.send_photo(CARLA, jpeg(1080, 1350), caption="Card", reply_markup=keys)
    card = await browser.sees("Card")
    old = await card.locator("img").get_attribute("src")
    await card.locator(".key").focus()
    await page.evaluate(WATCHED)

    new = InputMediaPhoto(jpeg(1080, 1350, colour="purple"), caption="Card, purple")
    await sent.edit_media(new, reply_markup=keys)

    await expect(card).to_contain_text("Card, purple")
    await expect(card.locator("img")).to_have_count(1)
    await expect(card.locator("img")).not_to_have_attribute("src", old or "")
    assert not any(await page.evaluate("window.empty")), "the card was without a picture"
    await expect(card.locator(".key")).to_be_focused()


async def test_a_dot_tells_whoever_has_scrolled_up_of_what_came_below(
    world: World, browser: Browser
) -> None:
    way_down, dot = browser.page.locator("#to-end"), browser.page.locator("#below")
    await browser.says("/help")
    await browser.sees("/timezone")
    await browser.log.evaluate("log => log.scrollTo(0, 0)")
    await expect(way_down).to_be_visible()
    await expect(dot).to_be_hidden()
    await world.app.bot.send_message(CARLA, "The newest")
    await expect(dot).to_be_visible()
    await way_down.click()
    await expect(way_down).to_be_hidden()
    await browser.log.evaluate("log => log.scrollTo(0, 0)")
    await expect(way_down).to_be_visible()
    await expect(dot).to_be_hidden()
