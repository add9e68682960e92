"""Everything that a person reads: one file of messages per language, and what speaks them."""

from pathlib import Path

from markupsafe import escape

from bot.texts.messages import Messages

REFERENCE = "en"
"""The language by which the others are measured."""


def load(folder: Path) -> dict[str, Messages]:
    """All languages there: each file is one. Raises TextError."""
    files = sorted(folder.glob("*.ftl"), key=lambda path: (path.stem != REFERENCE, path.stem))
    return {path.stem: Messages(path) for path in files}


LANGUAGES = load(Path(__file__).parent)
"""Every language that the bot speaks, the reference first."""


def language_of(language_code: str | None, otherwise: str) -> str:
    """The language to speak, from Telegram's IETF tag such as 'de-AT'."""
    short = (language_code or "").partition("-")[0].lower()
    return short if short in LANGUAGES else otherwise


def is_known(key: str) -> bool:
    """Whether there is such a text."""
    return key in LANGUAGES[REFERENCE]


def say(language: str, key: str, /, **values: object) -> str:
    """The text `key` as Telegram's HTML; values are escaped unless they are Markup.

    Numbers are written and counted in the language's own way, except `id`. Raises KeyError for an
    unknown key, TextError if a value is missing.
    """
    safe = {
        name: value if isinstance(value, (int, float)) else escape(value)
        for name, value in values.items()
    }
    return LANGUAGES[language].text(key, safe)


def label(language: str, key: str, /, **values: object) -> str:
    """The text `key` without HTML, for buttons, pop-ups and parts of sentences.

    As `say` otherwise.
    """
    return LANGUAGES[language].text(key, values)
