"""Text with entities -> HTML that is safe to put into the page."""

from html import escape
from urllib.parse import urlsplit

from bot.sandbox.telegram.entities import FormattedText, Wire, utf16_length, utf16_slice

TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
    "url": "a",
}
SCHEMES = ("http", "https", "tg", "mailto")


def safe_html(formatted: FormattedText) -> str:
    """Only b i u s code pre a tg-spoiler blockquote; all else is escaped, newlines stay."""
    marks = [entity for entity in formatted.entities if entity["type"] in TAGS]
    edges = {0, utf16_length(formatted.text)}
    for mark in marks:
        edges |= {mark["offset"], mark["offset"] + mark["length"]}
    html: list[str] = []
    stack: list[Wire] = []
    ordered = sorted(edges)
    for edge, following in zip(ordered, [*ordered[1:], ordered[-1]], strict=True):
        _cross(edge, marks, stack, html, formatted.text)
        html.append(escape(utf16_slice(formatted.text, edge, following)))
    return "".join(html)


def _cross(edge: int, marks: list[Wire], stack: list[Wire], html: list[str], text: str) -> None:
    """Close what ends here, also when something else was opened inside it, and open the next."""
    still_open = [mark for mark in stack if mark["offset"] + mark["length"] > edge]
    while stack and stack != still_open[: len(stack)]:
        html.append(_closing(stack.pop(), text))
    starting = [mark for mark in marks if mark["offset"] == edge]
    starting.sort(key=lambda mark: -mark["length"])
    for mark in [*still_open[len(stack) :], *starting]:
        html.append(_opening(mark, text))
        stack.append(mark)


def _opening(mark: Wire, text: str) -> str:
    if TAGS[mark["type"]] != "a":
        return f"<{TAGS[mark['type']]}>"
    link = _link(mark, text)
    return f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">' if link else ""


def _closing(mark: Wire, text: str) -> str:
    if TAGS[mark["type"]] == "a" and not _link(mark, text):
        return ""
    return f"</{TAGS[mark['type']]}>"


def _link(mark: Wire, text: str) -> str | None:
    """The address, or None where following it could run something."""
    end = mark["offset"] + mark["length"]
    url = str(mark.get("url") or utf16_slice(text, mark["offset"], end)).strip()
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return None
    if not scheme:
        return f"http://{url}"
    return url if scheme in SCHEMES else None
