"""What the numbers of a picture mean that says so itself: code points are those of ITU-T H.273."""

from dataclasses import dataclass

from publisher.media.tracks import HLG, PQ

Chromaticities = tuple[float, ...]
"""x and y of red, green, blue and white."""

HDR = frozenset({PQ, HLG})
GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}
"""All others but PQ and HLG are taken for the curve of sRGB, as those of videos are: they tell how
a camera encodes, and screens show them alike."""

D65 = (0.3127, 0.329)
SRGB: Chromaticities = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, *D65)
PRIMARIES: dict[int, Chromaticities] = {
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.31, 0.316),
    8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049, 0.31, 0.316),
    9: (0.708, 0.292, 0.17, 0.797, 0.131, 0.046, *D65),
    10: (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3),
    11: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351),
    12: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, *D65),
    22: (0.63, 0.34, 0.295, 0.605, 0.155, 0.077, *D65),
}
"""All that differ from those of sRGB by enough to be seen (see `filters.SDR_PRIMARIES`)."""

SEEN = 0.003
"""By less than this, primaries differ for measuring instruments alone."""


@dataclass(frozen=True)
class Space:
    """What a picture's numbers mean."""

    primaries: Chromaticities = SRGB
    transfer: int = 13
    gamma: float | None = None
    """In place of a transfer function that has a number."""
    is_full: bool = True
    """All values are used; else black is 16 of 255, and white 235."""

    @property
    def is_hdr(self) -> bool:
        return self.transfer in HDR

    @property
    def is_srgb(self) -> bool:
        """Whether nothing has to be done."""
        near = all(
            abs(ours - theirs) <= SEEN for ours, theirs in zip(self.primaries, SRGB, strict=True)
        )
        return near and self.exponent is None and self.is_full and not self.is_hdr

    @property
    def exponent(self) -> float | None:
        """Of a plain power curve; None for sRGB's own, PQ and HLG."""
        return self.gamma if self.gamma is not None else GAMMAS.get(self.transfer)


def space_of(primaries: int, transfer: int, *, is_full: bool = True) -> Space:
    """By code points."""
    return Space(PRIMARIES.get(primaries, SRGB), transfer, is_full=is_full)
