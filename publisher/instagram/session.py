"""The session of one Instagram account: its device, whether it is valid, and logging in anew."""

import contextlib
import logging
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from instagrapi.exceptions import UnknownError

from publisher.destination import CodeWanted, Json, LoggedIn
from publisher.failures import FailureAction, PublishError, Reason
from publisher.gate import Gate
from publisher.instagram.browser_session import COOKIE_LIFE, take_over
from publisher.instagram.client import SteadyClient
from publisher.instagram.clock import PlatformClock
from publisher.instagram.errors import classify
from publisher.instagram.login import answer, log_in, send_new_code
from publisher.instagram.transport import TIMEOUT_SECONDS, bound, redirect
from storage.database import is_away
from storage.lease import LeaseLostError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Credentials:
    """How to log in, and, if `api_url` is set, at another server than Instagram's."""

    username: str
    password: str = field(default="", repr=False)
    sessionid: str | None = field(default=None, repr=False)
    """Of a browser: there is no password then."""
    totp_secret: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    api_url: str | None = None


class InstagramSession:
    """What `Destination` asks of a session."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        load_session: Callable[[], Json | None],
        save_session: Callable[[Json], None],
        timeout: tuple[float, float] = TIMEOUT_SECONDS,
    ) -> None:
        self._credentials = credentials
        self._load_session, self._save_session = load_session, save_session
        self._timeout = timeout
        self.gate = Gate()
        self._clock = PlatformClock()
        self._client: SteadyClient | None = None
        self._has_ended = False
        self._lock = threading.RLock()

    @property
    def time_there(self) -> float | None:
        return self._clock.now

    def check_session(self) -> None:
        with self._lock, self._translated():
            client = self._client = self._client or self._restored()
            if not client.user_id or self._has_ended:
                raise PublishError(FailureAction.LOG_IN_AGAIN, Reason.LOGIN_REQUIRED, "no session")
            client.own_account()

    def log_in(self, leaves: Callable[[], None]) -> LoggedIn | CodeWanted:
        """The device is kept before anything is sent; an authenticator's seed answers by itself."""
        account = self._credentials
        with self._lock, self._translated():
            client = self._restored()
            client.leaves = leaves
            if account.sessionid:
                take_over(client, account.sessionid, account.username)
                return self._logged_in(client, COOKIE_LIFE)
            wanted = log_in(client, account.username, account.password)
            if wanted is None:
                return self._logged_in(client)
            if account.totp_secret and wanted.reason in (Reason.AUTHENTICATOR, Reason.TWO_FACTOR):
                seed = re.sub(r"[\s-]", "", account.totp_secret)
                if _is_taken(client, wanted.state, client.totp_generate_code(seed)):
                    return self._logged_in(client)
            return self._with_settings(client, wanted)

    def answer(self, state: Json, code: str, leaves: Callable[[], None]) -> LoggedIn:
        with self._lock, self._translated(code):
            client = self._restored(state["settings"])
            leaves()
            answer(client, state, code)
            return self._logged_in(client)

    def send_new_code(self, state: Json) -> CodeWanted:
        with self._lock, self._translated():
            client = self._restored(state["settings"])
            return self._with_settings(client, send_new_code(client, state))

    def _logged_in(self, client: SteadyClient, lasts: timedelta | None = None) -> LoggedIn:
        self._client, self._has_ended = client, False
        log.info("logged in to Instagram as %s", self._credentials.username)
        return LoggedIn(client.get_settings(), lasts)

    def _with_settings(self, client: SteadyClient, wanted: CodeWanted) -> CodeWanted:
        return replace(wanted, state={**wanted.state, "settings": client.get_settings()})

    def has_session(self) -> bool:
        with self._lock, self._translated():
            client = self._client = self._client or self._restored()
            return bool(client.user_id) and not self._has_ended

    def _ready(self) -> SteadyClient:
        assert self._client is not None, "check_session comes first"
        return self._client

    def _restored(self, settings: Json | None = None) -> SteadyClient:
        """A client with the account's device and session, or these settings, and our own manners.

        The device is made, and kept, the first time.
        """
        transport = {"private_transport": "requests"} if self._credentials.api_url else {}
        client = SteadyClient(proxy=self._credentials.proxy, with_challenge_flow=False, **transport)
        settings = settings or self._load_session()
        if settings is None:
            self._save_session(client.get_settings())
        else:
            client.set_settings({**settings, **transport})
        self._prepare(client)
        return client

    def _prepare(self, client: SteadyClient) -> None:
        """What the client's settings know nothing of, or undo."""
        client.set_retry_config(
            request_timeout=0, session_retry_total=0, public_request_retries_count=1
        )
        client.challenge_code_handler = client.change_password_handler = _nobody_is_there
        if self._credentials.api_url:
            redirect(client, self._credentials.api_url, self._timeout, self.gate, self._clock)
        else:
            bound(client, self._timeout, self.gate, self._clock)

    @contextlib.contextmanager
    def _translated(
        self,
        *secrets: str,
        sends_post: bool = False,
        doubt: Callable[[Exception], Reason | None] = lambda _: None,
    ) -> Iterator[None]:
        """Let nothing out but PublishError, and that the database is away or the lease is lost.

        Args:
            secrets: what must not be told besides the credentials.
            sends_post: see `classify`.
            doubt: what the failure leaves open about the post at hand.
        """
        try:
            yield
        except PublishError:
            raise
        except Exception as error:
            if is_away(error) or isinstance(error, LeaseLostError):
                raise
            account = self._credentials
            known = (account.password, account.sessionid, account.totp_secret, account.proxy)
            failure = classify(error, [*secrets, *filter(None, known)], sends_post=sends_post)
            self._has_ended |= failure.action is FailureAction.LOG_IN_AGAIN
            failure.doubt = doubt(error)
            raise failure from error


def _is_taken(client: SteadyClient, state: Json, code: str) -> bool:
    """Whether a code opens a session; if it is refused, it is a person's turn."""
    try:
        answer(client, state, code)
    except UnknownError:
        return False
    except PublishError as error:
        if error.reason is not Reason.WRONG_CODE:
            raise
        return False
    return True


def _nobody_is_there(*_: object) -> str:
    """The client would ask for codes and passwords on the terminal."""
    return ""
