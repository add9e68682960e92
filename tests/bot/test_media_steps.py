"""What people answer about framing, trimming and covers, without a chat around it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.context import Actor
from bot.new_post.media_steps import CoverQuestion, FitQuestion, TrimQuestion
from bot.new_post.question import Decision, GoTo, Moment, NotUnderstoodError, UseCover
from bot.new_post.steps import LAST, next_question, path, question_before, way_back
from bot.rights import Role
from publisher.media.prepare import is_slow
from storage.lifecycle import MediaKind, PostType
from storage.models import Draft, MediaItem

ANNA = Actor(id=1, chat_id=1, language="en", role=Role.AUTHOR)
NOW = Moment(datetime.now(UTC), ZoneInfo("UTC"))


def draft_of(post_type: PostType | None, *sizes: tuple[int, int, float | None]) -> Draft:
    """A draft of photos, and videos where there is a duration."""
    draft = Draft(
        post_type=post_type, fit_shift=0.0, trim_agreed=False, question="type", is_guided=True
    )
    draft.media = [
        MediaItem(
            kind=MediaKind.PHOTO if seconds is None else MediaKind.VIDEO,
            width=width,
            height=height,
            duration=seconds,
        )
        for width, height, seconds in sizes
    ]
    return draft


LONG_STORY = (1080, 1920, 90.0)


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("first", 0.0),
        ("Anfang", 0.0),
        ("last", 30.0),
        ("Ende", 30.0),
        ("0:00", 0.0),
        ("0:12", 12.0),
        ("12", 12.0),
        ("12.5 s", 12.5),
        ("12,5", 12.5),
        ("30", 30.0),
    ],
)
def test_a_part_begins_where_people_say(said: str, start: float) -> None:
    answers = TrimQuestion().understand(said, draft_of(PostType.STORY, LONG_STORY), ANNA, NOW)
    assert answers == {"trim_start": start, "trim_agreed": True}


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("soon", "trim_not_understood"),
        ("-1", "trim_not_understood"),
        ("1:2:3", "trim_not_understood"),
        ("31", "trim_too_late"),
        ("1:30", "trim_too_late"),
        ("999:9999", "trim_too_late"),
    ],
)
def test_a_part_that_there_is_not_is_explained(said: str, key: str) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        TrimQuestion().understand(said, draft_of(PostType.STORY, LONG_STORY), ANNA, NOW)
    assert refused.value.key == key
    assert "0:30" in refused.value.sentence("en") and "0:30" in refused.value.sentence("de")


@pytest.mark.parametrize(("said", "fit"), [("c", "white"), (" B ", "blur"), ("black", "black")])
def test_a_framing_is_named_by_its_letter_in_the_picture_too(said: str, fit: str) -> None:
    draft = draft_of(PostType.STORY, (1600, 900, None))
    assert FitQuestion().understand(said, draft, ANNA, NOW) == {"fit": fit}


def test_the_arrows_stop_at_the_edges_and_leave_the_choice_open() -> None:
    draft = draft_of(PostType.PHOTO, (3000, 1000, None))
    for said, shift in (("left", -0.5), ("links", -1.0), ("left", -1.0), ("right", -0.5)):
        answers = FitQuestion().understand(said, draft, ANNA, NOW)
        assert answers == {"fit": None, "fit_shift": shift}
        draft.fit_shift = answers["fit_shift"]


@pytest.mark.parametrize(
    ("size", "arrows"),
    [((3000, 1000, None), ("left", "right")), ((900, 3000, None), ("up", "down"))],
)
def test_the_arrows_point_along_the_side_that_is_cut(
    size: tuple[int, int, None], arrows: tuple[str, str]
) -> None:
    rows = FitQuestion().ask(draft_of(PostType.PHOTO, size), ANNA, NOW).rows
    values = [value for row in rows for _, value in row]
    assert values == ["crop", "blur", "white", "black", *arrows, "back", "cancel"]


def test_a_cover_is_a_number_that_is_shown_or_automatic() -> None:
    draft = draft_of(PostType.REEL, (1080, 1920, 10.0))
    assert CoverQuestion().understand("1", draft, ANNA, NOW) == UseCover(0.0)
    last = CoverQuestion().understand("#8", draft, ANNA, NOW).at
    assert last is not None and 9 < last < 10
    assert CoverQuestion().understand("automatisch", draft, ANNA, NOW) == UseCover(None)
    for said in ("0", "9", "9" * 5000, "-1", "one", "8.5", "²", ""):
        with pytest.raises(NotUnderstoodError):
            CoverQuestion().understand(said, draft, ANNA, NOW)


def names(draft: Draft) -> list[str]:
    return [question.name for question in path(draft)]


def test_a_draft_goes_only_through_the_steps_that_it_needs() -> None:
    end = ["time", "confirm"]
    rest = ["caption", "hashtags", *end]
    assert names(draft_of(None, LONG_STORY)) == ["type"]
    assert names(draft_of(PostType.REEL, LONG_STORY)) == ["type", *rest]
    assert names(draft_of(PostType.STORY, LONG_STORY)) == ["type", "trim", *end]
    wide = (1920, 1080, 90.0)
    assert names(draft_of(PostType.STORY, wide)) == ["type", "fit", "trim", *end]


def test_a_large_album_is_prepared_beside_the_chat_and_a_photo_at_once() -> None:
    phone = (4000, 3000, None)
    assert not is_slow(draft_of(PostType.PHOTO, (8000, 6000, None)))
    assert not is_slow(draft_of(PostType.CAROUSEL, phone, phone))
    assert is_slow(draft_of(PostType.CAROUSEL, *[phone] * 6))


def test_back_leads_through_the_same_steps() -> None:
    draft = draft_of(PostType.STORY, (1920, 1080, 90.0))
    assert next_question(draft).name == "fit"
    seen = []
    draft.question = "confirm"
    while draft.question != "type":
        draft.question = question_before(draft).name
        seen.append(draft.question)
    assert seen == ["time", "trim", "fit", "type"]
    draft = draft_of(PostType.PHOTO, (1080, 1080, None))
    draft.question = "time"
    assert question_before(draft).name == "hashtags"
    draft.question = "type"
    assert way_back(draft) is Decision.REPLACE_MEDIA
    draft.caption, draft.hashtags, draft.scheduled_time = "", [], NOW.now
    for changed in ("cover", "caption", "type"):
        draft.question = changed
        assert way_back(draft) == GoTo(LAST.name)
