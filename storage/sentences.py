"""What errors say to people: in English, and such that it can be said in another language."""

from typing import Self


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
        is_network = isinstance(error, (ConnectionError, TimeoutError))
        if error.filename is None and (is_whole or is_network):
            return error.strerror
        where = error.filename or Sentence("the disk")
        return Sentence("{where} cannot be used: {reason}.", where=where, reason=error.strerror)
    said = error.args[0] if error.args else ""
    return said if isinstance(said, str) else str(error)
