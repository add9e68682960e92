"""/status: how everything stands, on one card; Refresh looks anew and edits it."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.accounts.words import in_words
from bot.context import Actor, Context, Services, actor_of
from bot.keyboards import choices
from bot.new_post.prompt import acknowledge
from bot.notices import alert, process_name
from bot.texts import label, say
from bot.texts.dates import day, from_now, moment, span
from bot.texts.parts import gigabytes
from publisher.health.watch import SILENT_SECONDS
from publisher.wiring import publishes_itself
from storage.account_facts import AccountFacts
from storage.causes import Cause
from storage.facts import Facts, OpenAlert, ProcessState
from storage.lifecycle import Status
from storage.models import Notice
from storage.outbox import NoticeKind

NAME = "status"
"""What the callback data of its button begin with."""
TROUBLING = (
    Status.UNCONFIRMED,
    Status.AWAITING_APPROVAL,
    Status.HANDED_OVER,
    Status.HELD,
    Status.FAILED,
)
"""Statuses of posts that wait for somebody."""
MOST_ACCOUNTS, MOST = 8, 5
"""Accounts; and alerts, processes and disks that are named one by one: all fit into a message."""


@dataclass(frozen=True)
class Standing:
    """What is known at a moment."""

    facts: Facts
    accounts: Sequence[AccountFacts]
    answered_in: float
    """Seconds that Postgres took."""
    own_id: str
    by_webhook: bool


async def status(update: Update, context: Context) -> None:
    """/status"""
    actor = actor_of(update, context.services)
    text, buttons = await _card(actor, context)
    await context.bot.send_message(actor.chat_id, text, reply_markup=buttons)


async def tapped(update: Update, context: Context) -> None:
    """Refresh: the card says how it stands now."""
    actor, query = actor_of(update, context.services), update.callback_query
    assert query is not None
    if not isinstance(query.message, Message):  # so old that Telegram does not tell what it was
        await acknowledge(update, label(actor.language, "stale_button"))
        return
    await acknowledge(update)
    text, buttons = await _card(actor, context)
    with suppress(BadRequest):  # it says that already, or is gone
        await query.message.edit_text(text, reply_markup=buttons)


async def _card(actor: Actor, context: Context) -> tuple[str, InlineKeyboardMarkup]:
    standing, zone = await _standing(context.services), await actor.zone(context.services)
    refresh = choices(NAME, 0, [[(label(actor.language, "status_button_refresh"), "refresh")]])
    return card(standing, actor.language, zone, datetime.now(UTC)), refresh


async def _standing(services: Services) -> Standing:
    began = time.monotonic()
    facts = await services.store.installation()
    took = time.monotonic() - began
    own, swept = services.processes.own_id, services.dispatcher.since_sweep
    free = services.heartbeat.free_bytes
    processes = [
        replace(one, seen=0.0, swept=swept, free_bytes=free) if one.id == own else one
        for one in facts.processes
    ]
    return Standing(
        replace(facts, processes=processes),
        await services.store.account_facts(),
        took,
        own,
        services.settings.webhook_url is not None,
    )


def card(standing: Standing, language: str, zone: ZoneInfo, now: datetime) -> str:
    """All of it as HTML: first what is wrong."""
    facts = standing.facts
    shown = [one for one in facts.alerts if one.kind != NoticeKind.ACCOUNT_PAUSED]
    head = say(language, "status_head", time=_clock(now, zone))
    well = "status_well" if not facts.alerts else "status_wrong"
    blocks = [
        [head, say(language, well, count=len(facts.alerts))],
        [
            *(_alert(one, facts, language) for one in shown[:MOST]),
            *_and_more(len(shown) - MOST, language),
        ],
        [say(language, "status_accounts"), *_accounts(standing.accounts, language, zone, now)],
        [say(language, "status_posts"), *_posts(facts, language)],
        [say(language, "status_processes"), *_processes(standing, language)],
        [say(language, "status_system"), *_system(standing, language)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _clock(now: datetime, zone: ZoneInfo) -> str:
    return f"{now.astimezone(zone):%H:%M:%S}"


def _alert(one: OpenAlert, facts: Facts, language: str) -> str:
    """As it was told, with what a disk has free by now."""
    detail = {**one.detail, "event": one.event}
    if one.kind == NoticeKind.DISK and one.subject in (disks := _disks(facts)):
        detail["free"] = disks[one.subject]
    return alert(Notice(kind=one.kind, detail=detail), language, [])


def _disks(facts: Facts) -> dict[str, int]:
    """Free bytes by machine, as its processes know."""
    alive = sorted(
        (one for one in facts.processes if not _is_silent(one)),
        key=lambda one: (one.host, -one.free_bytes),
    )
    return {one.host: one.free_bytes for one in alive}


def _accounts(
    accounts: Sequence[AccountFacts], language: str, zone: ZoneInfo, now: datetime
) -> Iterator[str]:
    for each in accounts[:MOST_ACCOUNTS]:
        yield _account(each, language, zone, now)
    yield from _and_more(len(accounts) - MOST_ACCOUNTS, language)


def _account(each: AccountFacts, language: str, zone: ZoneInfo, now: datetime) -> str:
    """How one stands, by what is known; nobody is asked."""
    account = each.account
    until, since, ends = account.paused_until, account.session_at, account.session_ends_at
    return say(
        language,
        f"status_account_{_stand(each)}",
        account=account.name,
        reason=in_words(account.paused_reason, account, language) if each.is_paused else "",
        until=moment(language, until, zone, now) if until else "",
        since=day(language, since.astimezone(zone), now.astimezone(zone)) if since else "",
        ends=day(language, ends.astimezone(zone), now.astimezone(zone)) if ends else "",
    )


def _stand(each: AccountFacts) -> str:
    account = each.account
    if each.is_asked:
        return "asked"
    if each.is_paused:
        how = "on_request" if account.paused_reason == Cause.ON_REQUEST else "paused"
        return how if account.paused_until is None else f"{how}_until"
    if not publishes_itself(account):
        return "by_hand"
    if account.login_at is not None:
        return "logs_in"
    if account.session_at is None:
        return "unknown"
    return "well" if account.session_ends_at is None else "ends"


def _posts(facts: Facts, language: str) -> Iterator[str]:
    queue = facts.queue
    yield say(
        language,
        "status_queue",
        planned=queue.get("pending", 0),
        due=facts.due,
        overdue=facts.overdue,
    )
    for status in TROUBLING:
        if count := queue.get(status, 0):
            yield say(language, f"status_posts_{status}", count=count)


def _processes(standing: Standing, language: str) -> Iterator[str]:
    processes = standing.facts.processes
    for one in processes[:MOST]:
        sweep = "" if _is_silent(one) else _sweep(one, language)
        yield _process(one, standing.own_id, language) + sweep
    yield from _and_more(len(processes) - MOST, language)
    if not processes:
        yield say(language, "status_process_unknown")


def _process(one: ProcessState, own_id: str, language: str) -> str:
    key = "own" if one.id == own_id else "silent" if _is_silent(one) else "other"
    return say(
        language,
        f"status_process_{key}",
        process=process_name(one.kind, one.host, language),
        seen=_ago(one.seen, language),
        started=_ago(one.started, language),
    )


def _is_silent(one: ProcessState) -> bool:
    return one.seen > SILENT_SECONDS


def _sweep(one: ProcessState, language: str) -> str:
    if one.sweep_seconds is None:
        return say(language, "status_sweeps_not")
    if one.swept is None:
        return say(language, "status_sweep_none")
    every = span(language, one.sweep_seconds)
    return say(language, "status_sweep", swept=_ago(one.swept, language), every=every)


def _ago(seconds: float, language: str) -> str:
    now = datetime.now(UTC)
    return from_now(language, now - timedelta(seconds=max(1.0, seconds)), now)


def _system(standing: Standing, language: str) -> Iterator[str]:
    facts = standing.facts
    yield say(language, "status_database", milliseconds=round(standing.answered_in * 1000))
    yield say(language, "status_webhook" if standing.by_webhook else "status_polling")
    disks = _disks(facts)
    for host, free in [*disks.items()][:MOST]:
        yield say(language, "status_disk", host=host, free=gigabytes(free))
    yield from _and_more(len(disks) - MOST, language)
    others = max(0, facts.inbox - 1)  # without the one that asked for this
    yield say(language, "status_messages", outgoing=facts.outbox, incoming=others)
    if facts.parked:
        yield say(language, "status_parked", count=facts.parked)


def _and_more(count: int, language: str) -> Iterator[str]:
    if count > 0:
        yield say(language, "alert_and_more", count=count)
