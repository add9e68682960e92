"""Pictures with more than 8 bits for each colour, which Pillow has no room for."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt
    from av.container import InputContainer
    from pillow_heif import HeifImage


def stream(*parts: bytes) -> io.BytesIO:
    """Bytes as a file."""
    return io.BytesIO(b"".join(parts))


def decoded(content: io.BytesIO, demuxer: str) -> list[Image.Image]:
    """The first picture as red, green, blue and perhaps alpha, with 16 bit each.

    The decoder is libav's, which reads nothing but the bytes it is handed. Raises ValueError.
    """
    with _opened(content, demuxer) as container:
        frame = next(container.decode(video=0))
        has_alpha = any(component.is_alpha for component in frame.format.components)
        pixels = frame.to_ndarray(format="rgba64le" if has_alpha else "rgb48le")
        return bands(pixels)


def code_points(content: io.BytesIO) -> tuple[int, int]:
    """Primaries and transfer function as the stream itself says. Raises ValueError."""
    with _opened(content, "mov") as container:
        stream = container.streams.video[0].codec_context
        return stream.color_primaries, stream.color_trc


@contextmanager
def _opened(content: io.BytesIO, demuxer: str) -> Iterator["InputContainer"]:
    # Loading it makes every process of a photo slower to start, and few need it.
    import av

    try:
        with av.open(content, "r", format=demuxer) as container:
            yield container
    except (MemoryError, av.BlockingIOError) as error:  # no room, or none for a thread
        raise MemoryError from error
    except (av.FFmpegError, LookupError, StopIteration) as error:
        raise ValueError("cannot be decoded") from error


def bands(pixels: "npt.ArrayLike | HeifImage") -> list[Image.Image]:
    """Rows, columns and colours as pictures, one for each colour; of grey three alike."""
    import numpy as np  # as for av, above

    colours = np.atleast_3d(np.asarray(pixels))
    order: Sequence[int] = range(colours.shape[2])
    if len(order) < 3:
        order = (0, 0, 0, *order[1:])
    return [Image.fromarray(np.ascontiguousarray(colours[:, :, place])) for place in order]
