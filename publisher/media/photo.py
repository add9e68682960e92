"""Photos made ready: right way up, without metadata, sRGB, within Instagram's shapes and sizes."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from publisher.media.probe import FORMATS, displayed_size
from publisher.media.rules import RULES
from storage.lifecycle import PostType

QUALITY = 92
"""JPEG quality; Instagram compresses once more, so ours must leave it something to work with."""
BACKGROUND = "white"
SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True)
class Prepared:
    """A photo as it goes to Instagram, in pixels."""

    width: int
    height: int
    padded: bool
    """Whether it got a border to fit Instagram's ratios."""


def accepted_ratio(width: int, height: int, post_type: PostType) -> float:
    """The picture's own ratio (width over height), or the nearest that Instagram takes."""
    rule = RULES[post_type]
    return min(max(width / height, rule.narrowest), rule.widest)


def prepare_photo(
    source: Path, target: Path, post_type: PostType, *, ratio: float | None = None
) -> Prepared:
    """Write `source` as a JPEG for this type of post.

    Args:
        ratio: width over height to pad to; by default the nearest that Instagram takes.
    """
    rule = RULES[post_type]
    with Image.open(source, formats=FORMATS) as opened:
        own = displayed_size(opened)
        if opened.format in ("JPEG", "MPO"):
            opened.draft("RGB" if opened.mode != "CMYK" else "CMYK", (rule.max_width * 2,) * 2)
        picture = _flat(_srgb(ImageOps.exif_transpose(opened)))
    wanted = ratio or accepted_ratio(*own, post_type)
    width, height = _canvas(own, wanted)
    padded = abs(width - own[0]) > 1 or abs(height - own[1]) > 1
    scale = min(1.0, rule.max_width / width, rule.max_height / height)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    fitted = _fitted(picture, own, scale)
    if padded:
        fitted = ImageOps.pad(fitted, size, color=BACKGROUND)
    fitted.save(target, "JPEG", quality=QUALITY, subsampling="4:4:4", optimize=True)
    return Prepared(*fitted.size, padded)


def _canvas(own: tuple[int, int], ratio: float) -> tuple[int, int]:
    """The smallest canvas of this ratio that holds a picture of this size.

    Rounded towards the inside of Instagram's range by padding the shorter side up.
    """
    width, height = own
    if abs(width / height - ratio) < 1e-9:
        return own
    if width / height > ratio:
        return width, -int(-width / ratio // 1)
    return -int(-height * ratio // 1), height


def _fitted(picture: Image.Image, own: tuple[int, int], scale: float) -> Image.Image:
    size = (max(round(own[0] * scale), 1), max(round(own[1] * scale), 1))
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _srgb(picture: Image.Image) -> Image.Image:
    """Colours as sRGB; a profile that cannot be used is left out of account."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 256).convert("L")
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, SRGB, outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            return picture
        return converted or picture
    return picture


def _flat(picture: Image.Image) -> Image.Image:
    """RGB without transparency, which becomes white."""
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        flat = Image.new("RGB", layered.size, BACKGROUND)
        flat.paste(layered, mask=layered.getchannel("A"))
        return flat
    return picture.convert("RGB")
