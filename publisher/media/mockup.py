"""A plain frame in Instagram's manner around the pictures of a post."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

from publisher.media import drawing
from publisher.media.drawing import FAINT, INK, PAPER

WIDTH = 720
MARGIN = 16
HEADER = 72
NAME, TEXT = 28, 26
"""Sizes of letters in pixels."""
TILE = 128
SCREEN = (720, 1280)


def in_feed(pictures: Sequence[Image.Image], account: str, caption: str) -> Image.Image:
    """As a post in the feed: header, picture, dots and tiles of a carousel, caption."""
    shown = _as_wide(pictures[0])
    several = len(pictures) > 1
    below = HEADER + shown.height + MARGIN
    end_of_tiles = below + MARGIN + _rows(pictures) * (TILE + 8) if several else below
    sheet = Image.new("RGB", (WIDTH, end_of_tiles + 4 * TEXT), PAPER)
    draw = ImageDraw.Draw(sheet)
    _name(draw, account, INK)
    sheet.paste(shown, (0, HEADER))
    if several:
        _dots(draw, len(pictures), below)
        _tiles(sheet, pictures, below + MARGIN)
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
