"""Sessions: how one is opened, told to the client, and asked for."""

import base64
import binascii
import json

from bot.sandbox.instagram import bodies
from bot.sandbox.instagram.payloads import user_short
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Call, Json, RefusedError, Reply, ok


def session_of(authorization: str) -> str | None:
    """The session id in `Bearer IGT:2:<base64 of JSON>`; None when it is not one."""
    try:
        data = json.loads(base64.b64decode(authorization.removeprefix("Bearer IGT:2:")))
        return str(data["sessionid"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        return None


def authorization(state: InstagramState) -> str:
    """A new session, in the header that a client sends from now on."""
    token: Json = {
        "ds_user_id": str(state.user_id),
        "sessionid": state.open_session(),
        "should_use_header_over_cookies": True,
    }
    return "Bearer IGT:2:" + base64.b64encode(json.dumps(token).encode()).decode()


def legacy_logged_in(state: InstagramState, call: Call) -> Reply:
    """The end of a login as it was before the screens."""
    reply = ok(logged_in_user=user_short(state, call))
    reply.headers["ig-set-authorization"] = authorization(state)
    return reply


def require_session(state: InstagramState, session: str | None) -> None:
    """Let a request pass whose session lives; raises RefusedError with login_required."""
    if session not in state.sessions:
        raise RefusedError(bodies.NEEDS_LOGIN)
