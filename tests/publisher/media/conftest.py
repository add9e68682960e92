"""Media taken in for real: probed, kept, and described by rows as the storage holds them."""

import itertools
import os
from collections.abc import Callable, Iterator

import pytest

from publisher.media.isolated import start_server
from publisher.media.probe import probe
from storage.files import MediaFiles
from storage.models import MediaItem

Taker = Callable[[bytes], MediaItem]


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """For what a test starts, one after the other: with clips this small and as many workers, the
    encoder's threads cost more than they do. In end_to_end it has them."""
    if not hasattr(os, "sched_setaffinity"):  # elsewhere than on Linux
        yield
        return
    start_server()  # it has all cores, as other tests need it, too
    cores = os.sched_getaffinity(0)
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.sched_setaffinity(0, {sorted(cores)[worker % len(cores)]})
    yield
    os.sched_setaffinity(0, cores)


@pytest.fixture
def take(files: MediaFiles) -> Taker:
    """Take in the bytes of a file as the chat does; raises MediaRefusedError."""
    numbers = itertools.count(1)

    def taken(content: bytes) -> MediaItem:
        with files.incoming() as path:
            path.write_bytes(content)
            found = probe(path)
            name = files.keep(path, found.suffix)
        return MediaItem(
            id=next(numbers),
            kind=found.kind,
            original=name,
            format=found.format,
            width=found.width,
            height=found.height,
            duration=found.duration,
            video_codec=found.video_codec,
            audio_codec=found.audio_codec,
            fps=found.fps,
            hdr=found.hdr,
            size_bytes=found.size,
        )

    return taken
