"""What errors say can be said in every language, with all that stands in it."""

import ast
import errno
import os
import re
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.texts import LANGUAGES, REFERENCE
from bot.texts.sentences import _catalogue, in_language
from storage.sentences import Sentence, sentence_of

ROOT = Path(__file__).parents[2]
OURS = ("bot", "publisher", "storage")
OTHERS = sorted({*LANGUAGES} - {REFERENCE})


def said() -> set[str]:
    """Every template in the code, and what is advised about each setting."""
    advice = {field.description or "" for field in Settings.model_fields.values()}
    sources = [
        path.read_text(encoding="utf-8")
        for folder in OURS
        for path in (ROOT / folder).rglob("*.py")
    ]
    trees = [ast.parse(source) for source in sources if f"{Sentence.__name__}(" in source]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    sentences = [
        call.args[0]
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == Sentence.__name__
    ]
    return advice | {ast.literal_eval(sentence) for sentence in sentences}


def values_in(template: str) -> list[str]:
    return sorted(set(re.findall(r"{(\w+)}", template)))


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_known_with_its_values_and_none_that_nobody_says(language: str) -> None:
    known, needed = _catalogue(language), said()
    assert sorted(needed - known.keys()) == []
    by_the_system = {os.strerror(number) for number in errno.errorcode}
    assert sorted(known.keys() - needed - by_the_system) == []
    assert [one for one in known if values_in(one) != values_in(known[one])] == []


def test_a_sentence_within_another_is_said_in_its_language_and_others_as_they_are() -> None:
    inner = Sentence("it has fewer than {length} characters", length=8)
    whole = Sentence(
        "{name} is wrong ({reason}). {advice}",
        name="SECRET_KEY",
        reason=inner,
        advice="A name such as Europe/Berlin.",
    )
    english = "SECRET_KEY is wrong (it has fewer than 8 characters). A name such as Europe/Berlin."
    assert str(whole) == in_language(whole, "en") == english
    german = "SECRET_KEY stimmt nicht (es sind weniger als 8 Zeichen). Ein Name wie Europe/Berlin."
    assert in_language(whole, "de") == german
    assert in_language("as {it} is", "de") == "as {it} is"


def test_what_the_system_refuses_is_told_with_its_file() -> None:
    closed = PermissionError(errno.EACCES, "Permission denied", "data/secret.key")
    assert sentence_of(closed) == "data/secret.key cannot be used: Permission denied."
    full = OSError(errno.ENOSPC, "No space left on device")
    assert in_language(sentence_of(full), "de").startswith("die Festplatte lässt sich nicht")
    for number in (errno.ECONNRESET, errno.EADDRINUSE, errno.EMFILE):
        assert sentence_of(OSError(number, "Of no disk")) == "Of no disk"
