"""What people answer at the last look, without a chat around it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.context import Actor
from bot.new_post.question import Decision, GoTo, Moment, NotUnderstoodError, Reply
from bot.new_post.steps import ACCOUNT, LAST
from bot.rights import Role
from bot.sandbox.telegram.html import parse_html
from publisher.settings import BY_HAND, INSTAGRAM
from storage.lifecycle import MediaKind, PostType, PreparationState
from storage.models import Account, Draft, MediaItem

ANNA = Actor(id=1, chat_id=1, language="en", role=Role.AUTHOR)
BAKERY, CREATOR = (
    Account(id=2, name="Bakery", destination=BY_HAND),
    Account(id=1, name="creator", destination=INSTAGRAM),
)
NOW = Moment(datetime(2026, 11, 24, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin"), accounts=[CREATOR])
FRIDAY = date(2026, 11, 27)
EVENING = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)


def draft(planned: datetime = NOW.now + timedelta(days=1)) -> Draft:
    """A photo with every answer given and its preparation done."""
    made = Draft(
        account=CREATOR,
        account_id=CREATOR.id,
        is_guided=True,
        post_type=PostType.PHOTO,
        caption="Hello",
        hashtags=["one"],
        scheduled_time=planned,
        wall_time=planned.replace(tzinfo=None).isoformat(),
        timezone="Europe/Berlin",
        fit_shift=0.0,
        trim_agreed=False,
        preparation=PreparationState.DONE,
        question="confirm",
    )
    made.media = [MediaItem(kind=MediaKind.PHOTO, width=1080, height=1080)]
    return made


@pytest.mark.parametrize(
    ("accounts", "of", "said", "label", "fits"),
    [
        ([CREATOR], CREATOR, None, False, True),
        ([CREATOR, BAKERY], BAKERY, "Account: Bakery (by hand)", True, True),
        ([CREATOR, BAKERY], CREATOR, "Account: creator", True, True),
        ([CREATOR], BAKERY, "Account: Bakery", True, False),
    ],
)
def test_the_account_is_shown_where_it_could_be_another_and_must_be_one_that_there_is(
    accounts: list[Account], of: Account, said: str | None, label: bool, fits: bool
) -> None:
    made, moment = draft(), replace(NOW, accounts=accounts)
    made.account, made.account_id = of, of.id
    prompt = LAST.ask(made, ANNA, moment)
    shown = parse_html(prompt.text).text
    assert ("Account" in shown) == label and (said or "") in shown
    assert any(value == "account" for row in prompt.rows for _, value in row) == label
    if fits:
        assert LAST.understand("yes", made, ANNA, moment) is Decision.SCHEDULE
    else:
        with pytest.raises(NotUnderstoodError, match="account_gone"):
            LAST.understand("yes", made, ANNA, moment)
        assert LAST.understand("account", made, ANNA, moment) == GoTo("account")
    said_names = [("Bakery", 2), ("@creator", 1), ("2", 2)] if len(accounts) > 1 else []
    for name, number in said_names:
        assert ACCOUNT.understand(name, made, ANNA, moment) == {"account_id": number}


def replaces_time(reply: Reply) -> bool:
    return isinstance(reply, dict) and "scheduled_time" in reply


def refusal(said: str, about: Draft | None = None) -> NotUnderstoodError:
    with pytest.raises(NotUnderstoodError) as refused:
        LAST.understand(said, about or draft(), ANNA, NOW)
    return refused.value


@pytest.mark.parametrize("said", ["18:30", "heute 18:30 Uhr", "2026-11-24T18:30:00+01:00"])
def test_a_time_becomes_the_new_time_and_nothing_else_changes(said: str) -> None:
    answers = LAST.understand(said, draft(), ANNA, NOW)
    assert answers == {
        "scheduled_time": EVENING,
        "wall_time": "2026-11-24T18:30:00",
        "timezone": "Europe/Berlin",
    }


def test_a_day_alone_leads_to_the_question_for_its_hour() -> None:
    assert LAST.understand("friday", draft(), ANNA, NOW) == {"chosen_days": [FRIDAY]}


def test_now_is_a_time_and_no_consent() -> None:
    answers = LAST.understand("now", draft(), ANNA, NOW)
    assert answers == {
        "scheduled_time": NOW.now,
        "wall_time": None,
        "timezone": "Europe/Berlin",
    }


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("yesterday 18:30", "time_in_the_past"),
        ("24.12.2030 18:00", "time_too_far"),
        ("next friday", "time_time_missing"),
        ("maybe 25 foo", "time_unknown_words"),
        ("25:99", "time_no_such_time"),
        ("maybe", "confirm_not_understood"),
    ],
)
def test_a_time_that_cannot_be_is_explained_here_too(said: str, key: str) -> None:
    assert refusal(said).key == key


def test_a_time_that_can_be_read_in_two_ways_is_asked_back() -> None:
    offered = [value for _, value in refusal("7").choices]
    assert len(offered) == 2
    for value in offered:
        assert replaces_time(LAST.understand(value, draft(), ANNA, NOW))


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("yes", Decision.SCHEDULE),
        ("ja!", Decision.SCHEDULE),
        ("no", Decision.DISCARD),
        ("media", GoTo("replace")),
        ("the time", GoTo("time")),
    ],
)
def test_words_keep_their_meaning(said: str, reply: Reply) -> None:
    assert LAST.understand(said, draft(), ANNA, NOW) == reply


def test_a_time_that_has_passed_meanwhile_is_not_scheduled_but_can_be_replaced() -> None:
    late = draft(NOW.now - timedelta(minutes=1))
    assert refusal("yes", late).key == "time_has_passed"
    assert replaces_time(LAST.understand("in 10 minutes", late, ANNA, NOW))
