"""Bringing a file from Telegram to our disk: in pieces, or, from our own server, without a copy."""

import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

import httpx
from telegram import Bot
from telegram.error import NetworkError

from bot.certificates import certificates
from bot.store import in_thread
from bot.transient import is_transient, repeated

ATTEMPTS = 3

PIECE_BYTES = 256 * 1024
"""Held in memory at a time."""
TIMEOUT = httpx.Timeout(30)
"""Seconds without a single byte after which the other side counts as gone."""
LOCAL_SERVER_SECONDS = 1800
"""A server of one's own answers getFile only when it has the whole file from Telegram."""

Progress = Callable[[int], None]
"""Hears of every further piece, in bytes; of fewer than none when it begins anew."""
Check = Callable[[int], None]
"""Raises OSError if the disk must not take so many bytes more. Blocks."""


@dataclass(frozen=True)
class Source:
    """A file that Telegram has for us."""

    bot: Bot
    file_id: str
    local: bool
    """The server is our own and hands out paths on the disk."""
    limit: int
    """Bytes that it may have."""
    check_floor: Check = lambda _: None
    """Asked before more is written."""


async def fetch(source: Source, target: Path, progress: Progress) -> None:
    """Write the file to `target`, in several attempts if need be.

    Raises TelegramError when it cannot be had, OSError when it cannot be stored.
    """
    written = 0

    def advance(size: int) -> None:
        nonlocal written
        written += size
        progress(size)

    def begin_anew(_: BaseException) -> None:
        advance(-written)

    await repeated(
        lambda error: isinstance(error, NetworkError) and is_transient(error),
        attempts=ATTEMPTS,
        before_pause=begin_anew,
    )(_fetch_once, source, target, advance)


async def _fetch_once(source: Source, target: Path, progress: Progress) -> None:
    if source.local:
        file = await source.bot.get_file(source.file_id, read_timeout=LOCAL_SERVER_SECONDS)
    else:
        file = await source.bot.get_file(source.file_id)
    path = file.file_path
    if path is None:
        raise NetworkError("the file has no path")
    if source.local and os.path.isabs(path):  # noqa: PTH117 - a URL is no Path
        progress(await _take_over(Path(path), target, source.check_floor))
        return
    sizes = range(file.file_size or 0, source.limit + 1)
    await _download(path, partial(_write, target, sizes, source.check_floor, progress))


async def _download(url: str, write: Callable[[httpx.Response], Awaitable[None]]) -> None:
    """The URL holds the token: it must not get into an error's text."""
    try:
        async with (
            httpx.AsyncClient(timeout=TIMEOUT, verify=certificates()) as client,
            client.stream("GET", url) as response,
        ):
            kind = response.headers.get("Content-Type", "")
            if response.status_code != httpx.codes.OK or kind.startswith("text/html"):
                said = f"the download was answered with {response.status_code} {kind}"
                raise NetworkError(said)  # a page is somebody's on the way there
            await write(response)
    except httpx.HTTPError as error:
        raise NetworkError(type(error).__name__) from None


async def _write(
    target: Path, sizes: range, check_floor: Check, progress: Progress, response: httpx.Response
) -> None:
    """Piece by piece.

    Args:
        sizes: bytes that may come.
    """
    written = 0
    with target.open("wb") as file:
        async for piece in response.aiter_raw(PIECE_BYTES):
            written += len(piece)
            if written >= sizes.stop:
                raise NetworkError("more bytes came than were announced")
            await _append(file, piece, check_floor)
            progress(len(piece))
    if written < sizes.start:
        raise NetworkError("fewer bytes came than were announced")


@in_thread
def _append(file: BinaryIO, piece: bytes, check_floor: Check) -> None:
    check_floor(len(piece))
    file.write(piece)


@in_thread
def _take_over(source: Path, target: Path, check_floor: Check) -> int:
    """A second name for the server's file; where that is not allowed, a copy by the kernel.

    Returns its size in bytes.
    """
    try:
        os.link(source, target)
    except OSError:
        check_floor(source.stat().st_size)
        shutil.copyfile(source, target)
    return target.stat().st_size
