"""Text with entities, whose offsets and lengths count UTF-16 units as Telegram's do."""

from typing import Any, NamedTuple

from bot.sandbox.telegram.errors import bad_request

Wire = dict[str, Any]
"""An object as it stands in the Bot API's JSON."""

TYPES = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
    ]
)
WHITESPACE = " \n\t\r\0\v"
CONTROL = {code: " " for code in range(32) if chr(code) not in "\n\t\r"} | {13: None}


class FormattedText(NamedTuple):
    text: str
    entities: list[Wire]

    @property
    def length(self) -> int:
        """In UTF-16 units, as the limits count."""
        return utf16_length(self.text)


def utf16_length(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, start: int, end: int) -> str:
    """The part between two UTF-16 offsets."""
    return text.encode("utf-16-le")[start * 2 : end * 2].decode("utf-16-le", errors="replace")


def cleaned(text: str) -> str:
    """Without carriage returns; other control characters, NUL included, become spaces."""
    return text.translate(CONTROL)


def without_surrogates(text: str) -> str:
    """What a phone could have sent: halves of surrogate pairs cannot be typed."""
    return text.encode("utf-8", errors="ignore").decode()


def trimmed(formatted: FormattedText) -> FormattedText:
    """Whitespace at both ends goes, and entities keep pointing at what they marked."""
    text = formatted.text.lstrip(WHITESPACE)
    shift = len(formatted.text) - len(text)
    text = text.rstrip(WHITESPACE)
    end = utf16_length(text)
    kept = []
    for entity in formatted.entities:
        start = max(entity["offset"] - shift, 0)
        stop = min(entity["offset"] + entity["length"] - shift, end)
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return FormattedText(text, in_order(kept))


def in_order(entities: list[Wire]) -> list[Wire]:
    """Outer before inner; nothing is formatted inside code, as Telegram has it."""
    ordered = sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
    blocks = [entity for entity in ordered if entity["type"] in ("code", "pre")]
    return [
        entity
        for entity in ordered
        if not any(block is not entity and _within(entity, block) for block in blocks)
    ]


def _within(inner: Wire, outer: Wire) -> bool:
    return bool(
        outer["offset"] <= inner["offset"]
        and inner["offset"] + inner["length"] <= outer["offset"] + outer["length"]
        and (inner["type"] not in ("code", "pre") or inner["length"] < outer["length"])
    )


def checked(text: str, entities: object) -> FormattedText:
    """Text with the entities that a bot listed itself. Raises ApiError when they do not fit."""
    if not isinstance(entities, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    return FormattedText(text, [_checked_entity(text, entity) for entity in entities])


def _checked_entity(text: str, entity: object) -> Wire:
    if not isinstance(entity, dict) or entity.get("type") not in TYPES:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    offset, length = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 1:
        raise bad_request("can't parse MessageEntity: wrong offset or length")
    if offset + length > utf16_length(text):
        raise bad_request(
            f"entity beginning at UTF-16 offset {offset} ends after the end of the text"
        )
    if "\ufffd" in utf16_slice(text.replace("\ufffd", "?"), offset, offset + length):
        raise bad_request(f"entity beginning at UTF-16 offset {offset} splits a UTF-16 symbol")
    return dict(entity)
