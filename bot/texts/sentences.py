"""What errors say in English, in other languages: gettext's catalogues beside the texts."""

from functools import cache
from pathlib import Path

from storage.sentences import Sentence


def in_language(said: str, language: str) -> str:
    """A sentence with all that stands in it; what the catalogue does not know stays English."""
    known = _catalogue(language)
    if not isinstance(said, Sentence) or not said.values:
        return known.get(said, said)
    values = {
        name: in_language(value, language) if isinstance(value, str) else value
        for name, value in said.values.items()
    }
    return known.get(said.template, said.template).format(**values)


@cache
def _catalogue(language: str) -> dict[str, str]:
    """By what is said in English. Babel would take a moment that only a trouble is worth."""
    from babel.messages.pofile import read_po

    file = Path(__file__).with_name(f"{language}.po")
    if not file.exists():
        return {}
    with file.open("rb") as opened:
        return {str(each.id): str(each.string) for each in read_po(opened) if each.id}
