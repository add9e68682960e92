"""What people may type instead of tapping a button, in all languages at once."""

import itertools
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

import regex

from bot.texts import LANGUAGES, REFERENCE
from bot.texts.messages import Messages
from storage.lifecycle import PostType

TYPED = "typed_"


def _said(key: str) -> frozenset[str]:
    return frozenset(word for texts in LANGUAGES.values() for word in texts.listed(key))


def _any_of(words: Iterable[str]) -> str:
    """A pattern, of which the longest counts."""
    return f"(?:{'|'.join(map(regex.escape, sorted(words, key=len, reverse=True)))})"


WORDS = {
    key.removeprefix(TYPED): _said(key) for key in LANGUAGES[REFERENCE] if key.startswith(TYPED)
}
"""A button's value -> the words that mean the same, besides what stands on the button."""

FILLERS = _said("said_fillers")

NEGATIONS = _said("said_negations")

NICETIES = _said("said_niceties")
"""What may stand around a negation without making a caption of it: 'no hashtags, thanks'."""

ASKED_FOR = {"list": _said("said_list"), "help": _said("said_help")}
"""A command's name -> what people type for it, with a slash or without: 'what is planned?'."""

PLAIN_NAMES = {
    texts.listed(f"said_{name}")[0]: name for texts in LANGUAGES.values() for name in ASKED_FOR
}
"""The first of these in each language, which hardly anybody publishes: 'help', 'liste'."""

ASIDES = _said("said_asides").union(*ASKED_FOR.values())
"""Said to the bot rather than to the world, although no button says so."""

SMALL_TALK, BESIDE_SMALL_TALK = _said("said_small_talk"), _said("said_beside_small_talk")
"""Thanks and praise, and what stands around them: 'vielen Dank', 'looks good, thanks'."""

GREETINGS = _said("said_greetings")
"""Said to see whether anybody is there."""

LATER = regex.compile(
    rf"^\s*[+\p{{Pd}}]\s*\d|\b{_any_of(_said('said_later'))}[\s.!]*$", regex.IGNORECASE
)
"""'+2 days', 'a day later', 'an hour earlier': counted from a time that is planned."""

POST_NAMED = regex.compile(
    rf"\b(?:{'|'.join(sorted(_said('said_post')))})\s+#?(\d{{1,18}})\b", regex.IGNORECASE
)
"""'Post 3', by its number."""

NOTE = regex.compile(rf"\s*{_any_of(_said('said_note'))}\s*:", regex.IGNORECASE)
"""'Note: a brighter one, please': for the team, beside a post."""

DAILY = regex.compile(rf"\b{_any_of(_said('said_daily'))}\b", regex.IGNORECASE)
"""'Every day at 9', of several posts: one on each day."""

POINTERS = _said("said_pointers")
"""What may stand beside such words: 'skip this', 'nimm den', 'as a reel'."""

AROUND_HASHTAGS = (
    WORDS["hashtags"]
    | _said("said_around_hashtags")
    | _said("said_adding")
    | _said("said_pointers")
)
"""What may stand around a list of them: 'Hashtags: #sun and #sea'."""

ADDING = regex.compile(rf"\s*{_any_of(_said('said_adding'))}\b", regex.IGNORECASE)
"""'Add #sea': to the hashtags that there are."""

HASHTAGS_NAMED = regex.compile(
    rf"\s*(?P<adds>{_any_of(_said('said_adding') | _said('said_more'))}\s+)?"
    rf"{_any_of(WORDS['hashtags'])}\s*:",
    regex.IGNORECASE,
)
"""'Hashtags: sun sea', or 'more hashtags: sun'."""

TAKEN_AWAY = _said("said_taken_away")
"""What makes something go, as `delete` does: 'clear the caption', 'Text weg'."""

WISHES, WISHED = _said("said_wishes"), _said("said_wished")
"""What somebody wants done, and with what: 'delete the photo'."""

DOINGS = _said("said_doings")
"""What may stand beside a type besides: 'post it as a story', 'mach eine Story draus'."""

ARTICLES = _said("said_articles")
"""What stands before the name of a thing: 'my story', 'ein Foto'."""

SECONDS = _said("said_seconds")
"""What may stand behind a number of them: '12 s'."""


def _beside_a_place(said: str) -> str:
    """The pattern of 'in …', '… time' or '…er zeit', of which the … is not matched."""
    words = r"\s+".join(map(regex.escape, said.replace(PLACE, "").split()))
    if not said.startswith(PLACE):
        return rf"^\s*{words}\s+"
    gap = r"\s+" if said.startswith(f"{PLACE} ") else r"(?<=\w)"
    return rf"{gap}{words}\s*$"


PLACE = "…"
BESIDE_A_PLACE = regex.compile(
    "|".join(map(_beside_a_place, _said("said_of_a_place"))), regex.IGNORECASE
)
"""What people say before or behind the place whose time they mean."""

VALUES = {"id": r"(\d+)", "limit": r"([\d ]+)"}
"""What a label's value looks like, folded; others may be anything."""

QUOTED = regex.compile(
    "|".join(
        rf"{first}([^{first}{last}]+){last}"
        for first, last in ('""', "“”", "„“", "„”", "»«", "«»", "''", "‘’", "‚‘")
    )
)
"""The ways to put something in quotes, in English and German."""

_NO_WORDS = regex.compile(r"[\p{P}\s]+")
_NOT_A_WORD = regex.compile(r"[^\p{L}\p{N}\p{M}]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ı": "i"})
_NO_SIGN = regex.compile(r"[\s\ufe0f\U0001f3fb-\U0001f3ff]")
_SILENT = regex.compile(r"['’‘`´\ufe0e\ufe0f\u200b-\u200f]")


def folded(text: str) -> str:
    """Its words alone: without case, marks, emoji, quotes, and the two ways to write an umlaut."""
    plain = unicodedata.normalize("NFKC", _SILENT.sub("", text)).casefold()
    return " ".join(_NOT_A_WORD.sub(" ", plain.translate(_UMLAUTS)).split())


def heard(said: str, among: Iterable[str]) -> str | None:
    """Which of these button values the person means, if any."""
    words = unicodedata.normalize("NFC", said).casefold().strip(" .!?\t\n").split()
    core = " ".join(word for word in words if word not in FILLERS)
    for spoken in (" ".join(words), core):
        for value in among:
            if spoken == value or spoken in WORDS.get(value, ()):
                return value
    return None


def commanded(said: str, among: Iterable[str]) -> str | None:
    """Which of these values the person means, whatever points to the post beside it: 'delete it'.

    Unlike `heard`, it overhears DOINGS as well, and does not take the caption for the post.
    """
    if not WORDS["caption"].isdisjoint(_core(said).split()):
        return None
    words = _bare(said)
    for value in among:
        if words and words in {value, *map(_bare, WORDS.get(value, ()))}:
            return value
    return None


def _bare(said: str) -> str:
    """Without all that a command may be wrapped in."""
    return _pointless(" ".join(word for word in _core(said).split() if word not in DOINGS))


def taken_away(said: str, among: Iterable[str]) -> str | None:
    """Which of these a person wants to be gone: 'delete the caption', 'Hashtags löschen'."""
    spoken, ways = {*_core(said).split()}, _folded(WORDS["delete"] | TAKEN_AWAY)
    for value in among:
        rest = spoken - _folded(WORDS[value])
        if rest != spoken and not rest.isdisjoint(ways) and rest <= ways | POINTERS:
            return value
    return None


def names_a_thing(said: str) -> bool:
    """Whether it is one word with an article, and so no wish: 'my story', but not 'as a story'."""
    *before, _ = folded(said).split() or [""]
    return bool(before) and {*before} <= _folded(ARTICLES)


def is_one_word(said: str) -> bool:
    """Whether it has one word, whatever marks are around it."""
    return len(folded(said).split()) == 1


def unquoted(said: str) -> str | None:
    """What stands within the quotes, if one pair of them is around all of it."""
    quoted = QUOTED.fullmatch(said.strip())
    return next(filter(None, quoted.groups()), "").strip() or None if quoted else None


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
    words, found = _core(said), dict[str, str]()
    for key, label in _labels():
        if isinstance(label, str):
            found |= {key: ""} if label == words else {}
        elif match := label.fullmatch(words):
            found[key] = " ".join(match.groups())
    return found


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
    beside = negations | _folded(NICETIES)
    return (bool(spoken & negations) and spoken <= beside) or _is_wish(said, beside)


def _is_wish(said: str, beside: frozenset[str]) -> bool:
    """Whether it only tells us what to do: 'delete the photo', 'nicht posten'."""
    spoken, wishes = {*folded(said).split()}, _folded(WISHES)
    return (
        bool(spoken & wishes) and spoken <= wishes | _folded(WISHED | POINTERS | FILLERS) | beside
    )


def begins_with_a_wish(said: str) -> bool:
    """Whether its first word wants something done: 'change the caption of …'."""
    first, *_ = folded(said).split() or [""]
    return first in _folded(WISHES)


def command_asked_for(said: str) -> str | None:
    """The name of the command that does what is said without a slash: 'help', 'list'."""
    words = _core(said)
    for name, asked in ASKED_FOR.items():
        if words and words in map(_core, asked):
            return name
    return None


def command_named(said: str) -> str | None:
    """The same of words that are hardly meant otherwise, also beside an open draft."""
    return PLAIN_NAMES.get(said.strip(" ?.\n").casefold())


def is_small_talk(said: str) -> bool:
    """Whether it is no more than thanks or praise, for the bot rather than for the world."""
    if "#" in said or "@" in said:
        return False
    words = {*folded(said).split()} or {*_NO_SIGN.sub("", said)}
    spoken = _folded(SMALL_TALK) | SMALL_TALK
    return bool(words & spoken) and words <= spoken | _folded(BESIDE_SMALL_TALK)


def is_greeting(said: str) -> bool:
    """Whether it only calls the bot: 'hallo', 'are you there?', a mere '?'."""
    return folded(said) in _folded(GREETINGS) or not said.strip("? \n")


def _core(text: str) -> str:
    """Folded words without 'please' and its like; of nothing else, the first."""
    words, fillers = folded(text).split(), _folded(FILLERS)
    return " ".join([word for word in words if word not in fillers] or words[:1])


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
def called_new_post() -> frozenset[str]:
    """What people call a command behind a slash that a new post does not need, folded."""
    return _folded(_said("said_new_post"))


@cache
def called_commands() -> dict[str, tuple[str, ...]]:
    """What people call commands behind a slash, folded, and the names of those.

    Without one, most of these words are buttons' ('stop'), or may be the caption ('posts').
    """
    called: dict[str, tuple[str, ...]]
    called = {folded(words): (name,) for name, asked in ASKED_FOR.items() for words in asked}
    for pair in sorted(_said("said_commands")):
        words, _, names = pair.partition(": ")
        called[folded(words)] = tuple(names.split())
    return called


@cache
def _asides() -> frozenset[str]:
    words = {word for values in WORDS.values() for word in values}
    spoken = {_core(word) for word in words | ASIDES}
    return frozenset({*spoken, *map(_pointless, spoken)} - {""})


@cache
def _labels() -> list[tuple[str, "str | regex.Pattern[str]"]]:
    """(key, its folded label, or what that looks like) of all labels in all languages."""
    types = {f"type_{kind}" for kind in PostType}
    return [
        (key, _folded_label(texts, key))
        for texts in LANGUAGES.values()
        for key in texts
        if key.startswith("button_") or key in types
    ]


def _folded_label(texts: Messages, key: str) -> "str | regex.Pattern[str]":
    """A label's words, with anything where it has a value."""
    parts, found = [*texts.parts(key)], []
    if not any(value for _, value in parts):
        return " ".join(_core(words) for words, _ in parts if folded(words))
    for words, value in parts:
        found += [regex.escape(_core(words))] if folded(words) else []
        found += [VALUES.get(value, "(.+)")] if value else []
    return regex.compile(" ".join(found))
