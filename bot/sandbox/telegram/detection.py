"""What Telegram finds by itself in anybody's text, a bot's too: links, mentions, commands, tags.

After TDLib's rules (td/telegram/MessageEntity.cpp and its tests), simpler where they know every
top-level domain; phone numbers, which the servers find, only with their country code.
"""

import re

from bot.sandbox.telegram.entities import FormattedText, Wire, in_order, utf16_length

DOMAINS = (
    "[a-z]{2}|com|org|net|info|biz|name|edu|gov|mil|int|arpa|app|dev|blog|shop|store|online|site"
    "|page|link|live|news|media|photo|photos|pics|art|studio|design|video|film|music|travel|club"
    "|team|work|tech|cloud|email|example|ton|xyz|top|berlin|hamburg|wien|koeln|cologne"
)
HOST = rf"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:{DOMAINS})(?![\w.-]*[^\W_]\.)(?![\w-])"
ADDRESS = r"(?:\d{1,3}\.){3}\d{1,3}"
TAIL = r"(?::\d{1,5}(?!\d))?(?:[/?#][^\s<>\"«»]*)?"
TAG = r"[\w\u200c\u00b7]"

PATTERNS = {
    "email": rf"(?<![\w@.+-])[a-z0-9_.+-]{{1,64}}@{HOST}",
    "url": (
        rf"(?<![\w@])(?:(?:https?|ftp|tonsite)://(?:(?:[^\W_][\w-]*\.)+[^\W\d_]{{2,}}|{ADDRESS})"
        rf"|{HOST}|{ADDRESS}(?=[/:]))(?!@){TAIL}"
    ),
    "bot_command": r"(?<![\w/<>])/[a-z0-9_]{1,64}(?:@[a-z0-9_]{3,32})?(?![\w/<>])",
    "mention": r"(?<!\w)@[a-z0-9_]{4,32}(?!\w)",
    "hashtag": rf"(?<!{TAG})#(?={TAG}{{0,255}}[^\W\d_]){TAG}{{1,256}}(?!{TAG}*#)",
    "cashtag": rf"(?<![$\w\u200c])\$(?-i:1INCH|[A-Z]{{1,8}})(?!{TAG}|\$)",
    "phone_number": r"(?<![\w+])\+\d(?:[ ().-]{0,2}\d){7,14}(?!\w)",
}
FOUND = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in PATTERNS.items()}
"""In this order: what lies over something found before is not found."""

AFTER_A_LINK = ".,:;!?'\u2026"
BRACKETS = {")": "(", "]": "[", "}": "{"}

CLOSED = ("code", "pre", "text_link", "text_mention", "custom_emoji", *PATTERNS)
"""Nothing is found inside of these."""


def detected(text: str) -> FormattedText:
    """Plain text with what is found in it."""
    return with_detected(FormattedText(text, []))


def with_detected(formatted: FormattedText) -> FormattedText:
    """The entities that it has, and those that are found besides."""
    text, entities = formatted
    taken = [entity for entity in entities if entity["type"] in CLOSED]
    found: list[Wire] = []
    for kind, pattern in FOUND.items():
        for match in pattern.finditer(text):
            words = _without_punctuation(match.group()) if kind == "url" else match.group()
            entity = {
                "type": kind,
                "offset": utf16_length(text[: match.start()]),
                "length": utf16_length(words),
            }
            if not any(_overlap(entity, other) for other in (*taken, *found)):
                found.append(entity)
    return FormattedText(text, in_order([*entities, *found]))


def _without_punctuation(link: str) -> str:
    """A sentence's punctuation at its end is not part of a link, nor a bracket around it."""
    while link:
        last = link[-1]
        is_unmatched = last in BRACKETS and link.count(last) > link.count(BRACKETS[last])
        if last not in AFTER_A_LINK and not is_unmatched:
            break
        link = link[:-1]
    return link


def _overlap(one: Wire, other: Wire) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )
