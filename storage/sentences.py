"""What errors say to people: in English, and such that it can be said in another language."""

import errno
from typing import Self

OF_THE_DISK = (errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EROFS)
"""What the system refuses because of a disk; anything else without a file is of something else."""


class Sentence(str):
    """A template that was filled in: whoever has it in another language says it in that.

    What stands in it may be a sentence, or a part of one, as well.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made


def sentence_of(error: BaseException) -> str:
    """What an error says, as a `Sentence` where it has one; the system's errors name the file."""
    if isinstance(error, OSError) and error.strerror:
        is_whole = isinstance(error.strerror, Sentence)
        if error.filename is None and (is_whole or error.errno not in OF_THE_DISK):
            return error.strerror
        where = error.filename or Sentence("the disk")
        return Sentence("{where} cannot be used: {reason}.", where=where, reason=error.strerror)
    said = error.args[0] if error.args else ""
    return said if isinstance(said, str) else str(error)
