"""A bot that is killed while it logs in and while a code is under way, and that logs all it can."""

import time

from bot.sandbox.instagram.faults import PLACES
from bot.sandbox.instagram.passwords import totp
from tests.chaos.conftest import ADMIN_CHAT, ANNA, CREATOR, Deployment
from tests.chaos.processes import Process
from tests.chaos.remote import RemoteInstagram
from tests.chaos.servers import TOKEN
from tests.chaos.waiting import until
from tests.codes import codes_in
from tests.end_to_end.chat import Message, Person, text_of
from tests.spoken import spoken

FOREVER = 600.0
CHECKPOINT = "/api/v1/challenge/"
TWO_FACTOR = PLACES["two_factor"]
SEED, OTHER_SEED = "JBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQ"
PASSWORD = "correct horse battery"


def code_requests(account: RemoteInstagram) -> int:
    return sum(path.startswith((CHECKPOINT, *TWO_FACTOR)) for path in account.paths)


def questions(account: RemoteInstagram, admin: Person) -> list[Message]:
    """The messages that are about its login, the last one first."""
    mine = (one for one in reversed(admin.messages()) if admin.is_the_bots(one))
    return [one for one in mine if account.account in text_of(one)]


def asked_about(account: RemoteInstagram, admin: Person) -> str:
    return next(map(text_of, questions(account, admin)), "")


def is_killed(deployment: Deployment, bot: Process) -> None:
    bot.kill()
    deployment.instagram.clear_faults()
    deployment.ledger.let_lease_expire()


def all_rows(deployment: Deployment) -> str:
    """Whatever stands in the database."""
    tables = deployment.ledger.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return "\n".join(
        str(deployment.ledger.rows(f'SELECT "{table}"::text FROM "{table}"'))  # noqa: S608
        for (table,) in tables
    )


def others(deployment: Deployment) -> dict[str, RemoteInstagram]:
    """More accounts, each of which Instagram asks for another kind of code, by the text's key."""
    creator = deployment.instagram
    found = {
        "login_asks_email_challenge": creator.add_account("mailed"),
        "login_asks_authenticator": creator.add_account("guarded", totp_secret=OTHER_SEED),
        "login_asks_whatsapp": creator.add_account("texted", two_factor="whatsapp"),
    }
    found["login_asks_email_challenge"].set_checkpoint("email")
    for account in found.values():
        deployment.ledger.add_account(account.account, password="right", api_url=creator.url)
        deployment.ledger.plan(account.account, [f"Of {account.account}"])
    return found


def code_of(account: RemoteInstagram) -> str:
    return account.newest_code or totp(OTHER_SEED, time.time())


async def test_a_password_leaves_once_each_kind_of_code_is_asked_for_anew_and_none_is_told(
    deployment: Deployment,
) -> None:
    instagram, admin = deployment.instagram, deployment.person(ANNA, ADMIN_CHAT)
    deployment.telegram.add_person(ANNA, "Anna")
    deployment.telegram.add_group(ADMIN_CHAT, "Admins", [ANNA])
    settings = {
        "LOG_LEVEL": "DEBUG",
        "INSTAGRAM_PASSWORD": PASSWORD,
        "INSTAGRAM_TOTP_SECRET": SEED,
        # something listens there, and is never asked: this Instagram is on loopback
        "INSTAGRAM_PROXY": deployment.telegram.url.replace("://", "://somebody:proxy-pass-word@"),
    }
    (post,) = deployment.ledger.plan(CREATOR, ["After three lives"])
    instagram.change_password(PASSWORD)
    instagram.set_checkpoint("sms")
    instagram.script("login", "drop", when="after", seconds=FOREVER)
    first = deployment.bot(**settings)
    until(lambda: instagram.password_attempts == 1, what="the password comes")
    is_killed(deployment, first)

    asking = others(deployment)
    second = deployment.bot(**settings)
    await admin.sees(spoken("reason_login_interrupted"))
    assert instagram.password_attempts == 1
    await admin.taps("Done, try again")
    asking["login_asks_sms_challenge"] = instagram
    for key, account in asking.items():
        until(lambda a=account, k=key: spoken(k) in asked_about(a, admin), what=key)  # type: ignore[misc]
        for place in (CHECKPOINT, "two_factor"):
            account.script(place, "drop", seconds=FOREVER)
    before, codes = code_requests(instagram), []
    for account in asking.values():
        codes.append(code_of(account))
        await admin.replies(questions(account, admin)[0], codes[-1])
    until(lambda: code_requests(instagram) >= before + len(asking), what="all codes come")
    for account in asking.values():
        until(lambda a=account: spoken("login_trying") in asked_about(a, admin), what="a try")  # type: ignore[misc]
        account.clear_faults()
    is_killed(deployment, second)

    deployment.bot(**settings)
    for account in asking.values():
        until(lambda a=account: spoken("login_how") in asked_about(a, admin), what="asked anew")  # type: ignore[misc]
        code = code_of(account)
        codes += [code, f"{code[:3]} {code[3:]}"]
        await admin.replies(questions(account, admin)[0], codes[-1])
    for account in asking.values():
        until(lambda a=account: spoken("login_done") in asked_about(a, admin), what="logged in")  # type: ignore[misc]
    deployment.is_published_once(post, "After three lives")
    assert [(one.logins, one.password_attempts) for one in asking.values()] == [
        *[(1, 1)] * 3,
        (1, 2),
    ]

    told = deployment.words() + all_rows(deployment)
    told += "\n".join(
        text_of(message) for message in admin.messages() if admin.is_the_bots(message)
    )
    assert " DEBUG " in told and "logged in to Instagram" in told
    secrets = [PASSWORD, SEED, OTHER_SEED, "proxy-pass-word", TOKEN, "%3A"]
    assert [secret for secret in secrets if secret in told] == codes_in(told, codes) == []
