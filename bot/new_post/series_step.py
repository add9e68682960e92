"""What is to become of media that were sent together, each as a post of its own."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count, islice

from bot.accounts import of_account
from bot.context import Actor
from bot.keyboards import Choice, in_rows
from bot.new_post.first_steps import counted_items
from bot.new_post.question import (
    Decision,
    Moment,
    NotUnderstoodError,
    PlanSeries,
    Prompt,
    Question,
    Reply,
    Way,
)
from bot.new_post.text_steps import refuse_over
from bot.new_post.time_step import TimeQuestion
from bot.slots import next_free
from bot.texts import dates, label, say
from bot.texts.parts import shortened, with_names
from bot.texts.words import DAILY, folded, heard
from bot.when import Problem, When, hours_of
from bot.when.moments import Present
from publisher.media.choices import needs_trim
from publisher.media.kinds import why_not
from publisher.media.preview import thumbnails
from storage.files import MediaFiles
from storage.lifecycle import PostType, PreparationState
from storage.models import Draft, MediaItem

DAY = timedelta(days=1)
EXCERPT_CHARACTERS, MOST_LINES = 40, 10
AT = "daily-"
"""Stands before the first of the times in a button's value."""
WAYS = {one.value: one for one in Way}


class SeriesQuestion(Question):
    """Open at the first draft of the series, whose card is that of all."""

    name = "series"
    tells_facts = False

    def is_answered(self, draft: Draft) -> bool:
        return True

    def back(self, draft: Draft) -> Reply | None:
        """From the hour to all ways."""
        return {"chosen_days": None}

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        if draft.schedules_when_ready:
            times = [*_lines(draft, language, moment)]
            text = "\n".join([say(language, "series_waits", count=len(times)), *times])
            return Prompt(text, [[(label(language, "button_not_yet"), Way.NOT_YET)]])
        if draft.chosen_days:
            return _ask_hour(draft.chosen_days[0], draft, language, moment)
        ways = [
            *_times(draft, language, moment),
            (label(language, "button_one_by_one"), Way.ONE_BY_ONE),
            *_other_ways(draft, language, moment),
            (label(language, "button_discard"), "discard"),
        ]
        return Prompt(_told(draft, language, moment), in_rows(ways, 1))

    def picture(self, draft: Draft, files: MediaFiles) -> bytes:
        """The strip. Blocks."""
        return thumbnails(items_of(draft), files)

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Reply:
        """A way; a time or a day that was typed is the first one's, and waits for a tap.

        'Every day at 9' is no more than 'at 9': they go out on days in a row anyway.

        Raises NotUnderstoodError.
        """
        if said.startswith(AT):
            first = datetime.fromisoformat(said.removeprefix(AT))
            return PlanSeries(same_hour(first, len(plannable(draft, moment)), moment))
        is_daily, said = DAILY.search(said), DAILY.sub(" ", said).strip()
        if is_daily and not folded(said):
            said = "daily"
        word = heard(said, (*WAYS, "slots", "daily", "discard"))
        if word == "discard":
            return Decision.DISCARD
        if word == "slots":
            slots = tuple(next_free(moment, len(plannable(draft, moment))))
            return PlanSeries(slots, are_slots=True)
        if word == "daily":
            return {"chosen_days": [moment.today]}
        if word is not None:
            return WAYS[word]
        if is_daily or draft.chosen_days == [moment.today]:
            return _first_of_days(said, actor, moment)
        return TimeQuestion().understand(said, draft, actor, moment)


def _first_of_days(said: str, actor: Actor, moment: Moment) -> Reply:
    """An hour that is over today is tomorrow's. Raises NotUnderstoodError."""
    anew, times = Draft(), TimeQuestion()
    try:
        reply = times.understand(said, anew, actor, moment)
    except NotUnderstoodError as problem:
        if problem.key != f"time_{Problem.IN_THE_PAST}" or not problem.choices:
            raise
        if len(problem.choices) > 1:  # '9' in the evening: neither is over, from tomorrow on
            several = f"time_{Problem.SEVERAL_WAYS}"
            raise NotUnderstoodError(several, problem.values, problem.choices) from None
        reply = times.understand(problem.choices[0][1], anew, actor, moment)
    return {"chosen_days": None, **reply} if isinstance(reply, dict) else reply


def all_of(draft: Draft) -> tuple[Draft, ...]:
    """All that stand on this card."""
    return draft.series or (draft,)


def items_of(draft: Draft) -> list[MediaItem]:
    return [item for one in all_of(draft) for item in one.media]


def plannable(draft: Draft, moment: Moment) -> list[Draft]:
    """Those of which nothing is missing but a time; others get cards of their own."""
    return [one for one in all_of(draft) if _is_whole(one, moment)]


def only_caption(draft: Draft) -> Draft | None:
    """The one that came with a text, if the others came without, and show text."""
    shown = [one for one in all_of(draft) if one.shows_text]
    said = [one for one in shown if one.caption or one.hashtags]
    return said[0] if len(said) == 1 and len(shown) > 1 else None


def same_hour(first: datetime, number: int, moment: Moment) -> tuple[When, ...]:
    """So many days in a row at the hour that the clock shows then; without a day that skips it."""
    present = Present.at(moment.now, moment.zone)
    wall = first.astimezone(moment.zone).replace(tzinfo=None)
    utcs = (present.instants(wall + day * DAY)[0] for day in count())
    shown = (utc for utc in utcs if utc.astimezone(moment.zone).time() == wall.time())
    return tuple(present.moment(utc) for utc in islice(shown, number))


def _is_whole(draft: Draft, moment: Moment) -> bool:
    if draft.preparation is PreparationState.FAILED:
        return False
    if draft.post_type is None or (needs_trim(draft) and not draft.trim_agreed):
        return False
    try:
        if draft.shows_text:
            refuse_over(draft.caption or "", draft.hashtags or [], moment)
    except NotUnderstoodError:
        return False
    return True


def _times(draft: Draft, language: str, moment: Moment) -> Iterator[Choice]:
    """The next free slots, if there are enough; the hour that was typed, or any."""
    number = len(plannable(draft, moment))
    slots = next_free(moment, number)
    if slots and len(slots) == number:
        first, last = (_day(slots[at], language, moment) for at in (0, -1))
        days = first if first == last else label(language, "day_to_day", first=first, last=last)
        yield label(language, "series_slots", days=days), "slots"
    if draft.scheduled_time is not None and draft.scheduled_time > moment.now and draft.wall_time:
        shown = dates.short(language, draft.scheduled_time, moment.zone, moment.now)
        yield label(language, "series_daily_at", time=shown), _value(draft.scheduled_time, moment)
    elif number:
        yield label(language, "series_daily", count=number), "daily"


def _other_ways(draft: Draft, language: str, moment: Moment) -> Iterator[Choice]:
    if why_not(items_of(draft), PostType.CAROUSEL, moment.rules.types) is None:
        yield label(language, "button_as_one"), Way.AS_ONE
    if only_caption(draft) is not None:
        yield label(language, "button_same_caption"), Way.SAME_CAPTION


def _ask_hour(day: date, draft: Draft, language: str, moment: Moment) -> Prompt:
    """When the first goes out: that day, or, of hours that are over today, tomorrow."""
    times = hours_of(day, moment.now, moment.zone)
    if day == moment.today:
        known = {when.local.time() for when in times}
        later = hours_of(day + DAY, moment.now, moment.zone)
        times += [when for when in later if when.local.time() not in known]
    shown = [
        (dates.short(language, when.utc, moment.zone, moment.now), _value(when.utc, moment))
        for when in times
    ]
    number = len(plannable(draft, moment))
    back = (label(language, "button_back"), "back")
    return Prompt(say(language, "ask_series_hour", count=number), [*in_rows(shown, 2), [back]])


def _told(draft: Draft, language: str, moment: Moment) -> str:
    series = all_of(draft)
    head = say(
        language,
        "series_head",
        media=counted_items(items_of(draft), language),
        count=len(series),
        of_account=of_account(draft.account, moment.accounts, language),
    )
    asked = len(series) - len(plannable(draft, moment))
    last = [say(language, "series_asks", count=asked)] if asked else []
    return "\n".join([head, *_lines(draft, language, moment), *last])


def _lines(draft: Draft, language: str, moment: Moment) -> Iterator[str]:
    """Number, time and caption of those that have any."""
    lines = 0
    for number, one in enumerate(all_of(draft), start=1):
        said = shortened(one.caption or "", EXCERPT_CHARACTERS) if one.shows_text else ""
        time = ""
        if one.schedules_when_ready and one.scheduled_time is not None:
            time = dates.short(language, one.scheduled_time, moment.zone, moment.now)
        if not (said or time) or lines == MOST_LINES:
            continue
        lines += 1
        parts = [with_names(part) for part in (time, said) if part]
        yield say(language, "series_line", id=number, what=" · ".join(parts))


def _day(when: When, language: str, moment: Moment) -> str:
    return dates.day(language, when.local.date(), moment.today)


def _value(first: datetime, moment: Moment) -> str:
    return AT + first.astimezone(moment.zone).isoformat(timespec="minutes")
