"""What is made of words that are typed about a post, at any moment and in either language."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.context import Actor
from bot.new_post.meanings import (
    Aside,
    Back,
    Cancel,
    Caption,
    Day,
    Either,
    Hashtags,
    Label,
    Meaning,
    Problem,
    Time,
    Type,
)
from bot.new_post.question import Moment, NotUnderstoodError
from bot.new_post.steps import CARD, FIRST, SERIES, TIME
from bot.new_post.text_steps import HashtagsQuestion, meant_as_caption
from bot.new_post.type_and_time import answer_to
from bot.new_post.understanding import understand
from bot.rights import Role
from bot.texts.words import WORDS, unquoted
from storage.lifecycle import MediaKind, PostType
from storage.models import Content, Draft, MediaItem, Post
from tests.bot.test_times_people_type import GOALS, TRAP, phrases

TABLE = Path(__file__).with_name("words_people_type.txt")
BERLIN = ZoneInfo("Europe/Berlin")
ACTORS = {language: Actor(1, 1, language, Role.AUTHOR) for language in ("en", "de")}
MOST_ASKED, MOST_MISSED = 0.12, 0.03
"""Of the times that people type, about a post with a caption: whether it is to be the new one; and
taken for it, since no time was recognised."""
MOMENT = Moment(datetime(2026, 11, 26, 10, tzinfo=BERLIN), BERLIN)
BUTTONS = [
    ("Fri 18:00 · next free slot", "2026-11-27T18:00:00+01:00"),
    ("Fr. 18:00 · nächster freier Platz", "2026-11-27T18:00:00+01:00"),
    *[("Now", "now"), ("Jetzt", "now"), ("Other time …", "time"), ("Andere Zeit …", "time")],
    *[("Type", "type"), ("Art", "type"), ("Caption", "caption"), ("Text", "caption")],
    *[("More …", "more"), ("Mehr …", "more"), ("Discard", "discard"), ("Verwerfen", "discard")],
]


class Typed(NamedTuple):
    language: str
    state: str
    expected: str
    said: str


def typed() -> Iterator[Typed]:
    for line in TABLE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield Typed(*_fields(line))


def _fields(line: str) -> list[str]:
    language, state, rest = line.split(" ", 2)
    expected, said = rest.split(" ", 1)
    return [language, state, expected, said.replace("\\n", "\n")]


def about(state: str) -> Content:
    """A tall photo: as a post or a story, with a caption or without."""
    item = MediaItem(kind=MediaKind.PHOTO, width=1000, height=2000, duration=None)
    caption = "Hello" if state in ("captioned", "reply") else None
    kind = PostType.STORY if state == "story" else PostType.PHOTO
    return Draft(post_type=kind, media=[item], caption=caption, fit_shift=0.0)


def meant(said: str, language: str = "en", state: str = "new") -> Meaning:
    return understand(
        said,
        draft=about(state),
        actor=ACTORS[language],
        moment=MOMENT,
        buttons=BUTTONS,
        is_reply=state == "reply",
    )


def kind_of(meaning: Meaning) -> str:
    """As the table calls it."""
    if isinstance(meaning, Either):
        return "ask"
    if isinstance(meaning, Aside):
        return "ask"
    return type(meaning).__name__.lower()


def is_right(case: Typed, found: Meaning) -> bool:
    wanted, _, text = case.expected.partition("=")
    if isinstance(found, Caption):
        shown = text.replace("_", " ") if "=" in case.expected else case.said
        return wanted == "caption" and found.text == shown
    return kind_of(found) in wanted.split("|")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Als Story morgen um 8"),
        ("de", "morgen 8:00, Story"),
        ("en", "as a story tomorrow at 8"),
        ("en", "Tomorrow at 8 as a story"),
        ("en", "Story tomorrow at 8"),
    ],
)
def test_a_type_and_a_time_answer_the_question_for_either(language: str, said: str) -> None:
    for question in (FIRST, TIME):
        answers = answer_to(question, said, _draft(), ACTORS[language], MOMENT)
        assert isinstance(answers, dict)
        assert answers.get("post_type") is PostType.STORY
        assert answers.get("wall_time") == "2026-11-27T08:00:00"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Unsere Story morgen um 8"),
        ("de", "Story morgen"),
        ("de", "Als Reel morgen um 8"),
        ("en", "My story tomorrow at 8"),
        ("en", "Story of my life, tomorrow at 8"),
        ("en", "As a story now"),
    ],
)
def test_with_a_word_besides_no_hour_or_a_type_that_does_not_fit_it_is_no_answer(
    language: str, said: str
) -> None:
    for question in (FIRST, TIME, CARD):
        with pytest.raises(NotUnderstoodError):
            answer_to(question, said, _draft(), ACTORS[language], MOMENT)


def _draft() -> Draft:
    found = about("new")
    assert isinstance(found, Draft)
    return found


@pytest.mark.parametrize("language", ["en", "de"])
def test_people_are_understood_as_they_mean_it(language: str) -> None:
    wrong = [
        (case.state, case.said, case.expected, found)
        for case in typed()
        if case.language == language
        and not is_right(case, found := meant(case.said, language, case.state))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", GOALS)
def test_of_times_no_trap_is_taken_and_little_is_asked(language: str) -> None:
    """Whatever is taken for a time without a question is one; 'asked' is about the caption."""
    counts: Counter[str] = Counter()
    for phrase in islice(phrases(language), 0, None, 3):
        moment = Moment(phrase.present, phrase.zone)
        found = understand(
            phrase.text, draft=about("captioned"), actor=ACTORS[language], moment=moment
        )
        counts[kind_of(found)] += phrase.expected != TRAP
        if isinstance(found, Time):
            local = found.answers["scheduled_time"].astimezone(phrase.zone)
            assert phrase.expected != TRAP and phrase.means(local), phrase
    assert counts["ask"] / counts.total() < MOST_ASKED, counts
    assert counts["caption"] / counts.total() < MOST_MISSED, counts


SENTENCES = {
    "en": ("We open {}, come by!", "{} we open our doors.", "Join us {} at the Blue Note"),
    "de": ("Wir öffnen {}, kommt vorbei!", "{} ist es endlich so weit.", "Einlass ist {} im Saal"),
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_time_within_a_sentence_is_a_part_of_the_caption(language: str) -> None:
    for number, phrase in enumerate(islice(phrases(language), 0, None, 10)):
        said = SENTENCES[language][number % 3].format(phrase.text)
        state = ("new", "captioned", "reply")[number % 4 % 3]
        assert not isinstance(meant(said, language, state), Time | Day), said


WORDS_OF_ALL = sorted(
    {word for words in WORDS.values() for word in words}
    | {label for label, _ in BUTTONS}
    | {case.said for case in typed()}
    | set("“”\"„«»'#!?:. \n🎉")
)
MIXED = st.lists(st.sampled_from(WORDS_OF_ALL) | st.text(max_size=8), max_size=5).map(" ".join)
STATES = st.sampled_from(["new", "captioned", "story", "reply"])


@given(said=MIXED | st.text(), state=STATES, language=st.sampled_from(["en", "de"]))
@settings(max_examples=100, deadline=None)
def test_whatever_is_typed_means_one_thing(said: str, state: str, language: str) -> None:
    found = meant(said, language, state)
    assert isinstance(found, Meaning)
    caption = found.caption if isinstance(found, Either) else found
    if isinstance(caption, Caption) and caption.text != said:
        assert caption.text == "" or caption.text in (unquoted(said), meant_as_caption(said))


@given(said=MIXED.filter(lambda said: "“" not in said and "”" not in said))
@example("#cancel!")
@settings(max_examples=40, deadline=None)
def test_in_quotes_everything_is_the_caption(said: str) -> None:
    found = meant(f"“{said}”")
    assert not said.strip() or (isinstance(found, Caption) and said.strip() in found.text)


@pytest.mark.parametrize("language", ["en", "de"])
def test_buttons_and_commands_are_heard_in_both_languages(language: str) -> None:
    for label, value in BUTTONS:
        found = meant(label, language, "captioned")
        assert found in (Label(value), Cancel()) or (isinstance(found, Time) and found.is_now)
    for said, wanted in [
        *[("back", Back()), ("zurück", Back()), ("delete it", Cancel()), ("lösch es", Cancel())],
        *[("Story", Type(PostType.STORY)), ("als Foto", Type(PostType.PHOTO))],
        *[("no caption", Caption("")), ("Kein Text", Caption("")), ("no hashtags", Hashtags(()))],
    ]:
        assert meant(said, language, "captioned") == wanted


def test_what_stands_on_a_button_at_hand_counts_before_what_it_means_elsewhere() -> None:
    """'Remove' takes one item out while the order is open, and the whole draft else."""
    found = {
        understand("remove", draft=about("new"), actor=ACTORS["en"], moment=MOMENT, buttons=buttons)
        for buttons in ([("Take it out", "remove")], [])
    }
    assert found == {Label("remove"), Cancel()}


@pytest.mark.parametrize("post_type", [PostType.PHOTO, PostType.REEL, PostType.CAROUSEL])
def test_words_about_a_planned_post_are_understood_as_those_about_a_draft(
    post_type: PostType,
) -> None:
    kind = MediaKind.VIDEO if post_type is PostType.REEL else MediaKind.PHOTO
    count = 2 if post_type is PostType.CAROUSEL else 1
    items = [MediaItem(kind=kind, width=1000, height=2000, duration=90.0) for _ in range(count)]
    post = Post(post_type=post_type, media=items, caption="Hello", fit_shift=0.0)
    wanted = {
        "tomorrow 9:30": Time,
        "friday": Day,
        "1 day later": Time,
        "Hi!": Caption,
        "Art": Label,
    }
    for said, meaning in wanted.items():
        found = understand(said, draft=post, actor=ACTORS["en"], moment=MOMENT)
        assert isinstance(found, meaning)


@pytest.mark.parametrize(
    "said",
    [
        *("add #sea", "und #sea", "plus #sea and #Sun", "also #sea"),
        *("More hashtags: sea", "add hashtags: sea, sun", "weitere Hashtags: #sea"),
    ],
)
def test_hashtags_that_are_added_leave_those_that_there_are(said: str) -> None:
    draft = about("captioned")
    assert isinstance(draft, Draft)
    draft.hashtags = ["sun"]
    found = understand(said, draft=draft, actor=ACTORS["en"], moment=MOMENT)
    assert found == Hashtags(("sun", "sea"))
    asked = HashtagsQuestion().understand(said, draft, ACTORS["en"], MOMENT)
    assert asked == {"hashtags": ["sun", "sea"]}


def test_a_draft_without_a_type_can_have_a_caption() -> None:
    draft = Draft(media=about("new").media, fit_shift=0.0)
    found = understand("Tonight", draft=draft, actor=ACTORS["en"], moment=MOMENT)
    assert isinstance(found, Either) and found.caption == Caption("Tonight")
    assert understand("Type", draft=draft, actor=ACTORS["en"], moment=MOMENT) == Label("type")


@pytest.mark.parametrize("hour", [10, 22])
def test_a_no_is_no_slip_of_an_hour_at_any_hour(hour: int) -> None:
    moment = Moment(datetime(2026, 11, 26, hour, 30, tzinfo=BERLIN), BERLIN)
    found = understand("nein", draft=about("new"), actor=ACTORS["de"], moment=moment)
    assert isinstance(found, Either) and found.first == Aside()


@pytest.mark.parametrize("hour", [10, 22])
def test_every_day_at_nine_is_asked_about_and_is_never_over(hour: int) -> None:
    moment = Moment(datetime(2026, 11, 26, hour, 30, tzinfo=BERLIN), BERLIN)
    with pytest.raises(NotUnderstoodError, match="time_several_ways") as asked:
        SERIES.understand("every day at 9", Draft(), ACTORS["en"], moment)
    assert len(asked.value.choices) == 2


def test_a_time_that_cannot_be_says_why_and_what_may_have_been_meant() -> None:
    found = meant("today at 8:00", "en", "story")
    assert isinstance(found, Problem) and found.error.key == "time_in_the_past"
    assert found.error.choices
    found = meant("Friday 5", "en", "captioned")
    assert isinstance(found, Problem) and len(found.error.choices) == 2
