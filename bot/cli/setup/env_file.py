"""The file .env: read as pydantic-settings reads it, and changed without losing a line of it."""

import io
import os
import tempfile
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from publisher.settings import ENCODING


class EnvFile:
    """Raises UnicodeDecodeError and OSError where it cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def get(self, name: str) -> str:
        """The value that the bot would read; '' if there is none."""
        if not self.exists:
            return ""
        return dotenv_values(self.path, encoding=ENCODING).get(name) or ""

    def set(self, name: str, value: str) -> None:
        """Change or add one value. Written whole beside its place first, for its owner alone."""
        text = self.path.read_text(ENCODING) if self.exists else ""
        line, is_there, written = f"{name}={_quoted(value)}\n", False, ""
        for binding in parse_stream(io.StringIO(text)):
            original = binding.original.string
            if binding.key == name:
                blank = original[: len(original) - len(original.lstrip())]
                original, is_there = blank + ("" if is_there else line), True
            written += original
        if not is_there:
            written += ("" if not written or written.endswith("\n") else "\n") + line
        self._replace(written)

    def _replace(self, text: str) -> None:
        place = self.path.resolve()  # a link stays one
        handle, beside = tempfile.mkstemp(prefix=".env-", dir=place.parent)  # with mode 600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(place)
        except BaseException:
            Path(beside).unlink()
            raise


def _quoted(value: str) -> str:
    """As python-dotenv reads it back: between single quotes, a backslash escapes itself and them.

    It fills in ${NAME} even there: a nameless variable whose default is $ breaks that up.
    """
    if value and all(letter.isalnum() or letter in "_.:,@%+/=-" for letter in value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("${", "${:-$}{")
    return f"'{escaped}'"
