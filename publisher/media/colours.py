"""Any picture's colours as sRGB in 8 bit, without transparency."""

import io
import struct
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageCms

from publisher.media import png
from publisher.media.notes import Note
from publisher.media.spaces import HDR, Chromaticities, Space, space_of

BACKGROUND, OPAQUE = "white", 255
SRGB = ImageCms.createProfile("sRGB")

Colours = bytes | Space | None
"""What a picture's numbers mean: an ICC profile, or what was told otherwise; None is sRGB."""

UNSPECIFIED = 2
SRGB_GAMMA, GAMMA_TOLERANCE = 0.45455, 0.02
"""What programs write for sRGB in a PNG's gAMA, and how far from it still means the same."""

MAX_SAME_OF_255 = 2
"""Of 255: by how much colours may differ that are the same to the eye."""
SAMPLES = {
    "RGB": Image.frombytes(
        "RGB",
        (216, 1),
        bytes(v * 51 for n in range(216) for v in (n // 36, n // 6 % 6, n % 6)),
    ),
    "L": Image.frombytes("L", (256, 1), bytes(range(256))),
}

D50 = (0.3457, 0.3585)
MAX_LINEAR_GAMMA = 1.5
"""A gamma below this needs more than 8 bits in the shadows."""


def of_profile(profile: bytes) -> Colours:
    """The profile itself, unless it says by code points that it is HDR (ICC.1:2022, `cicp`)."""
    told = _tag(profile, b"cicp")
    if len(told) >= 10 and told[9] in HDR:
        return space_of(told[8], told[9])
    return profile


def of_png(found: png.Png) -> Colours:
    """By the first of a PNG's chunks that counts (PNG, third edition, 4.3)."""
    chunks = found.colours
    named = chunks.get(b"cICP", b"")
    if len(named) == 4 and not {named[0], named[1]} <= {UNSPECIFIED}:
        return space_of(named[0], named[1], is_full=named[3] == 1)
    if profile := png.icc_profile(chunks.get(b"iCCP", b"")):
        plain = _plain(profile) if found.bits > 8 else None
        return plain or of_profile(profile)
    if b"sRGB" in chunks:
        return None
    return _of_numbers(chunks.get(b"gAMA", b""), chunks.get(b"cHRM", b""))


def needs_depth(colours: Colours) -> bool:
    """Whether 8 bits are too few to convert these from."""
    return isinstance(colours, Space) and not colours.is_srgb


def flat_srgb(layers: Sequence[Image.Image], colours: Colours, notes: set[Note]) -> Image.Image:
    """RGB as Instagram shows it; `notes` are added to. A profile that is no use is disregarded."""
    if len(layers) > 1 and isinstance(colours, bytes):
        layers = [Image.merge("RGBA"[: len(layers)], [resizable(layer) for layer in layers])]
    if len(layers) > 1:
        space = colours if isinstance(colours, Space) else Space()
        return _flat(_by_numbers(layers, space, notes), notes)
    picture = layers[0]
    if isinstance(colours, Space) and not colours.is_srgb and picture.mode in ("L", "RGB", "RGBA"):
        bands = picture.split()
        picture = _by_numbers(bands if len(bands) > 1 else bands * 3, colours, notes)
        return _flat(picture, notes)
    if isinstance(colours, bytes):
        picture = _by_profile(picture, colours, notes)
    if picture.mode == "CMYK":
        notes.add(Note.COLOURS)
    return _flat(picture, notes)


def resizable(picture: Image.Image) -> Image.Image:
    """In a mode that can be scaled smoothly."""
    if picture.mode.startswith("I") or picture.mode == "F":
        return picture.point(lambda value: value / 256).convert("L")
    if picture.mode in ("P", "PA", "1", "LA", "La"):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if picture.mode in ("RGB", "L") and picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture


def _of_numbers(gamma: bytes, chromaticities: bytes) -> Space | None:
    """By PNG's gAMA and cHRM; what they lack, and what makes no sense, is as in sRGB."""
    primaries, exponent = Space().primaries, None
    if len(chromaticities) == 32:
        white_x, white_y, *others = struct.unpack(">8I", chromaticities)
        told = tuple(number / 100_000 for number in (*others, white_x, white_y))
        primaries = told if _is_sane(told) else primaries
    if len(gamma) == 4:
        told_gamma = struct.unpack(">I", gamma)[0] / 100_000
        if 0.1 < told_gamma < 10 and abs(told_gamma - SRGB_GAMMA) > GAMMA_TOLERANCE:
            exponent = 1 / told_gamma
    space = Space(primaries, gamma=exponent)
    return None if space.is_srgb else space


def _plain(profile: bytes) -> Space | None:
    """A profile of three primaries and one gamma near 1, as deep pictures have; else None."""
    gamma = _gamma(_tag(profile, b"rTRC"))
    same = all(_tag(profile, tag) == _tag(profile, b"rTRC") for tag in (b"gTRC", b"bTRC"))
    points = [_tag(profile, tag)[8:20] for tag in (b"rXYZ", b"gXYZ", b"bXYZ")]
    has_tables = bool(_tag(profile, b"A2B0"))
    is_linear = gamma is not None and gamma <= MAX_LINEAR_GAMMA
    if not same or has_tables or not is_linear or {*map(len, points)} != {12}:
        return None
    sums = [struct.unpack(">3i", point) for point in points]
    if not all(sum(point) for point in sums):
        return None
    pairs = (number / sum(point) for point in sums for number in point[:2])
    primaries = (*pairs, *D50)
    return Space(primaries, gamma=gamma) if _is_sane(primaries) else None


def _is_sane(primaries: Chromaticities) -> bool:
    # NumPy takes 11 MB and as long to load as all else that looks at pictures: few need it
    from publisher.media import light

    return light.is_sane(primaries)


def _gamma(curve: bytes) -> float | None:
    """Of a profile's curve, if it is a plain power."""
    kind, count = curve[:4], int.from_bytes(curve[8:12], "big")
    if kind == b"curv" and count == 0:
        return 1.0
    if kind == b"curv" and count == 1 and len(curve) >= 14:
        return int.from_bytes(curve[12:14], "big") / 256 or None
    if kind == b"para" and count >> 16 == 0 and len(curve) >= 16:
        return int.from_bytes(curve[12:16], "big") / 65536 or None
    return None


def _tag(profile: bytes, name: bytes) -> bytes:
    """The content of a tag in an ICC profile; nothing if it has none."""
    count = int.from_bytes(profile[128:132], "big")
    table = profile[132 : 132 + 12 * min(count, 256)]
    for place in range(0, len(table) - 11, 12):
        signature, offset, size = struct.unpack_from(">4sII", table, place)
        if signature == name:
            return profile[offset : offset + size]
    return b""


def _by_numbers(bands: Sequence[Image.Image], space: Space, notes: set[Note]) -> Image.Image:
    if space.is_hdr:
        notes.add(Note.HDR)
    elif not space.is_srgb:
        notes.add(Note.COLOURS)
    from publisher.media import light  # for its NumPy, see above

    picture = light.to_srgb(bands[:3], space)
    if len(bands) == 4:
        alpha = bands[3]
        picture.putalpha(resizable(alpha) if alpha.mode != "L" else alpha)
    return picture


def _by_profile(picture: Image.Image, profile: bytes, notes: set[Note]) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        fitting = _as_profiled(picture, source.profile.xcolor_space.strip())
        if fitting is None:
            return picture
        mode = "RGBA" if fitting.mode == "RGBA" else "RGB"
        if _is_srgb(source, fitting.mode):
            return fitting
        converted = ImageCms.profileToProfile(fitting, source, SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    if converted is None:
        return picture
    if fitting.mode == "L" and picture.mode == "RGBA":
        converted.putalpha(picture.getchannel("A"))
    notes.add(Note.COLOURS)
    return converted


def _as_profiled(picture: Image.Image, space: str) -> Image.Image | None:
    """The picture in the mode that its profile speaks of; None if it speaks of another."""
    if space == "RGB" and picture.mode in ("L", "RGB", "RGBA"):
        return picture.convert("RGB") if picture.mode == "L" else picture
    if space == "GRAY" and picture.mode == "L":
        return picture
    if space == "GRAY" and picture.mode in ("RGB", "RGBA"):
        red, green, blue, *_ = picture.split()
        return red if red.tobytes() == green.tobytes() == blue.tobytes() else None
    return picture if space == "CMYK" == picture.mode else None


def _is_srgb(profile: ImageCms.ImageCmsProfile, mode: str) -> bool:
    """Whether it changes nothing that anybody sees, whatever it is called."""
    sample = SAMPLES.get(mode[:3])
    if sample is None:
        return False
    shown = ImageCms.profileToProfile(sample, profile, SRGB, outputMode="RGB")
    assert shown is not None
    apart = ImageChops.difference(shown, sample.convert("RGB"))
    return apart.point(lambda value: max(value - MAX_SAME_OF_255, 0)).getbbox() is None


def _flat(picture: Image.Image, notes: set[Note]) -> Image.Image:
    """Screenshots have an alpha channel, too, but nothing in it: of that nobody is told."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    if alpha is None or alpha.getextrema()[0] == OPAQUE:
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    notes.add(Note.FLATTENED)
    flat = Image.new("RGB", picture.size, BACKGROUND)
    flat.paste(picture, mask=alpha)
    return flat
