"""A bot that is killed while it logs in and while a code is under way, and that logs all it can."""

from tests.chaos.conftest import ADMIN_CHAT, ANNA, CREATOR, Deployment
from tests.chaos.processes import Process
from tests.chaos.servers import TOKEN
from tests.chaos.waiting import until
from tests.end_to_end.chat import text_of
from tests.spoken import spoken

FOREVER = 600.0
CHECKPOINT = "/api/v1/challenge/"
SEED = "JBSWY3DPEHPK3PXP"
PASSWORD = "correct horse battery"


def checkpoint_requests(deployment: Deployment) -> int:
    return sum(path.startswith(CHECKPOINT) for path in deployment.instagram.paths)


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


async def test_a_password_leaves_once_a_code_is_asked_for_anew_and_neither_is_told(
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

    second = deployment.bot(**settings)
    await admin.sees(spoken("reason_login_interrupted"))
    assert instagram.password_attempts == 1
    await admin.taps("Done, try again")
    await admin.sees(spoken("login_asks_sms_challenge"))
    question, code, before = admin.last(), instagram.newest_code, checkpoint_requests(deployment)
    instagram.script(CHECKPOINT, "drop", seconds=FOREVER)
    await admin.replies(question, code)
    until(lambda: checkpoint_requests(deployment) > before, what="the code comes")
    is_killed(deployment, second)

    deployment.bot(**settings)
    until(lambda: spoken("login_how") in text_of(admin._message(question)), what="it is asked anew")
    await admin.replies(question, f"{code[:3]} {code[3:]}")
    await admin.sees(spoken("login_done"))
    deployment.is_published_once(post, "After three lives")
    assert (instagram.logins, instagram.password_attempts) == (1, 2)

    told = deployment.words() + all_rows(deployment)
    told += "\n".join(
        text_of(message) for message in admin.messages() if admin.is_the_bots(message)
    )
    assert " DEBUG " in told and "logged in to Instagram" in told
    secrets = [PASSWORD, code, f"{code[:3]} {code[3:]}", SEED, "proxy-pass-word", TOKEN, "%3A"]
    assert [secret for secret in secrets if secret in told] == []
