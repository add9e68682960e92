"""The little of EXIF and XMP that matters: how a picture lies, and whether a place is in it.

Cameras and programs write odd and broken entries, which no viewer minds: they are passed over.
"""

import re
import struct

from PIL import Image

Step = Image.Transpose | tuple[int, int, int, int]
"""What is to be done to show a picture: a turn, or a cut (left, top, right, bottom)."""

ORIENTATION, GPS = 0x0112, 0x8825
COORDINATES = frozenset({2, 4, 20, 22})
"""Of the place, and of what was aimed at. Cameras that know none write a version all the same."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's orientations, but for 1, upright."""
SIDEWAYS = frozenset(TURNS[orientation] for orientation in (5, 6, 7, 8))
"""Those that swap width and height."""

IN_XMP = re.compile(rb'tiff:Orientation(?:\s*=\s*["\']|>)\s*([1-8])')
PLACE_IN_XMP = re.compile(
    rb"\bGPSLatitude\b|\bphotoshop:City\b|\bIptc4xmpCore:Location\b|\bIptc4xmpExt:Location"
)
PLACE_IN_IPTC = (b"\x1c\x02\x5a", b"\x1c\x02\x5c", b"\x1c\x02\x65")
"""How IPTC's city, sublocation and country begin (IIM, 6.3)."""
ODD = (SyntaxError, ValueError, LookupError, TypeError, AttributeError, OSError, struct.error)
"""What Pillow raises for broken EXIF."""


def turns(exif: bytes, xmp: bytes) -> tuple[Step, ...]:
    """How it comes upright, by EXIF, or by XMP where EXIF says nothing. Nothing for nonsense."""
    orientation = _orientation(exif)
    if orientation is None and (found := IN_XMP.search(xmp)):
        orientation = int(found[1])
    return (TURNS[orientation],) if orientation in TURNS else ()


def tells_place(exif: bytes, xmp: bytes, iptc: bytes = b"") -> bool:
    """Whether it says where it was taken."""
    if PLACE_IN_XMP.search(xmp) or any(start in iptc for start in PLACE_IN_IPTC):
        return True
    try:
        return not COORDINATES.isdisjoint(_loaded(exif).get_ifd(GPS))
    except ODD:
        return False


def size_after(steps: tuple[Step, ...], size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of what is shown."""
    for step in steps:
        if isinstance(step, tuple):
            size = step[2] - step[0], step[3] - step[1]
        elif step in SIDEWAYS:
            size = size[1], size[0]
    return size


def _orientation(exif: bytes) -> int | None:
    try:
        value = _loaded(exif).get(ORIENTATION)
    except ODD:
        return None
    return value if isinstance(value, int) else None


def _loaded(exif: bytes) -> Image.Exif:
    loaded = Image.Exif()
    loaded.load(exif)
    return loaded
