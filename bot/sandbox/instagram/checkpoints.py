"""What stands between a right password and a session: checkpoints, and the profile code.

The steps of a checkpoint are those that instagrapi knows (`mixins/challenge.py`, 3.2.2); the
profile code's screens are those that it walks through (`mixins/bloks.py`).
"""

from bot.sandbox.instagram import bloks, bodies
from bot.sandbox.instagram.codes import Channel, masked_email, masked_phone
from bot.sandbox.instagram.login_state import Checkpoint
from bot.sandbox.instagram.payloads import user_short
from bot.sandbox.instagram.sessions import authorization, legacy_logged_in
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Call, Json, RefusedError, Reply, fail, ok

WRONG_CODE = fail("Please check the code we sent you and try again.")
NO_CHOICE = fail("Select a valid choice.")
GONE = fail("This page isn't available.", 404)

CHANNELS: dict[Checkpoint, Channel] = {
    "email": "email",
    "sms": "sms",
    "profile_email": "email",
    "profile_sms": "sms",
}
CHOICES: dict[Channel, str] = {"sms": "0", "email": "1"}


def met(state: InstagramState) -> Reply | None:
    """What a login with the right password runs into; None if nothing is in its way."""
    match state.checkpoint:
        case None | "profile_email" | "profile_sms":
            return None
        case "suspended":
            return bodies.SUSPENDED
        case "app":
            return bodies.challenge("https://i.instagram.com/challenge/1/AbCdEf/")
        case _:
            nonce = state.hand_out("challenge").partition(":")[2]
            return bodies.checkpoint(state.user_id, nonce)


def is_profile_code(state: InstagramState) -> bool:
    """Whether the current login goes on with a code; the old one knows nothing of it."""
    return state.checkpoint in ("profile_email", "profile_sms")


async def look(state: InstagramState, call: Call) -> Reply:
    """GET challenge/<user>/<nonce>: what it asks for."""
    _ticket(state, call)
    match state.checkpoint:
        case "selfie":
            return ok(step_name="selfie_captcha", step_data={}, flow_render_type=3)
        case "password_reset":
            return ok(
                step_name="change_password",
                step_data={"new_password1": "None", "new_password2": "None"},
                challenge_type_enum_str="PASSWORD_RESET",
                flow_render_type=3,
            )
    return ok(step_name="select_verify_method", step_data=_offered(state))


async def take(state: InstagramState, call: Call) -> Reply:
    """POST: the way that the code is to take, or the code."""
    ticket, fields, channel = _ticket(state, call), call.signed(), _channel(state)
    if "choice" in fields:
        if fields["choice"] != CHOICES[channel]:
            raise RefusedError(NO_CHOICE)
        return _sent(state, channel)
    if not state.take_code(ticket, str(fields.get("security_code")), channel):
        return WRONG_CODE
    state.set_checkpoint(None)
    reply = legacy_logged_in(state, call)
    assert isinstance(reply.body, dict)
    reply.body["action"] = "close"
    return reply


async def replay(state: InstagramState, call: Call) -> Reply:
    """POST challenge/replay/<user>/<nonce>: another code."""
    _ticket(state, call)
    return _sent(state, _channel(state))


def open_profile_code(state: InstagramState) -> Reply:
    """The end of the login screen: it goes on elsewhere."""
    return bloks.goes_on(bloks.PROFILE_ENTRY, state.hand_out("profile"))


async def profile_entry(state: InstagramState, call: Call) -> Reply:
    """The way to the screen that asks."""
    return bloks.goes_on(bloks.PROFILE_CODE, _profile_ticket(state, call))


async def profile_code(state: InstagramState, call: Call) -> Reply:
    """The screen that asks; the code is under way."""
    ticket, channel = _profile_ticket(state, call), _channel(state)
    state.send_code(channel)
    to = masked_email(state.email) if channel == "email" else masked_phone(state.phone)
    title = f"Check your {'email' if channel == 'email' else 'text messages'}. Enter the code we "
    return bloks.goes_on(bloks.PROFILE_SUBMIT, ticket, f"{title}sent to {to}")


async def profile_submit(state: InstagramState, call: Call) -> Reply:
    """The code."""
    ticket, channel = _profile_ticket(state, call), _channel(state)
    code = str(call.bloks("client_input_params").get("code"))
    if not state.take_code(ticket, code, channel):
        return WRONG_CODE
    state.set_checkpoint(None)
    return bloks.logged_in(user_short(state, call), authorization(state))


def _offered(state: InstagramState) -> Json:
    by_mail = _channel(state) == "email"
    shown = {"email": masked_email(state.email)} if by_mail else {}
    return shown or {"phone_number": masked_phone(state.phone)}


def _sent(state: InstagramState, channel: Channel) -> Reply:
    state.send_code(channel)
    to = masked_email(state.email) if channel == "email" else masked_phone(state.phone)
    data = {"security_code": "None", "resend_delay": 60, "contact_point": to}
    step = "verify_email_code" if channel == "email" else "verify_sms_code"
    return ok(step_name=step, step_data=data)


def _channel(state: InstagramState) -> Channel:
    if state.checkpoint not in CHANNELS:
        raise RefusedError(NO_CHOICE)
    return CHANNELS[state.checkpoint]


def _ticket(state: InstagramState, call: Call) -> str:
    ticket = f"challenge:{call.parts['nonce']}"
    if call.parts["user_id"] != str(state.user_id) or not state.handed_out("challenge", ticket):
        raise RefusedError(GONE)
    return ticket


def _profile_ticket(state: InstagramState, call: Call) -> str:
    ticket = str(call.bloks("server_params").get("context_data"))
    if not state.handed_out("profile", ticket):
        raise RefusedError(WRONG_CODE)
    return ticket
