"""Media on disk: whole or not at all, and never outside their folder."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from storage.files import Condition, MediaFiles


def _kept(files: MediaFiles, content: bytes = b"picture") -> str:
    with files.incoming() as path:
        path.write_bytes(content)
        return files.keep(path, ".jpg")


def test_a_kept_file_has_a_name_of_ours_and_its_bytes(files: MediaFiles) -> None:
    name = _kept(files)
    assert files.path(name).read_bytes() == b"picture"
    assert name != _kept(files)


def test_what_is_not_kept_leaves_nothing_behind(files: MediaFiles, tmp_path: Path) -> None:
    def write_and_fail() -> None:
        with files.incoming() as path:
            path.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "", ".", "x.jpg", "a" * 32 + ".sh", "a" * 300]
)
def test_a_name_that_is_not_ours_never_becomes_a_path(files: MediaFiles, name: str) -> None:
    with pytest.raises(ValueError, match="not a media file name"):
        files.path(name)


def test_removing_twice_is_fine(files: MediaFiles) -> None:
    name = _kept(files)
    files.remove([name])
    files.remove([name])
    assert not files.path(name).exists()


def test_only_old_files_that_nobody_needs_are_orphans(files: MediaFiles) -> None:
    needed, orphan, fresh = _kept(files), _kept(files), _kept(files)
    long_ago = time.time() - 100_000
    for name in (needed, orphan):
        os.utime(files.path(name), (long_ago, long_ago))
    assert files.remove_orphans(lambda: {needed}, timedelta(days=1)) == 1
    assert files.path(needed).exists() and files.path(fresh).exists()
    assert not files.path(orphan).exists()


def test_a_file_tells_whether_it_is_as_it_was_stored(files: MediaFiles) -> None:
    with files.incoming() as path:
        path.write_bytes(b"a picture")
        name = files.keep(path, ".jpg")
    older = files.path("0" * 32 + ".jpg")
    older.write_bytes(b"stored before names had digests")
    for content, expected in (
        (b"a picture", Condition.INTACT),
        (b"a pict", Condition.DAMAGED),
        (b"a Picture", Condition.DAMAGED),
        (b"", Condition.DAMAGED),
    ):
        files.path(name).write_bytes(content)
        assert files.condition(name) is expected
    assert files.condition(older.name) is Condition.INTACT
    older.write_bytes(b"")
    assert files.condition(older.name) is Condition.DAMAGED
    older.unlink()
    assert files.condition(older.name) is Condition.MISSING


def test_an_empty_place_is_not_the_media_folder(files: MediaFiles, tmp_path: Path) -> None:
    assert not MediaFiles(tmp_path / "mount point").is_there
    with files.incoming() as path:
        path.write_bytes(b"a picture")
        name = files.keep(path, ".jpg")
    assert files.is_there
    (files.path(name).parent / ".postbote").unlink()  # as in a folder from before there was one
    assert MediaFiles(files.path(name).parent).is_there


def test_nothing_is_kept_where_the_folder_is_not_mounted(files: MediaFiles, tmp_path: Path) -> None:
    """A file there would make the empty place look like ours, and what is away like lost."""

    def keep(at: MediaFiles) -> str:
        with at.incoming() as path:
            path.write_bytes(b"a picture")
            return at.keep(path, ".jpg")

    name = keep(files)
    empty = MediaFiles(tmp_path / "mount point")
    empty.expect([name])
    with pytest.raises(OSError, match="not mounted"):
        keep(empty)
    assert not empty.is_there
    (tmp_path / "mount point" / ".postbote").touch()  # its supervisor says that all was lost
    assert keep(empty)
    files.expect([name])
    assert keep(files)
    new = MediaFiles(tmp_path / "new")
    new.expect([])
    assert keep(new) and new.is_there
