"""Posts that were made at one go, on the card that they share."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.accounts import of_account
from bot.keyboards import Action, actions
from bot.posts.card_notes import notes_of
from bot.posts.cards import card, card_buttons, is_undoable, shown_time, state
from bot.store import Store
from bot.texts import label, say
from bot.texts.dates import short
from bot.texts.parts import shortened, with_names
from storage.lifecycle import CHANGEABLE, Status
from storage.models import Account, Post
from storage.scope import Scope

MOST_LINES, EXCERPT_CHARACTERS = 12, 30


async def series_of(post: Post, store: Store) -> list[Post]:
    """All that were made together with it; none if it was made alone."""
    if post.series_id is None:
        return []
    theirs = Scope.of_person(post.owner_id, [post.account_id])
    return await store.series_posts(post.series_id, theirs)


def shares_card(post: Post, series: Sequence[Post]) -> bool:
    """Whether the post's card is that of others as well."""
    return sum(one.card_message_id == post.card_message_id for one in series) > 1


async def look_of(
    post: Post, language: str, store: Store, *, alone: bool = False, made_by: str | None = None
) -> tuple[str, InlineKeyboardMarkup | None]:
    """What the post's card says, and its buttons; of a card that it shares, what all of them do.

    Args:
        alone: it gets one of its own.
        made_by: the name of whoever planned it, where others read it.
    """
    accounts = await store.active_accounts()
    series = [] if alone else await series_of(post, store)
    if shares_card(post, series):
        return series_card(series, language, accounts), series_buttons(series, language)
    text = card(post, language, accounts) + await notes_of(post, language, store)
    if made_by is not None:
        text += "\n" + say(language, "made_by", name=made_by)
    return text, card_buttons(post, language)


def series_card(series: Sequence[Post], language: str, accounts: Sequence[Account]) -> str:
    """All of them: when they go out, and where they stand. `accounts` are the active ones."""
    now, first = datetime.now(UTC), series[0]
    in_a_row = is_in_a_row(series)
    head = say(
        language,
        "card_stories" if in_a_row else "card_series",
        count=len(series),
        of_account=of_account(first.account, accounts, language),
    )
    time = [shown_time(first, language, now)] if in_a_row else []
    lines = [_line(post, language, now, in_a_row=in_a_row) for post in series[:MOST_LINES]]
    more = len(series) - MOST_LINES
    rest = [say(language, "card_series_more", count=more)] if more > 0 else []
    return "\n".join([head, *time, *filter(None, lines), *rest])


def series_buttons(series: Sequence[Post], language: str) -> InlineKeyboardMarkup | None:
    """What can be done about all that wait; single ones are opened from the list."""
    number = series[0].series_id or 0
    shown = [
        [(label(language, f"button_{key}"), action, number) for key, action in row]
        for row in _can_be_done(series)
    ]
    return actions(shown) if shown else None


def _can_be_done(series: Sequence[Post]) -> list[list[tuple[str, Action]]]:
    """Rows of (key of the label, what it does)."""
    undo = [("undo", Action.UNDO_ALL)] if any(map(is_undoable, series)) else []
    waiting = [post for post in series if post.status in CHANGEABLE]
    in_a_row = bool(waiting) and is_in_a_row(waiting)
    later = [("later", Action.LATER_ALL)] if in_a_row and waiting[0].wall_time else []
    now = [("publish_all", Action.PUBLISH_ALL)] if in_a_row else []
    delete = [("delete_all", Action.DELETE_ALL)] if waiting else []
    return [row for row in (undo, later, [*now, *delete]) if row]


def is_in_a_row(series: Sequence[Post]) -> bool:
    """Whether all go out at one time."""
    return len({post.scheduled_time for post in series}) == 1


def _line(post: Post, language: str, now: datetime, *, in_a_row: bool) -> str:
    """The post's number, its time if it has one of its own, its state and its caption.

    Empty for a story in a row that is simply planned: the card names its time above.
    """
    parts: list[str] = []
    if not in_a_row and post.scheduled_time is not None:
        parts.append(short(language, post.scheduled_time, ZoneInfo(post.timezone), now))
    if post.status is not Status.PENDING or post.retry_count:
        parts.append(post.link or state(post, language))
    said = with_names(shortened(post.caption or "", EXCERPT_CHARACTERS))
    parts += [Markup("<i>{}</i>").format(said)] if said else []
    if in_a_row and not parts:
        return ""
    return say(language, "card_series_line", id=post.id, what=Markup(" · ").join(parts))
