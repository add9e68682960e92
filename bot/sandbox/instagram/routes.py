"""Every path of the private API that is answered, in one table."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.sandbox.instagram import bodies, checkpoints, configure, feed, login, two_factor, uploads
from bot.sandbox.instagram.bloks import PROFILE_CODE, PROFILE_ENTRY, PROFILE_SUBMIT
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Call, Reply

Endpoint = Callable[[InstagramState, Call], Awaitable[Reply]]

CAA = "bloks/async_action/com.bloks.www.bloks.caa.login"
OAUTH = "bloks/async_action/com.bloks.www.caa.login.oauth.token.fetch.async"
TWO_STEP_ACTION = "bloks/async_action/com.bloks.www.two_step_verification"
PICKED = f"{TWO_STEP_ACTION}.method_picker.navigation"
_CHECKPOINT = r"(?P<user_id>\d+)/(?P<nonce>\w+)/?"
CHALLENGE = re.compile(f"/api/(v1/)?challenge/{_CHECKPOINT}")
REPLAY = re.compile(f"/api/(v1/)?challenge/replay/{_CHECKPOINT}")
TWO_STEP_APP = "bloks/apps/com.bloks.www.two_step_verification"


@dataclass(frozen=True)
class Route:
    """Where one endpoint stands. `open`: also without a session."""

    method: str
    path: re.Pattern[str]
    endpoint: Endpoint
    open: bool = False


def _api(method: str, path: str, endpoint: Endpoint, *, open: bool = False) -> Route:
    return Route(method, re.compile(f"/api/v1/{path}/?"), endpoint, open)


ROUTES = (
    Route("POST", re.compile("/graphql_www"), login.register_device, open=True),
    _api("GET", "qe/sync", login.password_key, open=True),
    _api("POST", "qe/sync", login.password_key, open=True),
    _api("POST", "launcher/sync", login.launcher_sync, open=True),
    _api("POST", f"{CAA}.process_client_data_and_redirect", login.login_screen, open=True),
    _api("POST", OAUTH, login.next_screen, open=True),
    _api("POST", "attestation/create_android_keystore", login.attestation, open=True),
    _api("POST", f"{CAA}.async.send_login_request", login.send_login_request, open=True),
    _api("POST", f"{TWO_STEP_APP}.entrypoint", two_factor.entrypoint, open=True),
    _api("POST", f"{TWO_STEP_APP}.method_picker", two_factor.method_picker, open=True),
    _api("POST", f"{PICKED}.async", two_factor.select_method, open=True),
    _api("POST", f"{TWO_STEP_ACTION}.verify_code.async", two_factor.verify_code, open=True),
    _api("POST", f"bloks/async_action/{PROFILE_ENTRY}", checkpoints.profile_entry, open=True),
    _api("POST", f"bloks/apps/{PROFILE_CODE}", checkpoints.profile_code, open=True),
    _api("POST", f"bloks/async_action/{PROFILE_SUBMIT}", checkpoints.profile_submit, open=True),
    Route("GET", CHALLENGE, checkpoints.look, open=True),
    Route("POST", CHALLENGE, checkpoints.take, open=True),
    Route("POST", REPLAY, checkpoints.replay, open=True),
    _api("POST", "accounts/login", login.legacy_login, open=True),
    _api("POST", "accounts/two_factor_login", two_factor.legacy_login, open=True),
    _api("POST", "accounts/send_two_factor_login_sms", two_factor.legacy_send_sms, open=True),
    _api("POST", "accounts/logout", login.logout),
    _api("GET", "accounts/current_user", login.current_user),
    _api("GET", r"users/(?P<user_id>\d+)/info", login.user_info),
    _api("GET", r"users/(?P<username>[\w.]+)/usernameinfo", login.user_info_by_name),
    _api("POST", "qe/expose", login.expose),
    _api("POST", "feed/timeline", feed.timeline),
    _api("POST", "feed/reels_tray", feed.reels_tray),
    _api("GET", r"feed/user/(?P<user_id>\d+)", feed.user_feed),
    _api("GET", r"feed/user/(?P<user_id>\d+)/story", feed.user_story),
    _api("GET", r"media/(?P<media_id>\d+(_\d+)?)/info", feed.media_info),
    _api("POST", r"media/(?P<media_id>\d+(_\d+)?)/delete", feed.media_delete),
    Route("POST", re.compile(r"/upload_settings/[\w-]+"), uploads.upload_settings),
    Route("POST", re.compile(r"/rupload_igphoto/(?P<name>[\w-]+)"), uploads.photo),
    Route("GET", re.compile(r"/rupload_igvideo/(?P<name>[\w-]+)"), uploads.video_offset),
    Route("POST", re.compile(r"/rupload_igvideo/(?P<name>[\w-]+)"), uploads.video),
    _api("POST", "media/configure", configure.feed),
    _api("POST", "media/configure_to_clips", configure.clips),
    _api("POST", "media/configure_sidecar", configure.sidecar),
    _api("POST", "media/configure_to_story", configure.story),
)


def website(host: str, path: str) -> Reply | None:
    """What www.instagram.com answers where clients ask it, too: to log in there."""
    if (host, path) == ("www.instagram.com", "/graphql/query/"):
        return bodies.WEB_NEEDS_LOGIN
    return None


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request and the named parts of its path."""
    for route in ROUTES:
        found = route.path.fullmatch(path) if route.method == method else None
        if found:
            return route, found.groupdict()
    return None
