"""A bot's files, environment and memory are its own, also after it was killed."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from publisher.process import owned_folder
from tests.chaos.conftest import Deployment
from tests.chaos.processes import ROOT, inherited
from tests.chaos.waiting import until
from tests.end_to_end.chat import Person
from tests.spoken import spoken

TOTP, AWS_SECRET = "JBSWY3DPEHPK3PXP", "wJalrXUtnFEMI/secret"
SECRETS = ("INSTAGRAM_PASSWORD", "TELEGRAM_BOT_TOKEN", "SECRET_KEY", "INSTAGRAM_TOTP_SECRET")


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A short path: there are sockets below it."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        yield Path(folder)


@contextmanager
def bot(deployment: Deployment, **settings: str) -> Iterator[psutil.Popen]:
    """`python -m bot` as a shell starts it: its environment is the kernel's to show."""
    environment = {
        **inherited(),
        **deployment._settings(),
        "PYTHONPATH": str(ROOT),
        "LOG_FILE": str(deployment.folder / "logs" / "bot.log"),
        "INSTAGRAM_TOTP_SECRET": TOTP,
        "AWS_SECRET_ACCESS_KEY": AWS_SECRET,
        **settings,
    }
    started = psutil.Popen(
        [sys.executable, "-m", "bot"],
        cwd=deployment.folder,
        env=environment,
        stderr=subprocess.DEVNULL,
        umask=0o022,
    )
    try:
        until(lambda: deployment.telegram.is_polled, what="the bot polls")
        yield started
    finally:
        started.kill()
        started.wait()


def _left(folder: Path) -> list[Path]:
    return list(folder.glob("postbote-run-*"))


def _wide(*places: Path) -> list[Path]:
    found = [path for place in places for path in [place, *place.rglob("*")]]
    return [path for path in found if path.stat().st_mode & 0o077]


def _shown(pids: list[int]) -> tuple[bytes, int]:
    """What the kernel shows of these processes' environments, and whose the first one's is."""
    shown, environments = [Path(f"/proc/{pid}/environ") for pid in pids], b""
    for path in shown:
        with suppress(FileNotFoundError, ProcessLookupError):  # a decoder that is done
            environments += path.read_bytes()
    return environments, shown[0].stat().st_uid


async def test_nobody_else_sees_a_bots_files_secrets_or_remains(
    deployment: Deployment, anna: Person, temporary: Path
) -> None:
    incoming = deployment.media / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    old_log = deployment.folder / "logs" / "bot.log"
    old_log.parent.mkdir()
    old_log.touch()
    wide = [deployment.media.parent, deployment.media, incoming]
    for path, mode in ((old_log, 0o644), *((folder, 0o755) for folder in wide)):
        path.chmod(mode)
    env_file = deployment.folder / ".env"
    env_file.write_text("LANGUAGE=en\n")
    env_file.chmod(0o644)
    set_there = {**deployment._settings(), "INSTAGRAM_TOTP_SECRET": TOTP}
    secrets = [AWS_SECRET, *(set_there[name] for name in SECRETS)]
    with bot(deployment, TMPDIR=str(temporary)) as process:
        await anna.sends_photo()
        await anna.sees(spoken("ask_type"))
        family = [process.pid, *(child.pid for child in process.children(recursive=True))]
        environments, owner = _shown(family)
    assert len(family) > 1  # the decoders' server is among them
    assert [secret for secret in secrets if secret.encode() in environments] == []
    assert owner == 0  # the kernel's sign that no other process of the account may look
    assert _wide(deployment.media.parent, old_log) == []
    assert f"chmod 600 {env_file.name}" in old_log.read_text()
    (killed,) = _left(temporary)
    with bot(deployment, TMPDIR=str(temporary)):
        until(lambda: not killed.exists(), what="what was left behind is swept")
        assert len(_left(temporary)) == 1  # that one's own


def test_only_folders_of_ours_without_an_owner_are_swept(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    dead, not_ours = temporary / "postbote-run-abcd_123", temporary / "postbote-run-notes"
    for folder in (dead, not_ours, temporary / "postbote-tour-abcd_123"):
        (folder / "inside").mkdir(parents=True)
    (temporary / "postbote-run-linklink").symlink_to(not_ours)
    (temporary / "postbote-run-filefile").touch()
    with owned_folder("postbote-run-") as first, owned_folder("postbote-run-") as second:
        assert first.is_dir() and second.is_dir() and first != second
        assert not dead.exists()
    assert sorted(path.name for path in temporary.iterdir()) == [
        "postbote-run-filefile",
        "postbote-run-linklink",
        "postbote-run-notes",
        "postbote-tour-abcd_123",
    ]
