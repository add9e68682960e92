"""What a card says about a draft, within the 1,024 characters of a caption."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from bot.accounts import of_account
from bot.keyboards import Choice
from bot.new_post.first_steps import counted
from bot.new_post.preparing import is_under_way
from bot.new_post.question import Moment
from bot.progress import bar
from bot.texts import label, say
from bot.texts.dates import from_now, moment
from bot.texts.parts import shortened, with_names, with_signs
from publisher.caption import compose, utf16_length
from publisher.media.prepare import is_slow
from storage.lifecycle import PreparationState
from storage.models import Draft

MAX_UNITS = 1024
"""UTF-16 units of a caption, its tags not counted (core.telegram.org/bots/api#sendphoto)."""
EXCERPTS = (300, 120, 40, 0)
"""Characters of the post's own caption that are shown, as far as there is room."""

TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class News:
    """What a card says besides where its draft stands."""

    note: str = ""
    """A sentence as HTML, gone with the next change."""
    share: float | None = None
    """How much of the conversion is done, 0 to 1, if that is known."""
    buttons: Mapping[str, Choice] = field(default_factory=dict)
    """The value of a button -> the one that stands in its place."""
    is_moved: bool = False
    """The card comes below the words that have changed it, so that it is seen which it is."""


NO_NEWS = News()


def told(
    draft: Draft,
    question: str,
    news: News,
    language: str,
    at: Moment,
    *,
    is_converting: bool = False,
) -> str:
    """The facts, what is new, and the open question; the excerpt makes room for the rest.

    Args:
        is_converting: it is about to begin, if it has not begun.
    """
    converting = [*_converting(draft, news, language, is_converting=is_converting)]
    for length in EXCERPTS:
        lines = [*_facts(draft, language, at, length), *converting]
        lines += [f"\n{news.note}"] if news.note else []
        text = "\n".join(lines) + (f"\n\n{question}" if question else "")
        if _units(text) <= MAX_UNITS:
            return text
    if _units(question) <= MAX_UNITS:
        return question
    return escape(shortened(_plain(question), MAX_UNITS // 2))


def _facts(draft: Draft, language: str, at: Moment, excerpt: int) -> Iterator[str]:
    if draft.edits_post_id is not None:
        yield say(language, "card_edits", id=draft.edits_post_id)
    yield say(
        language,
        "card_head",
        type=label(language, f"type_{draft.post_type}" if draft.post_type else "no_type"),
        of_account=of_account(draft.account, at.accounts, language),
        of_media=f" · {counted(draft, language)}" if len(draft.media) > 1 else "",
    )
    has_passed = draft.wall_time is not None and (draft.scheduled_time or at.now) <= at.now
    key = "card_time_passed" if has_passed else "card_time"
    yield say(language, key, time=_time(draft, language, at.now))
    yield from _text(draft, language, at, excerpt)


def _time(draft: Draft, language: str, now: datetime) -> str:
    if draft.scheduled_time is None:
        return label(language, "no_time_yet")
    if draft.wall_time is None:
        return label(language, "right_away")
    zone = ZoneInfo(draft.timezone)
    when = moment(language, draft.scheduled_time, zone, now)
    if draft.scheduled_time <= now:
        return when
    return f"{when}, {from_now(language, draft.scheduled_time, now, zone)}"


def _text(draft: Draft, language: str, at: Moment, excerpt: int) -> Iterator[str]:
    caption, hashtags = draft.caption or "", draft.hashtags or []
    if draft.post_type is not None and not draft.shows_text:
        if caption or hashtags:
            yield say(language, "story_shows_no_text")
        return
    if not caption:
        yield say(language, "card_no_caption")
    elif excerpt:
        length = utf16_length(compose(caption, hashtags))
        shown = Markup("<i>{}</i>").format(with_names(shortened(caption, excerpt)))
        limit = at.rules.max_caption
        yield say(language, "card_caption", caption=shown, length=length, limit=limit)
    if hashtags:
        yield say(language, "card_hashtags", hashtags=with_signs(hashtags))


def _converting(draft: Draft, news: News, language: str, *, is_converting: bool) -> Iterator[str]:
    if draft.schedules_when_ready:
        yield say(language, "card_plans_when_ready")
    if draft.preparation is PreparationState.FAILED:
        yield say(language, "card_not_converted")
    if (is_converting or is_under_way(draft)) and is_slow(draft):
        shown = bar(news.share) if news.share else ""
        yield say(language, "card_converting", bar=shown)
    if draft.preparation is PreparationState.DONE:
        yield from (say(language, f"note_{note}") for note in draft.notes or [])


def _units(text: str) -> int:
    return utf16_length(_plain(text))


def _plain(text: str) -> str:
    return unescape(TAG.sub("", text))
