"""What stands in Postgres, and what only a test may do to it: plan in bulk, let time pass, lock."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, insert, select, text

from storage.accounts import Accounts
from storage.database import Database
from storage.encryption import SecretBox
from storage.files import MediaFiles
from storage.lifecycle import MediaKind, PostType, Status
from storage.models import Account, MediaItem, Post
from storage.posts import Posts
from tests.chaos.waiting import until
from tests.samples import jpeg
from tests.scopes import ALL

SECRET_KEY = "a test's key"
OWNER = 11

BULK = 5_000
"""Rows per statement."""


class Ledger:
    """The database of one test, beside the processes that work on it."""

    def __init__(self, url: str, files: MediaFiles) -> None:
        self.database = Database(url)
        self._accounts = Accounts(self.database, _box())
        self._files = files
        self._picture: tuple[str, int] | None = None

    def close(self) -> None:
        self.database.close()

    def account(self, username: str) -> int:
        """The number of this account, made if it is new; a process that makes it at the same moment
        may know its password, which stays."""
        made = "INSERT INTO accounts (name) VALUES (:name) ON CONFLICT DO NOTHING"
        self.rows(made, name=username)
        return self.accounts()[username]

    def add_account(self, username: str, **credentials: str) -> None:
        """As somebody adds one in the chat."""
        self._accounts.configure("instagram", username, credentials, from_settings=False)

    def pause(self, username: str) -> None:
        """As after a challenge."""
        self._accounts.pause(self.account(username), reason="challenge", span=None)

    def resume_all(self) -> int:
        """As the admin does after a pause; returns how many accounts paused."""
        paused = self.rows("SELECT id FROM accounts WHERE paused_reason IS NOT NULL")
        return sum(self._accounts.resume(number) for (number,) in paused)

    def plan(
        self,
        username: str,
        captions: Sequence[str],
        *,
        due: Sequence[datetime] | None = None,
        **columns: Any,
    ) -> list[int]:
        """Plan photos that share one file, due now unless said otherwise; returns their numbers.

        Args:
            columns: what else their rows say, from their first moment on.
        """
        account_id, (name, size) = self.account(username), self._shared_picture()
        moments = due or [datetime.now(UTC)] * len(captions)
        numbers: list[int] = []
        for start in range(0, len(captions), BULK):
            part = slice(start, start + BULK)
            rows = [
                {**_photo(account_id, caption, moment), **columns}
                for caption, moment in zip(captions[part], moments[part], strict=True)
            ]
            with self.database.transaction() as session:
                made = list(session.scalars(insert(Post).returning(Post.id), rows))
                session.execute(insert(MediaItem), [_item(id_, name, size) for id_ in made])
            numbers += made
        return numbers

    def _shared_picture(self) -> tuple[str, int]:
        if self._picture is None:
            content = jpeg(320, 400)
            with self._files.incoming() as path:
                path.write_bytes(content)
                self._picture = self._files.keep(path, ".jpg"), len(content)
        return self._picture

    def post(self, number: int) -> Post:
        with self.database.transaction() as session:
            return session.get_one(Post, number)

    def status(self, number: int) -> Status:
        return self.post(number).status

    def statuses(self) -> dict[Status, int]:
        """How many posts stand where."""
        rows = self.rows("SELECT status, count(*) FROM scheduled_posts GROUP BY status")
        return {Status(status): count for status, count in rows}

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        with self.database.engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return result.all() if result.returns_rows else []

    def settled(self, number: int, status: Status) -> Post:
        """Wait until the post has come to this status; back-offs and pauses pass quickly."""

        def arrived() -> bool:
            self.let_time_pass()
            return self.status(number) is status

        until(arrived, what=f"post {number} becomes {status}", every=0.2)
        return self.post(number)

    def let_lease_expire(self) -> None:
        """Time passes for those who hold a lease and say nothing."""
        self.rows(
            "UPDATE accounts SET lease_until = now() - interval '1 second'"
            " WHERE lease_until IS NOT NULL"
        )

    def let_time_pass(self) -> None:
        """Time passes until every back-off and every pause between two reads has ended."""
        self.rows(
            "UPDATE scheduled_posts SET next_attempt_at = now() WHERE status = 'pending'"
            " AND retry_count > 0 AND next_attempt_at > now()"
        )
        self.rows(
            "UPDATE scheduled_posts SET next_check_at = now(), uncertain_since = uncertain_since"
            " - (next_check_at - now()) WHERE asked_at IS NULL AND next_check_at > now()"
        )

    def let_notices_go(self) -> None:
        """Time passes until whatever could not be told is tried again."""
        self.rows("UPDATE notices SET not_before = now() WHERE not_before > now()")

    def forget_posts(self) -> None:
        """Empty the table, with all that hangs on it."""
        self.rows("TRUNCATE scheduled_posts CASCADE")

    def answer(self, number: int, *, is_live: bool) -> None:
        """What a person does who was asked and has looked at the profile."""
        posts = Posts(self.database)
        if is_live:
            posts.confirm_live(number, ALL)
        else:
            posts.try_again(number, ALL)

    @contextmanager
    def locked(self, statement: str, **values: Any) -> Iterator[Connection]:
        """Hold what this statement locks: whoever wants to write it waits."""
        with self.database.engine.connect() as connection:
            connection.execute(text(statement), values)
            yield connection
            connection.rollback()

    def cut_who_waits(self) -> None:
        """What a killed process has asked for is not carried out when the lock goes: as where the
        server notices at once that nobody waits for the answer."""
        self.rows(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )

    def somebody_waits(self) -> bool:
        """Whether a connection of this database waits for a lock."""
        return bool(
            self.rows(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock'"
            )
        )

    def all_is_handled(self) -> bool:
        """Whether every update that was kept has had its effect, which is written down."""
        return not self.rows("SELECT 1 FROM inbox WHERE handled_at IS NULL")

    def accounts(self) -> Mapping[str, int]:
        with self.database.transaction() as session:
            rows = session.execute(select(Account.name, Account.id))
            return dict(rows.all())


@cache
def _box() -> SecretBox:
    """Slow to make, on purpose."""
    return SecretBox(SECRET_KEY)


def _photo(account_id: int, caption: str, due: datetime) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "owner_id": OWNER,
        "chat_id": OWNER,
        "status": Status.PENDING,
        "post_type": PostType.PHOTO,
        "caption": caption,
        "hashtags": [],
        "scheduled_time": due,
        "wall_time": due.replace(tzinfo=None).isoformat(timespec="seconds"),
        "timezone": "UTC",
        "next_attempt_at": due,
    }


def _item(post_id: int, name: str, size: int) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "position": 1,
        "kind": MediaKind.PHOTO,
        "original": name,
        "prepared": name,
        "width": 320,
        "height": 400,
        "format": "jpeg",
        "size_bytes": size,
    }


def soon(seconds: float) -> datetime:
    """A moment so many seconds from now."""
    return datetime.now(UTC) + timedelta(seconds=seconds)
