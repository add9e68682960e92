"""What is in a backup, and what a restore makes of it, in a database and a folder of its own."""

import hashlib
import io
import os
import re
import resource
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text, update

from storage.archive import BROKEN, UnusableArchiveError
from storage.backup import (
    Backup,
    BackupError,
    InterruptedBackupError,
    Made,
    backups_in,
    name_of_backup,
    revision_in,
    rotate,
    sweep,
    unfinished,
    workshop,
)
from storage.database import Database
from storage.files import MediaFiles
from storage.lifecycle import Status
from storage.models import Account, Incoming, Notice, Post
from storage.outbox import ADMIN, OWNER
from storage.postgres_tools import PostgresToolError
from storage.posts import Posts
from storage.restore import TABLES, NotEmptyError, Restored, restore, unpacking
from storage.sentences import sentence_of
from tests.scopes import ALL, own
from tests.storage.empty import empty_database
from tests.stored import stored_in

HOUR = timedelta(hours=1)


@dataclass
class Place:
    """An installation: its database, and its folder."""

    database: Database
    folder: Path

    def __post_init__(self) -> None:
        self.files = MediaFiles(self.folder / "media")
        self.key = self.folder / "secret.key"

    def backup(
        self, target: Path, passphrase: str | None = None, **more: Callable[[], bool]
    ) -> Made:
        shop = workshop(self.folder)
        made = Backup(
            self.database, self.files, shop, key=self.key, passphrase=passphrase, **more
        ).write(target)
        assert not list(shop.iterdir())
        return made

    def restore(self, source: Path, passphrase: str | None = None) -> Restored:
        with unpacking(source, self.folder, passphrase) as found:
            return restore(self.database, self.files, found, self.key)

    def media(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in stored_in(self.folder / "media")}

    def posts(self) -> list[Post]:
        with self.database.transaction() as session:
            return list(session.scalars(select(Post).order_by(Post.id)))

    def tables(self) -> int:
        with self.database.transaction() as session:
            return len(session.scalars(TABLES).all())

    def keep(self, content: bytes) -> str:
        """A media file, under the name that it gets."""
        with self.files.incoming() as path:
            path.write_bytes(content)
            return self.files.keep(path, ".jpg")


@pytest.fixture
def here(database: Database, tmp_path: Path) -> Place:
    place = Place(database, tmp_path / "here")
    place.key.write_text("the key\n")
    place.keep(b"an orphan that nobody needs")
    return place


@pytest.fixture
def there(owner: Connection, postgres_url: str, tmp_path: Path) -> Iterator[Place]:
    with empty_database(owner, postgres_url) as database:
        yield Place(database, tmp_path / "there")


@pytest.fixture
def pictured(here: Place, planned: Callable[..., Post]) -> Callable[..., Post]:
    """Plans a post with a picture that is really there."""

    def plan(due_in: timedelta = HOUR, content: bytes = b"a picture") -> Post:
        post = planned(due_in=due_in)
        with here.database.transaction() as session:
            session.get_one(Post, post.id).media[0].original = here.keep(content)
        return post

    return plan


def write(post_id: int, place: Place, **values: object) -> None:
    with place.database.transaction() as session:
        session.execute(update(Post).where(Post.id == post_id).values(**values))


def test_a_backup_holds_database_media_and_key_and_brings_them_back(
    here: Place, there: Place, pictured: Callable[..., Post], tmp_path: Path
) -> None:
    planned = [pictured(content=os.urandom(200_000)), pictured(HOUR * 2)]
    names = Posts(here.database).media_files()  # besides, there is an orphan
    needed = {name: content for name, content in here.media().items() if name in names}
    target = tmp_path / "backup"
    made = here.backup(target)
    assert (made.size, made.media) == (target.stat().st_size, 2)
    assert target.stat().st_mode & 0o777 == 0o600
    assert there.restore(target) == Restored(media=2, damaged=0, asked=0)
    assert there.media() == needed
    assert there.key.read_text() == "the key\n" and there.key.stat().st_mode & 0o777 == 0o600
    back = there.posts()
    assert [post.id for post in back] == [post.id for post in planned]
    assert {post.status for post in back} == {Status.PENDING}
    assert [post.next_attempt_at for post in back] == [post.next_attempt_at for post in planned]
    there.database.migrate()  # nothing is left to do
    with pytest.raises(NotEmptyError, match="not empty"):
        there.restore(target)


def test_what_may_have_been_published_since_is_asked_and_not_published(
    here: Place, there: Place, planned: Callable[..., Post], tmp_path: Path
) -> None:
    to_come, due, tried, claimed, sending, doubtful, failed, held, to_approve, unapproved = (
        planned(due_in=each) for each in (HOUR, *[-HOUR / 6] * 2, *[HOUR] * 6, -HOUR / 6)
    )
    later = func.now() + HOUR
    write(to_come.id, here, staged={"a": 1}, staged_at=func.now())
    write(tried.id, here, next_attempt_at=later, upload_id="7")
    write(claimed.id, here, status=Status.CLAIMED, fence=1)
    with here.database.transaction() as session:  # only one of an account is in hand
        other = Account(destination="instagram", name="other")
        session.add(other)
        session.flush()
        other_id = other.id
    write(sending.id, here, status=Status.SENDING, fence=1, upload_id="8", account_id=other_id)
    doubt = {"upload_id": "9", "uncertain_since": func.now(), "next_check_at": func.now()}
    write(doubtful.id, here, status=Status.UNCONFIRMED, **doubt)
    write(failed.id, here, status=Status.FAILED, error_message="it was refused")
    write(held.id, here, status=Status.HELD)
    for post in (to_approve, unapproved):
        waits = {"approval_asked_at": func.now(), "next_attempt_at": later}
        write(post.id, here, status=Status.AWAITING_APPROVAL, **waits)
    here.backup(tmp_path / "backup")
    assert there.restore(tmp_path / "backup").asked == 6
    back = {post.id: post for post in there.posts()}
    asked = [back.pop(post.id) for post in (due, tried, claimed, sending, doubtful, unapproved)]
    for post in asked:
        assert (post.status, post.error_class) == (Status.UNCONFIRMED, "restored")
        assert post.asked_at is not None and post.next_check_at is None and post.upload_id
    kept = [Status.PENDING, Status.FAILED, Status.HELD, Status.AWAITING_APPROVAL]
    assert sorted(post.status for post in back.values()) == sorted(kept)
    assert back[to_come.id].staged is None
    with there.database.transaction() as session:
        notices = list(session.scalars(select(Notice).order_by(Notice.id)))
    told = [notice for notice in notices if notice.detail.get("error_class") == "restored"]
    assert sorted(notice.post_id or 0 for notice in told) == [post.id for post in asked]
    assert {notice.audience for notice in told} == {OWNER}
    assert notices[-1].audience == ADMIN
    assert (notices[-1].detail["count"], notices[-1].detail["others"]) == (6, 3)
    again = Posts(there.database).try_again(due.id, ALL)
    assert (again.status, again.upload_id) == (Status.PENDING, None)  # the old one may be spent
    with there.database.transaction() as session:
        session.execute(update(Account).values(needs_approval=True))
    again = Posts(there.database).try_again(unapproved.id, own(unapproved.owner_id))
    assert (again.status, again.uncertain_since) == (Status.AWAITING_APPROVAL, None)


def test_what_waited_in_the_inbox_is_not_done_once_more(
    here: Place, there: Place, tmp_path: Path
) -> None:
    with here.database.transaction() as session:
        session.add(Incoming(update_id=1, identity="a", chat_id=7, payload={"update_id": 1}))
        lease = {"lease_owner": "me", "lease_until": func.now() + HOUR}
        session.execute(update(Account).values(**lease))
    here.backup(tmp_path / "backup")
    there.restore(tmp_path / "backup")
    with there.database.transaction() as session:
        assert session.scalar(select(Incoming.handled_at)) is not None
        assert session.scalar(select(func.count()).where(Account.lease_owner.is_not(None))) == 0


def test_media_that_come_and_go_during_a_backup_leave_it_consistent(
    here: Place, there: Place, pictured: Callable[..., Post], tmp_path: Path
) -> None:
    first = pictured(content=b"goes while the backup is made")
    calls = 0

    def meanwhile() -> bool:
        nonlocal calls
        calls += 1
        if calls == 1:
            pictured(content=b"comes after the first look")
            here.files.remove(Posts(here.database).delete(first.id, ALL)[1])
        return True

    here.backup(tmp_path / "backup", may_go_on=meanwhile)
    there.restore(tmp_path / "backup")
    assert b"comes after the first look" in there.media().values()
    needed = Posts(there.database).media_files()
    assert len(needed) == 1 and needed <= there.media().keys()


def test_a_picture_that_was_damaged_before_keeps_nothing_else_from_coming_back(
    here: Place, there: Place, pictured: Callable[..., Post], tmp_path: Path
) -> None:
    pictured(content=b"a picture")
    pictured(HOUR * 2, b"another one")
    (damaged,) = (name for name, content in here.media().items() if content == b"another one")
    here.files.path(damaged).write_bytes(b"what a broken disk has made of it")
    here.backup(tmp_path / "backup")
    assert there.restore(tmp_path / "backup") == Restored(media=1, damaged=1, asked=0)
    assert list(there.media().values()) == [b"a picture"]
    assert len(there.posts()) == 2


def test_a_backup_is_whole_or_not_there(
    here: Place, there: Place, pictured: Callable[..., Post], tmp_path: Path
) -> None:
    pictured()
    with pytest.raises(BackupError, match="nothing of Postbote's"):
        there.backup(tmp_path / "nothing.tar")
    elsewhere = replace(here, folder=tmp_path / "elsewhere")
    with pytest.raises(BackupError, match="not mounted"):
        elsewhere.backup(tmp_path / "no_media.tar")
    target = tmp_path / "backups" / "one.tar"
    with pytest.raises(BackupError, match="choose another folder"):
        here.backup(target)
    target.parent.mkdir()
    for looks in ([False], [True, False]):  # before the first file, and within it
        with pytest.raises(InterruptedBackupError):
            here.backup(target, may_go_on=iter(looks).__next__)
    assert not list(target.parent.iterdir())
    here.backup(target)
    with pytest.raises(BackupError, match="exists already"):
        here.backup(target)


def test_a_stop_ends_a_dump_at_once_and_leaves_nothing_of_it(
    here: Place, pictured: Callable[..., Post], tmp_path: Path
) -> None:
    pictured()
    (tmp_path / "backups").mkdir()
    dumps = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = 'pg_dump' AND datname = current_database()"
    )
    with here.database.transaction() as session:
        session.execute(text("LOCK TABLE alerts"))  # else there is little to dump

        def nobody_dumps() -> bool:
            session.execute(text("SELECT pg_stat_clear_snapshot()"))
            return not session.scalar(dumps)

        with pytest.raises(InterruptedBackupError):
            here.backup(tmp_path / "backups" / "one.tar", may_go_on=nobody_dumps)
    assert not [*(tmp_path / "backups").iterdir(), *(here.folder / "backups").iterdir()]


@contextmanager
def no_room_for(size: int) -> Iterator[None]:
    """No file of this process may become larger, by the kernel's word."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_no_half_backup_and_no_half_restore(
    here: Place, there: Place, pictured: Callable[..., Post], tmp_path: Path
) -> None:
    pictured(content=os.urandom(300_000))
    target = tmp_path / "backups" / "one.tar"
    target.parent.mkdir()
    with no_room_for(200_000), pytest.raises(BackupError, match="no room left") as refused:
        here.backup(target)
    assert refused.value.reason == "disk_full" and not list(target.parent.iterdir())
    here.backup(target)
    with no_room_for(200_000), pytest.raises(OSError, match="File too large") as full:
        there.restore(target)
    assert sentence_of(full.value).startswith(f"{there.folder} cannot be used")
    assert not (there.folder / "restore.unfinished").exists()
    assert there.tables() == 0 and there.media() == {}
    assert there.restore(target).media == 1


def members(archive: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(archive) as tar:
        return [(member, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]


def packed(target: Path, content: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as tar:
        for member, data in content:
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return target


def named(name: str, **values: object) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    for key, value in values.items():
        setattr(member, key, value)
    return member


def test_nothing_is_touched_by_what_is_no_whole_backup_of_ours(
    here: Place, there: Place, pictured: Callable[..., Post], tmp_path: Path
) -> None:
    pictured(content=os.urandom(100_000))
    good, bad = tmp_path / "good", tmp_path / "bad"
    here.backup(good)
    ours, whole = members(good), good.read_bytes()
    about, media, key, dump, sums = ours
    assert [member.name for member, _ in ours[2:]] == ["database.dump", "secret.key", "SHA256SUMS"]
    later = re.sub(rb'(?<="revision": ")\d+', b"9999", about[1])
    then, now = (hashlib.sha256(said).hexdigest().encode() for said in (about[1], later))
    newer = [(about[0], later), *ours[1:-1], (sums[0], sums[1].replace(then, now))]
    outside = tmp_path / "outside"
    cases: list[tuple[bytes | list[tuple[tarfile.TarInfo, bytes]], str]] = [
        (b"", "no backup of Postbote's"),
        (os.urandom(5000), "no backup of Postbote's"),
        (whole[:10_000], "damaged"),
        (whole[:-11_000], "damaged"),
        (whole.replace(b"a photo", b"b photo").replace(b"PGDMP", b"PGDMQ"), "damaged"),
        ([about, media, key, dump], "damaged"),
        ([about, media, dump, sums], "damaged"),
        ([*ours, ours[1]], "one too many"),
        (newer, "newer version"),
        ([(named(f"../{outside.name}"), b"x"), *ours], "it holds '../outside'"),
        ([(named(str(outside)), b"x"), *ours], "it holds '/"),
        ([(named("media/../../outside"), b"x"), *ours], "it holds 'media/../../outside'"),
        ([(named("media/x.jpg", type=tarfile.SYMTYPE, linkname="/"), b""), *ours], "no plain file"),
        ([(named("media/x", type=tarfile.LNKTYPE, linkname="/"), b""), *ours], "no plain file"),
        ([(named("media", type=tarfile.DIRTYPE), b""), *ours], "no plain file"),
        ([(named("x" * 200), b""), *ours], "no plain file"),  # an extended header
        ([(named("secret.key"), b"x" * 5000), *ours], "it holds 'secret.key'"),
    ]
    for content, words in cases:
        bad.write_bytes(content) if isinstance(content, bytes) else packed(bad, content)
        with pytest.raises(UnusableArchiveError, match=words):
            there.restore(bad)
        assert not outside.exists() and there.tables() == 0 and there.media() == {}
        assert not there.key.exists() and not (there.folder / "restore.unfinished").exists()


def test_an_encrypted_backup_asks_for_its_passphrase(
    here: Place, there: Place, pictured: Callable[..., Post], tmp_path: Path
) -> None:
    pictured(content=os.urandom(100_000))
    good, bad = tmp_path / "good", tmp_path / "bad"
    here.backup(good, "correct horse battery staple")
    assert b"postbote.json" not in good.read_bytes()
    bad.write_bytes(good.read_bytes()[:-100])
    for source, passphrase, words in (
        (good, None, "set BACKUP_PASSPHRASE"),
        (good, "a wrong one", "BACKUP_PASSPHRASE is not"),
        (bad, "correct horse battery staple", BROKEN),
    ):
        with pytest.raises(UnusableArchiveError, match=words):
            there.restore(source, passphrase)
    assert there.tables() == 0
    assert there.restore(good, "correct horse battery staple").media == 1


def test_what_cannot_be_restored_whole_leaves_nothing_behind(
    here: Place, there: Place, pictured: Callable[..., Post], tmp_path: Path
) -> None:
    pictured()
    here.backup(tmp_path / "good")
    with unpacking(tmp_path / "good", there.folder, None) as found:
        about = replace(found.about, postgres=99)
        with pytest.raises(UnusableArchiveError, match="PostgreSQL 99"):
            restore(there.database, there.files, replace(found, about=about), there.key)
        there.key.write_text("another key")
        with pytest.raises(NotEmptyError, match="another key"):
            restore(there.database, there.files, found, there.key)
        there.key.unlink()
        dump = found.folder / "database.dump"
        dump.write_bytes(dump.read_bytes()[:-3000])
        with pytest.raises(PostgresToolError, match="pg_restore has failed"):
            restore(there.database, there.files, found, there.key)
    assert there.tables() == 0 and there.media() == {} and not there.key.exists()
    with unpacking(tmp_path / "good", there.folder, None) as found:
        old = replace(found.about, revision="0003")  # its migrations do not fit these tables
        with pytest.raises(Exception, match=r"scheduled_posts|inbox"):
            restore(there.database, there.files, replace(found, about=old), there.key)
    assert there.tables() == 0 and there.media() == {}
    assert there.restore(tmp_path / "good").media == 1


def test_backups_are_rotated_and_leftovers_removed_but_nothing_else(tmp_path: Path) -> None:
    ours = [tmp_path / f"postbote-2026110{day}-033000.tar.age" for day in range(1, 6)]
    before = tmp_path / "postbote-20261101-033000-revision-0031.tar"
    others = [tmp_path / name for name in ("mine.tar", "postbote-2026.tar", ".mine.unfinished")]
    others.append(before)
    left = tmp_path / ".postbote-20261101-033000.tar.01234567.unfinished"
    for path in (*ours, *others, left):
        path.touch()
    rotate(tmp_path, 2)
    with unfinished(tmp_path / "postbote-20261109-033000.tar") as (at_work, _):
        sweep(tmp_path)
        assert at_work.exists() and not left.exists()
    assert {*tmp_path.iterdir()} == {*ours[-2:], *others}
    assert backups_in(tmp_path) == ours[-2:]
    assert backups_in(tmp_path / "nowhere") == []
    assert backups_in(tmp_path, before_migration=True) == [before]
    assert revision_in(before) == "0031" and revision_in(ours[-1]) is None
    assert name_of_backup(encrypted=True, revision="0031").endswith("-revision-0031.tar.age")
