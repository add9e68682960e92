"""Telegram's HTML parse mode: its tags, its four named entities, and its complaints.

Written from https://core.telegram.org/bots/api#html-style and the answers of the real service.
"""

import re
from dataclasses import dataclass

from bot.sandbox.telegram.entities import FormattedText, Wire, in_order, utf16_length
from bot.sandbox.telegram.errors import ApiError, bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|([a-zA-Z]+))(;?)")
ATTRIBUTE = re.compile(r"\s*([^\s=>/\"']*)\s*(=?)\s*(\"[^\"]*\"?|'[^']*'?|[A-Za-z0-9.\-]*)")
LINK = re.compile(r"(?:https?|tg|ton|mailto|tel)://?\S+|[\w-]+(?:\.[\w-]+)+\S*", re.IGNORECASE)


@dataclass
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    at_byte: int


def parse_html(source: str) -> FormattedText:
    """The text without its tags, and what they meant. Raises ApiError (400)."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.text = ""
        self.offset = 0
        self.open: list[_OpenTag] = []
        self.entities: list[Wire] = []

    def read(self) -> FormattedText:
        while self.position < len(self.source):
            if self.source.startswith("</", self.position):
                self._end_tag()
            elif self.source[self.position] == "<":
                self._start_tag()
            else:
                self._plain()
        if self.open:
            tag = self.open[-1]
            raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{tag.name}"')
        return FormattedText(self.text, _with_languages(self.entities))

    def _plain(self) -> None:
        end = self.source.find("<", self.position)
        end = len(self.source) if end < 0 else end
        piece = unescape(self.source[self.position : end])
        self.text += piece
        self.offset += utf16_length(piece)
        self.position = end

    def _start_tag(self) -> None:
        begin, at_byte = self.position, self._byte_offset()
        self._skip(r"<[^\s>]*")
        name = self.source[begin + 1 : self.position].lower()
        if self.position == len(self.source):
            raise _cannot_parse(f"Unclosed start tag at byte offset {at_byte}")
        if name not in TAGS:
            raise _cannot_parse(f'Unsupported start tag "{name}" at byte offset {at_byte}')
        attributes = self._attributes(name, at_byte)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {at_byte}')
        self.open.append(_OpenTag(name, attributes, self.offset, at_byte))

    def _attributes(self, tag: str, at_byte: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip(r"\s*")
            if self.source.startswith(">", self.position):
                self.position += 1
                return attributes
            match = ATTRIBUTE.match(self.source, self.position)
            name, equals, value = match.groups() if match else ("", "", "")
            if self.position == len(self.source) or self._is_open_string(value, match):
                raise _cannot_parse(f"Unclosed start tag at byte offset {at_byte}")
            if not name and not (tag and self.source[self.position] == "="):
                raise _cannot_parse(
                    f'Empty attribute name in the tag "{tag}" at byte offset {at_byte}'
                )
            if not equals and not (tag == "blockquote" and name == "expandable"):
                raise _cannot_parse(
                    "Expected equal sign in declaration of an attribute of the tag "
                    f'"{tag}" at byte offset {at_byte}'
                )
            attributes[name.lower()] = unescape(value.strip("\"'"))
            self.position = self._after_attribute(match, name, equals)

    def _is_open_string(self, value: str, match: re.Match[str] | None) -> bool:
        quoted = value[:1] in ('"', "'") and value[:1] != ""
        closed = len(value) > 1 and value[-1] == value[0]
        return (quoted and not closed) or (match is not None and match.end() == len(self.source))

    def _after_attribute(self, match: re.Match[str] | None, name: str, equals: str) -> int:
        if match is None:
            return self.position
        return match.end() if equals else match.start(1) + len(name)

    def _end_tag(self) -> None:
        begin, at_byte = self.position, self._byte_offset()
        if not self.open:
            raise _cannot_parse(f"Unexpected end tag at byte offset {at_byte}")
        self._skip(r"</[^\s>]*")
        name = self.source[begin + 2 : self.position].lower()
        self._skip(r"\s*")
        if not self.source.startswith(">", self.position):
            raise _cannot_parse(f"Unclosed end tag at byte offset {at_byte}")
        self.position += 1
        tag = self.open.pop()
        if name and name != tag.name:
            raise _cannot_parse(
                f"Unmatched end tag at byte offset {at_byte}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        self._close(tag)

    def _close(self, tag: _OpenTag) -> None:
        length = self.offset - tag.offset
        if length == 0:
            return
        entity: Wire = {"type": TAGS[tag.name], "offset": tag.offset, "length": length}
        if tag.name == "a":
            marked = self.text.encode("utf-16-le")[tag.offset * 2 :].decode("utf-16-le")
            entity["url"] = tag.attributes.get("href") or marked
            if not LINK.fullmatch(entity["url"]):
                return
        if tag.name == "tg-emoji":
            if not tag.attributes.get("emoji-id", "").isdigit():
                raise _cannot_parse("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = tag.attributes["emoji-id"]
        if tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        if tag.name == "code" and tag.attributes.get("class", "").startswith("language-"):
            entity["language"] = tag.attributes["class"].removeprefix("language-")
        self.entities.append(entity)

    def _skip(self, pattern: str) -> None:
        match = re.compile(pattern).match(self.source, self.position)
        self.position = match.end() if match else self.position

    def _byte_offset(self) -> int:
        return len(self.source[: self.position].encode())


def unescape(text: str) -> str:
    """Numeric references and the four names that Telegram knows; all others stay as they are."""
    return REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name, semicolon = match.groups()
    if name:
        return NAMED[name] if name in NAMED and semicolon else match.group()
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return match.group()
    return chr(code)


def _with_languages(entities: list[Wire]) -> list[Wire]:
    """`<pre><code class="language-x">` is one `pre` with a language; elsewhere it is dropped."""
    for code in (entity for entity in entities if entity["type"] == "code"):
        language = code.pop("language", None)
        for pre in (entity for entity in entities if entity["type"] == "pre"):
            if language and (pre["offset"], pre["length"]) == (code["offset"], code["length"]):
                pre["language"] = language
    blocks = {(e["offset"], e["length"]) for e in entities if e["type"] == "pre"}
    return in_order(
        [
            entity
            for entity in entities
            if entity["type"] != "code" or (entity["offset"], entity["length"]) not in blocks
        ]
    )


def _cannot_parse(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
