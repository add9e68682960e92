"""An account logs in, Instagram wants a person, and the admin chat is asked: in both languages."""

import asyncio

import pytest
from sqlalchemy import text

from bot.sandbox.instagram.faults import Fault
from bot.texts import label
from storage.models import MemberRole
from storage.scope import EVERY_ACCOUNT
from tests.codes import codes_in
from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import ADMIN_CHAT, World
from tests.end_to_end.test_posts import plan
from tests.spoken import spoken

COLLEAGUE = 61
WAYS_TO_ANOTHER_CODE = (
    "/api/v1/bloks/async_action/com.bloks.www.two_step_verification.method_picker",
    "/api/v1/accounts/send_two_factor_login_sms/",
)


def code_of(world: World) -> str:
    """What is to be seen on the owner's phone."""
    return world.instagram.codes.sent[-1].code


def wrong_code_of(world: World) -> str:
    return f"{(int(code_of(world)) + 1) % 10**6:06d}"


def all_rows(world: World) -> str:
    """Whatever stands in the database."""
    with world.services.database.transaction() as session:
        tables = session.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ).all()
        return "\n".join(
            str(row)
            for table in tables
            for row in session.scalars(text(f'SELECT "{table}"::text FROM "{table}"'))  # noqa: S608
        )


def told_of_the_second(admin: Person) -> int:
    """How often somebody has heard that another one was first, each in their language."""
    late = {spoken("login_too_late", language) for language in ("en", "de")}
    return sum(any(words in told for words in late) for told in admin.told())


@pytest.mark.usefixtures("on_cards")
async def test_that_an_account_waits_for_a_code_is_told_to_nobody_who_was_not_given_it(
    world: World, anna: Person, admin: Person
) -> None:
    store, roster, kim = world.services.store, world.services.roster, world.person(COLLEAGUE)
    world.instagram.sent_two_factor = "sms"
    await plan(anna, "now")
    await admin.sees(spoken("login_asks_sms"))
    await roster.change(store.set_role(COLLEAGUE, MemberRole.AUTHOR, name="Kim"))
    await roster.change(store.give_accounts(COLLEAGUE, frozenset()))
    await kim.sends("123 456")
    await kim.sees(spoken("send_media"))
    await roster.change(store.give_accounts(COLLEAGUE, EVERY_ACCOUNT))
    await kim.sends("123 456")
    await kim.sees(spoken("login_in_admin_chat", account="creator"))


@pytest.mark.usefixtures("on_cards")
async def test_a_code_by_sms_is_given_by_reply_and_kept_by_nobody(
    world: World, anna: Person, admin: Person
) -> None:
    """Of two who give it at once, one is told that it was given."""
    world.person(COLLEAGUE, "de")
    both = [anna.id, COLLEAGUE]
    world.telegram.add_group(ADMIN_CHAT, "Admins", both, both)
    colleague = Person(world.telegram, COLLEAGUE, ADMIN_CHAT)
    world.instagram.sent_two_factor = "sms"
    await plan(anna, "now")
    asked = await admin.sees(spoken("login_asks_sms"))
    assert "+49 *** *****12" in asked and "creator" in asked
    question = admin.last()

    asides = ["/accounts", "123 456", "The code is 123 456."]
    await admin.sends(asides[0])
    await admin.taps("creator")
    await admin.sees(spoken("account_awaits_code"))
    await admin.taps(label("en", "account_button_check"))
    await admin.sees(spoken("account_check_awaits"))
    for aside in asides[1:]:
        await admin.sends(aside)
        await admin.sees(spoken("login_in_reply", account="creator"))
    await anna.sends("code: 123 456")
    await anna.sees(spoken("login_in_admin_chat", account="creator"))
    await admin.replies(question, "no idea")
    await admin.sees(spoken("login_not_a_code"), spoken("login_delete_it"))
    world.telegram.set_bot_rights(ADMIN_CHAT, ["can_delete_messages"])
    wrong = wrong_code_of(world)
    await admin.replies(question, f"Code is {wrong[:3]} {wrong[3:]}, I think")
    await admin.sees(spoken("login_code_was_wrong", count=3))
    buttons = [label("en", "login_button_new_code"), label("en", "button_stop_login")]
    assert admin.labels(question) == buttons

    await world.stop_bot()
    await world.start_bot()
    before = len(world.instagram.codes.sent)
    for path in WAYS_TO_ANOTHER_CODE:
        world.instagram.script(Fault(at=path, kind="drop", times=9))
    await admin.taps(label("en", "login_button_new_code"))
    await admin.sees(spoken("login_failed_new_code"), spoken("login_asks_sms"))
    assert len(world.instagram.codes.sent) == before
    world.instagram.clear_faults()
    await admin.taps(label("en", "login_button_new_code"))
    await until(lambda: len(world.instagram.codes.sent) > before)
    code = code_of(world)
    await asyncio.gather(
        admin.replies(question, f" {code[:3]} - {code[3:]} "),
        colleague.replies(question, code),
    )
    await admin.sees(spoken("login_done"))
    await until(lambda: told_of_the_second(admin) == 1)
    await anna.sees(spoken("result_published"))
    await until(lambda: spoken("login_done") in text_of(admin._message(question)))
    left = [text_of(m) for m in admin.messages() if not admin.is_the_bots(m)]
    assert left == [*asides, "no idea"], "what came before the bot could delete"
    assert (world.instagram.logins, world.instagram.password_attempts) == (1, 1)
    assert codes_in(all_rows(world), (wrong, code, f"{code[:3]} - {code[3:]}")) == []

    await admin.replies(question, code)
    await admin.sees(spoken("login_too_late"))
    assert told_of_the_second(admin) == 2
    told = admin.told()
    world.instagram.sent_two_factor = None
    world.instagram.revoke_sessions()
    await plan(anna, "now")
    await anna.sees(spoken("result_published"))
    assert world.instagram.logins == 2
    assert admin.told() == told, "a login that needs nobody is nobody's concern"


async def test_what_takes_the_app_is_said_with_a_button_and_a_login_can_be_left(
    world: World, ben: Person, admin: Person
) -> None:
    await world.stop_bot()
    world.settings = world.settings.model_copy(update={"language": "de"})
    await world.start_bot()
    world.instagram.set_checkpoint("selfie")
    await ben.sends_photo()
    await ben.sees(spoken("ask_type", "de"))
    for said, seen in (
        ("Foto", "ask_caption"),
        ("ohne", "ask_hashtags"),
        ("ohne", "ask_time"),
        ("jetzt", "ask_confirm"),
    ):
        await ben.sends(said)
        await ben.sees(spoken(seen, "de"))
    await ben.sends("ja")
    told = await admin.sees(spoken("reason_selfie", "de"))
    assert spoken("remedy_selfie", "de") in told
    await ben.sees(spoken("result_waiting", "de"))

    world.instagram.set_checkpoint("email")
    await admin.taps(label("de", "login_button_done_try_again"))
    await admin.sees(spoken("login_asks_email_challenge", "de"))
    question = admin.last()
    assert "c*****r@example.com" in text_of(question)
    await admin.taps(label("de", "button_stop_login"))
    await admin.sees(spoken("login_cancelled", "de"))
    await admin.replies(question, code_of(world))
    await admin.sees(spoken("login_too_late"))  # to Anna, whose Telegram speaks English
    assert world.instagram.logins == 0

    await admin.taps(label("de", "login_button_again"), on=question)
    await admin.sees(spoken("login_asks_email_challenge", "de"))
    await admin.replies(admin.last(), code_of(world))
    await admin.sees(spoken("login_done", "de"))
    await ben.sees(spoken("result_published", "de"))
    assert world.instagram.logins == 1
