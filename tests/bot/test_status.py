"""The card of /status: what stands how, in both languages, and what is not known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from telegram.constants import MessageLimit

from bot.sandbox.telegram.html import parse_html
from bot.status_command import Standing, card
from storage.account_facts import AccountFacts
from storage.facts import Facts, OpenAlert, ProcessState
from storage.models import Account
from storage.outbox import NoticeKind
from tests.spoken import spoken

NOW = datetime(2026, 12, 1, 17, 0, 5, tzinfo=UTC)
PROCESS = ProcessState("own", "bot", "attic", "1", 90, 30, 40, 120, 5 * 10**9, 0, None, 0)
STANDING = Standing(Facts(inbox=1), [], 0.012, "own", by_webhook=False)


def shown(standing: Standing, language: str = "en") -> str:
    return parse_html(card(standing, language, ZoneInfo("Europe/Berlin"), NOW)).text


def account(*, is_asked: bool = False, is_paused: bool = False, **changes: Any) -> AccountFacts:
    row = Account(**{"id": 1, "name": "creator", "destination": "instagram", **changes})
    return AccountFacts(row, 0, 0, None, None, is_paused, is_asked, False, None, None)


ACCOUNTS = [
    (account(session_at=NOW), "well"),
    (account(session_at=NOW, session_ends_at=NOW + timedelta(days=9)), "ends"),
    (account(), "unknown"),
    (account(login_at=NOW), "logs_in"),
    (account(is_asked=True, is_paused=True), "asked"),
    (account(destination="by_hand"), "by_hand"),
    (account(is_paused=True, paused_reason="on_request"), "on_request"),
    (
        account(is_paused=True, paused_reason="on_request", paused_until=NOW + timedelta(days=1)),
        "on_request_until",
    ),
    (account(is_paused=True, paused_reason="challenge", from_settings=True), "paused"),
    (
        account(
            is_paused=True,
            paused_reason="rate_limited",
            paused_until=NOW + timedelta(hours=1),
            from_settings=True,
        ),
        "paused_until",
    ),
]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("facts", "key"), ACCOUNTS)
def test_an_account_stands_as_it_is_known_to(facts: AccountFacts, key: str, language: str) -> None:
    said = shown(replace(STANDING, accounts=[facts]), language)
    assert spoken(f"status_account_{key}", language) in said and "creator" in said
    if key == "ends":
        assert {"en": "10 Dec", "de": "10. Dez"}[language] in said
    if key == "paused_until":
        assert "19:00" in said and spoken("reason_rate_limited", language) in said


@pytest.mark.parametrize("language", ["en", "de"])
def test_all_that_waits_and_who_works_is_said_and_nothing_that_is_not_known(language: str) -> None:
    processes = [
        PROCESS,
        replace(PROCESS, id="p", kind="publisher", host="cellar", sweep_seconds=15, swept=None),
        replace(PROCESS, id="q", kind="publisher", host="barn", seen=600),
    ]
    queue = {"pending": 7, "unconfirmed": 1, "failed": 2}
    facts = Facts(queue=queue, due=2, overdue=1, processes=processes, parked=3, inbox=1)
    said = shown(replace(STANDING, facts=facts), language)
    for key in (
        *("status_well", "status_queue", "status_posts_unconfirmed", "status_posts_failed"),
        *("status_process_own", "status_process_other", "status_process_silent"),
        *("status_sweep", "status_sweep_none", "status_polling", "status_parked"),
    ):
        assert spoken(key, language) in said, key
    assert "5 GB" in said and "18:00:05" in said and "12 ms" in said
    assert said.count("barn") == 1, "what it had free ten minutes ago says nothing"
    assert spoken("status_posts_held", language) not in said
    unknown = shown(STANDING, language)
    assert spoken("status_process_unknown", language) in unknown


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_wrong_stands_first_with_its_id(language: str) -> None:
    detail = {"host": "attic", "free": 10**9, "floor": 10**9}
    alert = OpenAlert(1, NoticeKind.DISK, "attic", "K7Q2M3", detail, 60.0)
    said = shown(replace(STANDING, facts=Facts(alerts=[alert])), language).splitlines()
    assert spoken("status_wrong", language) in said[1]
    assert "attic" in said[3] and "1000 MB" in said[3].replace(",", "").replace(".", "")
    assert "K7Q2M3" in said[4]
    by_now = Facts(alerts=[alert], processes=[replace(PROCESS, free_bytes=4 * 10**8)])
    assert "400 MB" in shown(replace(STANDING, facts=by_now), language)


@pytest.mark.parametrize("language", ["en", "de"])
def test_however_much_there_is_it_fits_into_one_message(language: str) -> None:
    name = "n" * 30
    paused = account(is_paused=True, paused_reason="challenge", from_settings=True, name=name)
    hosts = [f"{number:02}" + "h" * 40 for number in range(40)]
    detail = {"process": "publisher", "seconds": 1e6}
    alerts = [
        OpenAlert(number, NoticeKind.SILENT, host, "K7Q2M3", {**detail, "host": host}, 60.0)
        for number, host in enumerate(hosts)
    ]
    processes = [replace(PROCESS, id=host, host=host) for host in hosts]
    facts = Facts(alerts=alerts, processes=processes)
    said = shown(replace(STANDING, facts=facts, accounts=[paused] * 40), language)
    assert 3000 < len(said) <= MessageLimit.MAX_TEXT_LENGTH
