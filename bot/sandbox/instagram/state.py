"""An account, its sessions, uploads and posts; kept in one JSON file across restarts."""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from bot.sandbox.instagram import saved
from bot.sandbox.instagram.codes import Codes, Tickets
from bot.sandbox.instagram.faults import Fault, Faults
from bot.sandbox.instagram.login_state import LoginState
from bot.sandbox.instagram.passwords import PasswordKey
from bot.sandbox.instagram.posts import (
    DeviceTimestamps,
    Item,
    Photo,
    Post,
    Product,
    Upload,
    Video,
)
from bot.sandbox.instagram.wire import Json

STORY_SECONDS = 24 * 60 * 60
SAVE_AFTER_SECONDS = 1.0
PK_EPOCH_MS = 1_314_220_021_721
"""Instagram's media numbers count milliseconds since August 2011 (its engineering blog)."""
PK_STEP = 64
"""Room for the children of a carousel, whose numbers follow its own."""


class InstagramState(LoginState):
    """One Instagram account and all that the service knows of it, and of those beside it.

    `logins` counts sessions opened, `password_attempts` passwords submitted, `configures`
    configure requests that arrived, whatever became of them, `held` requests that a fault holds.
    `clock` is seconds since 1970, `device_timestamps` how media name the upload that they came
    from, `feed_lag` how many seconds feed and stories are behind. With `takes_ids_twice` an upload
    id that was published before is published again: what the service does is not known.
    `checkpoint` is what the next login runs into, `two_factor` what every login is asked besides
    the password.
    Methods may be called from any thread.
    """

    def __init__(
        self,
        folder: Path,
        *,
        username: str,
        password: str,
        totp_secret: str | None = None,
        two_factor: Literal["sms", "whatsapp"] | None = None,
        full_name: str = "",
        clock: Callable[[], float] = time.time,
        beside: "InstagramState | None" = None,
    ) -> None:
        self.accounts: dict[str, InstagramState] = beside.accounts if beside else {}
        self.accounts[username] = self
        self._first = beside
        super().__init__(username, password, totp_secret, two_factor, clock)
        self.full_name = full_name or username
        self.faults = Faults()
        self.device_timestamps: DeviceTimestamps = "upload_id"
        self.feed_lag = 0.0
        self.takes_ids_twice = False
        self.requests: list[tuple[str, str]] = []
        self.unknown_requests: list[tuple[str, str]] = []
        self.configures = 0
        self.version = 0
        self._folder = folder
        self.files: Path = beside.files if beside else folder / "files"
        for needed in (folder, self.files):
            needed.mkdir(parents=True, exist_ok=True)
        self._waiters: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self.held = self._let_go = 0
        self._save_is_due = False
        self._load()

    def _load(self) -> None:
        kept = self._folder / "state.json"
        data: Json = json.loads(kept.read_text()) if kept.exists() else {}
        first = self._first
        self.key: PasswordKey = first.key if first else PasswordKey(data.get("private_key"))
        self.sessions = set(data.get("sessions", []))
        tickets = [each for each in data.get("tickets", []) if isinstance(each, list)]
        self._tickets = first._tickets if first else Tickets(tickets)
        self.codes = Codes(data.get("codes"))
        self.checkpoint = data.get("checkpoint")
        self.uploads = {key: saved.upload(value) for key, value in data.get("uploads", {}).items()}
        self._posts = [saved.post(value) for value in data.get("posts", [])]

    def add_account(
        self,
        username: str,
        password: str,
        *,
        totp_secret: str | None = None,
        two_factor: Literal["sms", "whatsapp"] | None = None,
        full_name: str = "",
    ) -> "InstagramState":
        """One more account of the same service."""
        return InstagramState(
            self._folder / "accounts" / username,
            username=username,
            password=password,
            totp_secret=totp_secret,
            two_factor=two_factor,
            full_name=full_name,
            clock=self.clock,
            beside=self,
        )

    def whose(self, session: str | None, words: Callable[[], str]) -> "InstagramState":
        """The account that a request is about: by its session, a ticket, or the name in it.

        Args:
            words: what the request says, which takes a while to read.
        """
        if len(self.accounts) == 1:
            return self
        for account in self.accounts.values():
            if session and session.startswith(f"{account.user_id}%3A"):
                return account
        said = words()
        if owner := self._tickets.owner_in(said):
            return self.accounts[owner]
        named = (a for a in self.accounts.values() if f'"{a.username}"' in said)
        return next(named, self)

    def script(self, fault: Fault) -> None:
        """Let coming requests run into this fault."""
        with self._lock:
            self.faults.add(fault)
            self._changed()

    def take_fault(self, path: str) -> Fault | None:
        """The fault that a request to this path runs into, used up by one."""
        with self._lock:
            fault = self.faults.take(path)
            if fault:
                self._changed()
        return fault

    def clear_faults(self) -> None:
        """Drop all faults still waiting."""
        with self._lock:
            self.faults.pending.clear()
            self._changed()

    async def hold(self, seconds: float) -> None:
        """Return after `seconds`, or as soon as what is held is let go."""
        let_go, version = self._let_go, self.version
        until = time.monotonic() + seconds
        self.held += 1
        while let_go == self._let_go and (left := until - time.monotonic()) > 0:
            await self.wait_for_change(version, left)
            version = self.version  # before the next look, so that no change is missed
        self.held -= 1

    def let_go(self) -> None:
        """Requests that a fault delays, or is about to drop, wait no longer."""
        with self._lock:
            self._let_go += 1
            self._changed()

    def new_file(self, suffix: str) -> Path:
        """A fresh path for a media file, under a name of ours."""
        return self.files / f"{secrets.token_hex(16)}{suffix}"

    def forget_file(self, name: str) -> None:
        """Remove a stored file that is of no use."""
        (self.files / name).unlink(missing_ok=True)

    def stage_photo(self, upload_id: str, photo: Photo) -> None:
        """Keep a whole photo, or the cover of a video, under its id until it is configured."""
        with self._lock:
            self.uploads.setdefault(upload_id, Upload()).photo = photo
            self._changed()

    def stage_video(self, upload_id: str, video: Video, frame: Photo | None) -> None:
        """Keep a whole video under its id until it is configured."""
        with self._lock:
            upload = self.uploads.setdefault(upload_id, Upload())
            upload.video, upload.frame = video, frame
            self._changed()

    def publish(self, product: Product, upload_id: str, caption: str, items: list[Item]) -> Post:
        """Put a new post on the profile."""
        with self._lock:
            now = self.clock()
            pk = max(
                (int(now * 1000) - PK_EPOCH_MS) << 23, *(p.pk + PK_STEP for p in self._posts), 1
            )
            post = Post(pk, upload_id, product, caption, now, items)
            self._posts.append(post)
            self._changed()
            self.save()  # what was accepted stands, whoever is killed now
        return post

    def delete(self, post: Post) -> None:
        """Take a post down, with its files."""
        with self._lock:
            self._posts.remove(post)
            unused = post.files() - {name for p in self._posts for name in p.files()}
            self.uploads = {k: v for k, v in self.uploads.items() if not v.files() & unused}
            for name in unused:
                self.forget_file(name)
            self._changed()

    @property
    def posts(self) -> list[Post]:
        """What stands on the profile, newest first; stories are not among it."""
        with self._lock:
            return [post for post in reversed(self._posts) if post.product != "story"]

    @property
    def stories(self) -> list[Post]:
        """The stories of the last 24 hours, oldest first as the story tray plays them."""
        limit = self.clock() - STORY_SECONDS
        with self._lock:
            return [p for p in self._posts if p.product == "story" and p.taken_at > limit]

    def shown(self, posts: list[Post]) -> list[Post]:
        """Those of them that a feed shows by now."""
        limit = self.clock() - self.feed_lag
        return [post for post in posts if not self.feed_lag or post.taken_at <= limit]

    def find(self, pk: str) -> Post | None:
        """The post with this number; vanished stories too, their owner keeps them."""
        with self._lock:
            return next((post for post in self._posts if str(post.pk) == pk), None)

    def configured(self, upload_id: str) -> bool:
        """Whether a post was made from this upload id."""
        with self._lock:
            return not self.takes_ids_twice and any(
                post.upload_id == upload_id for post in self._posts
            )

    async def wait_for_change(self, version: int, seconds: float) -> None:
        """Return when `version` is no longer the current one, or after `seconds`."""
        changed = asyncio.Event()
        waiter = (asyncio.get_running_loop(), changed)
        with self._lock:
            if self.version != version:
                return
            self._waiters.add(waiter)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), seconds)
        finally:
            with self._lock:
                self._waiters.discard(waiter)

    def _changed(self) -> None:
        self.version += 1
        for loop, changed in self._waiters:
            with contextlib.suppress(RuntimeError):  # its server has been stopped
                loop.call_soon_threadsafe(changed.set)
        self._waiters.clear()
        if self._save_is_due:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.save()
        else:
            self._save_is_due = True
            loop.call_later(SAVE_AFTER_SECONDS, self.save)

    def save(self) -> None:
        """Write everything down at once; a reader sees the old file or the new one, whole."""
        with self._lock:
            self._save_is_due = False
            data = json.dumps(self._data(), default=vars)
            fresh = self._folder / "state.json.new"
            fresh.touch(mode=0o600)
            fresh.write_text(data)
            fresh.replace(self._folder / "state.json")

    def _data(self) -> Json:
        return {
            "private_key": self.key.private_pem(),
            "sessions": sorted(self.sessions),
            "tickets": self._tickets.data(),
            "codes": [message.data() for message in self.codes.sent],
            "checkpoint": self.checkpoint,
            "uploads": self.uploads,
            "posts": self._posts,
        }

    def close(self) -> None:
        """Flush what is not yet on disk."""
        self.save()
