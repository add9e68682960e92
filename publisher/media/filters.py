"""ffmpeg's filter graph that turns what was filmed into what is published."""

from publisher.media.framing import BLUR_DIMMED, BLUR_SCALE, Fit, Frame
from publisher.media.inspect import Video
from publisher.media.rules import FASTEST_FPS, SLOWEST_FPS

USUAL_FPS = 30
"""For what is slower than Instagram takes, or uneven."""

SDR_PRIMARIES = frozenset({"", "unknown", "bt709", "smpte170m", "bt470bg", "bt470m", "smpte240m"})
"""So close to each other that nothing needs to be done; what is wider does."""

WHITE_NITS = 203
"""Diffuse white of HDR video (ITU-R BT.2408): becomes the white of ordinary video, nearly."""
PEAK = 1000 / WHITE_NITS
"""Highlights up to 1000 nits, which phones record at the most, are kept apart."""


def frame_rate(found: Video) -> float:
    """Frames per second that Instagram takes, as near to the file's own as may be."""
    if found.constant_rate and SLOWEST_FPS <= found.fps <= FASTEST_FPS:
        return found.fps
    return FASTEST_FPS if found.fps > USUAL_FPS * 1.2 else USUAL_FPS


def graph(found: Video, plan: Frame, fit: Fit) -> str:
    """The whole graph: from the upright picture to frames of the target's size, in 8 bit SDR."""
    steps = [
        *_steadied(found),
        *_cut(found, plan),
        f"scale={plan.inner[0]}:{plan.inner[1]}:flags=bicubic",
        *_colours(found),
        "format=yuv420p",
        "setsar=1",
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
    """What is to be done to the frames as they come: fewer of them, and whole ones."""
    woven = ["bwdif=mode=send_frame"] if found.interlaced else []
    many = found.fps > FASTEST_FPS
    return [*woven, f"fps={FASTEST_FPS:.0f}"] if many else woven


def _cut(found: Video, plan: Frame) -> list[str]:
    square = [] if found.square_pixels else [f"scale={found.width}:{found.height}", "setsar=1"]
    left, top, right, bottom = plan.crop
    if (left, top, right, bottom) == (0, 0, found.width, found.height):
        return square
    return [*square, f"crop={right - left}:{bottom - top}:{left}:{top}:exact=1"]


def _colours(found: Video) -> list[str]:
    if not found.hdr:
        return [*_narrowed(found), "scale=out_range=tv"]
    source = f"tin={found.transfer}:pin=bt2020:min=bt2020nc:rin={found.range or 'tv'}"
    return [
        f"zscale={source}:t=linear:npl={WHITE_NITS}",
        "format=gbrpf32le",
        "zscale=p=bt709",
        f"tonemap=tonemap=mobius:param=0.6:desat=0:peak={PEAK:.3f}",
        "zscale=t=bt709:m=bt709:p=bt709:r=tv",
    ]


def _narrowed(found: Video) -> list[str]:
    """Wide colours without HDR, such as Display P3."""
    return [] if found.primaries in SDR_PRIMARIES else ["zscale=p=bt709:t=bt709:m=bt709:r=tv"]


def _blurred(plan: Frame) -> str:
    """A small copy that covers the canvas, softened, dimmed, and blown up."""
    width, height = (max(side // BLUR_SCALE // 2 * 2, 4) for side in plan.canvas)
    covering = f"scale={width}:{height}:force_original_aspect_ratio=increase,crop={width}:{height}"
    soft = f"gblur=sigma={max(width, height) / 20:.1f},lutyuv=y=(val-16)*{BLUR_DIMMED}+16"
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
