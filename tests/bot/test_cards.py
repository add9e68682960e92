"""What a card infers, and that it always fits into a caption of Telegram's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.context import Actor
from bot.new_post.card_words import meant_on_card, replaced
from bot.new_post.facts import MAX_UNITS, News, told
from bot.new_post.inference import inferred, other_type
from bot.new_post.question import AS_CAPTION, Answers, Moment, NotUnderstoodError, Reply
from bot.new_post.steps import QUESTIONS, buttons_of
from bot.posts.cards import draft_row, row, shown_time
from bot.rights import Role
from bot.sandbox.telegram.html import parse_html
from bot.texts import LANGUAGES, dates, label
from publisher.caption import utf16_length
from publisher.media.rules import RULES
from publisher.settings import INSTAGRAM
from storage.lifecycle import MediaKind, PostType, Status
from storage.models import Account, Draft, MediaItem, Post
from storage.slots import Calendar

CREATOR = Account(id=1, name="creator", destination=INSTAGRAM)
NOW = Moment(datetime(2026, 11, 26, 9, tzinfo=UTC), ZoneInfo("Europe/Berlin"), accounts=[CREATOR])
PHOTO, TALL, WIDE = (800, 1000), (1080, 1920), (1600, 400)


def draft_with(*items: tuple[int, int] | tuple[int, int, float], caption: str = "") -> Draft:
    draft = Draft(
        id=1,
        account=CREATOR,
        is_guided=False,
        question="card",
        timezone="Europe/Berlin",
        fit_shift=0.0,
        trim_agreed=False,
        schedules_when_ready=False,
        suggested_caption=caption or None,
    )
    for number, (width, height, *seconds) in enumerate(items):
        kind = MediaKind.VIDEO if seconds else MediaKind.PHOTO
        length = seconds[0] if seconds else None
        item = MediaItem(position=number, kind=kind, width=width, height=height, duration=length)
        item.size_bytes, item.format = 1000, "mp4" if seconds else "jpeg"
        draft.media.append(item)
    return draft


@pytest.mark.parametrize(
    ("items", "caption", "expected", "other"),
    [
        ([PHOTO], "", PostType.PHOTO, None),
        ([TALL], "", PostType.STORY, PostType.PHOTO),
        ([TALL], "Hello", PostType.PHOTO, PostType.STORY),
        ([(*TALL, 8.0)], "", PostType.REEL, None),
        ([(*WIDE, 8.0)], "", PostType.REEL, None),
        ([PHOTO, TALL], "", PostType.CAROUSEL, None),
        ([PHOTO, (*TALL, 8.0)], "", PostType.CAROUSEL, None),
        ([(*TALL, 0.2)], "", None, None),
    ],
)
def test_the_type_follows_from_what_was_sent(
    items: list[tuple[int, int]], caption: str, expected: PostType | None, other: PostType | None
) -> None:
    draft = draft_with(*items, caption=caption)
    answers = inferred(draft, RULES)
    assert draft.post_type is expected
    assert (answers["caption"], answers["hashtags"]) == (caption, [])
    assert other_type(draft, RULES) == other


def test_what_does_not_fit_is_cropped_and_what_was_chosen_stays() -> None:
    wide = draft_with(WIDE)
    assert inferred(wide, RULES)["fit"] == "crop"
    assert "fit" not in inferred(draft_with(PHOTO), RULES)
    wide.fit, wide.caption = "white", "Mine"
    assert inferred(wide, RULES) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("said", ["a", "&<b>", "🌊", "@creator ", "x\n"])
def test_a_card_fits_into_a_caption(language: str, said: str) -> None:
    draft = draft_with(WIDE)
    inferred(draft, RULES)
    draft.caption, draft.hashtags = (said * 2200)[:2200], ["x" * 90] * 5
    actor = Actor(id=1, chat_id=1, language=language, role=Role.AUTHOR)
    for name in ("card", "more", "type", "caption", "hashtags", "time", "fit"):
        question = QUESTIONS[name].ask(draft, actor, NOW).text
        text = told(draft, question, News(note="!" * 300), language, NOW)
        assert utf16_length(parse_html(text).text) <= MAX_UNITS, name
        assert question in text, name


def heard(said: str, question: str, language: str = "en", *, caption: str = "Mine") -> Reply:
    """What typed words change in a wide photo's draft with this caption and open question."""
    draft = draft_with(WIDE, caption=caption)
    inferred(draft, RULES)
    draft.question = question
    actor = Actor(id=1, chat_id=1, language=language, role=Role.AUTHOR)
    return meant_on_card(said, draft, actor, NOW, buttons_of(draft, actor, NOW), is_reply=False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["account", "type", "fit", "trim", "cover", "order", "time"])
def test_while_something_else_is_asked_words_become_the_caption_by_a_tap_alone(
    language: str, name: str
) -> None:
    refusal = "time_unknown_words" if name == "time" else f"{name}_not_understood"
    for said in ("asdf", "Hello from the harbour"):
        with pytest.raises(NotUnderstoodError) as refused:
            heard(said, name, language)
        assert refused.value.key == refusal
        assert refused.value.choices[-1] == (label(language, "as_caption", said=said), AS_CAPTION)
        assert refused.value.kept == {"suggested_caption": said}


@pytest.mark.parametrize("name", ["card", "more", "time"])
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("31 Feb 10:00", "time_no_such_day"),
        ("fifth monday of february 10:00", "time_no_such_date"),
        ("25:99", "time_no_such_time"),
        ("24 Dec 2030 18:00", "time_too_far"),
        ("yesterday 9:00", "time_in_the_past"),
        ("2020-01-01 10:00", "time_in_the_past"),
        ("gestern 9 Uhr", "time_in_the_past"),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_its_own_words(name: str, said: str, why: str) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        heard(said, name)
    assert refused.value.key == why
    *times, last = [value for _, value in refused.value.choices]
    assert last == AS_CAPTION
    assert [value.partition(":")[0] for value in times] == (["slot"] if name == "card" else [])


@pytest.mark.parametrize(
    ("said", "leaves_hours"),
    [("tomorow morning", False), ("next week", False), ("half past six", False), ("asdf", True)],
)
def test_hours_of_the_day_named_before_do_not_stand_beside_what_may_be_another(
    said: str, leaves_hours: bool
) -> None:
    draft = draft_with(PHOTO, caption="Mine")
    draft.question, draft.chosen_days = "time", [NOW.now.date() + timedelta(days=9)]
    actor = Actor(id=1, chat_id=1, language="en", role=Role.AUTHOR)
    with pytest.raises(NotUnderstoodError) as asked:
        meant_on_card(said, draft, actor, NOW, buttons_of(draft, actor, NOW), is_reply=False)
    shown = QUESTIONS["time"].explain(asked.value, draft, actor, NOW)
    labels = [text for row in shown.rows for text, _ in row]
    assert ("Other hour …" in labels) == leaves_hours
    assert labels[: len(asked.value.choices)] == [text for text, _ in asked.value.choices]


def test_which_is_meant_is_asked_of_two_or_more() -> None:
    for said, caption in [("tonight", ""), ("Tonight at 8!", "Mine"), ("Reel", "Mine")]:
        with pytest.raises(NotUnderstoodError) as asked:
            heard(said, "card", caption=caption)
        assert (asked.value.key, len(asked.value.choices)) == ("card_which", 2)


@pytest.mark.parametrize(("minutes", "shown"), [(-1, "already past"), (1, "in 1 minute")])
def test_a_time_that_passes_while_nobody_taps_is_not_shown_as_if_it_were_planned(
    minutes: int, shown: str
) -> None:
    draft = draft_with(PHOTO)
    draft.scheduled_time = NOW.now + timedelta(minutes=minutes)
    draft.wall_time = draft.scheduled_time.isoformat()
    assert shown in told(draft, "", News(), "en", NOW)


def test_hours_to_tap_are_never_without_their_day() -> None:
    draft, actor = draft_with(PHOTO), Actor(1, 1, "en", Role.AUTHOR)
    draft.chosen_days = [NOW.today + timedelta(days=28)]
    problem = NotUnderstoodError("time_no_such_time")
    shown = QUESTIONS["time"].explain(problem, draft, actor, NOW)
    assert ("09:00" in [text for row in shown.rows for text, _ in row]) and "24 Dec" in shown.text


def test_an_hour_in_words_may_be_of_either_half_of_the_day_or_the_caption() -> None:
    for said, hours in [("tomorrow at eight", ("08:00", "20:00")), ("tonight", ("19:00",))]:
        with pytest.raises(NotUnderstoodError) as asked:
            heard(said, "card", caption="")
        *times, caption = [text for text, _ in asked.value.choices]
        assert [time[-5:] for time in times] == [*hours], times
        assert said in caption


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_caption_that_is_replaced_is_named_and_kept(language: str) -> None:
    draft = draft_with(PHOTO)
    draft.caption, answers = "A <long> one " * 9, Answers(caption="New")
    news = replaced(answers, draft, language)
    assert "A &lt;long&gt; one" in news.note and len(news.note) < 120
    assert news.buttons["caption"] == (label(language, "button_old_caption"), AS_CAPTION)
    assert answers["suggested_caption"] == draft.caption
    assert replaced(Answers(caption=draft.caption), draft, language) == News()
    taken_back = heard(label(language, "button_old_caption"), "time", language)
    assert taken_back == {"caption": "Mine", "caption_message_id": None}
    draft.caption = ""
    assert replaced(Answers(caption="New"), draft, language) == News()


@pytest.mark.parametrize("minutes", [0, 5])
def test_beside_another_post_the_time_that_was_chosen_is_offered_first(minutes: int) -> None:
    draft, chosen = draft_with(PHOTO), NOW.now + timedelta(minutes=minutes)
    draft.post_type, draft.scheduled_time = PostType.PHOTO, chosen
    draft.wall_time = chosen.isoformat() if minutes else None
    beside = Calendar(taken=(NOW.now + timedelta(minutes=7),))
    actor = Actor(id=1, chat_id=1, language="en", role=Role.AUTHOR)
    asked = QUESTIONS["card"].ask(draft, actor, replace(NOW, calendar=beside))
    assert "close to this one" in asked.text
    (first, _), *_ = asked.rows[0]
    assert first == ("Plan for Thu 26 Nov, 10:05" if minutes else "Now")
    assert asked.rows[1][0][0] == "Thu 26 Nov, 10:30"


def test_what_is_late_says_why_and_not_how_long_ago_it_was_planned() -> None:
    account = Account(id=1, name="creator", destination=INSTAGRAM, paused_reason="on_request")
    now, zone = datetime.now(UTC), ZoneInfo("Europe/Berlin")
    due = now - timedelta(seconds=13)
    post = Post(id=1, account=account, status=Status.PENDING, post_type=PostType.PHOTO)
    post.scheduled_time = post.next_attempt_at = due
    post.timezone, post.retry_count = zone.key, 0
    for language, ago in (("en", "ago"), ("de", "vor ")):
        listed = row(post, language, now, zone, [account])
        assert label(language, "state_account_paused") in listed
        assert ago not in listed
        assert ago not in shown_time(post, language, now)
        assert shown_time(post, language, now) != label(language, "right_away")
    account.paused_reason = None
    assert shown_time(post, "en", now) == label("en", "right_away")
    post.retry_count = 1
    assert shown_time(post, "en", now) != label("en", "right_away")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_draft_whose_time_has_passed_says_so_in_the_list(language: str) -> None:
    draft, now = draft_with(PHOTO, caption="Mine"), NOW.now
    draft.timezone, draft.scheduled_time = "UTC", now - timedelta(minutes=13)
    draft.wall_time = draft.scheduled_time.isoformat()
    time = dates.moment(language, draft.scheduled_time, ZoneInfo("UTC"), now)
    assert label(language, "draft_time_passed", time=time) in draft_row(draft, 1, language, now)
