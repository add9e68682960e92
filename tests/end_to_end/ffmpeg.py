"""The real ffmpeg, held back: what encodes a video waits at a gate, or works slowly."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from imageio_ffmpeg import get_ffmpeg_exe

SCRIPT = """\
#!/bin/sh
case "$*" in *" -i fd: "*libx264*) {encoding} ;; esac
exec {ffmpeg} "$@"
"""
"""Looking at files, copying them and making covers goes on as ever."""


def converters() -> list[psutil.Process]:
    """The processes that encode a video for this test."""
    return [child for child in psutil.Process().children(recursive=True) if _encodes(child)]


def _encodes(process: psutil.Process) -> bool:
    try:
        return "ffmpeg" in process.name() and "libx264" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


class Gate:
    """A named pipe: who opens it to read waits until somebody has it open to write."""

    def __init__(self, folder: Path) -> None:
        self._pipe = folder / "gate"
        self._end: int | None = None
        os.mkfifo(self._pipe)

    @property
    def waiting(self) -> str:
        """What a shell does to wait here."""
        return f": < {shlex.quote(str(self._pipe))}"

    def open(self) -> None:
        """Let go on whoever waits, and whoever comes later."""
        if self._end is None:
            self._end = os.open(self._pipe, os.O_RDWR)

    def remove(self) -> None:
        self.open()
        self._pipe.unlink()
        assert self._end is not None
        os.close(self._end)


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Conversions begin, and come no further until it is opened."""
    folder = tmp_path / "gate"
    folder.mkdir()
    gate = Gate(folder)
    _use(folder, gate.waiting, monkeypatch)
    yield gate
    gate.remove()


@pytest.fixture
def slow_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of video takes a second to convert, as on a small machine."""
    folder = tmp_path / "slow"
    folder.mkdir()
    _use(folder, f'exec {shlex.quote(get_ffmpeg_exe())} -re "$@"', monkeypatch)


def _use(folder: Path, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    script = folder / "ffmpeg"
    script.write_text(SCRIPT.format(encoding=encoding, ffmpeg=shlex.quote(get_ffmpeg_exe())))
    script.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(script))
