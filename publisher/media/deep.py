"""Pictures with more than 8 bits for each colour, which Pillow has no room for."""

import io
from collections.abc import Sequence

import av
import numpy as np
import numpy.typing as npt
from PIL import Image


def stream(*parts: bytes) -> io.BytesIO:
    """Bytes as a file."""
    return io.BytesIO(b"".join(parts))


def decoded(content: io.BytesIO, demuxer: str) -> list[Image.Image]:
    """The first picture as red, green, blue and perhaps alpha, with 16 bit each.

    The decoder is libav's, which reads nothing but the bytes it is handed. Raises FFmpegError,
    StopIteration.
    """
    with av.open(content, "r", format=demuxer) as container:
        frame = next(container.decode(video=0))
        layout = "rgba64le" if _has_alpha(frame) else "rgb48le"
        return bands(np.asarray(frame.to_ndarray(format=layout), np.uint16))


def bands(pixels: npt.NDArray[np.uint16]) -> list[Image.Image]:
    """Rows, columns and colours as pictures, one for each colour; of grey three alike."""
    colours = np.atleast_3d(pixels)
    order: Sequence[int] = range(colours.shape[2])
    if len(order) < 3:
        order = (0, 0, 0, *order[1:])
    return [Image.fromarray(np.ascontiguousarray(colours[:, :, place])) for place in order]


def _has_alpha(frame: av.VideoFrame) -> bool:
    names = [component for component in frame.format.components if component.is_alpha]
    return bool(names)
