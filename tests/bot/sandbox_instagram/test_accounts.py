"""Several accounts of one service, and codes that count once, for a while, and only the newest."""

import pytest
import requests
from instagrapi import Client
from instagrapi.exceptions import LoginRequired

from bot.sandbox import web
from bot.sandbox.instagram.codes import LIFE_SECONDS, Codes
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_instagram.conftest import PASSWORD, USERNAME, MakePhoto, redirected
from tests.bot.sandbox_instagram.posting import post_photo


def test_each_account_has_its_own_password_sessions_and_profile(
    state: InstagramState, client: Client, url: str, make_photo: MakePhoto
) -> None:
    neighbour = state.add_account("neighbour", "another password")
    other = redirected(url)
    assert other.login("neighbour", "another password")
    with pytest.raises(Exception, match="password you entered"):
        redirected(url).login("neighbour", PASSWORD)
    assert (state.logins, neighbour.logins) == (0, 1)
    post_photo(other, make_photo(640, 800), "Next door")
    assert [post.caption for post in neighbour.posts] == ["Next door"] and state.posts == []
    assert (client.account_info().username, other.account_info().username) == (
        USERNAME,
        "neighbour",
    )
    neighbour.revoke_sessions()
    with pytest.raises(LoginRequired):
        other.account_info()
    assert client.account_info().username == USERNAME
    assert state.unknown_requests == []


@pytest.mark.parametrize(
    ("sent", "given", "late", "is_good"),
    [
        ("sms", "right", 0, True),
        ("sms", "right", LIFE_SECONDS, False),
        ("sms", "wrong", 0, False),
        ("email", "right", 0, False),
    ],
)
def test_a_code_counts_by_its_own_way_and_for_ten_minutes(
    sent: str, given: str, late: float, is_good: bool
) -> None:
    codes = Codes()
    code = codes.send(sent, "here", 1000.0)  # type: ignore[arg-type]
    offered = code if given == "right" else "".join("1" if c == "0" else "0" for c in code)
    assert codes.take(offered, ("sms",), 1000.0 + late) is is_good
    assert not codes.take(code, ("sms",), 1000.0 + late + 1) or not is_good, "nor a second time"


def test_only_the_newest_code_counts() -> None:
    codes = Codes()
    old, new = (codes.send("sms", "here", 1000.0) for _ in range(2))
    assert old == new or not codes.take(old, ("sms",), 1001.0)
    assert codes.take(new, ("sms",), 1001.0)


def test_the_page_shows_a_code_of_the_account_that_it_looks_at(
    state: InstagramState, telegram: TelegramState
) -> None:
    neighbour = state.add_account("neighbour", "another password")
    with LocalServer(web.application(telegram, state)).run_in_thread() as page:
        wants = {"wants": "two_factor_sms"}
        asked = requests.post(f"{page}/profile/login?account=neighbour", json=wants, timeout=60)
        assert (asked.status_code, neighbour.two_factor, state.two_factor) == (200, "sms", None)
        neighbour.send_code("sms")
        shown = requests.get(f"{page}/profile?account=neighbour", timeout=60).json()
        assert shown["code"]["code"] == neighbour.codes.sent[-1].code
        assert shown["accounts"] == [USERNAME, "neighbour"]
        assert requests.get(f"{page}/profile", timeout=60).json()["code"] is None
        cookie = requests.post(f"{page}/profile/browser?account=neighbour", json={}, timeout=60)
        assert cookie.json()["sessionid"] in neighbour.sessions
        app = requests.post(f"{page}/profile/login", json={"wants": "two_factor_totp"}, timeout=60)
        assert (app.json()["code"]["channel"], state.two_factor) == ("totp", "totp")
        done = requests.post(f"{page}/profile/login", json={"wants": None}, timeout=60)
        assert (done.json()["code"], state.two_factor) == (None, None)
        wrong = requests.post(f"{page}/profile/login", json={"wants": "a bribe"}, timeout=60)
        assert wrong.status_code == 400


@pytest.fixture
def telegram(tmp_path_factory: pytest.TempPathFactory) -> TelegramState:
    return TelegramState(tmp_path_factory.mktemp("telegram"), token="1:page")
