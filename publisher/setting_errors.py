"""What is said of settings that are missing or wrong."""

from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

from storage.sentences import Sentence, sentence_of


class SettingsError(ValueError):
    """Every setting that is missing or wrong, one line each, with what to do."""

    is_incomplete = False
    """Whether one is missing that has no default."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)

    def __str__(self) -> str:
        return "\n".join(self.args)


REFUSED = {
    "int_parsing": Sentence("it is no whole number"),
    "bool_parsing": Sentence("it is neither true nor false"),
    "url_parsing": Sentence("it is no address such as https://example.org"),
    "url_scheme": Sentence("it is no address such as https://example.org"),
}
"""pydantic's types of errors (docs.pydantic.dev, "Validation Errors") in words of ours."""


def explained(problem: dict[str, Any], fields: Mapping[str, FieldInfo]) -> str:
    """What pydantic has found, and what to do about it."""
    message = _message(problem)
    if not problem["loc"]:  # of settings that do not go together
        return message
    name = str(problem["loc"][0])
    advice = fields[name].description or ""
    if problem["type"] == "missing":
        return Sentence("{name} is missing. {advice}", name=name.upper(), advice=advice)
    return wrong(name.upper(), message, advice)


def wrong(name: str, reason: str, advice: str | None) -> Sentence:
    """What is said of a setting that cannot be so."""
    return Sentence("{name} is wrong ({reason}). {advice}", name=name, reason=reason, advice=advice)


def _message(problem: dict[str, Any]) -> str:
    context = problem.get("ctx", {})
    if isinstance(error := context.get("error"), ValueError):
        return sentence_of(error)
    if problem["type"] == "greater_than_equal":
        return Sentence("it is less than {limit}", limit=context["ge"])
    if problem["type"] == "less_than_equal":
        return Sentence("it is more than {limit}", limit=context["le"])
    if problem["type"] == "literal_error":
        return Sentence("it is none of these words")
    return REFUSED.get(problem["type"], str(problem["msg"]))
