"""What people type instead of tapping."""

import pytest

from bot.texts.words import WORDS, heard

CONFIRM = ("yes", "no", "type", "caption", "hashtags", "time", "media")


@pytest.mark.parametrize(
    ("said", "among", "meant"),
    [
        ("reel", ("photo", "reel"), "reel"),
        ("  REEL! ", ("photo", "reel"), "reel"),
        ("Foto", ("photo", "reel"), "photo"),
        ("Karussell", ("carousel",), "carousel"),
        ("ja", CONFIRM, "yes"),
        ("Yes.", CONFIRM, "yes"),
        ("nein", CONFIRM, "no"),
        ("change the caption", CONFIRM, "caption"),
        ("Text ändern", CONFIRM, "caption"),
        ("Uhrzeit bitte", CONFIRM, "time"),
        ("zurück", ("back",), "back"),
        ("zuru\u0308ck", ("back",), "back"),
        ("überspringen", ("skip", "keep"), "skip"),
        ("ohne", ("skip", "keep"), "skip"),
    ],
)
def test_both_languages_are_heard_at_once(said: str, among: tuple[str, ...], meant: str) -> None:
    assert heard(said, among) == meant


@pytest.mark.parametrize("said", ["", "real", "yes I know that this is a caption", "\0", "the"])
def test_anything_else_is_no_button(said: str) -> None:
    assert heard(said, CONFIRM) is None


def test_no_word_means_two_answers_to_the_same_question() -> None:
    for among in (CONFIRM, ("skip", "keep"), ("photo", "video", "reel", "story", "carousel")):
        said = [word for value in among for word in WORDS[value] | {value}]
        assert len(said) == len(set(said)), among
