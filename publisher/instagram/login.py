"""Logging in by steps, so that a person's answer may come minutes later, in another process.

instagrapi asks for a code in the middle of a call, once, and prints it. So its calls are made one
by one here: what it takes to go on is plain data (`state`), together with the client's settings.

Instagram asks in four ways, by its current login (CAA) or by the one before it:

| how       | what is asked                                        | when                        |
|-----------|------------------------------------------------------|-----------------------------|
| bloks     | a two-factor code, by screens                        | two-factor, current login   |
| legacy    | a two-factor code                                    | two-factor, old login       |
| profile   | a code by e-mail or SMS, by screens                  | unknown device, current     |
| challenge | a code by e-mail or SMS, or something in the app     | checkpoint                  |

What the screens say is known from the app, not from recordings (November 2026).
"""

import json
import re
from collections.abc import Callable

from instagrapi import exceptions as ig

from publisher.destination import CodeWanted, Json
from publisher.failures import FailureAction, PublishError, Reason
from publisher.instagram.client import ProfileCodeError, SteadyClient

METHODS = {Reason.SMS: "1", Reason.AUTHENTICATOR: "3", Reason.WHATSAPP: "6"}
"""How the old login calls them; as clients send it that are in use, November 2026."""

SCREENS = (
    (re.compile("whatsapp", re.I), Reason.WHATSAPP),
    (re.compile(r"\bsms\b|text message", re.I), Reason.SMS),
    (re.compile("authenticat(or|ion) app", re.I), Reason.AUTHENTICATOR),
    (re.compile("notifications? on another device", re.I), Reason.CHALLENGE),
)
"""What the title of a two-factor screen tells of where the code is."""
SELECTED = {Reason.SMS: "sms", Reason.WHATSAPP: "whatsapp"}
"""How the screens call them; anything else is taken for the authenticator."""

MASKED = re.compile(r"[\w.*+-]*\*[\w.*-]*@[\w.*-]+|\+?[\d(][\d *()-]*\*[\d *()-]*\d\d")
"""A mail address or a phone number, as Instagram shows it: m****@example.com, +49 *** ***12."""

BY_EMAIL = ("verify_email", "verify_email_code")
BY_SMS = ("verify_phone", "verify_phone_code", "verify_sms", "verify_sms_code")
IN_THE_APP = {
    "selfie_captcha": Reason.SELFIE,
    "change_password": Reason.PASSWORD_RESET,
}
"""Steps of a checkpoint that take a person in the app; all others do, too, without a name."""
PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a word of Instagram's


def log_in(client: SteadyClient, username: str, password: str) -> CodeWanted | None:
    """Send the password; None once there is a session. Raises whatever the client raises."""
    client.relogin_attempt = 0
    try:
        client.login(username, password, relogin=True)
    except ig.TwoFactorRequired as error:
        return _two_factor(client, error)
    except ProfileCodeError as error:
        how = {"how": "profile", "context": error.context, "aac": client.caa_aac}
        sent_to = _masked(error.screens)
        by_sms = sent_to is not None and "@" not in sent_to
        reason = Reason.SMS_CHALLENGE if by_sms else Reason.EMAIL_CHALLENGE
        return CodeWanted(reason, sent_to, how)
    except ig.ChallengeRequired as error:
        return _challenge(client, error)
    return None


def answer(client: SteadyClient, state: Json, code: str) -> None:
    """Send the code. Raises PublishError, or whatever the client raises."""
    ANSWERS[state["how"]](client, state, code)
    if not client.user_id:
        raise PublishError(FailureAction.HUMAN, Reason.CHALLENGE, "the code opened no session")


def send_new_code(client: SteadyClient, state: Json) -> CodeWanted:
    """Raises whatever the client raises."""
    reason = Reason(state["reason"])
    if state["how"] == "bloks":
        client.bloks_two_step_verification_select_method(state["context"], SELECTED[reason])
        return CodeWanted(reason, None, state, can_resend=True)
    if state["how"] == "legacy":
        fields = _of_device(client, state)
        reply = client.private_request("accounts/send_two_factor_login_sms/", fields, login=True)
        info = reply.get("two_factor_info") or {}
        fresh = info.get("two_factor_identifier") or state["identifier"]
        return CodeWanted(reason, None, {**state, "identifier": fresh}, can_resend=True)
    replay = state["path"].replace("/challenge/", "/challenge/replay/", 1)
    _send(client, replay, {"choice": ""})
    return CodeWanted(reason, _contact_point(client), state, can_resend=True)


def _two_factor(client: SteadyClient, error: ig.TwoFactorRequired) -> CodeWanted:
    if context := client.context_of(error):
        return _by_screens(client, context)
    info = (client.last_json or {}).get("two_factor_info") or {}
    reason, sent_to = Reason.TWO_FACTOR, None
    if info.get("totp_two_factor_on"):
        reason = Reason.AUTHENTICATOR
    elif info.get("whatsapp_two_factor_on") or info.get("sms_two_factor_on"):
        reason = Reason.WHATSAPP if info.get("whatsapp_two_factor_on") else Reason.SMS
        sent_to = info.get("obfuscated_phone_number_2") or info.get("obfuscated_phone_number")
    identifier, name = info.get("two_factor_identifier"), info.get("username") or client.username
    state = {"how": "legacy", "identifier": identifier, "username": name, "reason": reason}
    return CodeWanted(reason, sent_to, state, can_resend=reason is Reason.SMS)


def _by_screens(client: SteadyClient, context: str) -> CodeWanted:
    """The method is selected now: selecting it later would send another code."""
    screen = client.texts_in(client.bloks_two_step_verification_entrypoint(context))
    reason = next((what for look, what in SCREENS if look.search(screen)), Reason.TWO_FACTOR)
    if reason is Reason.CHALLENGE:
        raise PublishError(FailureAction.HUMAN, reason, "a notification has to be confirmed")
    selected = SELECTED.get(reason, "totp")
    client.bloks_two_step_verification_method_picker(context)
    client.bloks_two_step_verification_select_method(context, selected)
    state = {"how": "bloks", "context": context, "selected": selected, "reason": reason}
    return CodeWanted(reason, _masked(screen), state, can_resend=reason in SELECTED)


def _challenge(client: SteadyClient, error: ig.ChallengeRequired) -> CodeWanted:
    """Go as far as to where a code is wanted. Raises PublishError if a person has to act."""
    found = getattr(error, "challenge", None) or {}
    path = str(found.get("api_path") or "")
    path = path.removeprefix("/api").removeprefix("/v1")
    if found.get("native_flow") or not path.startswith("/challenge/"):
        raise PublishError(FailureAction.HUMAN, Reason.CHALLENGE, "to be confirmed in the app")
    try:
        _send(client, path, None)
        step = str(client.last_json.get("step_name") or "")
        if step == "select_verify_method":
            offered = client.last_json.get("step_data") or {}
            _send(client, path, {"choice": "1" if "email" in offered else "0"})
            step = str(client.last_json.get("step_name") or "")
    except ig.ChallengeRequired as again:
        raise PublishError(FailureAction.HUMAN, Reason.CHALLENGE, str(again)) from again
    if step in (*BY_EMAIL, *BY_SMS):
        reason = Reason.EMAIL_CHALLENGE if step in BY_EMAIL else Reason.SMS_CHALLENGE
        state = {"how": "challenge", "path": path, "reason": reason}
        return CodeWanted(reason, _contact_point(client), state, can_resend=True)
    reason = IN_THE_APP.get(step, Reason.CHALLENGE)
    if client.last_json.get("challenge_type_enum_str") == PASSWORD_RESET:
        reason = Reason.PASSWORD_RESET
    raise PublishError(FailureAction.HUMAN, reason, f"checkpoint: {step or 'without a name'}")


def _answer_screens(client: SteadyClient, state: Json, code: str) -> None:
    method = state["selected"]
    if method == "totp" and re.fullmatch(r"\d{8}", code):
        method = "backup_codes"
        client.bloks_two_step_verification_select_method(state["context"], method)
    _apply(
        client,
        client.bloks_two_step_verification_verify_code(state["context"], code, challenge=method),
    )


def _answer_legacy(client: SteadyClient, state: Json, code: str) -> None:
    method = METHODS.get(Reason(state["reason"]), METHODS[Reason.AUTHENTICATOR])
    fields = {
        **_of_device(client, state),
        "verification_code": code,
        "trust_this_device": "1",
        "verification_method": "2" if re.fullmatch(r"\d{8}", code) else method,
    }
    client.private_request("accounts/two_factor_login/", fields, login=True)
    client.adopt_session()


def _answer_profile(client: SteadyClient, state: Json, code: str) -> None:
    client.caa_aac = state["aac"]
    submit = client.bloks_ap_two_step_verification_submit_code
    _apply(client, submit(state["context"], code, domain="b.i.instagram.com"))


def _answer_challenge(client: SteadyClient, state: Json, code: str) -> None:
    _send(client, state["path"], {"security_code": code})
    client.adopt_session()


ANSWERS: dict[str, Callable[[SteadyClient, Json, str], None]] = {
    "bloks": _answer_screens,
    "legacy": _answer_legacy,
    "profile": _answer_profile,
    "challenge": _answer_challenge,
}


def _apply(client: SteadyClient, reply: Json) -> None:
    if not client.bloks_apply_login_response(reply):
        raise PublishError(FailureAction.HUMAN, Reason.WRONG_CODE, "no session in the reply")


def _of_device(client: SteadyClient, state: Json) -> Json:
    return {
        "phone_id": client.phone_id,
        "_csrftoken": client.token,
        "two_factor_identifier": state["identifier"],
        "username": state["username"],
        "guid": client.uuid,
        "device_id": client.android_device_id,
    }


def _send(client: SteadyClient, path: str, fields: Json | None) -> None:
    """GET a checkpoint, or give it what it asks for."""
    user_id, nonce = (
        path.removeprefix("/challenge/replay").removeprefix("/challenge").split("/")[1:3]
    )
    context = json.dumps(
        {"step_name": "", "nonce_code": nonce, "user_id": int(user_id), "is_stateless": False}
    )
    device = {"guid": client.uuid, "device_id": client.android_device_id}
    if fields is None:
        params = {**device, "challenge_context": context}
        client.private_request(path.lstrip("/"), params=params, login=True)
    else:
        client.private_request(path.lstrip("/"), {**device, **fields}, login=True)


def _contact_point(client: SteadyClient) -> str | None:
    told: Json = (client.last_json or {}).get("step_data") or {}
    shown = told.get("contact_point") or told.get("email") or told.get("phone_number")
    return str(shown) if shown else None


def _masked(text: str) -> str | None:
    found = MASKED.search(text)
    return found[0].strip() if found else None
