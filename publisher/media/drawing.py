"""Signs and words on preview pictures, understood in any language."""

from functools import cache, lru_cache
from unicodedata import category, normalize

from PIL import Image, ImageDraw, ImageFont

INK, FAINT, PAPER = (38, 38, 38), (199, 199, 199), (255, 255, 255)
SHADE = (0, 0, 0, 150)

BAR = "\x00"
"""Stands for a letter that cannot be drawn."""

FONT = "DejaVuSans.ttf"
"""Taken where the machine has it, since it knows most alphabets; Pillow's own knows only ASCII."""

LACKING = "\uffff"
"""A character that no font has: it is drawn as fonts draw what they lack."""


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The best font at hand."""
    try:
        return ImageFont.truetype(FONT, size)
    except OSError:
        own = ImageFont.load_default(size)
        assert isinstance(own, ImageFont.FreeTypeFont)
        return own


@lru_cache(maxsize=4096)
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
    """A number or letter in a dark disc, as wide as it has to be."""
    draw, side = ImageDraw.Draw(picture, "RGBA"), 48
    width = max(side, _length(text, 28) + side // 2)
    place = (left, top, left + width, top + side)
    draw.rounded_rectangle(place, radius=side // 2, fill=(0, 0, 0, 190))
    middle = (left + width / 2, top + side / 2)
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
) -> None:
    """Draw the start of a text, broken into lines.

    Words in letters that the font lacks are bars of their length: their place shows, and nothing
    is drawn that nobody can read.
    """
    left, top = place
    broken = _lines([_drawable(word) for word in text[:1000].split()], width, size)
    for number, line in enumerate(broken[:lines]):
        y = top + number * round(size * 1.4)
        if number == lines - 1 and len(broken) > lines:
            line = [*line[:-1], "..."]
        _line(draw, line, (left, y), width, size, colour)


def _drawable(word: str) -> str:
    """The word; without its accents if the font lacks those; bars if it lacks the letters."""
    plain = "".join(letter for letter in word if category(letter) not in ("Cc", "Cf", "Cs"))
    bare = "".join(letter for letter in normalize("NFKD", plain) if category(letter) != "Mn")
    for candidate in (plain, bare):
        if all(has_sign(letter) for letter in candidate):
            return candidate
    return BAR * max(len(word), 2)


def _lines(all_words: list[str], width: int, size: int) -> list[list[str]]:
    lines: list[list[str]] = [[]]
    for word in all_words:
        if lines[-1] and _length(" ".join([*lines[-1], word]), size) > width:
            lines.append([])
        lines[-1].append(word)
    return lines


def _line(
    draw: ImageDraw.ImageDraw,
    line: list[str],
    place: tuple[int, int],
    width: int,
    size: int,
    colour: tuple[int, int, int],
) -> None:
    """In one go where possible, so that scripts from right to left come in their order."""
    if not any(BAR in word for word in line):
        draw.text(place, " ".join(line), colour, font(size))
        return
    x, y = place
    for word in line:
        length = _length(word, size)
        if BAR in word:
            box = (x, y + size * 0.4, min(x + length, place[0] + width), y + size)
            draw.rounded_rectangle(box, radius=size // 4, fill=FAINT)
        else:
            draw.text((x, y), word, colour, font(size))
        x += length + size // 3


def _length(text: str, size: int) -> int:
    return round(font(size).getlength(text.replace(BAR, "n")))
