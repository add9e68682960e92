"""Logging in: the current CAA screens, and the legacy endpoint behind them."""

from bot.sandbox.instagram import bloks, checkpoints, two_factor
from bot.sandbox.instagram.passwords import same_text
from bot.sandbox.instagram.payloads import account, user_short
from bot.sandbox.instagram.sessions import authorization, legacy_logged_in
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Call, RefusedError, Reply, fail, json_object, ok

AAC = "CAA_ACCOUNT_ACCESS_CONTEXT:aac"

UNKNOWN_USER = fail(
    "The username you entered doesn't appear to belong to an account. "
    "Please check your username and try again.",
    invalid_credentials=True,
    error_title="Incorrect Username",
    error_type="invalid_user",
)
BAD_PASSWORD = fail(
    "The password you entered is incorrect. Please try again.",
    invalid_credentials=True,
    error_title="Incorrect password",
    error_type="bad_password",
)
NEEDS_UPGRADE = fail("Your version of Instagram is out of date.", error_type="needs_upgrade")


def _refusal(state: InstagramState, username: str, sealed: str) -> Reply | None:
    """Why these credentials are not good; None when they are."""
    state.password_attempts += 1
    if username != state.username:
        return UNKNOWN_USER
    password = state.key.decrypt(sealed)
    good = password is not None and same_text(password, state.password)
    return None if good else BAD_PASSWORD


async def password_key(state: InstagramState, _: Call) -> Reply:
    """GET and POST qe/sync: the public key for passwords is in the headers."""
    return Reply({"status": "ok"}, headers=state.key.headers())


async def launcher_sync(state: InstagramState, _: Call) -> Reply:
    """What the app fetches before its login screen."""
    return Reply({"configs": {}, "status": "ok"}, headers=state.key.headers())


async def register_device(_: InstagramState, __: Call) -> Reply:
    """The registration of the device's signing key."""
    return ok(data={"1$usdid_registration(input:$input)": {"success": True}})


async def login_screen(state: InstagramState, _: Call) -> Reply:
    """The login screen, which hands out the account access context."""
    return bloks.screen(data=[bloks.value(AAC, state.hand_out("aac"))])


async def attestation(state: InstagramState, _: Call) -> Reply:
    """The nonces that the device attests itself with."""
    return ok(challenge_nonce=state.hand_out("nonce"), key_nonce=state.hand_out("nonce"))


async def next_screen(_: InstagramState, __: Call) -> Reply:
    """A screen on the way that carries nothing the client needs."""
    return bloks.screen()


async def send_login_request(state: InstagramState, call: Call) -> Reply:
    """The password over CAA. A refusal sends the client to the legacy endpoint for the reason."""
    fields = call.bloks("client_input_params")
    if not state.handed_out("aac", str(fields.get("aac"))) or not _attested(state, call):
        raise RefusedError(fail("payload returned is null", 404, error_type="field_exception"))
    refusal = _refusal(state, str(fields.get("contact_point")), str(fields.get("password")))
    if refusal or not state.takes_current_login:
        return bloks.use_the_legacy_login()
    if checkpoint := checkpoints.met(state):
        return checkpoint
    if checkpoints.is_profile_code(state):
        return checkpoints.open_profile_code(state)
    if state.two_factor:
        return bloks.two_factor(state.hand_out("two_factor"))
    return bloks.logged_in(user_short(state, call), authorization(state))


def _attested(state: InstagramState, call: Call) -> bool:
    params = json_object(call.headers.get("X-IG-Attest-Params", "{}"))
    nonces = [str(part.get("challenge_nonce")) for part in params.get("attestation", [])]
    return bool(nonces) and all(state.handed_out("nonce", nonce) for nonce in nonces)


async def legacy_login(state: InstagramState, call: Call) -> Reply:
    """accounts/login: the same, with an error type for each refusal."""
    fields = call.signed()
    refusal = _refusal(state, str(fields.get("username")), str(fields.get("enc_password")))
    if refusal:
        return refusal
    if checkpoint := checkpoints.met(state):
        return checkpoint
    if checkpoints.is_profile_code(state):
        return NEEDS_UPGRADE
    if state.two_factor:
        return two_factor.legacy_wanted(state)
    return legacy_logged_in(state, call)


async def logout(state: InstagramState, call: Call) -> Reply:
    """accounts/logout: this session ends."""
    state.close_session(call.session or "")
    return ok(login_nonce="")


async def current_user(state: InstagramState, call: Call) -> Reply:
    """accounts/current_user: the client's check that its session lives."""
    return ok(user=account(state, call))


async def user_info(state: InstagramState, call: Call) -> Reply:
    """users/<id>/info: of one's own account; nobody asks for another's."""
    if call.parts["user_id"] != str(state.user_id):
        return fail("User not found", 404)
    return ok(user=account(state, call))


async def user_info_by_name(state: InstagramState, call: Call) -> Reply:
    """users/<name>/usernameinfo: the same."""
    if call.parts["username"] != state.username:
        return fail("User not found", 404)
    return ok(user=account(state, call))


async def expose(_: InstagramState, __: Call) -> Reply:
    """qe/expose: which experiment the app took part in; instagrapi 2.1 says so after each post."""
    return ok()
