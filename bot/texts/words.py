"""What people may type instead of tapping a button, in both languages at once."""

import unicodedata
from collections.abc import Iterable

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
"""A button's value -> the words that mean the same."""

FILLERS = frozenset({"change", "the", "edit", "please", "bitte", "ändere", "ändern", "den", "die"})


def heard(said: str, among: Iterable[str]) -> str | None:
    """Which of these button values the person means, if any."""
    words = unicodedata.normalize("NFC", said).casefold().strip(" .!?\t\n").split()
    core = " ".join(word for word in words if word not in FILLERS)
    for value in among:
        if core == value or core in WORDS.get(value, ()):
            return value
    return None
