"""Step 4: when it shall be live."""

from datetime import datetime

from bot.context import Speaker
from bot.keyboards import in_rows
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Question, back_row
from bot.texts import label, say
from bot.texts.dates import exact, short
from bot.texts.dates import moment as in_words
from bot.when import FARTHEST, Problem, WhenError, parse, quick_choices
from storage.models import Post

NOT_UNDERSTOOD = f"time_{Problem.NOT_UNDERSTOOD}"
"""The sentence for words that name no time."""


def ask(draft: Post, speaker: Speaker, moment: Moment) -> Question:
    language = speaker.language
    quick = [
        (short(language, when.utc, moment.zone), _value(when.local))
        for when in quick_choices(moment.now, moment.zone)
    ]
    now = (label(language, "button_now"), "now")
    rows = in_rows([now, *quick], 2)
    if draft.scheduled_time and draft.wall_time and draft.scheduled_time > moment.now:
        kept = in_words(language, draft.scheduled_time, moment.zone)
        value = _value(draft.scheduled_time.astimezone(moment.zone))
        rows.append([(label(language, "button_keep_time", time=kept), value)])
    text = say(language, "ask_time", zone=moment.zone.key)
    return Question(text, [*rows, back_row(language)])


def understand(said: str, draft: Post, speaker: Speaker, moment: Moment) -> Answers:
    try:
        when = parse(said, now=moment.now, zone=moment.zone)
    except WhenError as error:
        offers = [
            (exact(speaker.language, choice.local), _value(choice.local))
            for choice in error.choices
        ]
        latest = in_words(speaker.language, moment.now + FARTHEST, moment.zone)
        values = {"zone": moment.zone.key, "latest": latest}
        raise NotUnderstoodError(f"time_{error.problem}", values, offers) from None
    return {
        "scheduled_time": when.utc,
        "wall_time": None if when.now else when.local.replace(tzinfo=None).isoformat(),
        "timezone": moment.zone.key,
    }


def refuse_past(planned: datetime, moment: Moment) -> None:
    """A planned time may pass while its owner thinks. Raises NotUnderstoodError."""
    if planned <= moment.now:
        raise NotUnderstoodError("time_has_passed")


def _value(local: datetime) -> str:
    """What a button answers. It names the offset: of a night when clocks change, too."""
    return local.isoformat(timespec="seconds")
