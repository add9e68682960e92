"""Texts and captions of requests, parsed and measured."""

from bot.sandbox.telegram.detection import with_detected
from bot.sandbox.telegram.entities import FormattedText, checked, cleaned, trimmed
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.html import parse_html
from bot.sandbox.telegram.parameters import Parameters

MAX_TEXT = 4096
MAX_CAPTION = 1024
"""UTF-16 units after the entities are parsed; https://core.telegram.org/bots/api#sendmessage"""


def read_text(parameters: Parameters, too_long: str = "message is too long") -> FormattedText:
    """The `text` of a message. Raises ApiError (400)."""
    formatted = _formatted(parameters, "text", "entities")
    if not formatted.text:
        raise bad_request("message text is empty")
    if formatted.length > MAX_TEXT:
        raise bad_request(too_long)
    return formatted


def read_caption(
    parameters: Parameters, too_long: str = "message caption is too long"
) -> FormattedText:
    """The `caption`, which may be empty. Raises ApiError (400)."""
    formatted = _formatted(parameters, "caption", "caption_entities")
    if formatted.length > MAX_CAPTION:
        raise bad_request(too_long)
    return formatted


def _formatted(parameters: Parameters, text: str, entities: str) -> FormattedText:
    source = parameters.text(text).replace("\r", "")
    mode = parameters.text("parse_mode").lower()
    if mode == "html":
        formatted = parse_html(source)
    elif mode in ("", "none"):
        formatted = checked(source, parameters.json(entities) or [])
    elif mode in ("markdown", "markdownv2"):
        raise bad_request(f"the sandbox does not parse {mode}; use HTML or entities")
    else:
        raise bad_request("unsupported parse_mode")
    return with_detected(trimmed(FormattedText(cleaned(formatted.text), formatted.entities)))
