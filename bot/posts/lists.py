"""/list and /drafts: page by page, by day, with a picture of each; turned and filtered by tap."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from math import ceil
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    Update,
)
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest

from bot.accounts import is_one_of_several
from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, action_button, in_rows
from bot.posts.cards import draft_row, row
from bot.posts.filters import NEEDS_YOU, PAGE, STATUSES, Filtered, View, arrows, filters
from bot.rights import Right, may
from bot.store import in_thread
from bot.texts import label, say
from bot.texts.dates import day, moment
from bot.transient import is_shown_already
from bot.zones import zone_name
from publisher.caption import utf16_length
from publisher.media.preview import thumbnails
from storage.hand_over import is_offered
from storage.lifecycle import Status
from storage.models import Account, MediaItem, Post
from storage.posts import COUNTED
from storage.scope import Scope


@dataclass(frozen=True)
class Entry:
    """One post or draft."""

    line: str
    heading: str
    """Under which it stands, as HTML; none for a draft."""
    name: str
    """What stands on its small picture."""
    medium: MediaItem | None
    button: InlineKeyboardButton


@dataclass(frozen=True)
class Page:
    """What is shown."""

    text: str
    buttons: InlineKeyboardMarkup
    entries: Sequence[Entry]


async def list_posts(update: Update, context: Context) -> None:
    """/list: all planned posts that one may see."""
    await send_page(0, Filtered(), actor_of(update, context.services), context)


async def list_drafts(update: Update, context: Context) -> None:
    """/drafts: the posts in the making."""
    await send_page(0, Filtered(View.DRAFTS), actor_of(update, context.services), context)


async def send_page(
    number: int, what: Filtered, actor: Actor, context: Context, *, lead: str = ""
) -> None:
    """A new message with a page of the list; above it, if it has entries, the lead."""
    page = await _page(number, what, actor, context)
    if lead and page.entries:
        page = replace(page, text=f"{lead}\n\n{page.text}")
    picture = await _picture(page, context)
    if picture is None:
        await context.bot.send_message(actor.chat_id, page.text, reply_markup=page.buttons)
    else:
        await context.bot.send_photo(
            actor.chat_id, picture, caption=page.text, reply_markup=page.buttons
        )


async def turn(
    query: CallbackQuery, number: int, what: Filtered, actor: Actor, context: Context
) -> None:
    """Another page where the list stands; anew if that cannot be."""
    page = await _page(number, what, actor, context)
    picture, message = await _picture(page, context), query.message
    if not isinstance(message, Message) or bool(message.photo) != (picture is not None):
        await send_page(number, what, actor, context)
        if isinstance(message, Message):
            await _remove(message)
        return
    try:
        if picture is None:
            await message.edit_text(page.text, reply_markup=page.buttons)
        else:
            media = InputMediaPhoto(picture, caption=page.text, parse_mode=ParseMode.HTML)
            await message.edit_media(media, reply_markup=page.buttons)
    except BadRequest as error:
        if not is_shown_already(error):
            await send_page(number, what, actor, context)


async def _remove(message: Message) -> None:
    """The former list; after 48 hours it stays, as Telegram has it."""
    try:
        await message.delete()
    except BadRequest:
        return


async def _page(number: int, what: Filtered, actor: Actor, context: Context) -> Page:
    accounts = await actor.accounts(context.services)
    zone = await actor.zone(context.services)
    needy = await _count_needy(what, actor, context)
    if what.view is View.DRAFTS:
        entries, rows, total = await _drafts(number, actor, context)
    else:
        entries, rows, total = await _posts(number, what, actor, zone, accounts, context)
    if number and not entries:  # it has become shorter meanwhile
        return await _page(0, what, actor, context)
    head = await _pause_line(context, actor, zone) if what.view is View.PLANNED else ""
    head += _head(number, what, total, needy, actor, zone, accounts)
    rows = [*in_rows([entry.button for entry in entries], 3), *rows]
    rows += [*arrows(number, total, what, actor.language), *filters(what, actor, accounts)]
    text = head + "".join(_in_groups(entries))
    return Page(text, InlineKeyboardMarkup(rows), entries)


Found = tuple[list[Entry], list[list[InlineKeyboardButton]], int]
"""A page's entries, rows of buttons for some of them, and how many there are in all."""


async def _posts(
    number: int,
    what: Filtered,
    actor: Actor,
    zone: ZoneInfo,
    accounts: Sequence[Account],
    context: Context,
) -> Found:
    needy = _needy(what, actor)
    scope, part = _scope(what, actor), {"offset": number * PAGE, "limit": PAGE}
    if what.view is View.PUBLISHED:
        posts, total = await context.store.published_posts(scope, **part)
    else:
        posts, total = await context.store.page_of_posts(
            scope, STATUSES[what.view], before=needy, reader=_reader(what, actor), **part
        )
    language, now = actor.language, datetime.now(UTC)
    services = context.services
    makers = {post.id: await services.names.maker(post, actor.chat_id, services) for post in posts}
    entries = [
        Entry(
            row(
                post,
                language,
                now,
                zone,
                accounts,
                is_dated=post.status in needy,
                made_by=makers[post.id],
            ),
            say(language, "list_needs_you")
            if post.status in needy
            else _day_of(post, language, now, zone),
            str(post.id),
            next(iter(post.media), None),
            action_button(label(language, "button_show", id=post.id), Action.SHOW, post.id),
        )
        for post in posts
    ]
    offered = [
        action_button(
            label(language, "button_hand_over_row", id=post.id), Action.HAND_OVER, post.id
        )
        for post in posts
        if is_offered(post) and actor.scope.contains(post)
    ]
    return entries, in_rows(offered, 3), total


async def _drafts(number: int, actor: Actor, context: Context) -> Found:
    drafts = await context.store.drafts_of(owner_id=actor.id, chat_id=actor.chat_id)
    language, now, first = actor.language, datetime.now(UTC), number * PAGE
    entries = [
        Entry(
            draft_row(draft, place, language, now),
            "",
            str(place),
            next(iter(draft.media), None),
            action_button(label(language, "button_draft", id=place), Action.DRAFT, draft.id),
        )
        for place, draft in enumerate(drafts[first : first + PAGE], start=first + 1)
    ]
    return entries, [], len(drafts)


async def _count_needy(what: Filtered, actor: Actor, context: Context) -> int:
    """How many posts stand on top of what is planned."""
    needy = _needy(what, actor)
    if not needy:
        return 0
    scope, reader = _scope(what, actor), _reader(what, actor)
    return await context.store.count_posts(scope, needy, reader=reader)


def _reader(what: Filtered, actor: Actor) -> int | None:
    """Others' posts that were declined are neither planned nor theirs to see to."""
    return actor.id if what.view is View.PLANNED else None


def _needy(what: Filtered, actor: Actor) -> frozenset[Status]:
    """What stands on top; for whoever approves, what waits for that as well."""
    if what.view is not View.PLANNED:
        return frozenset()
    return NEEDS_YOU | ({Status.AWAITING_APPROVAL} if may(actor.role, Right.APPROVE) else set())


def _scope(what: Filtered, actor: Actor) -> Scope:
    scope = actor.sight
    if what.mine:
        scope = Scope.of_person(actor.id, scope.accounts)
    return scope.of_account(what.account_id) if what.account_id else scope


async def _picture(page: Page, context: Context) -> bytes | None:
    """The strip of small pictures; None if there is nothing to show, or the words are too long."""
    media = [entry.medium for entry in page.entries]
    units = utf16_length(Markup(page.text).striptags()) + page.text.count("\n")  # noqa: S704 - ours
    if not media or units > MessageLimit.CAPTION_LENGTH:
        return None
    names = [entry.name for entry in page.entries]
    return await in_thread(thumbnails)(media, context.services.files, names)


def _head(
    number: int,
    what: Filtered,
    total: int,
    needy: int,
    actor: Actor,
    zone: ZoneInfo,
    accounts: Sequence[Account],
) -> str:
    language = actor.language
    if not total and replace(what, named_from=0) == Filtered(what.view):
        return say(language, _empty(what.view, actor))
    is_counted = what.view is not View.PUBLISHED or total <= COUNTED
    count = total - needy if is_counted else f"{COUNTED}+"
    head = say(language, f"list_head_{what.view}", count=count, zone=zone_name(zone))
    narrowed = [label(language, "button_list_mine")] if what.mine else []
    narrowed += [account.name for account in accounts if account.id == what.account_id]
    if is_counted and total > PAGE:
        narrowed.append(label(language, "list_page", page=number + 1, pages=ceil(total / PAGE)))
    return " · ".join([head, *map(escape, narrowed)])


def _empty(view: View, actor: Actor) -> str:
    """The key of the text that an empty list shows."""
    if view is not View.PLANNED:
        return f"list_empty_{view}"
    return "list_empty" if may(actor.role, Right.DRAFT) else "list_empty_viewer"


def _day_of(post: Post, language: str, now: datetime, zone: ZoneInfo) -> str:
    assert post.scheduled_time is not None
    when, today = post.scheduled_time.astimezone(zone).date(), now.astimezone(zone).date()
    return f"<b>{escape(day(language, when, today))}</b>"


def _in_groups(entries: Sequence[Entry]) -> Iterator[str]:
    """Each heading, and what stands below it."""
    for heading, under_it in groupby(entries, lambda entry: entry.heading):
        yield "\n\n" + "\n".join([*([heading] if heading else []), *(e.line for e in under_it)])


async def _pause_line(context: Context, actor: Actor, zone: ZoneInfo) -> str:
    """One line on top for each account that pauses, with its name if there are others."""
    services, language = context.services, actor.language
    active, lines = await actor.accounts(services), []
    theirs = {account.id for account in active}
    paused = [one for one in await services.store.paused_accounts() if one.id in theirs]
    for account in paused:
        line = say(language, "paused_until_resumed")
        if account.paused_until is not None:
            time = moment(language, account.paused_until, zone, datetime.now(UTC))
            line = say(language, "paused_until", time=time)
        named = is_one_of_several(account, active)
        lines.append(f"<b>{escape(account.name)}</b>: {line}" if named else line)
    return "".join(f"{line}\n\n" for line in lines)
