"""Bloks, the screens that Instagram sends as small programs: the few that logging in needs."""

import json

from bot.sandbox.instagram.wire import Json, Reply, ok

TWO_FACTOR_SCREEN = "com.bloks.www.two_step_verification.entrypoint"


def screen(action: str = "", data: list[Json] | None = None) -> Reply:
    """A Bloks payload: an action to run and values to keep."""
    return ok(layout={"bloks_payload": {"data": data or [], "action": action}})


def value(key: str, initial: str) -> Json:
    """One value that a screen keeps under a name."""
    return {"id": key, "type": "gs", "data": {"key": key, "initial": initial, "mode": "s"}}


def logged_in(user: Json, authorization: str) -> Reply:
    """The end of a login: the answer and its headers, packed as text into the action."""
    packed = json.dumps(
        {
            "login_response": json.dumps({"logged_in_user": user, "status": "ok"}),
            "headers": json.dumps({"IG-Set-Authorization": authorization}),
            "cookies": "",
        }
    )
    return screen(f"(bk.action.caa.HandleLoginResponse (bk.action.tree.Make {json.dumps(packed)}))")


def two_factor(context: str) -> Reply:
    """The password was right; a code is wanted. The context names this attempt."""
    names = '(dkc "two_step_verification_context" "flow_source")'
    values = f'(dkc {json.dumps(context)} "two_factor_login")'
    params = f'(f4i (dkc "server_params") (dkc (f4i {names} {values})))'
    return screen(f'(bk.action.caa.OpenScreen "{TWO_FACTOR_SCREEN}" {params})')


PROFILE = "com.bloks.www.ap.two_step_verification"
PROFILE_ENTRY, PROFILE_CODE = f"{PROFILE}.entrypoint_async", f"{PROFILE}.code_entry"
PROFILE_SUBMIT = f"{PROFILE}.code_entry_async"


def goes_on(app: str, context: str, *texts: str) -> Reply:
    """A screen from which it goes on to another one, which is told the context."""
    params = f'(f4i (dkc "context_data") (dkc {json.dumps(context)}))'
    action = f'(bk.action.OpenScreen "{app}" (f4i (dkc "server_params") (dkc {params})))'
    return screen(action, [value(f"text:{number}", text) for number, text in enumerate(texts)])


def use_the_legacy_login() -> Reply:
    """The new login sends the client back to the old endpoint, which says what is wrong."""
    return screen(data=[value("CAA_LOGIN_FALLBACK:legacy_login", "1")])
