"""Every button can be typed, and none is published: over all labels there are, in all languages."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from bot.context import Actor
from bot.keyboards import Choice
from bot.new_post import steps
from bot.new_post.answers import STOP_PREPARING
from bot.new_post.cancellation import STOPPING
from bot.new_post.card_words import OLD_CAPTION, OTHER_DRAFTS
from bot.new_post.question import Moment, NotUnderstoodError
from bot.new_post.steps import buttons_of
from bot.new_post.text_steps import CaptionQuestion, HashtagsQuestion
from bot.posts.typed import ACTIONS
from bot.rights import Role
from bot.texts import LANGUAGES, label
from bot.texts.words import heard, labels_called, named
from publisher.settings import BY_HAND, INSTAGRAM
from storage.lifecycle import MediaKind, PostType, PreparationState
from storage.models import Account, Draft, MediaItem

caption_step, hashtags_step = CaptionQuestion(), HashtagsQuestion()
ACCOUNTS = [
    Account(id=1, name="creator", destination=INSTAGRAM),
    Account(id=2, name="Bakery", destination=BY_HAND),
]
NOW = Moment(datetime(2026, 11, 24, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin"), accounts=ACCOUNTS)
VALUES = {
    "account": "creator",
    "id": 12,
    "limit": "1:00",
    "time": "Tue 24 Nov 2026, 18:30 (Europe/Berlin)",
}


def actor(language: str) -> Actor:
    return Actor(id=1, chat_id=1, language=language, role=Role.AUTHOR)


def draft(step: str, *, wide: bool = True) -> Draft:
    """A reel of which everything can be asked and changed."""
    planned = NOW.now + timedelta(days=1)
    made = Draft(
        id=7,
        is_guided=steps.QUESTIONS[step] in steps.GUIDED,
        account=ACCOUNTS[1],
        post_type=PostType.VIDEO,
        caption="Hello",
        hashtags=["one"],
        scheduled_time=planned,
        wall_time=planned.replace(tzinfo=None).isoformat(),
        timezone="Europe/Berlin",
        fit_shift=0.0,
        trim_agreed=False,
        preparation=PreparationState.DONE,
        question=step,
    )
    size = {"width": 1920, "height": 800} if wide else {"width": 800, "height": 1920}
    made.media = [MediaItem(kind=MediaKind.VIDEO, duration=4000.0, **size)]
    if step == "type":
        made.media[0].duration = 30.0
    return made


def drafts() -> Iterator[Draft]:
    for step in steps.QUESTIONS:
        yield draft(step)
    unplanned, waiting = draft("card"), draft("card")
    unplanned.scheduled_time = unplanned.wall_time = None
    waiting.schedules_when_ready = True
    yield from (unplanned, waiting)
    yield draft("fit", wide=False)
    hour = draft("time")
    hour.chosen_days = [date(2026, 12, 24)]
    yield hour
    photos = draft("type")
    photos.media = [MediaItem(kind=MediaKind.PHOTO, width=800, height=800)]
    yield photos
    album = draft("type")
    album.media = [MediaItem(kind=MediaKind.PHOTO, width=800, height=800) for _ in range(3)]
    yield album
    for step, chosen in (("more", None), ("order", None), ("order", 3)):
        carousel = draft(step)
        carousel.media = [
            MediaItem(id=number, kind=MediaKind.PHOTO, width=800, height=800)
            for number in range(1, 5)
        ]
        carousel.post_type, carousel.chosen_item_id = PostType.CAROUSEL, chosen
        yield carousel
    yield series()
    hour = series()
    hour.chosen_days = [NOW.now.date()]
    yield hour


def series() -> Draft:
    """Of two photos, one of which came with a text."""
    said, silent = draft("series"), draft("series")
    silent.caption, silent.hashtags = "", []
    for one in (said, silent):
        one.post_type, one.scheduled_time = PostType.PHOTO, None
        one.media = [MediaItem(kind=MediaKind.PHOTO, width=800, height=800)]
    said.series = (said, silent)
    return said


def shown(post: Draft, language: str) -> list[tuple[str, str]]:
    assert post.question is not None
    rows = steps.QUESTIONS[post.question].ask(post, actor(language), NOW).rows
    return [choice for row in rows for choice in row]


def ways_to_type(text: str) -> set[str]:
    """Word for word, and as phones and hasty people write it."""
    ways = {text, text.lower(), text.upper(), f"{text}!", f"{text}…", f"  {text} .", f"👉 {text}"}
    ways |= {f"“{text}”", f"„{text}“", f'"{text}"', f"«{text}»", text.replace(" ", "\u00a0")}
    ways |= {text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"), f"{text} please"}
    letters = "".join(char if char.isalnum() or char in " :." else " " for char in text)
    return ways | {" ".join(letters.split())}


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_button_typed_by_its_name_does_what_it_does(spoken: str) -> None:
    """In any language, whichever the person's own is."""
    for post, language in itertools.product(drafts(), LANGUAGES):
        choices = buttons_of(post, actor(spoken), NOW)
        for text, value in shown(post, language):
            meant = {named(way, choices) or heard(way, [value]) for way in ways_to_type(text)}
            assert meant == {value}, (post.question, language, text)


def texts_of_labels() -> Iterator[str]:
    for language, texts in LANGUAGES.items():
        for key in texts:
            if key.startswith("button_") or key in {f"type_{kind}" for kind in PostType}:
                yield label(language, key, **VALUES)


def becomes(said: str, step: str) -> object:
    """What would be published of it, or the key of the sentence that is answered."""
    post, anna = draft(step), actor("en")
    meant = named(said, buttons_at(step)) or said
    if word := heard(meant, ("back", "cancel")):
        return word
    try:
        reply = steps.QUESTIONS[step].understand(meant, post, anna, NOW)
    except NotUnderstoodError as problem:
        return problem.key
    assert isinstance(reply, dict)
    return reply.get(step)


@cache
def buttons_at(step: str) -> list[Choice]:
    return buttons_of(draft(step), actor("en"), NOW)


def test_no_label_is_ever_published() -> None:
    """At a question whose answer is published it is a choice, or is asked about."""
    ways = [way for text in sorted({*texts_of_labels()}) for way in ways_to_type(text)]
    ours = ("back", "cancel", "", "Hello", "caption_doubtful")
    assert [way for way in ways if becomes(way, "caption") not in ours] == []
    ours_too: tuple[object, ...] = (
        *("back", "cancel", "hashtags_doubtful", "caption_bad_hashtag"),
        [],
        ["one"],
    )
    assert [way for way in ways if becomes(way, "hashtags") not in ours_too] == []


def test_no_label_is_left_out() -> None:
    """Each stands at a question, under a post, below work that can be stopped, or with news."""
    at_questions = {
        text for post in drafts() for language in LANGUAGES for text, _ in shown(post, language)
    }
    names = {part for text in at_questions for part in (text, text.rpartition(" · ")[2])}
    reached = {key for name in names for key in labels_called(name)} | {*ACTIONS} | STOPPING
    keys = {key for texts in LANGUAGES.values() for key in texts if key.startswith("button_")}
    assert keys - reached - {STOP_PREPARING, OLD_CAPTION, OTHER_DRAFTS} == set()


@pytest.mark.parametrize(
    "said",
    [
        *("no thanks", "No, thank you!", "nein danke", "Nein, danke.", "nope", "nothing", "nichts"),
        *("yes", "ok", "ja", "next", "fertig", "?", "…", "no caption, thanks", "keine Ahnung"),
        *("I don’t want a caption", "no hashtags at all", "ohne Text, danke", "ich brauche keinen"),
        *("18:30", "tomorrow 9:00", "morgen 9 Uhr", "now", "in 2 hours", "don’t know", "reel"),
        *("skip this", "use it", "nimm den", "cancel it", "go back", "as a reel", "ok ok", "N/A"),
        *("leave it blank", "leer lassen", "kein Text nötig", "wie vorher", "lösche das", "was?"),
        *(
            "tomorrow at 9 in the morning",
            "at 6",
            "6:30",
            "next friday 6pm",
            "nächsten Freitag 18 Uhr",
        ),
    ],
)
def test_what_sounds_like_an_answer_to_us_is_asked_about_before_it_is_published(said: str) -> None:
    post = draft("caption")
    post.caption = None
    for language in LANGUAGES:
        with pytest.raises(NotUnderstoodError) as asked:
            caption_step.understand(said, post, actor(language), NOW)
        assert asked.value.key == "caption_doubtful"
        ((text, value),) = asked.value.choices
        for meant in (text, value, text.upper()[:4] + text[4:]):
            answer = caption_step.understand(meant, post, actor("en"), NOW)
            assert answer == {"caption": said}


@pytest.mark.parametrize("said", ["none", "no", "-", "skip", "ohne", "Keine!", "überspringen"])
def test_a_plain_no_is_heard_at_both_questions(said: str) -> None:
    post, anna = draft("caption"), actor("en")
    assert caption_step.understand(said, post, anna, NOW) == {"caption": ""}
    assert hashtags_step.understand(said, post, anna, NOW) == {"hashtags": []}


@pytest.mark.parametrize(
    "said",
    [
        *("No rain today", "Ja, ich will!", "Now or never", "Caption: this", "Text: folgt", "❤️"),
        *("This", "One two", "Was für ein Tag", "A good one", "So", "This photo is mine", "Sieben"),
        *(
            "First day of spring",
            "Not this year",
            "Back to school",
            "Delete your account",
            "Hello?",
        ),
        *(
            "#photo",
            "Keine Lust auf Montag",
            "100 photos",
            "Story of my life",
            "5.11.",
            "Thank you",
        ),
    ],
)
def test_a_caption_is_a_caption(said: str) -> None:
    post = draft("caption")
    answer = caption_step.understand(said, post, actor("de"), NOW)
    assert answer == {"caption": said}


def test_words_become_hashtags_only_if_they_are_meant_to() -> None:
    post, anna = draft("hashtags"), actor("en")
    for said, tags in (
        *(("nein danke", "#nein #danke"), ("photo", "#photo"), ("ok", "#ok")),
        *(("next friday", "#next #friday"), ("tomorrow", "#tomorrow"), ("saturday", "#saturday")),
    ):
        post.hashtags = None
        with pytest.raises(NotUnderstoodError) as asked:
            hashtags_step.understand(said, post, anna, NOW)
        assert asked.value.choices == [(tags, tags)]
        typed = hashtags_step.understand(tags, post, anna, NOW)
        assert typed == {"hashtags": tags.replace("#", "").split()}


@pytest.mark.parametrize("said", ["?", ",", "#", "# #", "…", "＃"])
def test_signs_alone_are_no_hashtags(said: str) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        hashtags_step.understand(said, draft("hashtags"), actor("en"), NOW)
    assert refused.value.key in ("hashtags_missing", "caption_bad_hashtag")


def test_a_text_of_which_nothing_is_seen_leaves_the_caption_as_it_is() -> None:
    with pytest.raises(NotUnderstoodError, match="caption_missing"):
        caption_step.understand("", draft("caption"), actor("en"), NOW)


def test_hashtags_of_the_caption_stay_there_and_count() -> None:
    post, anna = draft("hashtags"), actor("en")
    post.caption, post.hashtags = "From #Berlin #Mitte", None
    asked = hashtags_step.ask(post, anna, NOW).text
    assert "Up to 3" in asked and "#Berlin #Mitte" in asked
    assert hashtags_step.understand("use", post, anna, NOW) == {"hashtags": []}
    with pytest.raises(NotUnderstoodError) as refused:
        hashtags_step.understand("one two three four", post, anna, NOW)
    assert "Leave out one, for example #four" in refused.value.sentence("en")
    post.caption = "#a#b#c#d#e"
    assert "hashtags?</b> None" in hashtags_step.ask(post, anna, NOW).text


def test_a_changed_caption_is_counted_with_the_hashtags_that_are_there() -> None:
    post = draft("caption")
    post.hashtags = ["one", "two", "three"]
    with pytest.raises(NotUnderstoodError) as refused:
        caption_step.understand("#a #b #c", post, actor("de"), NOW)
    assert "6 Hashtags" in refused.value.sentence("de")
    allowed = replace(NOW, rules=replace(NOW.rules, max_hashtags=30))
    assert caption_step.understand("#a #b #c", post, actor("de"), allowed)


@pytest.mark.parametrize("length", [2202, 3000, 4095, 9000])
def test_a_caption_that_came_too_long_is_never_offered(length: int) -> None:
    post = draft("caption")
    post.caption, post.suggested_caption = None, "<&>" * (length // 3)
    asked = caption_step.ask(post, actor("en"), NOW)
    assert "keep" not in [value for row in asked.rows for _, value in row]
    assert f"cut {length // 3 * 3 - 2200:,}" in asked.text
    assert len(asked.text) < 1000


def test_a_long_text_is_told_what_to_cut_in_both_languages() -> None:
    post = draft("caption")
    post.hashtags = None
    for language, told in (("en", "4,612 characters"), ("de", "4.612 Zeichen")):
        with pytest.raises(NotUnderstoodError) as refused:
            caption_step.understand("x" * 4612, post, actor(language), NOW)
        sentence = refused.value.sentence(language)
        assert told in sentence and ("2,412" in sentence or "2.412" in sentence)
