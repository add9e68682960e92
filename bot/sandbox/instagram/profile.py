"""A profile as the sandbox's page shows it, and what can be ordered to go wrong from there."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import tornado.web
from tornado.escape import json_decode

from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.files import FILE_NAME, FileHandler
from bot.sandbox.instagram.login_state import Checkpoint
from bot.sandbox.instagram.passwords import totp
from bot.sandbox.instagram.posts import DeviceTimestamps, Item, Post
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Json
from bot.sandbox.local_handler import LocalHandler

LONGEST_POLL_SECONDS = 25.0

FACTORS: dict[str | None, tuple[Literal["sms", "whatsapp"] | None, str | None]] = {
    "two_factor_sms": ("sms", None),
    "two_factor_whatsapp": ("whatsapp", None),
    "two_factor_totp": (None, "JBSWY3DPEHPK3PXP"),
}
"""How the second factor is sent, or the secret of the app that shows it."""

Rule = tuple[str, type[tornado.web.RequestHandler], dict[str, Any]]


def routes(state: InstagramState) -> list[Rule]:
    """The rules for the page's application."""
    return [
        (r"/profile", ProfileHandler, {"state": state}),
        (rf"/profile/files/({FILE_NAME})", ProfileFileHandler, {"path": str(state.files)}),
        (r"/profile/faults", FaultsHandler, {"state": state}),
        (r"/profile/login", LoginHandler, {"state": state}),
        (r"/profile/browser", BrowserHandler, {"state": state}),
    ]


class PageHandler(LocalHandler):
    """Answers only the page, and its mistakes with a sentence."""

    def write_error(self, status_code: int, **_: object) -> None:
        """An error as the page expects it."""
        self.finish({"error": self._reason})


class ProfileFileHandler(PageHandler, FileHandler):
    """The pictures and videos on the profile."""


class StateHandler(PageHandler):
    """A page's request to the account itself."""

    def initialize(self, state: InstagramState) -> None:
        """Tornado hands the rule's arguments over."""
        self.state = state

    def named_account(self) -> InstagramState:
        """The one that the request names; else the first."""
        return self.state.accounts.get(self.get_query_argument("account", ""), self.state)


class ProfileHandler(StateHandler):
    """GET /profile?version=N: at once when N is not the current version, else on a change.

    `account` names one of several.
    """

    _waiting: asyncio.Task[None] | None = None

    async def get(self) -> None:
        """The whole profile, small as it is."""
        self.state = self.named_account()
        known = self.get_query_argument("version", "")
        if known.isdigit():
            seconds = min(_number(self.get_query_argument("timeout", "")), LONGEST_POLL_SECONDS)
            self._waiting = asyncio.create_task(self.state.wait_for_change(int(known), seconds))
            try:
                await self._waiting
            except asyncio.CancelledError:
                return
        await self.finish(snapshot(self.state))

    def on_connection_close(self) -> None:
        """The page has gone: nobody waits any more."""
        if self._waiting:
            self._waiting.cancel()


class FaultsHandler(StateHandler):
    """The faults waiting for requests to come, and how media name their upload."""

    async def get(self) -> None:
        """All that wait."""
        waiting = [fault.data() for fault in self.state.faults.pending]
        await self.finish({"faults": waiting, "device_timestamps": self.state.device_timestamps})

    async def post(self) -> None:
        """Script more `faults`, or set `device_timestamps`; when one makes no sense, nothing."""
        try:
            asked = json_decode(self.request.body)
            faults = [Fault(**fields) for fields in asked.pop("faults", [])]
            device_timestamps = asked.pop("device_timestamps", self.state.device_timestamps)
            if asked or device_timestamps not in get_args(DeviceTimestamps):
                raise ValueError("only faults and device_timestamps can be scripted")
        except (ValueError, TypeError, AttributeError) as problem:
            self.set_status(400)
            await self.finish({"error": f"Not a fault: {problem}"})
            return
        self.state.device_timestamps = device_timestamps
        for fault in faults:
            self.state.script(fault)
        await self.get()

    async def delete(self) -> None:
        """Call all of them off."""
        self.state.device_timestamps = "upload_id"
        self.state.clear_faults()
        await self.get()


class LoginHandler(StateHandler):
    """POST: the account is logged out, and its next login runs into what is named here."""

    async def post(self) -> None:
        """`wants` is a second factor, a checkpoint, or null for neither."""
        state = self.named_account()
        wants = json_decode(self.request.body or b"{}").get("wants")
        if wants not in (None, *get_args(Checkpoint), *FACTORS):
            self.set_status(400)
            await self.finish({"error": f"Instagram wants nothing of that name: {wants}"})
            return
        state.sent_two_factor, state.totp_secret = FACTORS.get(wants, (None, None))
        state.set_checkpoint(None if wants in FACTORS else wants)
        if wants is not None:
            state.revoke_sessions()
        await self.finish(snapshot(state))


class BrowserHandler(StateHandler):
    """POST: the account's owner logs in with a browser, and looks up its cookie."""

    async def post(self) -> None:
        """The value of `sessionid`."""
        await self.finish({"sessionid": self.named_account().browser_session()})


def snapshot(state: InstagramState) -> Json:
    """The profile as the page draws it."""
    return {
        "version": state.version,
        "username": state.username,
        "full_name": state.full_name,
        "posts": [_post(state, post) for post in state.posts],
        "stories": [_post(state, post) for post in state.stories],
        "status": _status(state),
        "accounts": [*state.accounts],
        "code": _code(state),
    }


def _code(state: InstagramState) -> Json | None:
    """What is to be seen on the owner's phone, or in their mail; an app's while it is wanted."""
    now = state.clock()
    if state.totp_secret:
        is_asked = not state.sessions
        return {"channel": "totp", "code": totp(state.totp_secret, now)} if is_asked else None
    message = state.codes.to_be_seen(now)
    return message.data() if message else None


def _status(state: InstagramState) -> str | None:
    waiting = [f"{fault.kind} at {fault.at}" for fault in state.faults.pending]
    return f"Scripted: {', '.join(waiting)}" if waiting else None


def _post(state: InstagramState, post: Post) -> Json:
    paths = {"clips": f"reel/{post.code}", "story": f"stories/{state.username}/{post.pk}"}
    return {
        "pk": str(post.pk),
        "code": post.code,
        "kind": post.kind,
        "caption": post.caption,
        "taken_at": datetime.fromtimestamp(post.taken_at, UTC).isoformat(),
        "url": f"https://www.instagram.com/{paths.get(post.product, f'p/{post.code}')}/",
        "items": [_item(item) for item in post.items],
    }


def _item(item: Item) -> Json:
    shown = item.video or item.photo
    return {
        "type": "video" if item.video else "image",
        "url": f"/profile/files/{shown.file}",
        "poster": f"/profile/files/{item.photo.file}" if item.video else None,
        "width": shown.width,
        "height": shown.height,
    }


def _number(text: str) -> float:
    try:
        return max(float(text), 0.0)
    except ValueError:
        return LONGEST_POLL_SECONDS
