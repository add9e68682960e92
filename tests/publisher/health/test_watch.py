"""What is wrong is told once it is sure, once, and withdrawn; what passes by itself is not told."""

from dataclasses import replace
from typing import Any

import pytest

from publisher.health.watch import Verdict, Watch
from storage.facts import AccountState, Facts, OpenAlert, ProcessState
from storage.outbox import NoticeKind

FLOOR = 1_000
MINUTE, DAY = 60.0, 86_400.0
ACCOUNT = AccountState(1, "creator", "instagram", False, None, False, False, True)
BOT = ProcessState(
    id="bot",
    kind="bot",
    host="attic",
    version="1",
    started=DAY,
    seen=30.0,
    swept=90.0,
    sweep_seconds=120,
    free_bytes=10**9,
    clock_ahead=0,
    database_ahead=None,
    clock_set_by=0,
)
WELL = Facts(accounts=[ACCOUNT], processes=[BOT])


def bot(**changes: Any) -> Facts:
    return replace(WELL, processes=[replace(BOT, **changes)])


def publishers(*others: dict[str, Any]) -> Facts:
    """Beside a bot that is well."""
    made = [replace(BOT, **{"id": "p", "kind": "publisher", **changes}) for changes in others]
    return replace(WELL, processes=[BOT, *made])


def told(facts: Facts, verdict: Verdict) -> Facts:
    """The same, once its alerts were told."""
    alerts = [
        OpenAlert(number, trouble.kind, trouble.subject, "K7Q2M3", trouble.detail, 0.0)
        for number, trouble in enumerate(verdict.raised)
    ]
    return replace(facts, alerts=alerts)


def ends_in(days: float, **changes: Any) -> AccountState:
    """An account whose session ends then."""
    until = {"session_ends_at": "2026-12-10T00:00:00+00:00", "session_left": days * DAY}
    return replace(ACCOUNT, **{**until, **changes})


WRONG = [
    (bot(swept=7 * MINUTE), NoticeKind.SWEEP, "bot", 3 * MINUTE),
    (bot(swept=None), NoticeKind.SWEEP, "bot", 3 * MINUTE),
    (bot(sweep_seconds=None), NoticeKind.SWEEP, "", 3 * MINUTE),
    (replace(WELL, unexplained=[7, 9]), NoticeKind.OVERDUE, "", MINUTE),
    (bot(free_bytes=1_999), NoticeKind.DISK, "attic", 0),
    (bot(clock_ahead=-61), NoticeKind.CLOCK, "clock_machine attic", 0),
    (bot(database_ahead=400), NoticeKind.CLOCK, "clock_database", 0),
    (bot(clock_set_by=7200), NoticeKind.CLOCK, "clock_set attic", 0),
    (publishers({"seen": 4 * MINUTE}), NoticeKind.SILENT, "p", MINUTE),
    (replace(WELL, accounts=[ends_in(13.9)]), NoticeKind.ENDING, "1", 0),
]


@pytest.mark.parametrize(("facts", "kind", "subject", "patience"), WRONG)
def test_what_is_wrong_is_told_once_it_lasts_and_withdrawn_once_it_is_over(
    facts: Facts, kind: NoticeKind, subject: str, patience: float
) -> None:
    watch = Watch(FLOOR)
    first = watch.judge(facts, now=0.0)
    assert [trouble.kind for trouble in first.raised] == ([] if patience else [kind])
    assert watch.judge(facts, now=patience - 1).raised == [] or not patience
    (trouble,) = (verdict := watch.judge(facts, now=patience)).raised
    assert (trouble.kind, trouble.subject) == (kind, subject)
    known = told(facts, verdict)
    assert watch.judge(known, now=patience + 1) == Verdict(), "once"
    assert Watch(FLOOR).judge(known, now=0.0) == Verdict(), "after a restart, too"
    others = [replace(one, seen=30.0) for one in facts.processes if one.id != "bot"]
    well = replace(WELL, alerts=known.alerts, processes=[BOT, *others])
    assert [alert.kind for alert in watch.judge(well, now=patience + 2).over] == [kind]


@pytest.mark.parametrize(
    "facts",
    [
        WELL,
        Facts(),
        bot(swept=6 * MINUTE, seen=MINUTE),
        bot(started=MINUTE, swept=None),
        bot(free_bytes=2_000),
        bot(clock_ahead=60, database_ahead=-60, clock_set_by=60),
        replace(WELL, accounts=[ends_in(14.1), ends_in(-1, needs_login=True)]),
        publishers({"seen": 3 * MINUTE}),
        publishers({"seen": 9 * MINUTE}, {"id": "later", "started": 8 * MINUTE}),
    ],
)
def test_what_is_well_is_not_told(facts: Facts) -> None:
    watch = Watch(FLOOR)
    for now in (0.0, 600.0):
        verdict = watch.judge(facts, now)
        assert verdict.raised == []


def test_what_passes_by_itself_is_not_told() -> None:
    watch = Watch(FLOOR)
    for minute in range(10):
        facts = replace(WELL, unexplained=[7]) if minute % 2 else WELL
        assert watch.judge(facts, 30.0 * minute) == Verdict()


def test_a_publisher_is_succeeded_by_one_that_started_later_and_by_no_other() -> None:
    gone = {"seen": 9 * MINUTE}
    for other, expected in (
        ({"started": 8 * MINUTE}, ["p"]),
        ({"started": 10 * MINUTE}, []),
        ({"started": 8 * MINUTE, "host": "cellar"}, []),
        ({"started": 8 * MINUTE, "kind": "bot"}, []),
        ({"started": 8 * MINUTE, "seen": 5 * MINUTE}, []),
    ):
        assert Watch(FLOOR).judge(publishers(gone, {"id": "q", **other}), 0.0).forgotten == expected
    both = publishers(gone, {**gone, "id": "p2"}, {"id": "q", "started": 8 * MINUTE})
    watch = Watch(FLOOR)
    watch.judge(both, 0.0)
    verdict = watch.judge(both, MINUTE)
    assert len(verdict.forgotten) == len(verdict.raised) == 1, "one for one"


def test_after_a_day_nobody_waits_for_a_process_and_nobody_need_hear_of_it() -> None:
    facts = publishers({"seen": 4 * MINUTE})
    watch = Watch(FLOOR)
    watch.judge(facts, 0.0)
    known = told(facts, watch.judge(facts, MINUTE))
    gone = replace(publishers({"seen": DAY + 1}), alerts=known.alerts)
    verdict = watch.judge(gone, MINUTE + 1)
    assert (verdict.over, verdict.raised, verdict.forgotten) == ([], [], ["p"])
    assert verdict.unsaid == known.alerts


def test_of_a_machine_that_was_switched_off_nobody_hears_that_it_is_well() -> None:
    facts = publishers({"seen": 4 * MINUTE, "host": "barn"}, {"host": "cellar", "free_bytes": 0})
    watch = Watch(FLOOR)
    watch.judge(facts, 0.0)
    alerts = [
        OpenAlert(1, NoticeKind.SILENT, "p", "K7Q2M3", {}, 0.0),
        OpenAlert(2, NoticeKind.DISK, "cellar", "K7Q2M4", {}, 0.0),
    ]
    assert watch.judge(replace(facts, alerts=alerts), MINUTE) == Verdict()
    assert watch.judge(replace(WELL, alerts=alerts), 2 * MINUTE) == Verdict(unsaid=alerts)


def test_late_sweeps_are_reason_enough_for_late_posts_and_a_disk_has_room_to_breathe() -> None:
    watch = Watch(FLOOR)
    late = replace(bot(swept=7 * MINUTE), unexplained=[7])
    watch.judge(late, 0.0)
    assert [one.kind for one in watch.judge(late, 600.0).raised] == [NoticeKind.SWEEP]
    full = bot(free_bytes=1_999)
    alerts = told(full, watch.judge(full, 601.0)).alerts
    assert watch.judge(replace(bot(free_bytes=2_400), alerts=alerts), 602.0) == Verdict()
    assert watch.judge(replace(bot(free_bytes=2_500), alerts=alerts), 603.0).over == alerts


def test_an_account_and_the_media_folder_are_told_by_others_and_withdrawn_here() -> None:
    alerts = [
        OpenAlert(1, NoticeKind.ACCOUNT_PAUSED, "1", "K7Q2M3", {"account": "creator"}, 0.0),
        OpenAlert(2, NoticeKind.MEDIA_AWAY, "", "K7Q2M4", {}, 0.0),
        OpenAlert(3, NoticeKind.ACCOUNT_PAUSED, "9", "K7Q2M5", {"account": "removed"}, 0.0),
    ]
    paused = replace(ACCOUNT, is_paused=True)
    watch = Watch(FLOOR)
    verdict = watch.judge(
        replace(WELL, alerts=alerts, accounts=[paused], waiting_for_media=1), now=0.0
    )
    assert verdict == Verdict(unsaid=alerts[2:])
    assert watch.judge(replace(WELL, alerts=alerts), now=1.0).over == alerts[:2]
    assert watch.judge(replace(WELL, accounts=[paused]), now=2.0) == Verdict()


def test_what_has_ended_is_told_by_the_pause_and_a_key_that_ends_as_long_as_it_is_used() -> None:
    near = replace(WELL, accounts=[ends_in(1)])
    known = told(near, Watch(FLOOR).judge(near, 0.0)).alerts
    ended = replace(WELL, accounts=[ends_in(-1, needs_login=True)], alerts=known)
    assert Watch(FLOOR).judge(ended, 1.0) == Verdict(unsaid=known)
    (trouble,) = Watch(FLOOR, key_ends=True).judge(WELL, 2.0).raised
    assert (trouble.kind, trouble.subject) == (NoticeKind.ENDING, "")
    alerts = [OpenAlert(1, trouble.kind, "", "K7Q2M3", {}, 0.0)]
    assert Watch(FLOOR).judge(replace(WELL, alerts=alerts), 3.0) == Verdict(over=alerts)
