"""Names on Instagram within our sentences."""

import re

from markupsafe import Markup, escape

NAME = re.compile(r"(?<![\w.@])@([a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?)(?!\w)", re.IGNORECASE)
"""As Instagram has them: letters, digits, underscores, and dots within, 30 at the most."""

LINK = Markup('<a href="https://www.instagram.com/{name}/">@{name}</a>')


def with_names(text: str) -> Markup:
    """The text as HTML with its @names linked: Telegram would take them for its own people."""
    found, end = Markup(""), 0
    for match in NAME.finditer(text):
        found += escape(text[end : match.start()]) + LINK.format(name=match[1])
        end = match.end()
    return found + escape(text[end:])
