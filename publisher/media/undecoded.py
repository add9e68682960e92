"""A picture whose file is understood, and whose pixels are not decoded yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from publisher.media.colours import Colours
from publisher.media.exif import SIDEWAYS, Step
from publisher.media.framing import Size
from publisher.media.spaces import Space


@dataclass(frozen=True)
class Picture:
    """A picture that is not decoded yet."""

    form: str
    """JPEG, MPO (a phone's JPEG that carries others), PNG, WEBP, HEIF or AVIF."""
    size: Size
    """As displayed: upright, and without what was cut away."""
    decode: Callable[[Size | None], Sequence[Image.Image]]
    """In one piece with 8 bit, or colour by colour with 16; as it lies in the file. A JPEG no
    larger than is needed for a size, if one is given."""
    colours: Colours = None
    steps: tuple[Step, ...] = ()
    is_turned: bool = False
    """Whether it lay on its side, its head, or was mirrored."""
    is_animated: bool = False
    is_deep: bool = False
    """More than 8 bits for each colour."""
    tells_place: bool = False

    @property
    def is_hdr(self) -> bool:
        return isinstance(self.colours, Space) and self.colours.is_hdr

    def layers(self, wanted: Size | None = None) -> list[Image.Image]:
        """What `decode` gives, the right way up and cut as displayed."""
        if wanted and sum(step in SIDEWAYS for step in self.steps) % 2:
            wanted = wanted[1], wanted[0]
        return [self._upright(layer) for layer in self.decode(wanted)]

    def _upright(self, layer: Image.Image) -> Image.Image:
        for step in self.steps:
            lying = layer
            layer = lying.crop(step) if isinstance(step, tuple) else lying.transpose(step)
            lying.close()  # of large pictures there is no room for two
        return layer
