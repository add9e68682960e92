"""Step 4: when it shall be live."""

from datetime import UTC, datetime

from bot.context import Speaker
from bot.keyboards import Choice, in_rows
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Question, back_row
from bot.texts import label, say
from bot.texts.dates import moment as in_words
from bot.texts.dates import short
from bot.when import Problem, When, WhenError, parse, quick_choices
from storage.models import Post


def ask(draft: Post, speaker: Speaker, moment: Moment) -> Question:
    language = speaker.language
    quick = [_choice(when, language, moment) for when in quick_choices(moment.now, moment.zone)]
    now = (label(language, "button_now"), "now")
    rows = in_rows([now, *quick], 2)
    if draft.scheduled_time and draft.wall_time and draft.scheduled_time > moment.now:
        kept = in_words(language, draft.scheduled_time, moment.zone)
        rows.append([(label(language, "button_keep_time", time=kept), draft.wall_time)])
    text = say(language, "ask_time", zone=moment.zone.key)
    return Question(text, [*rows, back_row(language)])


def understand(said: str, draft: Post, speaker: Speaker, moment: Moment) -> Answers:
    try:
        when = _tapped(said, moment) or parse(said, now=moment.now, zone=moment.zone)
    except WhenError as error:
        offers = [_choice(choice, speaker.language, moment, exact=True) for choice in error.choices]
        raise NotUnderstoodError(
            f"time_{error.problem}", {"zone": moment.zone.key}, offers
        ) from None
    return {
        "scheduled_time": when.utc,
        "wall_time": None if when.now else when.local.replace(tzinfo=None).isoformat(),
        "timezone": moment.zone.key,
    }


def refuse_past(planned: datetime, moment: Moment) -> None:
    """A planned time may pass while its owner thinks. Raises NotUnderstoodError."""
    if planned <= moment.now:
        raise NotUnderstoodError("time_has_passed")


def _tapped(said: str, moment: Moment) -> When | None:
    """Read a button's value; None for what a person has typed."""
    try:
        local = datetime.fromisoformat(said)
    except ValueError:
        return None
    if local.tzinfo is None:
        return None
    utc = local.astimezone(UTC)
    if utc <= moment.now:
        raise WhenError(Problem.IN_THE_PAST, ())
    return When(utc=utc, local=utc.astimezone(moment.zone), now=False)


def _choice(when: When, language: str, moment: Moment, *, exact: bool = False) -> Choice:
    """A button whose value names the offset: when clocks change, a wall time is not enough."""
    text = short(language, when.utc, moment.zone)
    zone = f" {when.local.tzname()}" if exact else ""
    return text + zone, when.local.isoformat(timespec="minutes")
