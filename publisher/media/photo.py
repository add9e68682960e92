"""Photos made ready: right way up, without metadata, sRGB, within Instagram's shapes and sizes."""

from pathlib import Path

from PIL import Image

from publisher.media.canvas import on_canvas, save, scaled
from publisher.media.colours import flat_srgb, resizable
from publisher.media.framing import Frame, Shape, Size, frame
from publisher.media.notes import Made, Note
from publisher.media.pictures import opened
from publisher.media.rules import SOFT_WIDTH
from publisher.media.undecoded import Picture


def prepare_photo(source: Path, target: Path, shape: Shape) -> Made:
    """Write `source` as a JPEG of this shape. Raises MediaRefusedError."""
    notes: set[Note] = set()
    picture = framed(source, shape, notes)
    save(picture, target)
    return Made(*picture.size, frozenset(notes))


def framed(source: Path, shape: Shape, notes: set[Note]) -> Image.Image:
    """The picture in this shape, upright and in sRGB; `notes` are added to.

    Raises MediaRefusedError.
    """
    with opened(source) as picture:
        own, plan = picture.size, frame(picture.size, shape)
        _note(picture, plan, notes)
        layers = picture.layers(_needed(own, plan))
        if len(layers) == 1:
            layers = [resizable(layers[0])]
        layers = [scaled(layer, own, plan) for layer in layers]
    return on_canvas(flat_srgb(layers, picture.colours, notes), plan, shape.fit)


def _note(picture: Picture, plan: Frame, notes: set[Note]) -> None:
    said = {
        Note.TURNED: picture.is_turned,
        Note.CONVERTED: picture.form not in ("JPEG", "MPO"),
        Note.COLOURS: picture.form == "PNG" and picture.is_deep and not picture.is_hdr,
        Note.LOCATION: picture.tells_place,
        Note.SMALL: plan.canvas[0] < SOFT_WIDTH,
    }
    notes.update(note for note, holds in said.items() if holds)


def _needed(own: Size, plan: Frame) -> Size:
    """How large the picture has to be decoded so that nothing is lost."""
    scale = plan.inner[0] / (plan.crop[2] - plan.crop[0])
    return max(int(own[0] * scale), 1), max(int(own[1] * scale), 1)
