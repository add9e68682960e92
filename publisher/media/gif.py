"""A GIF's blocks, to tell whether it is whole: decoders show what there is without a word.

W3C, "Graphics Interchange Format", version 89a.
"""

from typing import BinaryIO

IMAGE, EXTENSION = b",", b"!"
HEADER_BYTES, IMAGE_BYTES = 13, 9


def whole_images(file: BinaryIO) -> int | None:
    """How many pictures it holds; None if the last one lacks its end. The trailer may be missing.

    Where something else stands than a block, what is before it counts, as for decoders.
    """
    file.seek(0)
    _pass_table(file, file.read(HEADER_BYTES)[10:11])
    images = 0
    while (block := file.read(1)) in (IMAGE, EXTENSION):
        if block == IMAGE:
            _pass_table(file, file.read(IMAGE_BYTES)[8:9])
        file.read(1)  # a label, or the size of a code
        if not _pass_pieces(file):
            return None if block == IMAGE else images
        images += block == IMAGE
    return images


def _pass_table(file: BinaryIO, flags: bytes) -> None:
    """Of colours, if the flags say that there is one."""
    if flags and flags[0] & 0x80:
        file.seek(3 << (flags[0] & 7) + 1, 1)


def _pass_pieces(file: BinaryIO) -> bool:
    """Whether the block ends as it should, with a piece of no bytes."""
    while size := file.read(1):
        if size == b"\0":
            return True
        file.seek(size[0], 1)
    return False
