"""Media taken in for real: probed, kept, and described by rows as the storage holds them."""

import itertools
from collections.abc import Callable

import pytest

from publisher.media.probe import probe
from storage.files import MediaFiles
from storage.models import MediaItem

Taker = Callable[[bytes], MediaItem]


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
