"""A plain frame in Instagram's manner around the pictures of a post."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

from publisher.media import drawing
from publisher.media.drawing import FAINT, INK, PAPER
from publisher.media.shown import SCREEN, SQUARE, TILE

WIDTH = 720
MARGIN = 16
HEADER = 72
NAME, TEXT = 28, 26
"""Sizes of letters in pixels."""
SQUARES_PER_ROW, GAP = 5, 8


def in_feed(
    pictures: Sequence[Image.Image], account: str, caption: str | None = None
) -> Image.Image:
    """As a post in the feed: header, picture, dots and tiles of a carousel, caption if given."""
    shown = _as_wide(pictures[0])
    several = len(pictures) > 1
    below = HEADER + shown.height + MARGIN
    end_of_tiles = below + MARGIN + _rows(pictures) * (TILE + 8) if several else below
    end = end_of_tiles if caption is None else end_of_tiles + 4 * TEXT
    sheet = Image.new("RGB", (WIDTH, end), PAPER)
    draw = ImageDraw.Draw(sheet)
    _name(draw, account, INK)
    sheet.paste(shown, (0, HEADER))
    if several:
        _dots(draw, len(pictures), below)
        _tiles(sheet, pictures, below + MARGIN)
    if caption is not None:
        _caption(draw, caption, end_of_tiles, INK)
    return sheet


def on_screen(picture: Image.Image, account: str, caption: str) -> Image.Image:
    """As a reel or story: the whole screen, with name and caption written over it."""
    screen = ImageOps.pad(picture, SCREEN, color="black")
    shadow = ImageOps.invert(Image.linear_gradient("L")).resize((SCREEN[0], HEADER * 2))
    screen.paste((0, 0, 0), (0, 0), shadow)
    draw = ImageDraw.Draw(screen)
    _name(draw, account, PAPER)
    if caption:
        screen.paste((0, 0, 0), (0, SCREEN[1] - shadow.height), ImageOps.flip(shadow))
        _caption(draw, caption, SCREEN[1] - 4 * TEXT, PAPER)
    return screen


def with_strip(screen: Image.Image, pictures: Sequence[Image.Image]) -> Image.Image:
    """A reel or story with all that it is made of below it, small and numbered."""
    height = screen.height + MARGIN + _rows(pictures) * (TILE + 8)
    sheet = Image.new("RGB", (WIDTH, height), PAPER)
    sheet.paste(screen, (0, 0))
    _tiles(sheet, pictures, screen.height + MARGIN)
    return sheet


def squares(pictures: Sequence[Image.Image | None], names: Sequence[str]) -> Image.Image:
    """Small square pictures side by side, each with its name; None is a grey one."""
    columns = min(len(pictures), SQUARES_PER_ROW)
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (SQUARE + GAP) + GAP, rows * (SQUARE + GAP) + GAP), PAPER)
    for number, (picture, name) in enumerate(zip(pictures, names, strict=True)):
        row, column = divmod(number, columns)
        tile = ImageOps.fit(picture or Image.new("RGB", (SQUARE, SQUARE), FAINT), (SQUARE, SQUARE))
        drawing.badge(tile, name, left=8, top=8)
        sheet.paste(tile, (GAP + column * (SQUARE + GAP), GAP + row * (SQUARE + GAP)))
    return sheet


def _as_wide(picture: Image.Image) -> Image.Image:
    height = max(round(picture.height * WIDTH / picture.width), 1)
    return picture.resize((WIDTH, height), Image.Resampling.LANCZOS)


def _name(draw: ImageDraw.ImageDraw, account: str, colour: tuple[int, int, int]) -> None:
    side = HEADER - 2 * MARGIN
    draw.ellipse((MARGIN, MARGIN, MARGIN + side, MARGIN + side), fill=FAINT)
    place = (2 * MARGIN + side, (HEADER - NAME) // 2 - 2)
    drawing.words(draw, account, place, width=WIDTH - 120, lines=1, size=NAME, colour=colour)


def _caption(
    draw: ImageDraw.ImageDraw, caption: str, top: int, colour: tuple[int, int, int]
) -> None:
    width = WIDTH - 2 * MARGIN
    drawing.words(draw, caption, (MARGIN, top), width=width, lines=2, size=TEXT, colour=colour)


def _dots(draw: ImageDraw.ImageDraw, count: int, y: int) -> None:
    for number in range(count):
        x = WIDTH / 2 + (number - (count - 1) / 2) * 18
        fill = (0, 149, 246) if number == 0 else FAINT
        draw.ellipse((x - 5, y - 5, x + 5, y + 5), fill=fill)


def _rows(pictures: Sequence[Image.Image]) -> int:
    return -(-len(pictures) // 5)


def _tiles(sheet: Image.Image, pictures: Sequence[Image.Image], top: int) -> None:
    """All items, small and numbered, in their order."""
    for number, picture in enumerate(pictures):
        row, column = divmod(number, 5)
        tile = ImageOps.pad(picture, (TILE, TILE), color="#eeeeee")
        drawing.badge(tile, str(number + 1), left=4, top=4)
        sheet.paste(tile, (MARGIN + column * (TILE + 10), top + row * (TILE + 8)))
