"""Two-factor: an authenticator's code, or one by SMS or WhatsApp; by screens, or as before them."""

from bot.sandbox.instagram import bloks
from bot.sandbox.instagram.codes import masked_phone
from bot.sandbox.instagram.payloads import user_short
from bot.sandbox.instagram.sessions import authorization, legacy_logged_in
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Call, Json, RefusedError, Reply, fail, ok

WRONG_CODE = fail(
    "Please check the security code and try again.",
    error_type="sms_code_validation_code_invalid",
)
INVALID = fail("Invalid Parameters", error_type="invalid_parameters")

TITLES = {
    "totp": "Go to your authentication app. Enter the 6-digit code for this account from the "
    "two-factor authentication app that you set up (such as Duo Mobile or Google Authenticator).",
    "sms": "Check your text messages. Enter the 6-digit code we sent to {to}.",
    "whatsapp": "Check your WhatsApp messages. Enter the 6-digit code we sent to {to}.",
}
"""As the app shows them, November 2026; their wire form is not known from recordings."""

METHODS = {"sms": "1", "totp": "3", "whatsapp": "6"}
"""`verification_method` of the old login."""


async def entrypoint(state: InstagramState, call: Call) -> Reply:
    """The screen that says where the code is."""
    _context(state, call)
    title = TITLES[state.two_factor or "totp"].format(to=masked_phone(state.phone))
    return bloks.screen(data=[bloks.value("two_step_verification:title", title)])


async def method_picker(state: InstagramState, call: Call) -> Reply:
    """The list of methods."""
    _context(state, call)
    return bloks.screen()


async def select_method(state: InstagramState, call: Call) -> Reply:
    """One of them is chosen; a code is sent if that is how it comes."""
    _context(state, call)
    method = str(call.bloks("client_input_params").get("selected_method"))
    if method != state.two_factor:
        raise RefusedError(INVALID)
    if state.sent_two_factor and method != "totp":
        state.send_code(state.sent_two_factor)
    return bloks.screen()


async def verify_code(state: InstagramState, call: Call) -> Reply:
    """The code over Bloks."""
    context = _context(state, call)
    method = str(call.bloks("server_params").get("challenge"))
    code = str(call.bloks("client_input_params").get("code"))
    if method != state.two_factor or not _is_right(state, context, code):
        return WRONG_CODE
    return bloks.logged_in(user_short(state, call), authorization(state))


def legacy_wanted(state: InstagramState) -> Reply:
    """accounts/login with a right password; a code that is sent is under way."""
    if state.sent_two_factor and state.two_factor != "totp":
        state.send_code(state.sent_two_factor)
    return fail(
        "",
        error_type="two_factor_required",
        two_factor_required=True,
        two_factor_info=_info(state, state.hand_out("two_factor")),
    )


async def legacy_send_sms(state: InstagramState, call: Call) -> Reply:
    """accounts/send_two_factor_login_sms: another code."""
    identifier = _identifier(state, call)
    if state.two_factor != "sms":
        raise RefusedError(INVALID)
    state.send_code("sms")
    return ok(two_factor_info=_info(state, identifier))


async def legacy_login(state: InstagramState, call: Call) -> Reply:
    """accounts/two_factor_login: the code for the identifier that the login gave."""
    identifier, fields = _identifier(state, call), call.signed()
    method = METHODS[state.two_factor or "totp"]
    code = str(fields.get("verification_code"))
    if fields.get("verification_method") != method or not _is_right(state, identifier, code):
        return WRONG_CODE
    return legacy_logged_in(state, call)


def _info(state: InstagramState, identifier: str) -> Json:
    method = state.two_factor
    shown = {} if method == "totp" else {"obfuscated_phone_number_2": masked_phone(state.phone)}
    return {
        "username": state.username,
        "sms_two_factor_on": method == "sms",
        "whatsapp_two_factor_on": method == "whatsapp",
        "totp_two_factor_on": method == "totp",
        "two_factor_identifier": identifier,
        **shown,
    }


def _context(state: InstagramState, call: Call) -> str:
    context = str(call.bloks("server_params").get("two_step_verification_context"))
    if not state.handed_out("two_factor", context):
        raise RefusedError(WRONG_CODE)
    return context


def _identifier(state: InstagramState, call: Call) -> str:
    identifier = str(call.signed().get("two_factor_identifier"))
    if not state.handed_out("two_factor", identifier):
        raise RefusedError(WRONG_CODE)
    return identifier


def _is_right(state: InstagramState, ticket: str, code: str) -> bool:
    if state.two_factor == "totp":
        return state.take_totp(ticket, code)
    return state.two_factor is not None and state.take_code(ticket, code, state.two_factor)
