"""Signs and words on preview pictures, understood in any language."""

from functools import cache

from PIL import Image, ImageDraw, ImageFont

INK, FAINT, PAPER = (38, 38, 38), (199, 199, 199), (255, 255, 255)
SHADE = (0, 0, 0, 150)

LACKING = "\uffff"
"""A character that no font has: it is drawn as fonts draw what they lack."""


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font that comes with Pillow: Latin letters only."""
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


@cache
def has_sign(character: str) -> bool:
    """Whether the font can draw it."""
    probe = font(24)
    return bytes(probe.getmask(character)) != bytes(probe.getmask(LACKING))


def play_sign(picture: Image.Image) -> None:
    """Say that this is a video."""
    draw, radius = ImageDraw.Draw(picture, "RGBA"), min(picture.size) / 9
    x, y = picture.width / 2, picture.height / 2
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=SHADE)
    edge = radius * 0.5
    points = [(x - edge * 0.7, y - edge), (x - edge * 0.7, y + edge), (x + edge, y)]
    draw.polygon(points, fill=(255, 255, 255, 230))


def badge(picture: Image.Image, text: str, *, left: int = 12, top: int = 12) -> None:
    """A number or letter in a dark disc."""
    draw, side = ImageDraw.Draw(picture, "RGBA"), 48
    draw.ellipse((left, top, left + side, top + side), fill=(0, 0, 0, 190))
    middle = (left + side / 2, top + side / 2)
    draw.text(middle, text, fill="white", anchor="mm", font=font(28))


def words(
    draw: ImageDraw.ImageDraw,
    text: str,
    place: tuple[int, int],
    *,
    width: int,
    lines: int,
    size: int,
    colour: tuple[int, int, int] = INK,
) -> int:
    """Draw the start of a text, broken into lines; returns the height that it took.

    Words in letters that the font lacks are bars of their length: their place shows, and nothing
    is drawn that nobody can read.
    """
    left, top, step = *place, round(size * 1.4)
    x, line = left, 0
    for word in text.split()[: lines * 30]:
        length = _length(word, size)
        if x > left and x + length > left + width:
            x, line = left, line + 1
        if line >= lines:
            draw.text((left + width, top + (lines - 1) * step), "...", colour, font(size), "ra")
            return lines * step
        _word(draw, word, (x, top + line * step), min(length, width), size, colour)
        x += length + size // 3
    return (line + 1) * step


def _word(
    draw: ImageDraw.ImageDraw,
    word: str,
    place: tuple[int, int],
    length: int,
    size: int,
    colour: tuple[int, int, int],
) -> None:
    left, top = place
    if all(has_sign(character) for character in word):
        draw.text(place, word, colour, font(size))
        return
    box = (left, top + size * 0.35, left + length, top + size)
    draw.rounded_rectangle(box, radius=size // 4, fill=FAINT)


def _length(word: str, size: int) -> int:
    if all(has_sign(character) for character in word):
        return round(font(size).getlength(word))
    return round(size * 0.55 * max(len(word), 2))
