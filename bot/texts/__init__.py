"""Every sentence that a person reads, in English and German."""

from markupsafe import Markup

from bot.texts import de, en

LANGUAGES: dict[str, dict[str, str]] = {"en": en.TEXTS, "de": de.TEXTS}


def language_of(language_code: str | None, otherwise: str) -> str:
    """The language to speak, from Telegram's IETF tag such as 'de-AT'."""
    short = (language_code or "").partition("-")[0].lower()
    return short if short in LANGUAGES else otherwise


def is_known(key: str) -> bool:
    """Whether there is such a sentence."""
    return key in en.TEXTS


def say(language: str, key: str, /, **values: object) -> str:
    """The sentence `key`, as Telegram's HTML; values are escaped unless they are Markup."""
    return str(Markup(LANGUAGES[language][key]).format(**values))  # noqa: S704 - ours, not theirs


def label(language: str, key: str, /, **values: object) -> str:
    """The sentence `key` as plain text, for buttons and pop-ups, which know no HTML."""
    return LANGUAGES[language][key].format(**values)
