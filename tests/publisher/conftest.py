"""A publisher with a real Postgres before it and a sandbox Instagram behind it."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select, text

from bot.sandbox.instagram.posts import Item, Photo
from bot.sandbox.instagram.server import application
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from publisher.destination import Destination
from publisher.dispatcher import Dispatcher
from publisher.instagram.destination import Instagram
from publisher.instagram.session import Credentials
from publisher.media.rules import INSTAGRAM_RULES
from publisher.registry import WAYS
from publisher.stores import Stores
from publisher.timings import Timings
from publisher.wiring import connected
from storage.accounts import Accounts
from storage.database import Database
from storage.drafts import Drafts
from storage.files import MediaFiles
from storage.hand_over import HandOver
from storage.items import NewMedia, Preparation
from storage.lifecycle import MediaKind, PostType, Status
from storage.models import Account, Notice, Post
from storage.pace import NO_PACES, Paces
from storage.posts import Posts
from storage.preparations import Preparations
from tests.publisher.login_kept import keep_a_login
from tests.samples import clip, jpeg
from tests.scopes import ALL

T = TypeVar("T")

TIMEOUT_SECONDS = 60.0
"""Seconds after which something that should have happened counts as missing."""

SIZES = {PostType.STORY: (1080, 1920), PostType.REEL: (360, 640), PostType.VIDEO: (640, 800)}
CAPTION = "Evening at the lake"
PUBLISHED = [kind for kind in PostType if kind is not PostType.STORIES]
"""The types that posts have; stories in a row are drafts alone."""


@dataclass
class World:
    """One account, its Instagram, and as many publishers as a test wants."""

    database: Database
    accounts: Accounts
    files: MediaFiles
    instagram: InstagramState
    server: LocalServer
    url: str
    account_id: int
    timings: Timings = field(default_factory=lambda: Timings(reconcile_pause=timedelta(0)))
    serving: ExitStack = field(default_factory=ExitStack)
    _publishers: list[Dispatcher] = field(default_factory=list)

    @property
    def posts(self) -> Posts:
        return Posts(self.database)

    @property
    def hand_over(self) -> HandOver:
        return HandOver(self.database)

    def publisher(
        self,
        *,
        timeout: tuple[float, float] = (5, 20),
        paces: Paces = NO_PACES,
        **timings: timedelta,
    ) -> Dispatcher:
        """One more publisher, with its own client."""
        chosen = replace(self.timings, **timings)
        stores = Stores(self.database, self.accounts, self.files, WAYS, chosen.lease, paces)

        def connect(account: Account) -> Destination:
            """All accounts of ours are to Instagram one and the same."""
            if account.destination != "instagram":
                return connected(account, self.accounts, INSTAGRAM_RULES)
            return Instagram(
                Credentials("creator", "right", api_url=self.url),
                load_session=lambda: self.accounts.load_session(account.id),
                save_session=lambda found: self.accounts.save_session(account.id, found),
                timeout=timeout,
            )

        made = Dispatcher(stores, connect, chosen, random=lambda: 0.5)
        self._publishers.append(made)
        return made

    def plan(
        self,
        kind: PostType = PostType.PHOTO,
        *,
        due_in: timedelta = timedelta(seconds=-1),
        caption: str = CAPTION,
        owner_id: int = 7,
        account_id: int | None = None,
    ) -> int:
        """A planned post with real media; returns its number."""
        drafts = Drafts(self.database)
        when = datetime.now(UTC) + due_in
        draft = drafts.open(
            self._media(kind),
            owner_id=owner_id,
            chat_id=owner_id,
            account_id=account_id or self.account_id,
            language="en",
            timezone="UTC",
            question="confirm",
            post_type=kind,
            caption=caption,
            hashtags=[],
            scheduled_time=when,
            wall_time=when.replace(tzinfo=None).isoformat(),
        )
        Preparations(self.database).finish(
            draft,
            [
                Preparation(
                    item.id,
                    item.original,
                    self.keep(jpeg(), ".jpg") if item.kind is MediaKind.VIDEO else None,
                )
                for item in draft.media
            ],
            [],
        )
        return drafts.schedule(draft.id).id

    def by_hand(self, caption: str = CAPTION, upload_id: str = "") -> str:
        """A photo that somebody posts with Instagram's own app; returns its number."""
        item = Item(Photo("none.jpg", 1080, 1350))
        return str(self.instagram.publish("feed", upload_id, caption, [item]).pk)

    def harm(self, name: str | None, how: str) -> None:
        """A file is not what was stored any more: emptied, cut, or gone."""
        path = self.files.path(name or "")
        content = path.read_bytes()
        path.unlink()
        if how != "gone":
            path.write_bytes(b"" if how == "emptied" else content[: len(content) // 2])

    def is_paused(self, account_id: int | None = None) -> bool:
        """Whether an account pauses: the one, if no other is named."""
        paused = [account.id for account in self.accounts.paused()]
        return (account_id or self.account_id) in paused

    def stop_instagram(self) -> None:
        """Nobody listens at its address."""
        self.serving.close()

    def start_instagram(self) -> None:
        """It listens again at the same address."""
        self.serving.enter_context(self.server.run_in_thread())

    def due_now(self) -> None:
        """Time passes until everything planned is due."""
        self.execute("UPDATE scheduled_posts SET next_attempt_at = now() WHERE status = 'pending'")

    def read_now(self, publisher: Dispatcher, *, after: timedelta = timedelta(0)) -> None:
        """So much time passes for the doubts, and Instagram is read once more."""
        self.execute(
            "UPDATE scheduled_posts SET next_check_at = now(),"
            " uncertain_since = uncertain_since - :after WHERE next_check_at IS NOT NULL",
            after=after,
        )
        self.sweep(publisher)

    def links_asked_about(self) -> list[list[str]]:
        """The links in each question to an owner."""
        with self.database.transaction() as session:
            rows = session.scalars(
                text(
                    "SELECT detail->'links' FROM notices WHERE audience = 'owner'"
                    " AND kind = 'asked' ORDER BY id"
                )
            )
            return [links or [] for links in rows]

    def post(self, post_id: int) -> Post:
        return self.posts.get(post_id, ALL)

    def sweep(self, publisher: Dispatcher) -> None:
        """One sweep, and all that comes of it."""
        publisher.sweep()
        assert publisher.wait(TIMEOUT_SECONDS)

    def until(self, post_id: int, *wanted: Status) -> Post:
        """Wait until the post stands so."""
        return self.until_true(
            lambda: post if (post := self.post(post_id)).status in wanted else None,
            f"post {post_id} is {self.post(post_id).status}",
        )

    def until_true(self, look: Callable[[], T | None], otherwise: str = "in vain") -> T:
        """Wait until `look` finds something; returns it."""
        deadline, pause = time.monotonic() + TIMEOUT_SECONDS, 0.02
        while time.monotonic() < deadline:
            if found := look():
                return found
            time.sleep(pause)
            pause = min(1.5 * pause, 0.15)
        raise AssertionError(otherwise)

    def execute(self, statement: str, **values: object) -> None:
        """Change the database under everybody's feet."""
        with self.database.transaction() as session:
            session.execute(text(statement), values)

    def told(self, audience: str = "owner") -> list[str]:
        """What waits to be told, oldest first."""
        with self.database.transaction() as session:
            kinds = session.scalars(
                text("SELECT kind FROM notices WHERE audience = :audience ORDER BY id"),
                {"audience": audience},
            )
            return list(kinds)

    def notices(self, audience: str = "owner") -> list[Notice]:
        """The same in full."""
        query = select(Notice).where(Notice.audience == audience).order_by(Notice.id)
        with self.database.transaction() as session:
            return list(session.scalars(query))

    def live(self) -> list[str]:
        """Captions of everything on the profile, stories included."""
        return [post.caption for post in [*self.instagram.posts, *self.instagram.stories]]

    def stop(self) -> None:
        for publisher in self._publishers:
            publisher.stop()
        self.instagram.let_go()
        for publisher in self._publishers:
            publisher.wait(TIMEOUT_SECONDS)

    def _media(self, kind: PostType) -> list[NewMedia]:
        width, height = SIZES.get(kind, (1080, 1350))
        if kind in (PostType.REEL, PostType.VIDEO):
            return [self._video(1, width, height)]
        if kind is PostType.CAROUSEL:
            return [self._photo(1, width, height), self._video(2, 640, 800)]
        return [self._photo(1, width, height)]

    def _photo(self, position: int, width: int, height: int) -> NewMedia:
        content = jpeg(width, height)
        name = self.keep(content, ".jpg")
        return NewMedia(
            position, MediaKind.PHOTO, name, "jpeg", width, height, None, None, len(content)
        )

    def _video(self, position: int, width: int, height: int) -> NewMedia:
        content = clip(width, height)
        name = self.keep(content, ".mp4")
        return NewMedia(
            position, MediaKind.VIDEO, name, "mp4", width, height, 4.0, "h264", len(content)
        )

    def keep(self, content: bytes, suffix: str) -> str:
        """A stored file of this content; returns its name."""
        with self.files.incoming() as path:
            path.write_bytes(content)
            return self.files.keep(path, suffix)


@pytest.fixture
def new_world(
    database: Database, accounts: Accounts, files: MediaFiles, tmp_path: Path
) -> Iterator[World]:
    """Nobody has logged in yet."""
    instagram = InstagramState(tmp_path / "instagram", username="creator", password="right")
    server = LocalServer(application(instagram))
    with ExitStack() as serving:
        url = serving.enter_context(server.run_in_thread())
        account_id = accounts.configure("instagram", "creator").id
        made = World(database, accounts, files, instagram, server, url, account_id, serving=serving)
        yield made
        made.stop()
    assert instagram.unknown_requests == []


@pytest.fixture
def world(new_world: World) -> World:
    """The account has a session, after its first login."""
    keep_a_login(new_world.instagram, new_world.accounts, new_world.account_id)
    new_world.execute("UPDATE accounts SET session_at = now()")
    return new_world
