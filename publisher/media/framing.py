"""Crop or fit: the geometry, in pixels only. Used for photos, videos and previews alike."""

import math
from dataclasses import dataclass
from enum import StrEnum

from publisher.media.rules import MIN_WIDTH

RATIO_TOLERANCE = 0.005
"""Ratios may differ by this share: 1080x566 is called 1.91:1 by Instagram itself."""

BLUR_SCALE = 12
"""A background is blurred at this fraction of its size; nobody can tell."""
BLUR_BRIGHTNESS = 0.75
"""How bright it is, of what it was."""

Size = tuple[int, int]
"""Width and height."""


class Fit(StrEnum):
    """How media come to an accepted ratio."""

    CROP = "crop"
    BLUR = "blur"
    """All of it, on a blurred copy of itself."""
    WHITE = "white"
    BLACK = "black"


@dataclass(frozen=True)
class Shape:
    """What a picture is to become."""

    ratio: float
    """Width over height."""
    bounds: Size
    """It is never made larger than this."""
    fit: Fit
    shift: float = 0.0
    """Where the window of a crop lies, -1 (left or top) to 1 (right or bottom)."""


@dataclass(frozen=True)
class Frame:
    """What becomes of a picture: `crop` is cut out, scaled to `inner`, centred on `canvas`."""

    crop: tuple[int, int, int, int]
    """Left, top, right, bottom, in pixels of the displayed picture."""
    inner: Size
    canvas: Size

    @property
    def has_border(self) -> bool:
        return self.inner != self.canvas


def same_ratio(one: float, other: float) -> bool:
    """Whether two ratios are the same for Instagram."""
    return abs(one - other) <= RATIO_TOLERANCE * other


def frame(own: Size, shape: Shape, *, step: int = 1) -> Frame:
    """How a picture of size `own` comes into shape.

    It is scaled down only, but for widths below the 320 that Instagram insists on. Sides of the
    canvas are multiples of `step`: video needs 2.
    """
    ratio, bounds = shape.ratio, shape.bounds
    if shape.fit is Fit.CROP or same_ratio(own[0] / own[1], ratio):
        return _cropped(_window(own, ratio, shape.shift), ratio, bounds, step)
    width, height = own
    canvas = (width, width / ratio) if width / height > ratio else (height * ratio, height)
    canvas_size = _rounded(canvas, _scale(canvas, bounds), ratio, bounds, step)
    scale = min(canvas_size[0] / width, canvas_size[1] / height)
    inner = (max(round(width * scale), 1), max(round(height * scale), 1))
    return Frame((0, 0, *own), inner, canvas_size)


def _window(own: Size, ratio: float, shift: float) -> tuple[int, int, int, int]:
    """The largest part of this ratio."""
    width, height = own
    if width / height > ratio:
        part = max(round(height * ratio), 1)
        left = round((width - part) * (1 + shift) / 2)
        return left, 0, left + part, height
    part = max(round(width / ratio), 1)
    top = round((height - part) * (1 + shift) / 2)
    return 0, top, width, top + part


def _cropped(crop: tuple[int, int, int, int], ratio: float, bounds: Size, step: int) -> Frame:
    part = (crop[2] - crop[0], crop[3] - crop[1])
    size = _rounded(part, _scale(part, bounds), ratio, bounds, step)
    return Frame(crop, size, size)


def _scale(size: tuple[float, float], bounds: Size) -> float:
    return min(max(1.0, MIN_WIDTH / size[0]), bounds[0] / size[0], bounds[1] / size[1])


def _rounded(
    size: tuple[float, float], scale: float, ratio: float, bounds: Size, step: int
) -> Size:
    """Whole pixels: the longer side decides, the shorter is rounded up, so towards the square.

    Thereby a ratio at the edge of what Instagram takes stays within.
    """
    longest = tuple(side // step * step for side in bounds)
    width, height = size[0] * scale, size[1] * scale
    if width >= height:
        whole = min(max(round(width / step) * step, step), longest[0])
        return whole, min(_up(whole / ratio, step), longest[1])
    whole = min(max(round(height / step) * step, step), longest[1])
    return min(_up(whole * ratio, step), longest[0]), whole


def _up(value: float, step: int) -> int:
    return max(math.ceil(value / step - 1e-6) * step, step)
