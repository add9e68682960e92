"""ffmpeg's filter graph that turns what was filmed into what is published."""

from fractions import Fraction

from publisher.media.framing import BLUR_BRIGHTNESS, BLUR_SCALE, Fit, Frame
from publisher.media.length import held_seconds, still_seconds
from publisher.media.rules import MAX_FPS, MIN_FPS
from publisher.media.tracks import Video

USUAL_FPS = 30
"""For what is slower than Instagram takes, or uneven."""

BT709, YCGCO, BT2020, BT2020_CONSTANT, ICTCP = 1, 8, 9, 10, 14
WIDE_PRIMARIES = frozenset({BT2020, 11, 12})
"""BT.2020 and P3 (code points of H.273); the others are so close to BT.709 that nothing is done."""
KNOWN_TRANSFERS = frozenset({1, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 18})
KNOWN_MATRICES = frozenset({1, 4, 5, 6, 7, YCGCO, BT2020, BT2020_CONSTANT, ICTCP})
"""What zscale can convert from; what else a file names is taken for what it is most likely."""
PLAIN_MATRICES = frozenset({1, 2, 3, 4, 5, 6, 7, BT2020})
"""What swscale, which does most of the scaling, takes; 2 and 3 mean unspecified."""
UNUSUAL_TRANSFERS = frozenset({9, 10, 14, 15})
"""What swscale refuses (logarithms), and BT.2020's names for the curve of BT.709."""
RGB = ("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal")
"""How formats of pixels without a matrix begin."""

WHITE_NITS = 203
"""Diffuse white of HDR video (ITU-R BT.2408): becomes the white of ordinary video, nearly."""
PEAK = 1000 / WHITE_NITS
"""Highlights up to 1000 nits, which phones record at the most, are kept apart."""


def frame_rate(found: Video) -> float:
    """Frames per second that Instagram takes, as near to the file's own as may be."""
    if MIN_FPS <= found.fps <= MAX_FPS:
        return found.fps
    return MAX_FPS if found.fps > USUAL_FPS * 1.2 else USUAL_FPS


def graph(found: Video, plan: Frame, fit: Fit) -> str:
    """The whole graph: from the upright picture to frames of the target's size, in 8 bit SDR."""
    steps = [
        *_steadied(found),
        *_cut(found, plan),
        *_opaque(found),
        *colours_named(found),
        f"scale={plan.inner[0]}:{plan.inner[1]}:flags=bicubic:out_range=tv{_matrix(found)}",
        *_colours(found),
        "format=yuv420p",
        "setsar=1",
        *_held(found),
    ]
    chain = ",".join(steps)
    if not plan.has_border:
        return chain
    width, height = plan.canvas
    if fit is Fit.BLUR:
        return f"{chain},split[front][back];{_blurred(plan)};[soft][front]{_overlay(plan)}"
    left, top = _centred(plan)
    return f"{chain},pad={width}:{height}:{left}:{top}:{fit.value}"


def _steadied(found: Video) -> list[str]:
    """The frames at their new pace, by when each is shown, and whole ones.

    ffmpeg's own way to an even pace believes how long each is said to last.
    """
    woven = ["bwdif=mode=send_frame"] if found.interlaced else []
    return [*woven, f"fps={exact(frame_rate(found))}"]


def exact(rate: float) -> str:
    """29.97 is 30000/1001."""
    whole = Fraction(rate).limit_denominator(1001)
    return f"{whole.numerator}/{whole.denominator}"


def _cut(found: Video, plan: Frame) -> list[str]:
    square = [] if found.as_stored else [f"scale={found.width}:{found.height}", "setsar=1"]
    left, top, right, bottom = plan.crop
    if (left, top, right, bottom) == (0, 0, found.width, found.height):
        return square
    return [*square, f"crop={right - left}:{bottom - top}:{left}:{top}:exact=1"]


def _opaque(found: Video) -> list[str]:
    """Make transparent parts white, as in photos: the negative of its negative on black."""
    return ["negate", "premultiply=inplace=1", "negate"] if found.pixels.startswith("yuva") else []


def needs_colours(found: Video) -> bool:
    """Whether its colours mean something else than those of ordinary video."""
    is_plain = found.matrix in PLAIN_MATRICES and not _is_rgb(found)
    return _is_wide(found) or not is_plain


def _is_rgb(found: Video) -> bool:
    return found.pixels.startswith(RGB)


def colours_named(found: Video) -> list[str]:
    """Name the colours that the pictures do not, and another matrix than swscale does not know."""
    is_known = found.matrix in PLAIN_MATRICES or _is_rgb(found)
    matrix = found.matrix if is_known else BT2020
    if found.named_outside or found.transfer in UNUSUAL_TRANSFERS:
        transfer = BT709 if found.transfer in UNUSUAL_TRANSFERS else found.transfer
        codes = f"color_primaries={found.primaries}:color_trc={transfer}"
        return [f"setparams={codes}:colorspace={matrix}"]
    return [] if is_known else [f"setparams=colorspace={matrix}"]


def _matrix(found: Video) -> str:
    """RGB is given one: the deep and wide one if its colours have to be converted."""
    if not _is_rgb(found):
        return ""
    is_wide = _is_wide(found)
    return f":out_color_matrix={'bt2020,format=yuv420p10le' if is_wide else 'bt709,format=yuv420p'}"


def _is_wide(found: Video) -> bool:
    return found.hdr or found.primaries in WIDE_PRIMARIES


def _colours(found: Video) -> list[str]:
    if _is_rgb(found) and not _is_wide(found):
        return ["setparams=color_primaries=bt709:color_trc=bt709"]
    if not needs_colours(found):
        return []
    usual = BT2020 if found.hdr else BT709
    primaries = found.primaries if found.primaries in WIDE_PRIMARIES else usual
    transfer = found.transfer if found.transfer in KNOWN_TRANSFERS else BT709
    matrix = _matrix_in(found, usual)
    source = f"tin={transfer}:pin={primaries}:min={matrix}:rin=tv"
    if not found.hdr:
        return [f"zscale={source}:t=bt709:m=bt709:p=bt709:r=tv"]
    return [
        f"zscale={source}:t=linear:p={primaries}:npl={WHITE_NITS}",
        "format=gbrpf32le",
        "zscale=p=bt709",
        f"tonemap=tonemap=mobius:param=0.6:desat=0:peak={PEAK:.3f}",
        "zscale=t=bt709:m=bt709:p=bt709:r=tv",
    ]


def _matrix_in(found: Video, usual: int) -> int:
    """The matrix from which zscale converts."""
    if _is_rgb(found):
        return BT2020  # see `_matrix`
    matrix = found.matrix if found.matrix in KNOWN_MATRICES else usual
    if found.hdr:  # zscale has no way from constant luminance; nearly the same
        return BT2020 if matrix == BT2020_CONSTANT else matrix
    return usual if matrix == ICTCP else matrix


def _held(found: Video) -> list[str]:
    """Hold the last picture if the video is too short for Instagram, or ends before its sound."""
    seconds = held_seconds(found) + still_seconds(found)
    return [f"tpad=stop_mode=clone:stop_duration={seconds:.3f}"] if seconds else []


def _blurred(plan: Frame) -> str:
    """A small copy that covers the canvas, softened, dimmed, and blown up."""
    width, height = (max(side // BLUR_SCALE // 2 * 2, 4) for side in plan.canvas)
    covering = f"scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height}"
    soft = f"gblur=sigma={max(width, height) / 20:.1f},lutyuv=y=(val-16)*{BLUR_BRIGHTNESS}+16"
    return f"[back]{covering},{soft},scale={plan.canvas[0]}:{plan.canvas[1]},setsar=1[soft]"


def _overlay(plan: Frame) -> str:
    left, top = _centred(plan)
    return f"overlay={left}:{top}:format=yuv420"


def _centred(plan: Frame) -> tuple[int, int]:
    """Where the picture lies on the canvas: on even pixels, since they share their colour."""
    left, top = (
        (whole - part) // 4 * 2 for whole, part in zip(plan.canvas, plan.inner, strict=True)
    )
    return left, top
