"""One language: the messages of its Fluent file (projectfluent.org)."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from babel import Locale
from fluent.runtime import FluentBundle
from fluent.runtime.types import FluentType
from fluent.syntax import FluentParser, ast
from fluent.syntax.ast import Junk, Message, Resource, Term

NEVER_COUNTED = "id"
"""The value that is a name although it may be a number: written 12345, not 12,345."""


class TextError(Exception):
    """A text that cannot be read, or that lacks a value."""


class _Verbatim(FluentType, str):
    """A value as it is, however long: Fluent refuses mere strings of more than 2,500 characters."""

    def format(self, *args: object, **kwargs: object) -> str:
        return self


class Messages(Mapping[str, Message]):
    """The messages of one file, by key; `language` is the file's name, such as 'de'."""

    def __init__(self, path: Path) -> None:
        """Raises TextError for what is no Fluent or stands there twice.

        Raises Babel's UnknownLocaleError for a file that is not named by a language's code.
        """
        self.language = path.stem
        Locale.parse(self.language)  # else Fluent would take this machine's
        resource = FluentParser().parse(path.read_text(encoding="utf-8"))
        self._messages = {entry.id.name: entry for entry in _checked(resource, path)}
        self._bundle = FluentBundle([self.language], use_isolating=False)
        self._bundle.add_resource(resource)

    def __getitem__(self, key: str) -> Message:
        return self._messages[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)

    def text(self, key: str, values: Mapping[str, object]) -> str:
        """The message with its values; numbers in the language's own way.

        Raises KeyError for an unknown key, TextError if a value is missing.
        """
        pattern = self._bundle.get_message(key).value
        assert pattern is not None, key
        ready = {name: _ready(name, value) for name, value in values.items()}
        written, errors = self._bundle.format_pattern(pattern, ready)
        if errors:
            raise TextError(f"{self.language}: {key}: {errors[0]}")
        return str(written)

    def parts(self, key: str) -> Iterator[tuple[str, str]]:
        """A message without choices, piece by piece: its words, or the name of a value."""
        pattern = self._messages[key].value
        for piece in pattern.elements if pattern else ():
            if isinstance(piece, ast.TextElement):
                yield piece.value, ""
            else:
                assert isinstance(piece.expression, ast.VariableReference), key
                yield "", piece.expression.id.name

    def listed(self, key: str) -> list[str]:
        """The message as a list of words or phrases, which commas part."""
        return self.text(key, {}).split(", ")


def _checked(resource: Resource, path: Path) -> Iterator[Message]:
    """The messages. Raises TextError."""
    seen: set[str] = set()
    for entry in resource.body:
        if isinstance(entry, Junk):
            raise TextError(f"{path.name}: {entry.annotations[0].message}: {entry.content}")
        if isinstance(entry, (Message, Term)):
            if entry.id.name in seen:
                raise TextError(f"{path.name}: {entry.id.name} stands there twice")
            seen.add(entry.id.name)
        if isinstance(entry, Message):
            yield entry


def _ready(name: str, value: object) -> object:
    if isinstance(value, (int, float)) and name != NEVER_COUNTED:
        return value
    return _Verbatim(value)
