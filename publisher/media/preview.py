"""The picture shown at confirmation: what will be posted, in order."""

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from storage.lifecycle import MediaKind

LONGEST_SIDE = 1280
"""Pixels; more is scaled down by Telegram anyway."""
TILE = 420
GAP = 12
QUALITY = 88


def contact_sheet(pictures: Sequence[tuple[Path, MediaKind]], target: Path) -> None:
    """Write one JPEG: a single picture as it is, several as a numbered grid in their order.

    A video stands as its cover with a play sign.
    """
    if len(pictures) == 1:
        sheet = _opened(*pictures[0])
        sheet.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    else:
        sheet = _grid(pictures)
    sheet.save(target, "JPEG", quality=QUALITY)


def _grid(pictures: Sequence[tuple[Path, MediaKind]]) -> Image.Image:
    columns = min(3, len(pictures)) if len(pictures) != 4 else 2
    rows = math.ceil(len(pictures) / columns)
    size = (columns * (TILE + GAP) + GAP, rows * (TILE + GAP) + GAP)
    sheet = Image.new("RGB", size, "white")
    for number, (path, kind) in enumerate(pictures):
        tile = ImageOps.pad(_opened(path, kind), (TILE, TILE), color="#eeeeee")
        _write_number(tile, number + 1)
        row, column = divmod(number, columns)
        sheet.paste(tile, (GAP + column * (TILE + GAP), GAP + row * (TILE + GAP)))
    return sheet


def _opened(path: Path, kind: MediaKind) -> Image.Image:
    with Image.open(path, formats=["JPEG"]) as opened:
        picture = opened.convert("RGB")
    if kind is MediaKind.VIDEO:
        _draw_play(picture)
    return picture


def _draw_play(picture: Image.Image) -> None:
    draw, radius = ImageDraw.Draw(picture, "RGBA"), min(picture.size) / 9
    x, y = picture.width / 2, picture.height / 2
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(0, 0, 0, 140))
    edge = radius * 0.5
    points = [(x - edge * 0.7, y - edge), (x - edge * 0.7, y + edge), (x + edge, y)]
    draw.polygon(points, fill=(255, 255, 255, 230))


def _write_number(tile: Image.Image, number: int) -> None:
    draw = ImageDraw.Draw(tile, "RGBA")
    draw.ellipse((12, 12, 60, 60), fill=(0, 0, 0, 160))
    draw.text((36, 36), str(number), fill="white", anchor="mm", font_size=28)
