"""What a person wrote, as text that can be published: of one message, or of several."""

import itertools
import re
from collections.abc import Iterable, Sequence

import regex
from telegram import Message, MessageEntity
from telegram.constants import ChatType

from publisher.caption import utf16_length

MIN_PIECE_UNITS = 2048
"""UTF-16 units. Telegram's apps cut a long text at 4,096, or at a gap before that; we take it that
they look for one in the second half at the most."""

MAX_MESSAGE_UNITS = 4096
"""UTF-16 units (core.telegram.org/bots/api#message)."""

TRIMMED_UNITS = 96
"""UTF-16 units of white space that may have been lost where a text was cut."""

_UNWANTED = {"\0", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
"""NUL, and the characters that make text read in an order other than its own."""

UNSEEN = regex.compile(r"[\s\p{Cc}\p{Cf}\p{Z}\ufe00-\ufe0f\u115f\u1160\u2800\u3164\uffa0]*")
"""Of such alone a text looks empty, and was hardly meant to replace a caption; within one, people
hold lines apart with them."""


def clean(said: str) -> str:
    """Text that Postgres and Instagram can hold: no NUL, no lone surrogates, no bidi overrides.

    Nothing where nobody would see anything.
    """
    encodable = said.encode("utf-8", "ignore").decode()
    text = "".join(char for char in encodable if char not in _UNWANTED).strip()
    return "" if UNSEEN.fullmatch(text) else text


def written(message: Message) -> str:
    """Text or caption. Instagram has no links: an address behind words follows them in brackets."""
    if message.text is not None:
        return clean(_with_addresses(message.text, message.entities))
    caption = _with_addresses(message.caption or "", message.caption_entities)
    return clean(
        caption if message.chat.type == ChatType.PRIVATE else _without_us(caption, message)
    )


def _without_us(caption: str, message: Message) -> str:
    """In a group a caption names us to say that it is for us."""
    return re.sub(rf"@{re.escape(message.get_bot().username)}\b", "", caption, flags=re.IGNORECASE)


def joined(messages: Sequence[Message]) -> str:
    """The pieces of one long text; a gap stands where one was cut at a gap."""
    whole = written(messages[0])
    for before, message in itertools.pairwise(messages):
        is_full = utf16_length(before.text or "") >= MAX_MESSAGE_UNITS
        whole += ("" if is_full else " ") + written(message)
    return whole


def captions(messages: Iterable[Message]) -> str | None:
    """All captions of an album, in order, each once; None if there are none."""
    texts = dict.fromkeys(text for message in messages if (text := written(message)))
    return "\n\n".join(texts) or None


def giver(messages: Sequence[Message]) -> int | None:
    """The message that alone gives the caption; None if it is put together from several."""
    givers = [message.message_id for message in messages if written(message)]
    return givers[0] if len(givers) == 1 else None


def _with_addresses(text: str, entities: Iterable[MessageEntity]) -> str:
    """Telegram counts in UTF-16 units, so that is where the addresses are put in."""
    units = text.encode("utf-16-le", "surrogatepass")
    for start, end, address in reversed(_links(entities)):
        words = units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass").rstrip()
        shown = address.removeprefix("mailto:").removeprefix("tel:")
        if not address.startswith("tg:") and _bare(shown) not in words.casefold():
            at = 2 * (start + utf16_length(words))
            units = units[:at] + f" ({shown})".encode("utf-16-le") + units[at:]
    return units.decode("utf-16-le", "surrogatepass")


def _links(entities: Iterable[MessageEntity]) -> list[tuple[int, int, str]]:
    """(start, end, address) of each link in order; one that was cut into neighbours is one."""
    links: list[tuple[int, int, str]] = []
    for link in sorted(entities, key=lambda entity: entity.offset):
        if link.type != MessageEntity.TEXT_LINK:
            continue
        start, end, address = link.offset, link.offset + link.length, link.url or ""
        if links and links[-1][1:] == (start, address):
            start = links.pop()[0]
        links.append((start, end, address))
    return links


def _bare(address: str) -> str:
    """As people write it; Telegram puts a scheme before it and a slash behind it."""
    return address.casefold().partition("://")[2].rstrip("/") or address.casefold()
