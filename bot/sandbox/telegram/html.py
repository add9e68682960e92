"""Telegram's HTML parse mode: its tags, its four named entities, and its complaints.

Written from https://core.telegram.org/bots/api#html-style and the answers of the real service.
"""

import re
from dataclasses import dataclass

from bot.sandbox.telegram import keyboards
from bot.sandbox.telegram.entities import FormattedText, Wire, in_order, utf16_length, utf16_slice
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
TAG_START = re.compile(r"</?[^\s>]*")
TAG_END = re.compile(">")
SPACE = re.compile(r"\s*")
EQUALS = re.compile(r"=\s*")
ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']+")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*(?=[\s>]|$)")
LINK = re.compile(rf"{keyboards.LINK.pattern}|(?:mailto|tel):\S+", re.IGNORECASE)


@dataclass
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int


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
        self._take(TAG_START)
        self._require_more(at_byte)
        name = self.source[begin + 1 : self.position].lower()
        if name not in TAGS:
            raise _cannot_parse(f'Unsupported start tag "{name}" at byte offset {at_byte}')
        attributes = self._attributes(name, at_byte)
        # "can't be nested", says the documentation; in which words it is refused, it does not
        if name == "blockquote" and any(tag.name == name for tag in self.open):
            raise _cannot_parse(f"Nested blockquote at byte offset {at_byte}")
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {at_byte}')
        self.open.append(_OpenTag(name, attributes, self.offset))

    def _attributes(self, tag: str, at_byte: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._take(SPACE)
            if self._take(TAG_END):
                return attributes
            name = self._take(ATTRIBUTE_NAME)
            self._require_more(at_byte)
            if not name:
                raise _cannot_parse(
                    f'Empty attribute name in the tag "{tag}" at byte offset {at_byte}'
                )
            self._take(SPACE)
            self._require_more(at_byte)
            if self._take(EQUALS):
                attributes[name.group().lower()] = self._value(at_byte)
            elif (tag, name.group().lower()) == ("blockquote", "expandable"):
                attributes["expandable"] = ""
            else:
                raise _cannot_parse(
                    "Expected equal sign in declaration of an attribute of the tag "
                    f'"{tag}" at byte offset {at_byte}'
                )

    def _value(self, at_byte: int) -> str:
        token_at = self._byte_offset()
        value = self._take(QUOTED) or self._take(NAME_TOKEN)
        self._require_more(at_byte)
        if value is None:
            if self.source[self.position] in "\"'":
                raise _cannot_parse(f"Unclosed start tag at byte offset {at_byte}")
            raise _cannot_parse(f"Unexpected end of name token at byte offset {token_at}")
        return unescape(value.group().strip("\"'"))

    def _require_more(self, at_byte: int) -> None:
        if self.position == len(self.source):
            raise _cannot_parse(f"Unclosed start tag at byte offset {at_byte}")

    def _end_tag(self) -> None:
        begin, at_byte = self.position, self._byte_offset()
        if not self.open:
            raise _cannot_parse(f"Unexpected end tag at byte offset {at_byte}")
        self._take(TAG_START)
        name = self.source[begin + 2 : self.position].lower()
        self._take(SPACE)
        if not self._take(TAG_END):
            raise _cannot_parse(f"Unclosed end tag at byte offset {at_byte}")
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
            marked = utf16_slice(self.text, tag.offset, self.offset)
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

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What stands here, if it is that; the position moves behind it."""
        match = pattern.match(self.source, self.position)
        if match:
            self.position = match.end()
        return match

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
