"""What people may type instead of tapping a button, in both languages at once."""

import itertools
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from string import Formatter

import regex

from bot.texts import LANGUAGES
from storage.lifecycle import PostType

WORDS: dict[str, frozenset[str]] = {
    "photo": frozenset({"photo", "picture", "image", "foto", "bild"}),
    "video": frozenset({"video", "clip", "film"}),
    "reel": frozenset({"reel", "reels"}),
    "story": frozenset({"story", "stories"}),
    "carousel": frozenset({"carousel", "album", "karussell"}),
    "skip": frozenset(
        {"skip", "none", "no", "-", "ohne", "keine", "keins", "nein", "überspringen", "weiter"}
    ),
    "keep": frozenset({"keep", "use", "yes", "ok", "same", "behalten", "nehmen", "ja", "passt"}),
    "yes": frozenset({"yes", "y", "ok", "okay", "schedule", "publish", "go", "ja", "j", "planen"}),
    "back": frozenset({"back", "zurück", "zurueck"}),
    "no": frozenset({"no", "n", "nein"}),
    "cancel": frozenset({"cancel", "abbrechen", "verwerfen"}),
    "now": frozenset({"now", "jetzt", "sofort"}),
    "type": frozenset({"type", "typ", "art"}),
    "caption": frozenset({"caption", "text", "beschriftung", "bildtext"}),
    "hashtags": frozenset({"hashtags", "hashtag", "tags"}),
    "crop": frozenset({"crop", "cut", "zuschneiden", "beschneiden", "schneiden"}),
    "blur": frozenset({"blur", "blurred", "unscharf", "verschwommen"}),
    "white": frozenset({"white", "weiß", "weiss"}),
    "black": frozenset({"black", "schwarz"}),
    "left": frozenset({"left", "links"}),
    "right": frozenset({"right", "rechts"}),
    "up": frozenset({"up", "top", "oben", "hoch"}),
    "down": frozenset({"down", "bottom", "unten", "runter"}),
    "first": frozenset({"first", "start", "beginning", "anfang", "erste"}),
    "last": frozenset({"last", "end", "ende", "letzte", "schluss"}),
    "automatic": frozenset({"automatic", "auto", "automatisch"}),
    "fit": frozenset({"fit", "framing", "frame", "format", "ausschnitt", "rahmen"}),
    "trim": frozenset({"trim", "trimming", "part", "length", "länge", "laenge", "kürzen", "teil"}),
    "cover": frozenset({"cover", "titelbild", "vorschaubild"}),
    "time": frozenset({"time", "date", "zeit", "uhrzeit", "termin", "datum"}),
    "media": frozenset({"media", "medien"}),
}
"""A button's value -> the words that mean the same, besides what stands on the button."""

FILLERS = frozenset({"change", "the", "edit", "please", "bitte", "ändere", "ändern", "den", "die"})

NEGATIONS = frozenset(
    {
        *("no", "none", "not", "nope", "nah", "nothing", "without", "dont", "nein", "nee", "nö"),
        *("kein", "keine", "keinen", "keins", "nicht", "nichts", "ohne"),
    }
)
NICETIES = frozenset(
    {
        *("thanks", "thank", "you", "any", "here", "a", "for", "now", "at", "all", "i", "do"),
        *("want", "need", "danke", "dir", "lieber", "ich", "will", "brauche", "dazu", "diesmal"),
        *("caption", "text", "title", "hashtag", "hashtags", "tag", "tags", "bildtext", "titel"),
        *("beschriftung", "needed", "necessary", "nötig", "hier"),
    }
)
"""What may stand around a negation without making a caption of it: 'no hashtags, thanks'."""

ASIDES = frozenset(
    {
        *("next", "continue", "done", "later", "stop", "help", "empty", "nothing", "no idea"),
        *("i dont know", "dont know", "whatever", "na", "sure", "go on", "go ahead"),
        *("stopp", "hilfe", "fertig", "später", "leer", "egal", "keine ahnung", "weiß nicht"),
        *("ich weiß nicht", "mach weiter", "löschen", "lösche", "delete", "list", "liste"),
        *("go back", "post", "send", "senden", "show", "status"),
        *("what", "was", "how", "wie"),
        *("n/a", "nil", "blank", "leave empty", "leave blank", "leer lassen", "keiner", "lassen"),
        *("as before", "same as before", "wie vorher", "wie bisher", "looks good", "nimm"),
        *("sieht gut aus", "überspring", "huh", "hä"),
    }
)
"""Said to the bot rather than to the world, although no button says so."""

POINTERS = frozenset(
    {
        *("it", "this", "that", "one", "these", "them", "so", "a", "an", "as", "to"),
        *("me", "caption", "text"),
        *("das", "den", "dies", "diesen", "dieses", "es", "mal", "ein", "eine", "als", "mir"),
    }
)
"""What may stand beside such words: 'skip this', 'nimm den', 'as a reel'."""

VALUES = {"id": r"(\d+)", "limit": r"([\d ]+)"}
"""What a label's value looks like, folded; others may be anything."""

_NO_WORDS = regex.compile(r"[\p{P}\s]+")
_NOT_A_WORD = regex.compile(r"[^\p{L}\p{N}\p{M}]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ı": "i"})
_SILENT = regex.compile(r"['’‘`´\ufe0e\ufe0f\u200b-\u200f]")


def folded(text: str) -> str:
    """Its words alone: without case, marks, emoji, quotes, and the two ways to write an umlaut."""
    plain = unicodedata.normalize("NFKC", _SILENT.sub("", text)).casefold()
    return " ".join(_NOT_A_WORD.sub(" ", plain.translate(_UMLAUTS)).split())


def heard(said: str, among: Iterable[str]) -> str | None:
    """Which of these button values the person means, if any."""
    words = unicodedata.normalize("NFC", said).casefold().strip(" .!?\t\n").split()
    core = " ".join(word for word in words if word not in FILLERS)
    for value in among:
        if core == value or core in WORDS.get(value, ()):
            return value
    return None


def named(said: str, choices: Sequence[tuple[str, str]]) -> str | None:
    """The value of the one button, of (label, value), that is called just this.

    What is said word for word counts first; then the words alone, if they name one button only.
    """
    exactly = {value for label, value in choices if label == said.strip()}
    words = _core(said)
    loosely = {value for label, value in choices if words and words in _names_of(label)}
    for values in (exactly, loosely):
        if len(values) == 1:
            return values.pop()
    return None


def labels_called(said: str) -> dict[str, str]:
    """The keys of all buttons, in any language, that are called this -> the values in the label."""
    words = _core(said)
    found = ((key, pattern.fullmatch(words)) for key, pattern in _label_patterns())
    return {key: " ".join(match.groups()) for key, match in found if match is not None}


def is_aside(said: str) -> bool:
    """Whether it sounds as if it was said to the bot: a button, a 'no, thanks', a mere '?'."""
    words = _core(said)
    if not words:
        return _NO_WORDS.fullmatch(said) is not None
    if "#" in said or "@" in said:
        return False
    if not {words, _pointless(words)}.isdisjoint(_asides()) or labels_called(said):
        return True
    spoken, negations = {*words.split()}, _folded(NEGATIONS)
    return bool(spoken & negations) and spoken <= negations | _folded(NICETIES)


def _core(text: str) -> str:
    """Folded words without 'please' and its like, unless there are no others."""
    words, fillers = folded(text).split(), _folded(FILLERS)
    return " ".join([word for word in words if word not in fillers] or words)


def _pointless(words: str) -> str:
    """Without words that only point, and each once where it was repeated: 'skip it', 'ok ok'."""
    kept = [word for word in words.split() if word not in POINTERS]
    return " ".join(word for word, _ in itertools.groupby(kept))


def _names_of(label: str) -> set[str]:
    """Of 'A · Crop' also what stands behind the letter."""
    return {_core(label), _core(label.rpartition(" · ")[2])}


@cache
def _folded(words: frozenset[str]) -> frozenset[str]:
    return frozenset(folded(word) for word in words)


@cache
def _asides() -> frozenset[str]:
    words = {word for values in WORDS.values() for word in values}
    spoken = {_core(word) for word in words | ASIDES}
    return frozenset({*spoken, *map(_pointless, spoken)} - {""})


@cache
def _label_patterns() -> list[tuple[str, "regex.Pattern[str]"]]:
    """(key, what its folded label looks like) of all labels in all languages."""
    types = {f"type_{kind}" for kind in PostType}
    return [
        (key, _pattern(text))
        for texts in LANGUAGES.values()
        for key, text in texts.items()
        if key.startswith("button_") or key in types
    ]


def _pattern(text: str) -> "regex.Pattern[str]":
    """A label's folded words, with anything where it has a value."""
    parts = []
    for words, value, _, _ in Formatter().parse(text):
        parts += [regex.escape(_core(words))] if folded(words) else []
        parts += [VALUES.get(value, "(.+)")] if value else []
    return regex.compile(" ".join(parts))
