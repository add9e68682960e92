"""Pictures that are upright and sRGB by now: scaled, put on a canvas, written as JPEG."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFilter, ImageOps

from publisher.media.framing import BLUR_BRIGHTNESS, BLUR_SCALE, Fit, Frame, Shape, Size, frame

JPEG_QUALITY = 92
"""Of JPEG. Instagram compresses once more, so ours must leave it something to work with; and pure
noise in the largest size still has 6 of the 8 MB that it takes."""

SHRINKING, GROWING = Image.Resampling.HAMMING, Image.Resampling.BICUBIC
"""Pillow rates both alike for shrinking; the first takes half the time of Lanczos."""

REDUCING_GAP = 2.0
"""By how much more a picture may first be reduced the quick way than it is made smaller in all."""

CHAT_JPEG_QUALITY = 88


def composed(picture: Image.Image, shape: Shape) -> Image.Image:
    """A picture that is upright and sRGB already, in this shape."""
    plan = frame(picture.size, shape)
    return on_canvas(scaled(picture, picture.size, plan), plan, shape.fit)


def save(picture: Image.Image, target: Path | BinaryIO, quality: int = JPEG_QUALITY) -> None:
    """As a JPEG, without what Pillow would write along: it copies a comment from file to file."""
    picture.info = {}
    sampling = "4:4:4" if quality >= JPEG_QUALITY else "4:2:0"
    picture.save(target, "JPEG", quality=quality, subsampling=sampling)


def jpeg(picture: Image.Image) -> bytes:
    """As bytes for the chat."""
    buffer = io.BytesIO()
    save(picture, buffer, CHAT_JPEG_QUALITY)
    return buffer.getvalue()


def scaled(picture: Image.Image, own: Size, plan: Frame) -> Image.Image:
    """Cut out and scaled in one go; `picture` may be smaller than its `own` size by now."""
    across, down = picture.width / own[0], picture.height / own[1]
    left, top, right, bottom = plan.crop
    box = (left * across, top * down, right * across, bottom * down)
    picture.load()  # in one thread: two that decode it at once break each other's file
    if picture.size == plan.inner and plan.crop == (0, 0, *own):
        return picture
    scaling = SHRINKING if plan.inner[0] < right - left else GROWING
    if picture.mode == "I;16":  # Pillow cannot reduce these
        return picture.resize(plan.inner, scaling, box)
    return _resized(picture, plan.inner, scaling, box)


def _resized(
    picture: Image.Image,
    size: Size,
    scaling: Image.Resampling,
    box: tuple[float, float, float, float],
) -> Image.Image:
    """Upper and lower half at once: Pillow uses one processor, and lets Python go on meanwhile."""
    left, top, right, bottom = box
    if picture.mode == "RGBA":  # else each half would make its own copy of all of it
        return _resized(picture.convert("RGBa"), size, scaling, box).convert("RGBA")
    if size[1] == 1:  # of something very wide
        return picture.resize(size, scaling, box, reducing_gap=REDUCING_GAP)
    upper, middle = size[1] // 2, top + (bottom - top) * (size[1] // 2) / size[1]

    def part(height: int, start: float, end: float) -> Image.Image:
        cut = (left, start, right, end)
        return picture.resize((size[0], height), scaling, cut, reducing_gap=REDUCING_GAP)

    whole = Image.new(picture.mode, size)
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(part, (upper, size[1] - upper), (top, middle), (middle, bottom))
        whole.paste(next(halves), (0, 0))
        whole.paste(next(halves), (0, upper))
    return whole


def on_canvas(picture: Image.Image, plan: Frame, fit: Fit) -> Image.Image:
    """With the border that the plan has."""
    if not plan.has_border:
        return picture
    if fit is Fit.BLUR:
        canvas = _blurred(picture, plan.canvas)
    else:
        canvas = Image.new("RGB", plan.canvas, fit.value)
    left, top = ((whole - part) // 2 for whole, part in zip(plan.canvas, plan.inner, strict=True))
    canvas.paste(picture, (left, top))
    return canvas


def _blurred(picture: Image.Image, size: Size) -> Image.Image:
    small = tuple(max(side // BLUR_SCALE, 2) for side in size)
    filled = ImageOps.fit(picture, (small[0], small[1]), Image.Resampling.BOX)
    soft = filled.filter(ImageFilter.GaussianBlur(max(small) / 20))
    return soft.point(lambda value: value * BLUR_BRIGHTNESS).resize(size, Image.Resampling.BICUBIC)
