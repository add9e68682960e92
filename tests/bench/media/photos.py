"""A JPEG from a camera to what Instagram keeps, against libvips and the obvious way."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyvips
from PIL import Image

from publisher.media.canvas import JPEG_QUALITY
from publisher.media.framing import Fit, Shape
from publisher.media.isolated import Limits, isolated
from publisher.media.photo import prepare_photo
from tests.bench.media.race import OURS, Result, race

WIDTH, HEIGHT = 1440, 1920
CAMERAS = {"12 MP": (4032, 3024), "48 MP": (8064, 6048)}
VIPS, NAIVE = "libvips thumbnail", "open, convert, resize"


def results(folder: Path, rounds: int) -> Iterator[Result]:
    """12 and 48 megapixels; all three ways write a JPEG of the same size and quality."""
    target = folder / "prepared.jpg"
    for name, size in CAMERAS.items():
        source = folder / f"{name}.jpg"
        _photo(size).save(source, quality=92)
        ways = {OURS: _ours, VIPS: _vips, NAIVE: _naive}
        times = race({way: partial(run, source, target) for way, run in ways.items()}, rounds)
        yield Result(f"photo {name}", VIPS, times[OURS], times[VIPS], most=1.5)
        least = 2.5 if name == "48 MP" else 1.0
        yield Result(f"photo {name}", NAIVE, times[OURS], times[NAIVE], least=least)


def _photo(size: tuple[int, int]) -> Image.Image:
    """Something with shapes, gradients and grain."""
    shapes = Image.effect_mandelbrot((1008, 756), (-2, -1.5, 1, 1.5), 80)
    grain = Image.effect_noise((1008, 756), 40)
    mixed = Image.merge("RGB", [shapes, Image.blend(shapes, grain, 0.3), shapes.rotate(180)])
    return mixed.resize(size, Image.Resampling.BICUBIC)


def _ours(source: Path, target: Path) -> None:
    """As in the product, with its process and its limits, but for its politeness."""
    making = isolated(prepare_photo, limits=Limits(niceness=0))
    making(source, target, Shape(4 / 3, (WIDTH, HEIGHT), Fit.BLUR))


def _vips(source: Path, target: Path) -> None:
    picture = pyvips.Image.thumbnail(str(source), WIDTH, height=HEIGHT, size="down")
    picture.jpegsave(str(target), Q=JPEG_QUALITY, subsample_mode="off", keep="none")


def _naive(source: Path, target: Path) -> None:
    with Image.open(source) as opened:
        picture = opened.convert("RGB").resize((1440, 1080), Image.Resampling.LANCZOS)
    picture.save(target, quality=JPEG_QUALITY, subsampling=0)
