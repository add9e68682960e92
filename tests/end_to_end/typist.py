"""Somebody at a terminal: a real one, so that it shows whether what is typed is echoed."""

import asyncio
import fcntl
import os
import pty
import sys
import termios
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 60


class Typist:
    def __init__(self, process: "Popen[bytes]", terminal: int) -> None:
        self._process, self._terminal = process, terminal
        self.screen = ""
        """All that was shown."""
        self._read = 0
        self._decoder = getincrementaldecoder("utf-8")()

    async def sees(self, text: str) -> None:
        """Wait until this is shown, below all that was seen before."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while text not in self.screen[self._read :]:
                assert await self._reads(), f"{text!r} is not in:\n{self.screen}"
        self._read = self.screen.index(text, self._read) + len(text)

    def types(self, line: str) -> None:
        os.write(self._terminal, f"{line}\n".encode())

    async def code(self) -> int:
        """How the program ended."""
        while await self._reads():
            pass
        return await asyncio.to_thread(self._process.wait, TIMEOUT_SECONDS)

    async def _reads(self) -> bool:
        """What is shown next; False at the end."""
        try:
            shown = await asyncio.to_thread(os.read, self._terminal, 4096)
        except OSError:  # Linux' end of a terminal
            return False
        self.screen = (self.screen + self._decoder.decode(shown)).replace("\r\n", "\n")
        return bool(shown)


def _owns_the_terminal() -> None:
    """So that a password is asked for at it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextmanager
def at_a_terminal(*words: str, folder: Path, environment: Mapping[str, str]) -> Iterator[Typist]:
    """`python -m bot` with these words, in this folder; killed at the end if it still runs."""
    ours, theirs = pty.openpty()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = Popen(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_owns_the_terminal,
    )
    os.close(theirs)
    try:
        yield Typist(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
