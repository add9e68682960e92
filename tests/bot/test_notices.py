"""What people read of doubts and clocks: what it is about, where to look, what to do."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.notice_types import NOTICES
from bot.notices import admins_buttons, alert, owners_buttons, result
from bot.posts.cards import card, row
from bot.sandbox.telegram.html import parse_html
from bot.texts import LANGUAGES
from storage.hand_over import is_offered
from storage.lifecycle import PostType, Status
from storage.models import Account, Notice, Post
from storage.outbox import NoticeKind

ATTIC = [{"process": "publisher", "host": "attic"}]
LINK = "https://www.instagram.com/p/AbC/"
ABOUT_A_POST = [
    NoticeKind.PUBLISHED,
    NoticeKind.RETRYING,
    NoticeKind.FAILED,
    NoticeKind.UNCONFIRMED,
    NoticeKind.ASKED,
    NoticeKind.PREFLIGHT,
    NoticeKind.POSTPONED,
    NoticeKind.LATE,
    NoticeKind.NOT_YET,
    NoticeKind.WAITING,
    NoticeKind.HAND_OVER_REMINDER,
    NoticeKind.DELETED_BY_ADMIN,
]


def asked_post(language: str) -> Post:
    return Post(
        id=7,
        language=language,
        status=Status.UNCONFIRMED,
        post_type=PostType.PHOTO,
        scheduled_time=datetime(2026, 12, 1, tzinfo=UTC),
        timezone="UTC",
        caption="Evening at the lake",
        account=Account(id=1, name="creator"),
    )


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_question_shows_the_candidates_and_names_the_post(language: str) -> None:
    post = asked_post(language)
    notice = Notice(kind=NoticeKind.ASKED, detail={"error_class": "looks_alike", "links": [LINK]})
    told = result(notice, post, [])
    assert LINK in told and "Evening at the lake" in told and "7" in told
    notice.detail = {"error_class": "reply_lost"}
    assert LINK not in result(notice, post, [])


@pytest.mark.parametrize("language", ["en", "de"])
def test_whose_posts_are_held_is_told_with_a_number_that_can_be_copied(language: str) -> None:
    notice = Notice(kind=NoticeKind.HELD, post_id=7, detail={"person": 123456789, "count": 2})
    assert alert(notice, language, []).count("123456789") == 2  # as the name, too


@pytest.mark.parametrize(
    ("language", "paused", "says"),
    [
        ("en", True, "publishing is paused"),
        ("de", True, "das Veröffentlichen pausiert"),
        ("en", False, "a few minutes"),
    ],
)
def test_a_doubt_says_when_it_is_looked_into(language: str, paused: bool, says: str) -> None:
    detail = {"error_class": "unclear", **({"paused": True} if paused else {})}
    notice = Notice(kind=NoticeKind.UNCONFIRMED, detail=detail)
    told = " ".join(result(notice, asked_post(language), []).split())
    assert says in told


@pytest.mark.parametrize(
    ("clock", "seconds", "language", "says"),
    [
        ("clock_database", 420.0, "en", "7 minutes ahead of Instagram's"),
        ("clock_database", -420.0, "en", "7 minutes behind Instagram's"),
        ("clock_machine", 420.0, "en", "attic"),
        ("clock_machine", -3600.0, "de", "1 Stunde nach"),
    ],
)
def test_a_wrong_clock_is_named_with_how_much_and_what_to_do(
    clock: str, seconds: float, language: str, says: str
) -> None:
    detail = {"error_class": clock, "host": "attic", "seconds": seconds}
    told = alert(Notice(kind=NoticeKind.CLOCK, detail=detail), language, [])
    assert says in told and "timedatectl" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_row_and_is_told_in_every_language(language: str) -> None:
    for kind in NoticeKind:
        spec, post = NOTICES[kind], asked_post(language)
        detail = {"error_class": "clock_machine", "seconds": 90.0} if kind == "clock" else {}
        detail = {"over": "silent", "alerts": ATTIC} if kind == "alert_over" else detail
        notice = Notice(
            kind=kind, post_id=7, post=post, detail=detail or {"error_class": "unclear"}
        )
        is_told = spec.to_owner or spec.to_admin or spec.for_team or spec.on_account
        assert is_told or kind is NoticeKind.LOGIN, "which says how its row stands"
        assert spec.to_owner is None or result(notice, post, []), kind
        assert spec.to_admin is None or alert(notice, language, []), kind
        post.account.paused_reason = "challenge"
        post.status = Status.FAILED
        shown = [owners_buttons(notice, post), admins_buttons(notice, language)]
        assert [keyboard is not None for keyboard in shown] == [
            bool(spec.owner_can),
            bool(spec.admin_can),
        ], kind


@pytest.mark.parametrize(("language", "says"), [("en", "for creator"), ("de", "für creator")])
@pytest.mark.parametrize("kind", ABOUT_A_POST)
def test_the_account_of_a_post_is_named_where_there_are_several(
    kind: NoticeKind, language: str, says: str
) -> None:
    post = asked_post(language)
    notice = Notice(kind=kind, post=post, detail={"error_class": "unclear"})
    alone, bakery = [post.account], Account(id=2, name="Bakery")
    for accounts, is_named in ((alone, False), ([*alone, bakery], True), ([bakery], True)):
        told = [result(notice, post, accounts)]
        told += [alert(notice, language, accounts)] if NOTICES[kind].to_admin else []
        now = datetime.now(UTC)
        told += [
            card(post, language, accounts),
            row(post, language, now, ZoneInfo("UTC"), accounts),
        ]
        assert [says in parse_html(text).text for text in told] == [is_named] * len(told), told


@pytest.mark.parametrize(
    ("reason", "until", "status", "count", "label"),
    [
        ("challenge", None, Status.PENDING, 1, "Hand it to me"),
        ("challenge", None, Status.FAILED, 1, "Hand it to me"),
        ("challenge", None, Status.PENDING, 2, "Hand over 7"),
        ("challenge", None, Status.UNCONFIRMED, 1, None),
        ("challenge", None, Status.HELD, 1, None),
        ("rate_limited", datetime(2026, 12, 1, tzinfo=UTC), Status.PENDING, 1, None),
        (None, None, Status.PENDING, 1, None),
    ],
)
def test_a_post_is_offered_by_hand_while_its_account_pauses_without_an_end(
    reason: str | None, until: datetime | None, status: Status, count: int, label: str | None
) -> None:
    post = asked_post("en")
    post.status = status
    post.account.paused_reason, post.account.paused_until = reason, until
    notice = Notice(kind=NoticeKind.WAITING, detail={"error_class": "paused", "count": count})
    keyboard = owners_buttons(notice, post)
    rows = keyboard.inline_keyboard if keyboard else ()
    assert [button.text for row in rows for button in row] == ([label] if label else [])


def test_a_post_that_comes_back_from_a_pause_is_offered_before_it_is_back() -> None:
    post = asked_post("en")
    post.status, post.account.paused_reason = Status.CLAIMED, "challenge"
    notice = Notice(kind=NoticeKind.WAITING, detail={"error_class": "challenge", "offered": True})
    keyboard = owners_buttons(notice, post)
    assert keyboard is not None and len(keyboard.inline_keyboard) == 1
    notice.detail = {"error_class": "rate_limited", "offered": False}
    assert owners_buttons(notice, post) is None


def test_a_post_of_a_removed_account_is_offered_by_hand() -> None:
    post = asked_post("en")
    post.status = Status.PENDING
    assert not is_offered(post)
    post.account.removed_at = datetime.now(UTC)
    assert is_offered(post)
