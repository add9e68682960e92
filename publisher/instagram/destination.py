"""One Instagram account: its session, staging of bytes, and the one request that publishes."""

import contextlib
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from instagrapi.exceptions import LoginRequired

from publisher.destination import (
    Absent,
    Access,
    Ambiguous,
    CannotKnow,
    Content,
    Evidence,
    Finding,
    Found,
    Json,
    Published,
    Staged,
    Wanted,
)
from publisher.failures import FailureAction, PublishError, Reason
from publisher.gate import Gate, GateClosedError
from publisher.instagram.browser_session import take_over
from publisher.instagram.client import SteadyClient
from publisher.instagram.clock import PlatformClock
from publisher.instagram.errors import classify, is_transcoding
from publisher.instagram.feed import Reading, number, read_feed, read_stories
from publisher.instagram.matching import (
    INACCURACY_SECONDS,
    is_of_another,
    look_for,
    look_whether_shown,
)
from publisher.instagram.outcome import doubt_after
from publisher.instagram.transport import TIMEOUT_SECONDS, bound, redirect
from publisher.instagram.uploads import KINDS, configure, ids_of, stage
from publisher.media.rules import INSTAGRAM_RULES, Rules
from storage.database import is_away
from storage.lease import now
from storage.lifecycle import PostType
from storage.records import STORY_LIFE

log = logging.getLogger(__name__)

TRANSCODE_PAUSE = timedelta(seconds=5)
TRANSCODE_ATTEMPTS = 8
"""Together less than a minute: the account's other posts wait meanwhile."""

SITE = "https://www.instagram.com"


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


def connect(access: Access) -> "Instagram":
    """The account of this name, by what its credentials name. Raises PublishError without any."""
    if not {"password", "sessionid"} & access.credentials.keys():
        raise PublishError(FailureAction.HUMAN, Reason.BAD_PASSWORD, "none is stored")
    return Instagram(
        Credentials(access.name, **access.credentials),
        load_session=access.load_session,
        save_session=access.save_session,
        rules=access.rules,
    )


class Instagram:
    """See `Destination`."""

    publishes_itself = True

    def __init__(
        self,
        credentials: Credentials,
        *,
        load_session: Callable[[], Json | None],
        save_session: Callable[[Json], None],
        timeout: tuple[float, float] = TIMEOUT_SECONDS,
        rules: Rules = INSTAGRAM_RULES,
    ) -> None:
        self._credentials = credentials
        self.rules = rules
        self._load_session, self._save_session = load_session, save_session
        self._timeout = timeout
        self.gate = Gate()
        self._clock = PlatformClock()
        self._client: SteadyClient | None = None
        self._stored: Json | None = None
        self._has_ended = self._just_logged_in = False
        self._lock = threading.RLock()

    @property
    def time_there(self) -> float | None:
        return self._clock.now

    def check_session(self) -> None:
        """Check the session by one request; log in, once, if there is none or it has ended.

        Another publisher may have logged in meanwhile: its session is tried first, since each
        login would end the other's.
        """
        with self._lock, self._translated():
            client = self._client = self._client or self._restored()
            if client.user_id and not self._has_ended and self._still_valid(client):
                return
            if self._load_session() != self._stored:
                client = self._client = self._restored()
                self._has_ended = False
                if client.user_id and self._still_valid(client):
                    return
            self._log_in(client)

    def has_session(self) -> bool:
        with self._lock, self._translated():
            client = self._client = self._client or self._restored()
            return bool(client.user_id) and not self._has_ended

    def stage(self, content: Content) -> Staged:
        with self._lock, self._translated():
            return stage(self._ready(), content)

    def publish(self, staged: Staged) -> Published:
        content, before = staged.content, self.gate.departures

        def has_left() -> bool:
            return self.gate.departures > before

        with self._lock, self._translated(lambda error: doubt_after(error, has_left=has_left())):
            began = now()
            try:
                reply = _configured(self._ready(), staged)
            except GateClosedError:
                if has_left():
                    raise _unclear("broken off under way") from None
                raise
            self._just_logged_in = False
            media = reply.get("media")
            if not isinstance(media, dict) or not media.get("pk"):
                raise _unclear("a reply without media")
            sent = (self._clock.now or 0.0) - (now() - began)
            ids = ids_of(content.upload_id, len(content.items))
            if is_of_another(media, ids, content.caption, sent):
                raise _unclear("a reply with other media than ours")
            return self._published(media, content.post_type)

    def find(self, wanted: Sequence[Wanted]) -> list[Finding]:
        """By one reading of the feed, one of the stories, or both."""
        readings = {
            stories: self._read(since=min(each.first_sent for each in wanted), stories=stories)
            for stories in {each.post_type.is_story for each in wanted}
        }
        return [self._finding(each, readings[each.post_type.is_story]) for each in wanted]

    def _finding(self, wanted: Wanted, reading: Reading) -> Finding:
        known = wanted.media_pk is not None
        match look_whether_shown(wanted, reading) if known else look_for(wanted, reading):
            case dict() as media:
                return Found(self._published(media, wanted.post_type))
            case list() as alike:
                links = [self._published(media, wanted.post_type).link for media in alike]
                return Ambiguous(tuple(link for link in links if link))
            case Evidence() as evidence:
                may_be_over = wanted.post_type.is_story and wanted.sent_ago > STORY_LIFE
                return CannotKnow() if may_be_over else Absent(evidence)

    def _published(self, media: Json, post_type: PostType) -> Published:
        """What raw media of this account is called, and where it stands."""
        pk, code = str(media["pk"]), media.get("code")
        if post_type.is_story:
            return Published(pk, f"{SITE}/stories/{self._credentials.username}/{pk}/")
        place = KINDS[post_type].place
        return Published(pk, f"{SITE}/{place}/{code}/" if code else None)

    def _read(self, *, since: float, stories: bool) -> Reading:
        """So far back that what was sent then would be seen."""
        with self._lock, self._translated():
            client = self._ready()
            return (
                read_stories(client) if stories else read_feed(client, since - INACCURACY_SECONDS)
            )

    def newest(self, post_type: PostType) -> int | None:
        reading = self._read(since=float("inf"), stories=post_type.is_story)
        return max(map(number, reading.all), default=0)

    def _ready(self) -> SteadyClient:
        assert self._client is not None, "check_session comes first"
        return self._client

    def _restored(self) -> SteadyClient:
        """A client with the stored session and device, if there are any, and our own manners."""
        transport = {"private_transport": "requests"} if self._credentials.api_url else {}
        client = SteadyClient(proxy=self._credentials.proxy, with_challenge_flow=False, **transport)
        self._stored = self._load_session()
        if self._stored is not None:
            client.set_settings({**self._stored, **transport})
        client.set_retry_config(
            request_timeout=0, session_retry_total=0, public_request_retries_count=1
        )
        client.challenge_code_handler = client.change_password_handler = _nobody_is_there
        if self._credentials.api_url:
            redirect(client, self._credentials.api_url, self._timeout, self.gate, self._clock)
        else:
            bound(client, self._timeout, self.gate, self._clock)
        return client

    def _still_valid(self, client: SteadyClient) -> bool:
        try:
            client.account_info()
        except LoginRequired:
            log.info("the Instagram session has ended")
            return False
        return True

    def _log_in(self, client: SteadyClient) -> None:
        """One login, with the same device as before; what Instagram refuses is not repeated."""
        account = self._credentials
        self._just_logged_in = True
        if account.sessionid:
            take_over(client, account.sessionid, account.username)
        else:
            self._send_password(client)
        self._has_ended = False
        self._stored = client.get_settings()
        self._save_session(self._stored)
        log.info("logged in to Instagram as %s", account.username)

    def _send_password(self, client: SteadyClient) -> None:
        account = self._credentials
        seed = re.sub(r"[\s-]", "", account.totp_secret or "")
        code = client.totp_generate_code(seed) if seed else ""
        client.relogin_attempt = 0
        client.login(
            account.username, account.password, relogin=bool(client.user_id), verification_code=code
        )

    @contextlib.contextmanager
    def _translated(
        self, doubt: Callable[[Exception], Reason | None] = lambda _: None
    ) -> Iterator[None]:
        """Let nothing out but PublishError, and that the database is away.

        Args:
            doubt: what the failure leaves open about the post at hand.
        """
        try:
            yield
        except PublishError:
            raise
        except Exception as error:
            if is_away(error):
                raise
            account = self._credentials
            told = (account.password, account.totp_secret, account.proxy, account.sessionid)
            secrets = [secret for secret in told if secret]
            failure = classify(error, secrets)
            if failure.action is FailureAction.LOG_IN_AGAIN:
                failure = self._session_ended(failure)
            failure.doubt = doubt(error)
            raise failure from error

    def _session_ended(self, failure: PublishError) -> PublishError:
        """The next post logs in; a session that ends right after that is a person's matter."""
        self._has_ended = True
        if self._just_logged_in:
            return PublishError(FailureAction.HUMAN, Reason.LOGIN_REQUIRED, failure.detail)
        return failure


def _configured(client: SteadyClient, staged: Staged) -> Json:
    """Send configure, again only while Instagram says that it is still transcoding."""
    for _ in range(TRANSCODE_ATTEMPTS):
        try:
            return configure(client, staged)
        except Exception as error:
            if not is_transcoding(error):
                raise
            time.sleep(TRANSCODE_PAUSE.total_seconds())
    return configure(client, staged)


def _unclear(detail: str) -> PublishError:
    return PublishError(FailureAction.RETRY, Reason.UNCLEAR, detail, doubt=Reason.UNCLEAR)


def _nobody_is_there(*_: object) -> str:
    """The client would ask for codes and passwords on the terminal."""
    return ""
