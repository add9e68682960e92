"""One language: the messages of its Fluent file (projectfluent.org)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel import Locale
from fluent.runtime import FluentBundle
from fluent.runtime.types import FluentType
from fluent.syntax import FluentParser, ast
from fluent.syntax.ast import Junk, Message

NEVER_COUNTED = "id"
"""The value that is a name although it may be a number: written 12345, not 12,345."""


ENTRY = re.compile(r"^(-?[a-zA-Z][\w-]*) *=", re.MULTILINE)
PLAIN = re.compile(r"[\w-]+ *= *([^\s{}](?:[^\n{}]*[^\s{}])?)[ \t]*(?:\n[ \t]*(?:#[^\n]*)?)*")
"""The source of a message of one line without values, of which Fluent makes what it is."""
TERM = "-"
"""How the name of one begins, which is a piece of other messages."""


class TextError(Exception):
    """A text that cannot be read, or that lacks a value."""


class _Verbatim(FluentType, str):
    """A value as it is, however long: Fluent refuses mere strings of more than 2,500 characters."""

    def format(self, *args: object, **kwargs: object) -> str:
        return self


class Messages(Mapping[str, Message]):
    """The messages of one file, by key; `language` is the file's name, such as 'de'.

    Each is parsed when it is first asked for, if there is anything to parse: all of them would take
    a fifth of a second.
    """

    def __init__(self, path: Path) -> None:
        """Raises TextError for what stands there twice.

        Raises Babel's UnknownLocaleError for a file that is not named by a language's code.
        """
        self.language = path.stem
        Locale.parse(self.language)  # else Fluent would take this machine's
        self._name, self._sources = path.name, _entries(path)
        plain = ((key, PLAIN.fullmatch(source)) for key, source in self._sources.items())
        self._plain = {key: found[1] for key, found in plain if found}
        self._messages: dict[str, Message] = {}
        self._bundle = FluentBundle([self.language], use_isolating=False)
        for term in self._sources.keys() - {*self}:  # any message may name it
            self._parse(term)

    def __getitem__(self, key: str) -> Message:
        """Raises KeyError, and TextError for what is no Fluent."""
        if key not in self._messages:
            self._parse(key)
        return self._messages[key]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._sources if not name.startswith(TERM))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def text(self, key: str, values: Mapping[str, object]) -> str:
        """The message with its values; numbers in the language's own way.

        Raises KeyError for an unknown key, TextError if a value is missing or it is no Fluent.
        """
        if key in self._plain:
            return self._plain[key]
        if key not in self._messages:
            self._parse(key)
        pattern = self._bundle.get_message(key).value
        assert pattern is not None, key
        ready = {name: _ready(name, value) for name, value in values.items()}
        written, errors = self._bundle.format_pattern(pattern, ready)
        if errors:
            raise TextError(f"{self.language}: {key}: {errors[0]}")
        return str(written)

    def _parse(self, key: str) -> None:
        resource = FluentParser(with_spans=False).parse(self._sources[key])
        for entry in resource.body:
            if isinstance(entry, Junk):
                told = entry.annotations[0].message
                raise TextError(f"{self._name}: {told}: {entry.content}")
            if isinstance(entry, Message):
                self._messages[key] = entry
        self._bundle.add_resource(resource)

    def parts(self, key: str) -> Iterator[tuple[str, str]]:
        """A message without choices, piece by piece: its words, or the name of a value."""
        if key in self._plain:
            yield self._plain[key], ""
            return
        pattern = self[key].value
        for piece in pattern.elements if pattern else ():
            if isinstance(piece, ast.TextElement):
                yield piece.value, ""
            else:
                assert isinstance(piece.expression, ast.VariableReference), key
                yield "", piece.expression.id.name

    def listed(self, key: str) -> list[str]:
        """The message as a list of words or phrases, which commas part."""
        return self.text(key, {}).split(", ")


def _entries(path: Path) -> dict[str, str]:
    """The source of each message and term. Raises TextError."""
    text = path.read_text(encoding="utf-8")
    starts = [*ENTRY.finditer(text)]
    head = text[: starts[0].start()] if starts else text
    if any(line and not line.startswith("#") for line in head.splitlines()):
        raise TextError(f"{path.name}: no message begins like this: {head}")
    ends = [*(found.start() for found in starts[1:]), len(text)]
    entries: dict[str, str] = {}
    for found, end in zip(starts, ends, strict=True):
        if found[1] in entries:
            raise TextError(f"{path.name}: {found[1]} stands there twice")
        entries[found[1]] = text[found.start() : end]
    return entries


def _ready(name: str, value: object) -> object:
    if isinstance(value, (int, float)) and name != NEVER_COUNTED:
        return value
    return _Verbatim(value)
