"""Media in S3: machines that share nothing but the store and Postgres."""

import logging
import os
import resource
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from publisher.media_url import media_files
from publisher.service import ForeignMediaError, check_media
from publisher.settings import PublisherSettings, SettingsError
from publisher.upkeep import backup_of, nightly_backup
from storage import object_store
from storage.facts import Installation
from storage.files import Condition, MediaFiles
from storage.lifecycle import PostType, Status
from storage.object_store import ObjectStore, StoreTroubleError
from storage.posts import Posts
from storage.remote_files import RemoteFiles
from storage.restore import restore, unpacking
from tests.documents import commands
from tests.publisher.conftest import CAPTION, World
from tests.s3 import KEY, SECRET, S3Server
from tests.storage.empty import empty_database

LONG_AGO = time.time() - 90_000
ANY_AGE = timedelta(days=-1)
ROOM = 10**6
TOO_SMALL = 1024
"""Bytes that a file may have, for the kernel: no picture fits."""
FAULTS = dict.fromkeys(("away", "denied", "slow", "half"), "media_away") | {"full": "disk_full"}


@dataclass
class Shared:
    """A bucket, and as many machines as a test wants."""

    server: S3Server
    bucket: str
    folder: Path
    store: ObjectStore

    def machine(self, name: str, limit: int = ROOM) -> RemoteFiles:
        return RemoteFiles(self.store, self.folder / name, limit)


@pytest.fixture
def shared(s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    monkeypatch.setattr(object_store, "ATTEMPTS", 2)
    bucket = s3.bucket()
    yield Shared(s3, bucket, tmp_path, s3.store(bucket))
    s3.fault = None


def kept(files: RemoteFiles, content: bytes) -> str:
    with files.incoming() as path:
        path.write_bytes(content)
        return files.keep(path, ".jpg")


def copies(files: RemoteFiles) -> list[str]:
    return sorted(path.name for path in files.folder.iterdir() if path.suffix == ".jpg")


def test_what_one_machine_keeps_another_publishes(world: World, shared: Shared) -> None:
    world.files = shared.machine("bot")
    post_id = world.plan(PostType.CAROUSEL, due_in=timedelta(minutes=2))
    shared.store = shared.server.store(shared.bucket)  # of another process
    world.files = elsewhere = shared.machine("elsewhere")
    publisher = world.publisher()
    world.sweep(publisher)
    assert world.post(post_id).staged_at is not None
    found = [*elsewhere.folder.iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600, 0o700}
    asked = len(shared.server.requests)
    world.due_now()
    world.sweep(publisher)
    assert world.live() == [CAPTION]
    assert len(shared.server.requests) == asked, "nothing is fetched once it is committed"


def test_a_store_in_trouble_and_a_full_disk_are_waited_for_and_told(
    world: World, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, elsewhere = shared.machine("bot"), shared.machine("elsewhere")
    monkeypatch.setattr(object_store, "READ_SECONDS", 0.5)
    impatient = RemoteFiles(shared.server.store(shared.bucket), elsewhere.folder, ROOM)
    for number, (fault, reason) in enumerate(FAULTS.items(), start=1):
        world.files = bot
        post_id = world.plan()
        world.files = impatient if fault == "slow" else elsewhere
        with trouble(shared.server, fault):
            world.sweep(world.publisher())
        post = world.post(post_id)
        assert (post.status, post.error_class, post.retry_count) == (Status.PENDING, reason, 0)
        assert Installation(world.database).facts().waiting_for_media == 1
        assert SECRET not in (post.error_message or "")
        assert world.told()[-1] == "not_yet"
        shutil.rmtree(elsewhere.folder)  # somebody makes room
        world.files = elsewhere
        world.due_now()
        world.sweep(world.publisher())
        assert world.live() == [CAPTION] * number, fault
    assert world.told("admin") == ["media_away"], "at most every hour"


@contextmanager
def trouble(server: S3Server, fault: str) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if fault == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (TOO_SMALL, before[1]))
    else:
        server.fault = fault
    try:
        yield
    finally:
        server.fault = None
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_the_store_gives_otherwise_than_it_was_stored_is_not_taken(shared: Shared) -> None:
    name = kept(shared.machine("bot"), b"a picture")
    elsewhere = shared.machine("elsewhere")
    shared.server.fault = "half"
    with pytest.raises(StoreTroubleError):
        elsewhere.condition(name)
    shared.server.fault = None
    (other := shared.folder / "other").write_bytes(b"another picture")
    shared.store.put(other, name)
    assert elsewhere.condition(name) is Condition.DAMAGED
    with pytest.raises(OSError, match="another file"):
        elsewhere.local(name)
    assert copies(elsewhere) == [] == [*(elsewhere.folder / "incoming").iterdir()]
    other.write_bytes(b"a picture")
    shared.store.put(other, name)
    elsewhere.path(name).write_bytes(b"a Picture")
    assert elsewhere.condition(name) is Condition.INTACT
    assert elsewhere.local(name).read_bytes() == b"a picture"


def test_what_the_store_has_lost_a_machine_that_has_it_puts_there_again(shared: Shared) -> None:
    bot, elsewhere = shared.machine("bot"), shared.machine("elsewhere")
    name, gone = kept(bot, b"one"), kept(bot, b"another")
    sizes = {name: 3, gone: 7}
    assert bot.lost(sizes) == set() and not elsewhere.lacks_all(sizes)
    before = len(shared.server.requests)
    assert bot.lost({}) == set() and len(shared.server.requests) == before, "nothing is listed"
    shared.store.remove([name, gone])
    assert elsewhere.lacks_all(sizes) and elsewhere.condition(name) is Condition.MISSING
    with pytest.raises(FileNotFoundError):
        elsewhere.local(name)
    bot.path(gone).unlink()
    assert bot.lost(sizes) == {gone}
    assert elsewhere.condition(name) is Condition.INTACT
    with bot.incoming() as path:
        path.write_bytes(b"another")
        assert bot.restore(path, gone)
    assert elsewhere.local(gone).read_bytes() == b"another"


def test_what_is_only_read_once_leaves_no_copy(shared: Shared) -> None:
    name, elsewhere = kept(shared.machine("bot"), b"a picture"), shared.machine("elsewhere")
    with elsewhere.reading(name) as file:
        assert file.read() == b"a picture"
    assert copies(elsewhere) == [] == [*(elsewhere.folder / "incoming").iterdir()]
    elsewhere.local(name)
    with elsewhere.reading(name) as file:
        assert file.read() == b"a picture"


def test_orphans_go_from_the_store_and_what_a_newer_row_needs_stays(shared: Shared) -> None:
    bot, store = shared.machine("bot"), shared.store
    orphan, needed = kept(bot, b"orphan"), kept(bot, b"needed")
    assert bot.remove_orphans(lambda: {needed}, timedelta(days=1)) == 0, "all are new"
    later: list[str] = []

    def needed_by_now() -> set[str]:
        later.append(kept(bot, b"kept while the cleaning was under way"))
        return {needed}

    assert bot.remove_orphans(needed_by_now, ANY_AGE) == 1
    assert set(store.all()) == {".postbote", needed, *later}
    assert orphan not in copies(bot)
    shared.server.fault = "away"
    bot.remove([needed])
    with pytest.raises(StoreTroubleError):
        bot.remove_orphans(set, ANY_AGE)
    shared.server.fault = None
    assert bot.remove_orphans(lambda: {*later}, ANY_AGE) == 1, "what could not be removed then"


def test_copies_are_bounded_but_for_what_is_in_use(shared: Shared) -> None:
    bot, elsewhere = shared.machine("bot"), shared.machine("elsewhere", limit=25)
    names = [kept(bot, bytes([number]) * 10) for number in range(4)]
    for name in names[:3]:
        elsewhere.local(name)
    assert copies(elsewhere) == sorted(names[:3]), "somebody may be reading them"
    for name in names[:2]:
        os.utime(elsewhere.path(name), (LONG_AGO, LONG_AGO))
    elsewhere.local(names[1])
    elsewhere.local(names[3])
    assert copies(elsewhere) == sorted(names[1:])
    left = elsewhere.folder / "incoming" / "of a process that was killed"
    left.touch()
    for path in (left, elsewhere.path(names[1])):
        os.utime(path, (LONG_AGO, LONG_AGO))
    elsewhere.tidy()
    assert copies(elsewhere) == sorted(names[2:]) and not left.exists()


def settings_for(shared: Shared, folder: Path) -> dict[str, object]:
    return {
        "instagram_username": "me",
        "instagram_password": "secret",
        "data_dir": folder,
        "media_url": f"s3://{shared.bucket}/postbote",
        "aws_access_key_id": KEY,
        "aws_secret_access_key": SECRET,
        "aws_default_region": "us-east-1",
        "aws_endpoint_url": shared.server.url,
    }


def test_all_media_move_to_the_store_and_back_as_the_document_says(shared: Shared) -> None:
    here = MediaFiles(shared.folder / "data/media")
    with here.incoming() as path:
        path.write_bytes(b"a photo")
        name = here.keep(path, ".jpg")
    values = {
        "INSTAGRAM_PASSWORD": r"'it\'s $5'",
        "BACKUP_PASSPHRASE": "a long text that nobody guesses",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": shared.server.url,
    }
    (shared.folder / ".env").write_text(
        "".join(f"{key}={value}\n" for key, value in values.items())
    )
    there, back = [line for line in commands("docs/media.md") if "fsspec" in line]

    def run(line: str) -> None:
        line = line.replace(".venv/bin/python", sys.executable).replace("my-bucket", shared.bucket)
        subprocess.run(["sh", "-c", line], cwd=shared.folder, check=True, timeout=60)  # noqa: S607

    run(there)
    assert shared.machine("another").condition(name) is Condition.INTACT
    shutil.rmtree(here.folder)
    run(back)
    assert MediaFiles(here.folder).path(name).read_bytes() == b"a photo"


def test_a_nightly_backup_leaves_the_media_in_the_store_where_a_restore_finds_them(
    shared: Shared, world: World, tmp_path: Path, owner: Connection, postgres_url: str
) -> None:
    world.files = shared.machine("bot")
    world.plan(due_in=timedelta(hours=1))
    name = Posts(world.database).media_files().pop()
    settings = PublisherSettings(**settings_for(shared, tmp_path / "data"))  # type: ignore[arg-type]
    (folder := tmp_path / "nightly").mkdir()
    made = nightly_backup(settings, world.database, folder, 7, lambda: True)
    assert (made.media, made.path.parent) == (0, folder)
    assert not [one for one in shared.server.requests if one.startswith("GET") and name in one]
    everything = backup_of(settings, world.database).write(tmp_path / "all.tar")
    assert everything.media > 0, "by hand"
    elsewhere = shared.machine("elsewhere")
    with empty_database(owner, postgres_url) as database:
        with unpacking(made.path, tmp_path / "there", None) as found:
            assert restore(database, elsewhere, found, tmp_path / "there" / "key").media == 0
        assert name in Posts(database).media_files()
    assert elsewhere.has(name)


def test_a_store_that_cannot_be_used_is_named_at_the_start(
    shared: Shared,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = settings_for(shared, tmp_path)

    def started(**changes: object) -> object:
        return media_files(PublisherSettings(**(good | changes)))  # type: ignore[arg-type]

    name = kept(started(), b"a picture")  # type: ignore[arg-type]
    shared.server.fault = "denied"
    with pytest.raises(SettingsError, match=r"^MEDIA_URL cannot be used: the media store denies"):
        started()
    shared.server.fault = None
    with pytest.raises(SettingsError, match="no such bucket"):
        started(media_url="s3://somebody-elses")
    with pytest.raises(SettingsError, match="profile"):
        started(aws_profile="nobodys", aws_access_key_id=None, aws_secret_access_key=None)
    with pytest.raises(ForeignMediaError):
        check_media(started(media_url=f"s3://{shared.bucket}/empty"), {name})  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="cannot be written"):
        started(media_url="/proc/media")
    with monkeypatch.context() as missing:
        missing.setitem(sys.modules, "fsspec", None)
        with pytest.raises(SettingsError, match=r"pip install 'postbote\[s3\]'"):
            started()
    with caplog.at_level(logging.ERROR):
        away = started(aws_endpoint_url="http://127.0.0.1:9")
    assert "MEDIA_URL: the media store does not answer" in caplog.text
    check_media(away, {name})  # type: ignore[arg-type]
    assert SECRET not in caplog.text
