"""What a login leaves, of which most tests need no other."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.sandbox.instagram.server import application
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from publisher.destination import LoggedIn
from publisher.instagram.destination import Instagram
from publisher.instagram.session import Credentials
from storage.accounts import Accounts
from tests.made import made_once


def keep_a_login(instagram: InstagramState, accounts: Accounts, account_id: int) -> None:
    """Instagram has opened a session, and the account has it."""
    session = json.loads(_logged_in())
    instagram.sessions.add(session["authorization_data"]["sessionid"])
    instagram.logins = 1
    accounts.save_session(account_id, session)


@made_once
def _logged_in() -> bytes:
    """What the client keeps, as JSON; good for each Instagram that knows the session."""
    with TemporaryDirectory() as folder:
        instagram = InstagramState(Path(folder), username="creator", password="right")
        with LocalServer(application(instagram)).run_in_thread() as url:
            client = Instagram(
                Credentials("creator", "right", api_url=url),
                load_session=lambda: None,
                save_session=lambda _: None,
            )
            outcome = client.log_in(lambda: None)
    assert isinstance(outcome, LoggedIn)
    return json.dumps(outcome.session).encode()
