"""A backup brought back into an empty database and folder; what was due since is asked about.

What the backup does not know may have been published meanwhile. Nothing of it goes out by itself.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, MetaData, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from storage import postgres_tools
from storage.archive import DUMP, KEY, MEDIA, About, UnusableArchiveError, unpacked
from storage.backup import major_version
from storage.causes import Cause
from storage.connection import SCHEME
from storage.database import Database
from storage.files import MediaFiles, naming
from storage.inbox import waits
from storage.lifecycle import CHANGEABLE, OWNED, Status
from storage.migrating import LOCK, migration_config
from storage.migrations import revisions
from storage.models import Account, Incoming, Leader, Post, Process
from storage.outbox import ADMIN, OWNER, NoticeKind, notify
from storage.outcomes import UNSTAGED
from storage.queue import FRESH_ID
from storage.sentences import Sentence

VERSIONS = "alembic_version"
"""Alembic's table: while it is missing, nobody takes the database for one of ours."""
LET_BY_PEOPLE = (Status.AWAITING_APPROVAL, Status.HELD, Status.FAILED, Status.HANDED_OVER)
"""Nothing of it goes out unless somebody says so, who may have done so since the backup, too."""
STAGE = "restore.unfinished"
TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
FUNCTIONS = text(
    "SELECT oid::regprocedure::text FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace"
)


class NotEmptyError(RuntimeError):
    """Something is there already, which a restore would lose or mix up; the message says what."""


@dataclass(frozen=True)
class Unpacked:
    """An archive that has proven to be whole, in a folder of its own."""

    about: About
    folder: Path

    @cached_property
    def key(self) -> str | None:
        """The key that opens the database's secrets, if it lay in a file."""
        file = self.folder / KEY
        return file.read_text(encoding="ascii").strip() if file.exists() else None


@dataclass(frozen=True)
class Restored:
    """What came of it."""

    media: int
    damaged: int
    """Media that were not what they should be when the backup was made; they are left out."""
    asked: int
    """Posts of which a person is asked whether they are live."""


@contextmanager
def unpacking(source: Path, data_dir: Path, passphrase: str | None) -> Iterator[Unpacked]:
    """Check the archive by unpacking it into a folder that is gone at the end.

    Raises UnusableArchiveError, and OSError.
    """
    folder = data_dir / STAGE
    shutil.rmtree(folder, ignore_errors=True)  # of one that was killed
    folder.mkdir(mode=0o700, parents=True)
    try:
        with naming(data_dir):
            about = unpacked(source, folder, passphrase)
        if about.revision not in revisions():
            raise UnusableArchiveError(
                Sentence("A newer version of Postbote made this backup: use that.")
            )
        yield Unpacked(about, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def restore(database: Database, files: MediaFiles, found: Unpacked, key_file: Path) -> Restored:
    """All of it or nothing: media, key and database, brought up to date.

    Raises NotEmptyError, UnusableArchiveError, PostgresToolError, OSError, sqlalchemy's errors.
    """
    with database.engine.begin() as connection:
        _take_turn(connection)
        _check(connection, found)
        key_is_new = _check_key(found, key_file)
        media, kept, damaged = sorted((found.folder / MEDIA).iterdir()), list[str](), 0
        try:
            for path in media:
                if not files.has(path.name):
                    kept.append(path.name)
                with files.incoming() as moved:
                    shutil.move(path, moved)  # they may be kept on another disk
                    damaged += not files.restore(moved, path.name)
            if key_is_new:
                (found.folder / KEY).rename(key_file)
            asked = _bring_back(database, connection, found)
        except BaseException:
            files.remove(kept)
            if key_is_new:
                key_file.unlink(missing_ok=True)
            raise
    return Restored(len(media) - damaged, damaged, asked)


def _take_turn(connection: Connection) -> None:
    """A bot that starts meanwhile waits: see `Database.migrate`."""
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOCK}):
        raise NotEmptyError(Sentence("Another process is at work on this database: stop it first."))


def _check(connection: Connection, found: Unpacked) -> None:
    if list(connection.scalars(TABLES)):
        raise NotEmptyError(
            Sentence(
                "The database is not empty, and nothing in it is overwritten. Name another"
                " one (DATABASE_URL), or another folder (DATA_DIR)."
            )
        )
    if (version := major_version(connection)) < found.about.postgres:
        raise UnusableArchiveError(
            Sentence(
                "The backup is of PostgreSQL {theirs}, and this is PostgreSQL {version}:"
                " restore it into that version or a later one.",
                theirs=found.about.postgres,
                version=version,
            )
        )


def _check_key(found: Unpacked, key_file: Path) -> bool:
    """Whether the archive's key is to be put in its place."""
    if found.key is None:
        return False
    if not key_file.exists():
        return True
    if key_file.read_text(encoding="ascii").strip() != found.key:
        raise NotEmptyError(
            Sentence(
                "{file} is another key than the backup's: move it away first.",
                file=key_file,
            )
        )
    return False


def _bring_back(database: Database, connection: Connection, found: Unpacked) -> int:
    """The tables, up to date and looked through; as long as that is not done, nobody starts."""
    url = SCHEME.sub("postgresql://", database.url, count=1)
    server, functions = major_version(connection), {*connection.scalars(FUNCTIONS)}
    try:
        postgres_tools.restore(url, server, found.folder / DUMP, but=VERSIONS)
        config = migration_config(connection)
        command.stamp(config, found.about.revision)
        command.upgrade(config, "head")
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            asked = _look_through(session, datetime.fromisoformat(found.about.made_at))
            session.commit()
        return asked
    except BaseException:
        connection.rollback()
        _empty(database, functions)
        raise


def _empty(database: Database, known: set[str]) -> None:
    """It was empty before but for these functions: what else is there now is the archive's."""
    with database.engine.begin() as connection:
        there = MetaData()
        there.reflect(connection)
        there.drop_all(connection)
        for function in {*connection.scalars(FUNCTIONS)} - known:
            connection.exec_driver_sql(f"DROP FUNCTION {function}")


def _look_through(session: Session, made_at: datetime) -> int:
    """Take everything out of hands that are gone, and ask about what may be live by now."""
    session.execute(update(Leader).values(owner=None, until=None))
    session.execute(update(Account).values(lease_owner=None, lease_until=None))
    session.execute(delete(Process))
    handled = update(Incoming).where(waits())  # it was, since; doing it again may plan a post twice
    session.execute(handled.values(handled_at=func.now(), payload=None))
    session.execute(update(Post).where(Post.status == Status.PENDING).values(**UNSTAGED))
    was_due = func.least(Post.scheduled_time, Post.next_attempt_at) <= func.now()
    may_be_live = or_(  # what waited for its approval may have got it
        Post.status.in_({*OWNED, Status.UNCONFIRMED}), Post.status.in_(CHANGEABLE) & was_due
    )
    posts = session.scalars(
        update(Post)
        .where(may_be_live)
        .values(
            status=Status.UNCONFIRMED,
            uncertain_since=func.coalesce(Post.uncertain_since, func.now()),
            asked_at=func.now(),
            next_check_at=None,  # the platform is not asked: it may know it by another upload id
            upload_id=func.coalesce(Post.upload_id, FRESH_ID),
            fence=None,
            error_class=Cause.RESTORED,
            error_message="it was due after the backup was made",
            **UNSTAGED,
        )
        .returning(Post.id)
    ).all()
    for post_id in sorted(posts):
        notify(
            session, NoticeKind.ASKED, OWNER, post_id=post_id, error_class=Cause.RESTORED, links=[]
        )
    age = (datetime.now(UTC) - made_at).total_seconds()
    others = session.scalar(select(func.count(Post.id)).where(Post.status.in_(LET_BY_PEOPLE)))
    notify(session, NoticeKind.RESTORED, ADMIN, seconds=age, count=len(posts), others=others)
    return len(posts)
