"""Colours told by numbers rather than by a profile, and HDR, as sRGB.

HDR is brought down as in our videos (`filters`): white of 203 nits, the same curve for highlights
up to 1000 nits. With NumPy, which is loaded for such pictures alone.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from publisher.media.filters import PEAK, WHITE_NITS
from publisher.media.spaces import SRGB, Chromaticities, Space
from publisher.media.tracks import HLG, PQ

Floats = npt.NDArray[np.float32]

KNEE = 0.6
"""Of white: what is darker keeps its brightness."""
HLG_PEAK, HLG_SYSTEM_GAMMA = 1000 / WHITE_NITS, 1.2
"""Of a screen of 1000 nits (ITU-R BT.2100)."""
BT2020_LUMINANCE = (0.2627, 0.678, 0.0593)

ADAPTING = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
"""Bradford's matrix, for another white."""


def is_sane(primaries: Chromaticities) -> bool:
    """Whether these can be converted from: a triangle with a white within."""
    try:
        matrix = _matrix(primaries)
    except np.linalg.LinAlgError:
        return False
    return primaries[7] > 0 and bool(np.isfinite(matrix).all() and np.abs(matrix).max() < 100)


def to_srgb(bands: Sequence[Image.Image], space: Space) -> Image.Image:
    """Red, green and blue in 8 or 16 bit as one sRGB picture in 8 bit."""
    curve = _curve(256 if bands[0].mode == "L" else 65536, space)
    red, green, blue = (curve[np.asarray(band)] for band in bands)
    if space.transfer == HLG:
        weights = zip(BT2020_LUMINANCE, (red, green, blue), strict=True)
        luminance = sum(np.float32(weight) * band for weight, band in weights)
        scale = np.float32(HLG_PEAK) * np.power(luminance, np.float32(HLG_SYSTEM_GAMMA - 1))
        red, green, blue = red * scale, green * scale, blue * scale
    mixed = [
        np.float32(row[0]) * red + np.float32(row[1]) * green + np.float32(row[2]) * blue
        for row in _matrix(space.primaries)
    ]
    if space.is_hdr:
        scale = _toned(np.maximum(np.maximum(mixed[0], mixed[1]), mixed[2]))
        mixed = [band * scale for band in mixed]
    return Image.merge("RGB", [_encoded(band) for band in mixed])


def _curve(steps: int, space: Space) -> Floats:
    """The light of each value, 1 for white; for HLG what the scene had of it, at most 1."""
    value = np.linspace(0, 1, steps)
    if not space.is_full:
        value = np.clip((value * 255 - 16) / 219, 0, 1)
    if space.transfer == PQ:
        root = value ** (1 / 78.84375)
        light = np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
        linear = light ** (1 / 0.1593017578125) * 10_000 / WHITE_NITS
    elif space.transfer == HLG:
        bright = (np.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
        linear = np.where(value <= 0.5, value**2 / 3, bright)
    elif space.exponent is not None:
        linear = value**space.exponent
    else:
        linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


def _matrix(primaries: Chromaticities) -> npt.NDArray[np.float64]:
    """From these primaries to those of sRGB, in linear light."""
    to_xyz, srgb_to_xyz = _to_xyz(primaries), _to_xyz(SRGB)
    ours, theirs = (ADAPTING @ _xyz(*white) for white in (SRGB[6:], primaries[6:]))
    adapted = np.linalg.inv(ADAPTING) @ np.diag(ours / theirs) @ ADAPTING @ to_xyz
    return np.asarray(np.linalg.inv(srgb_to_xyz) @ adapted)


def _to_xyz(primaries: Chromaticities) -> npt.NDArray[np.float64]:
    columns = np.stack([_xyz(*primaries[place : place + 2]) for place in (0, 2, 4)], axis=1)
    return np.asarray(columns * np.linalg.solve(columns, _xyz(*primaries[6:])))


def _xyz(x: float, y: float) -> npt.NDArray[np.float64]:
    """Of luminance 1; y may be 0 for primaries that nobody can see."""
    return np.array([x, y, 1 - x - y]) / (y or 1)


def _toned(light: Floats) -> Floats:
    """By what each pixel is multiplied: ffmpeg's tonemap filter with its "mobius" curve."""
    light = np.maximum(light, np.float32(1e-6))
    first = -(KNEE**2) * (PEAK - 1) / (KNEE**2 - 2 * KNEE + PEAK)
    second = (KNEE**2 - 2 * KNEE * PEAK + PEAK) / (PEAK - 1)
    factor = (second**2 + 2 * second * KNEE + KNEE**2) / (second - first)
    bright = np.float32(factor) * (light + np.float32(first)) / (light + np.float32(second))
    return np.where(light <= KNEE, np.float32(1), bright / light).astype(np.float32)


def _encoded(light: Floats) -> Image.Image:
    places = (np.clip(light, 0, 1) * np.float32(65535) + np.float32(0.5)).astype(np.uint16)
    return Image.fromarray(ENCODED[places])


def _encoding() -> npt.NDArray[np.uint8]:
    light = np.linspace(0, 1, 65536)
    value = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(value * 255).astype(np.uint8)


ENCODED = _encoding()
