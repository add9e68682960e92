"""Going on with the session of somebody's browser, which takes no password and is no login."""

import re
from datetime import timedelta
from urllib.parse import quote

from instagrapi.exceptions import LoginRequired

from publisher.failures import FailureAction, PublishError, Reason
from publisher.instagram.client import SteadyClient

COOKIE_LIFE = timedelta(days=365)
"""How long a browser is told to keep the cookie `sessionid`, counted from the login there: what the
cookies that browsers show expire by, read in 2026-01. Instagram may end the session at any time."""


def take_over(client: SteadyClient, cookie: str, name: str) -> None:
    """Use the session of the browser's cookie `sessionid`, if it lives and belongs to the account.

    Raises PublishError, and what the client does.
    """
    session = cookie if "%" in cookie else quote(cookie, safe="")
    owner = re.match(r"\d+(?=%3A)", session, re.IGNORECASE)
    known = client.authorization_data.get("sessionid")
    if owner is None or session == known:
        raise _ended()
    client.authorization_data = {
        "ds_user_id": owner[0],
        "sessionid": session,
        "should_use_header_over_cookies": True,
    }
    try:
        user = client.own_account()
    except LoginRequired:
        raise _ended() from None
    if str(user.get("username")).lower() != name.lower():
        raise PublishError(FailureAction.HUMAN, Reason.OTHER_ACCOUNT, "the session is another's")


def _ended() -> PublishError:
    return PublishError(FailureAction.HUMAN, Reason.SESSION_ENDED, "the browser's session is over")
