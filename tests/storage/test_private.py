"""Files and folders are their owner's alone; what is not ours to narrow is warned of."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.encryption import key_in_file
from storage.files import MediaFiles
from storage.private import private_data_folder, warn_of_readers


def modes(*paths: Path) -> list[int]:
    return [path.stat().st_mode & 0o777 for path in paths]


@pytest.fixture(autouse=True)
def generous() -> Iterator[None]:
    """An umask that hides nothing."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_what_is_made_and_what_was_wide_is_private(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    key = data / "secret.key"
    key.write_text("a key\n")
    private_data_folder(data)
    files = MediaFiles(data / "media")
    with files.incoming() as path:
        path.write_bytes(b"x")
        kept = files.path(files.keep(path, ".jpg"))
    assert key_in_file(key) == "a key"
    assert modes(data, data / "media", data / "media" / "incoming") == [0o700] * 3
    assert modes(kept, key) == [0o600] * 2


def test_a_folder_that_may_only_be_passed_through_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    private_data_folder(tmp_path)
    assert modes(tmp_path) == [0o711]


def test_our_log_in_it_makes_it_nobody_elses(tmp_path: Path) -> None:
    for name in ("bot.log", "bot.log.1", "secret.key.17"):
        (tmp_path / name).touch()
    tmp_path.chmod(0o755)
    private_data_folder(tmp_path, tmp_path / "bot.log")
    assert modes(tmp_path) == [0o700]


def test_a_folder_with_others_files_is_left_alone_and_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "holiday.jpg").touch()
    tmp_path.chmod(0o755)
    private_data_folder(tmp_path)
    assert modes(tmp_path) == [0o755]
    assert "give Postbote a folder of its own" in caplog.text


@pytest.mark.parametrize(
    ("mode", "mine", "warned"),
    [
        (0o600, True, False),
        (0o644, True, True),
        (0o640, True, True),
        (0o602, True, True),
        (0o640, False, False),  # root:postbote
        (0o644, False, True),
    ],
)
def test_a_file_of_secrets_that_others_can_read_or_change_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int, mine: bool, warned: bool
) -> None:
    file = tmp_path / ".env"
    file.touch()
    file.chmod(mode)
    if not mine:
        if os.geteuid() != 0:
            pytest.skip("only root can give a file away")
        os.chown(file, 65534, -1)
    warn_of_readers(file)
    assert bool(caplog.records) is warned
