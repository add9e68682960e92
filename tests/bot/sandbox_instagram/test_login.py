"""Logging in as the client does it."""

import pytest
from instagrapi import Client
from instagrapi.exceptions import (
    BadPassword,
    ClientNotFoundError,
    LoginRequired,
    ProxyAddressIsBlocked,
    TwoFactorRequired,
    UnknownError,
)
from instagrapi.mixins.totp import TOTP

from bot.sandbox.instagram.state import InstagramState
from tests.bot.sandbox_instagram.conftest import PASSWORD, USERNAME, aim, redirected

SECRET = "JBSW Y3DP EHPK 3PXP"


def test_a_right_password_opens_one_session(state: InstagramState, url: str) -> None:
    client = redirected(url)
    assert client.login(USERNAME, PASSWORD)
    assert (state.logins, state.password_attempts) == (1, 1)
    assert client.user_id == state.user_id
    assert client.account_info().username == USERNAME
    assert state.unknown_requests == []


def test_the_legacy_login_opens_a_session_too(state: InstagramState, url: str) -> None:
    client = redirected(url)

    assert client.login_legacy(USERNAME, PASSWORD)

    assert client.account_info().pk == str(state.user_id)
    assert state.unknown_requests == []


def test_a_wrong_password_is_bad_password(state: InstagramState, url: str) -> None:
    with pytest.raises(BadPassword, match="password you entered is incorrect"):
        redirected(url).login(USERNAME, "wrong")

    assert (state.logins, state.password_attempts) == (0, 3)
    assert state.unknown_requests == []


def test_a_password_may_hold_any_letters(state: InstagramState, url: str) -> None:
    state.password = "Grüße 🌱"

    assert redirected(url).login(USERNAME, "Grüße 🌱")


def test_an_unknown_user_looks_like_a_blocked_proxy(state: InstagramState, url: str) -> None:
    with pytest.raises(ProxyAddressIsBlocked):
        redirected(url).login("nobody", PASSWORD)

    assert state.logins == 0


def test_saved_settings_continue_without_a_password(
    state: InstagramState, client: Client, url: str
) -> None:
    again = Client(private_transport="requests")
    again.set_settings(client.get_settings())
    aim(again, url)

    assert again.login(USERNAME, PASSWORD)

    assert (state.logins, state.password_attempts) == (0, 0)


def test_a_revoked_session_is_refused_and_one_login_replaces_it(
    state: InstagramState, client: Client
) -> None:
    state.revoke_sessions()
    with pytest.raises(LoginRequired):
        client.account_info()

    assert client.login(USERNAME, PASSWORD)

    assert state.logins == 1
    assert client.account_info().username == USERNAME


def test_logging_out_ends_the_session(state: InstagramState, client: Client) -> None:
    assert client.logout()

    assert state.sessions == set()


def test_a_request_without_a_session_is_refused(url: str) -> None:
    with pytest.raises(LoginRequired):
        redirected(url).account_info()


@pytest.mark.parametrize("missing", ["caa_aac", "attestation_challenge_nonce"])
def test_a_login_without_its_first_steps_is_refused(
    state: InstagramState, url: str, missing: str
) -> None:
    client = redirected(url)
    client.username = USERNAME
    assert client.bloks_caa_login_prepare(domain="b.i.instagram.com")
    setattr(client, missing, "made up")

    with pytest.raises(ClientNotFoundError):
        client.bloks_caa_login(USERNAME, PASSWORD, prepare=False)

    assert (state.logins, state.password_attempts) == (0, 0)


@pytest.fixture
def guarded(state: InstagramState) -> InstagramState:
    """The same account with two-factor switched on."""
    state.totp_secret = SECRET
    return state


@pytest.mark.parametrize("legacy", [False, True])
def test_two_factor_wants_a_code_first(guarded: InstagramState, url: str, legacy: bool) -> None:
    client = redirected(url)
    login = client.login_legacy if legacy else client.login

    with pytest.raises(TwoFactorRequired):
        login(USERNAME, PASSWORD)

    assert guarded.logins == 0


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("late", [-30, 0, 30])
def test_two_factor_takes_a_code_of_now_or_one_step_off(
    guarded: InstagramState, url: str, legacy: bool, late: int
) -> None:
    client = redirected(url)
    now = 1_800_000_000.0
    guarded.clock = lambda: now
    code = code_at(now + late)
    login = client.login_legacy if legacy else client.login

    assert login(USERNAME, PASSWORD, verification_code=code)

    assert client.account_info().username == USERNAME
    assert guarded.unknown_requests == []


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("late", [-60, 60])
def test_two_factor_refuses_a_code_that_is_too_old_or_too_new(
    guarded: InstagramState, url: str, legacy: bool, late: int
) -> None:
    client = redirected(url)
    now = 1_800_000_000.0
    guarded.clock = lambda: now
    login = client.login_legacy if legacy else client.login

    with pytest.raises(UnknownError, match="check the security code"):
        login(USERNAME, PASSWORD, verification_code=code_at(now + late))

    assert guarded.logins == 0


def test_the_clients_own_code_generator_agrees(guarded: InstagramState, url: str) -> None:
    client = redirected(url)
    code = client.totp_generate_code(SECRET.replace(" ", ""))

    assert client.login(USERNAME, PASSWORD, verification_code=code)


def test_a_code_does_not_do_without_the_password(guarded: InstagramState, url: str) -> None:
    client = redirected(url)
    code = client.totp_generate_code(SECRET.replace(" ", ""))
    client.bloks_caa_login_process_client_data(domain="b.i.instagram.com")

    for context in ("made up", client.caa_aac):
        with pytest.raises(UnknownError, match="check the security code"):
            client.bloks_two_step_verification_verify_code(context, code)

    assert guarded.logins == 0


def code_at(moment: float) -> str:
    """What an authenticator shows at that moment: the client's own TOTP, not the server's."""
    return str(TOTP(SECRET.replace(" ", "")).generate_otp(int(moment // 30)))
