"""Logging in: once for each lost session, and with a person where Instagram wants one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.passwords import totp
from bot.sandbox.instagram.state import InstagramState
from publisher.dispatcher import Dispatcher
from publisher.media.rules import INSTAGRAM_RULES
from publisher.registry import WAYS
from publisher.stores import Stores
from publisher.wiring import connected
from storage.account_checks import AskedChecks
from storage.lease import LeaseLostError
from storage.lifecycle import Status
from storage.logins import ASKED_AGAIN, Logins
from storage.models import LoginQuestion
from tests.publisher.conftest import CAPTION, TIMEOUT_SECONDS, World

SEED = "JBSW Y3DP EHPK 3PXP"


@dataclass
class Owner:
    """Whoever has the phone on which codes arrive, and the chat in which questions do."""

    world: World
    instagram: InstagramState
    account_id: int

    @property
    def logins(self) -> Logins:
        return Logins(self.world.database, self.world.accounts.box)

    def publisher(self) -> Dispatcher:
        """A new one, as in another process: it knows of accounts what their rows say."""
        world = self.world
        stores = Stores(world.database, world.accounts, world.files, WAYS, world.timings.lease)
        made = Dispatcher(
            stores,
            lambda account: connected(account, world.accounts, INSTAGRAM_RULES),
            world.timings,
            random=lambda: 0.5,
        )
        world._publishers.append(made)
        return made

    def sweep(self) -> None:
        self.world.sweep(self.publisher())

    def asked(self) -> LoginQuestion:
        """The latest question, as it stands."""
        with self.world.database.transaction() as session:
            query = text("SELECT max(id) FROM login_questions WHERE account_id = :account")
            latest = session.scalar(query, {"account": self.account_id})
        question = self.logins.get(latest)
        assert question is not None
        return question

    def answers(self, code: str) -> LoginQuestion:
        assert self.logins.answer(self.asked().id, code)
        self.sweep()
        return self.asked()

    def code(self) -> str:
        """What is to be seen on the phone at this moment."""
        if self.instagram.totp_secret:
            return totp(self.instagram.totp_secret, self.instagram.clock())
        return self.instagram.codes.sent[-1].code

    def wrong_code(self) -> str:
        return f"{(int(self.code()) + 1) % 10**6:06d}"

    def secrets_kept(self) -> int:
        """Answers, and states of logins, that the database still has."""
        with self.world.database.transaction() as session:
            query = text("SELECT count(answer) + count(state) FROM login_questions")
            return session.scalar(query) or 0


@pytest.fixture
def world(new_world: World) -> World:
    """Without a session."""
    return new_world


@pytest.fixture
def owner(world: World) -> Owner:
    credentials = {"password": "right", "api_url": world.url}
    account = world.accounts.configure("instagram", "creator", credentials)
    return Owner(world, world.instagram, account.id)


def by_totp(instagram: InstagramState) -> None:
    instagram.totp_secret = SEED


def by(method: Any) -> Callable[[InstagramState], None]:
    return lambda instagram: setattr(instagram, "sent_two_factor", method)


def at(checkpoint: Any) -> Callable[[InstagramState], None]:
    return lambda instagram: instagram.set_checkpoint(checkpoint)


@pytest.mark.parametrize(
    ("wants", "current", "kind", "sent_to"),
    [
        (by_totp, True, "authenticator", None),
        (by_totp, False, "authenticator", None),
        (by("sms"), True, "sms", "+49 *** *****12"),
        (by("sms"), False, "sms", "+49 *** *****12"),
        (by("whatsapp"), True, "whatsapp", "+49 *** *****12"),
        (by("whatsapp"), False, "whatsapp", "+49 *** *****12"),
        (at("email"), True, "email_challenge", "c*****r@example.com"),
        (at("sms"), True, "sms_challenge", "+49 *** *****12"),
        (at("profile_email"), True, "email_challenge", "c*****r@example.com"),
        (at("profile_sms"), True, "sms_challenge", "+49 *** *****12"),
    ],
)
def test_a_code_is_asked_for_and_the_login_goes_on_with_it_in_any_process(
    owner: Owner,
    wants: Callable[[InstagramState], None],
    current: bool,
    kind: str,
    sent_to: str | None,
) -> None:
    world, instagram = owner.world, owner.instagram
    wants(instagram)
    instagram.takes_current_login = current
    post_id = world.plan()
    for _ in range(2):
        owner.sweep()
    asked, submitted = owner.asked(), 1 if current else 2
    assert (asked.kind, asked.detail, asked.settled_at) == (kind, sent_to, None)
    assert world.is_paused() and world.post(post_id).status is Status.PENDING

    asked = owner.answers(owner.wrong_code())
    assert (asked.attempts, asked.answered_at, asked.settled_at) == (1, None, None)
    if asked.can_resend:
        old = owner.code()
        assert owner.logins.want_new_code(asked.id)
        owner.sweep()
        assert owner.answers(old).attempts == 2, "a code counts no more once there is a newer one"

    asked = owner.answers(owner.code())
    assert (asked.outcome, owner.secrets_kept()) == ("done", 0)
    assert not world.is_paused() and world.live() == [CAPTION]
    assert (instagram.logins, instagram.password_attempts) == (1, submitted)
    assert not owner.logins.answer(asked.id, "123456"), "nothing is asked any more"


@pytest.mark.parametrize(
    ("hindrance", "kind"),
    [
        ("app", "challenge"),
        ("selfie", "selfie"),
        ("password_reset", "password_reset"),
        ("suspended", "suspended"),
    ],
)
def test_what_takes_the_app_is_tried_again_only_when_a_person_says_so(
    owner: Owner, hindrance: Any, kind: str
) -> None:
    world, instagram = owner.world, owner.instagram
    instagram.set_checkpoint(hindrance)
    world.plan()
    for _ in range(3):
        owner.sweep()
    assert (owner.asked().kind, world.is_paused()) == (kind, True)
    assert (instagram.password_attempts, world.told("admin")) == (1, ["login"])
    assert world.told() == ["waiting"]
    assert owner.logins.try_again(owner.account_id)
    owner.sweep()
    assert (owner.asked().kind, instagram.password_attempts) == (kind, 2), "it was not done yet"
    assert world.told() == ["waiting"], "offered once, whatever is asked meanwhile"
    instagram.set_checkpoint(None)
    assert world.accounts.resume(owner.account_id), "/resume says the same"
    owner.sweep()
    assert (world.live(), instagram.password_attempts) == ([CAPTION], 3)
    assert not world.is_paused()
    assert not owner.logins.try_again(owner.account_id), "an old button changes nothing"


def test_a_question_that_outlasts_the_pause_it_was_asked_in_begins_one_and_owners_hear(
    owner: Owner,
) -> None:
    world = owner.world
    owner.instagram.set_checkpoint("selfie")
    until = datetime.now(UTC) + timedelta(hours=1)
    assert world.accounts.pause_on_request([owner.account_id], until=until)
    AskedChecks(world.database).ask(owner.account_id, chat_id=1, message_id=1, language="en")
    owner.sweep()
    assert owner.asked().kind == "selfie"
    world.plan()
    world.execute("UPDATE accounts SET paused_until = now()")
    owner.sweep()
    assert (world.is_paused(), world.told()) == (True, ["waiting"])
    owner.instagram.set_checkpoint(None)
    assert owner.logins.try_again(owner.account_id)
    owner.sweep()
    assert (world.is_paused(), world.live()) == (False, [CAPTION])


def test_codes_that_are_wrong_late_or_not_given_end_the_question(owner: Owner) -> None:
    world, instagram = owner.world, owner.instagram
    instagram.sent_two_factor = "sms"
    world.plan()
    owner.sweep()
    for _ in range(ASKED_AGAIN + 1):
        owner.answers(owner.wrong_code())
    assert (owner.asked().outcome, owner.secrets_kept()) == ("wrong", 0)

    for settle, outcome in (
        (lambda: owner.logins.cancel(owner.asked().id), "cancelled"),
        (lambda: world.execute("UPDATE login_questions SET expires_at = now()"), "expired"),
    ):
        for _ in range(2):
            owner.sweep()
        attempts = instagram.password_attempts
        assert owner.logins.try_again(owner.account_id)
        owner.sweep()
        assert instagram.password_attempts == attempts + 1
        settle()
        owner.sweep()
        assert (owner.asked().outcome, owner.secrets_kept()) == (outcome, 0)
    assert world.is_paused() and instagram.logins == 0


@pytest.mark.parametrize("is_late", [True, False])
def test_a_login_that_was_given_up_and_works_at_the_next_try_is_said_to_be_done(
    owner: Owner, is_late: bool
) -> None:
    world, instagram = owner.world, owner.instagram
    instagram.sent_two_factor = "sms"
    world.plan()
    owner.sweep()
    if is_late:
        world.execute("UPDATE login_questions SET expires_at = now()")
        owner.sweep()
    else:
        owner.logins.cancel(owner.asked().id)
    instagram.sent_two_factor = None
    assert owner.logins.try_again(owner.account_id)
    owner.sweep()
    assert (owner.asked().outcome, world.live()) == ("done", [CAPTION])


def test_a_login_is_not_left_any_more_once_the_code_is_under_way(owner: Owner) -> None:
    world, instagram = owner.world, owner.instagram
    instagram.sent_two_factor = "sms"
    world.plan()
    owner.sweep()
    asked, publisher, sent = owner.asked(), owner.publisher(), len(instagram.requests)
    instagram.script(Fault(at="two_factor", kind="delay", seconds=TIMEOUT_SECONDS))
    assert owner.logins.answer(asked.id, owner.code())
    publisher.sweep()
    world.until_true(lambda: len(instagram.requests) > sent)
    assert not owner.logins.cancel(asked.id), "by somebody else, just then"
    instagram.let_go()
    assert publisher.wait(TIMEOUT_SECONDS)
    assert (owner.asked().outcome, instagram.logins) == ("done", 1)


def test_a_login_that_is_left_before_its_code_leaves_sends_none(owner: Owner) -> None:
    owner.instagram.sent_two_factor = "sms"
    owner.world.plan()
    owner.sweep()
    asked, publisher = owner.asked(), owner.publisher()
    assert owner.logins.answer(asked.id, owner.code())
    held = publisher._stores.logins.hold_next(owner.account_id)
    assert held is not None and owner.logins.cancel(asked.id)
    with pytest.raises(LeaseLostError):
        publisher._stores.logins.use_answer(held[0], asked.id)


def test_a_code_that_comes_too_late_for_instagram_is_wrong(owner: Owner) -> None:
    instagram = owner.instagram
    instagram.set_checkpoint("email")
    owner.world.plan()
    owner.sweep()
    code, clock = owner.code(), instagram.clock
    instagram.clock = lambda: clock() + 601
    assert owner.answers(code).attempts == 1


def test_a_seed_answers_by_itself_and_a_person_is_asked_if_it_is_refused(owner: Owner) -> None:
    world, instagram = owner.world, owner.instagram
    instagram.totp_secret = SEED
    credentials = {"password": "right", "api_url": world.url, "totp_secret": SEED}
    world.accounts.configure("instagram", "creator", credentials)
    world.plan()
    owner.sweep()
    assert (world.live(), instagram.password_attempts) == ([CAPTION], 1)
    instagram.totp_secret = "GEZD GNBV GY3T QOJQ"
    instagram.revoke_sessions()
    world.plan(caption="Second")
    owner.sweep()
    assert owner.asked().kind == "authenticator"
    owner.answers(owner.code())
    assert (len(world.live()), instagram.password_attempts) == (2, 2)


@pytest.mark.parametrize("kind", ["please_wait", "feedback_required", "drop", "challenge"])
def test_whatever_goes_wrong_once_the_password_has_left_it_is_sent_once(
    owner: Owner, kind: Any
) -> None:
    owner.instagram.script(Fault(at="login", kind=kind, when="after"))
    owner.world.plan()
    for _ in range(3):
        owner.sweep()
    assert (owner.instagram.password_attempts, owner.world.is_paused()) == (1, True)
    assert owner.world.told("admin") == ["login"]


def test_what_was_never_sent_is_tried_again_by_itself(owner: Owner) -> None:
    world = owner.world
    world.stop_instagram()
    world.plan()
    publisher = owner.publisher()
    for _ in range(3):
        world.sweep(publisher)
    assert (world.is_paused(), world.told("admin")) == (False, [])
    world.start_instagram()
    world.execute("UPDATE accounts SET login_at = now()")
    world.sweep(publisher)
    assert world.live() == [CAPTION]


def test_a_publisher_that_was_killed_while_it_logged_in_leaves_a_question(owner: Owner) -> None:
    owner.world.execute("UPDATE accounts SET login_at = now(), login_begun_at = now()")
    owner.sweep()
    assert owner.asked().kind == "login_interrupted"
    assert owner.instagram.password_attempts == 0


def test_an_answer_of_which_nobody_knows_what_came_of_it_is_asked_for_anew(owner: Owner) -> None:
    """Whichever kind of code it was: a publisher took it along, and was killed."""
    world, instagram = owner.world, owner.instagram
    kinds = {
        "authenticator": by_totp,
        "whatsapp": by("whatsapp"),
        "sms": by("sms"),
        "email_challenge": at("email"),
        "sms_challenge": at("sms"),
    }
    for number, (kind, wants) in enumerate(kinds.items()):
        instagram.totp_secret = instagram.sent_two_factor = None
        instagram.revoke_sessions()
        wants(instagram)
        world.plan(caption=f"By {kind}")
        for _ in range(2):  # the session is found dead; the login begins
            owner.sweep()
        asked = owner.asked()
        assert (asked.kind, asked.settled_at) == (kind, None)
        owner.logins.answer(asked.id, owner.code())
        world.execute("UPDATE login_questions SET answer = NULL")
        owner.sweep()
        again = owner.asked()
        assert (again.id, again.attempts, again.answered_at) == (asked.id, 0, None), kind
        owner.answers(owner.code())
        assert (len(world.live()), owner.secrets_kept()) == (number + 1, 0), kind


def test_two_publishers_that_both_find_the_session_dead_log_in_once(owner: Owner) -> None:
    world = owner.world
    publishers = [owner.publisher() for _ in range(2)]
    for number, publisher in enumerate(publishers):
        world.plan(caption=f"Before {number}")
        world.sweep(publisher)
    staged = world.plan(caption="Staged", due_in=timedelta(minutes=2))
    world.sweep(publishers[0])
    assert world.post(staged).staged is not None
    world.instagram.revoke_sessions()
    for number in range(4):
        world.plan(caption=f"After {number}")
    world.due_now()
    threads = [Thread(target=publisher.run) for publisher in publishers]
    for thread in threads:
        thread.start()
    world.until_true(lambda: len(world.live()) == 7, "not all are live")
    for publisher in publishers:
        publisher.stop()
    for thread in threads:
        thread.join()
    assert world.instagram.logins == 2, "one at first, one for the lost session"
    assert len(set(world.live())) == 7


def test_a_browsers_session_needs_no_password_and_its_end_is_a_persons_matter(
    owner: Owner,
) -> None:
    world, instagram = owner.world, owner.instagram
    other = instagram.add_account("neighbour", "other")

    def given(sessionid: str) -> int:
        """How many requests it takes."""
        credentials = {"sessionid": sessionid, "api_url": world.url}
        world.accounts.configure("instagram", "creator", credentials)
        world.execute("UPDATE accounts SET login_at = now()")
        before = len(instagram.requests)
        owner.sweep()
        return len(instagram.requests) - before

    assert given("rubbish") == 0
    assert owner.asked().kind == "session_ended"
    assert given(other.browser_session()) == 1
    assert owner.asked().kind == "other_account"
    assert given(instagram.browser_session().replace("%3A", ":")) == 1
    assert owner.asked().outcome == "done" and not world.is_paused()
    world.plan()
    owner.sweep()
    instagram.revoke_sessions()
    world.plan(caption="Second")
    owner.sweep()
    assert (owner.asked().kind, world.live()) == ("session_ended", [CAPTION])
    given(instagram.browser_session())
    owner.sweep()
    assert (len(world.live()), instagram.password_attempts) == (2, 0)


def test_the_device_stays_the_same_over_lost_sessions_and_new_passwords(owner: Owner) -> None:
    world, instagram = owner.world, owner.instagram

    def device() -> Any:
        kept = world.accounts.load_session(owner.account_id)
        assert kept is not None
        return kept["uuids"]["uuid"], kept["uuids"]["android_device_id"], kept["device_settings"]

    instagram.set_checkpoint("app")
    world.plan()
    owner.sweep()
    first = device()
    instagram.set_checkpoint(None)
    owner.logins.try_again(owner.account_id)
    owner.sweep()
    assert device() == first
    instagram.revoke_sessions()
    instagram.password = "another"
    world.plan(caption="Second")
    owner.sweep()
    assert owner.asked().kind == "bad_password"
    credentials = {"password": "another", "api_url": world.url}
    world.accounts.configure("instagram", "creator", credentials)
    owner.sweep()
    assert (len(world.live()), device()) == (2, first)


def test_sessions_are_looked_at_once_at_start_one_after_the_other(owner: Owner) -> None:
    world = owner.world
    for name in ("second", "third"):
        world.instagram.add_account(name, "right")
        world.accounts.configure("instagram", name, {"password": "right", "api_url": world.url})
    world.execute("UPDATE accounts SET login_at = now()")
    owner.sweep()
    for state in world.instagram.accounts.values():
        state.requests.clear()
    for _ in range(2):  # as by two processes
        world.accounts.check_soon(timedelta(seconds=20), random=lambda: 0.5)
    left = owner.publisher().seconds_left()
    assert left is not None and 15 < left < 21
    for looked_at in (1, 2, 3, 3):
        world.execute("UPDATE accounts SET check_at = check_at - interval '21 s'")
        owner.sweep()
        assert len(world.instagram.requests) == looked_at
    paths = [path for _, path in world.instagram.requests]
    assert paths == ["/api/v1/accounts/current_user/"] * 3
