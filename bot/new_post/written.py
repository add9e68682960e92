"""What a person wrote, as text that can be published: of one message, or of several."""

import itertools
from collections.abc import Iterable, Sequence

from telegram import Message, MessageEntity

SHORTEST_PIECE = 2048
"""UTF-16 units. Telegram's apps cut a long text at 4,096, or at a gap before that; we take it that
they look for one in the second half at the most."""

LONGEST_MESSAGE = 4096
"""UTF-16 units (core.telegram.org/bots/api#message)."""

TRIMMED = 96
"""UTF-16 units of white space that may have been lost where a text was cut."""

_UNWANTED = {"\0", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
"""NUL, and the characters that make text read in an order other than its own."""


def clean(said: str) -> str:
    """Text that Postgres and Instagram can hold: no NUL, no lone surrogates, no bidi overrides."""
    encodable = said.encode("utf-8", "ignore").decode()
    return "".join(char for char in encodable if char not in _UNWANTED).strip()


def written(message: Message) -> str:
    """Text or caption. Instagram has no links: an address behind words follows them in brackets."""
    if message.text is not None:
        return clean(_with_addresses(message.text, message.entities))
    return clean(_with_addresses(message.caption or "", message.caption_entities))


def joined(messages: Sequence[Message]) -> str:
    """The pieces of one long text; a gap stands where one was cut at a gap."""
    whole = written(messages[0])
    for before, message in itertools.pairwise(messages):
        is_full = units_of(before.text or "") >= LONGEST_MESSAGE
        whole += ("" if is_full else " ") + written(message)
    return whole


def captions(messages: Iterable[Message]) -> str | None:
    """All captions of an album, in order, each once; None if there are none."""
    texts = dict.fromkeys(text for message in messages if (text := written(message)))
    return "\n\n".join(texts) or None


def units_of(text: str) -> int:
    """The length by which Telegram measures a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _with_addresses(text: str, entities: Iterable[MessageEntity]) -> str:
    """Telegram counts in UTF-16 units, so that is where the addresses are put in."""
    units = text.encode("utf-16-le", "surrogatepass")
    links = [entity for entity in entities if entity.type == MessageEntity.TEXT_LINK]
    for link in sorted(links, key=lambda link: link.offset, reverse=True):
        end = 2 * (link.offset + link.length)
        words = units[2 * link.offset : end].decode("utf-16-le", "surrogatepass")
        address = link.url or ""
        if not address.startswith("tg:") and _bare(address) not in words.casefold():
            units = units[:end] + f" ({address})".encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le", "surrogatepass")


def _bare(address: str) -> str:
    """As people write it; Telegram puts a scheme before it and a slash behind it."""
    return address.casefold().partition("://")[2].rstrip("/") or address.casefold()
