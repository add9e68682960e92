"""A time on a caption's last line may be meant for us: it stays there until that is tapped.

So may one that stands below the media, and nothing else; typed, it would be understood as a time.
"""

from bot.context import Actor
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Prompt
from bot.new_post.text_steps import HOUR
from bot.new_post.time_step import TimeQuestion
from bot.texts import dates, label, say
from storage.models import Draft

LAST_LINE = "last-line"
"""The value of the button."""
MOST_CHARACTERS = 40
"""Of a line that says when, and no more."""


def time_below(draft: Draft, actor: Actor, moment: Moment) -> Answers | None:
    """What the last line says, and the caption without it; None if that is no time, or all that was
    typed as the caption, or if a time was chosen already."""
    text, _, line = (draft.caption or "").rstrip().rpartition("\n")
    is_time = len(line) <= MOST_CHARACTERS and HOUR.search(line) is not None
    came_with_media = draft.caption_message_id in {item.position for item in draft.media}
    is_typed = not text.strip() and not came_with_media
    if draft.scheduled_time or not draft.shows_text or is_typed or not is_time:
        return None
    try:
        found = TimeQuestion().understand(line, draft, actor, moment)
    except NotUnderstoodError:
        return None
    if not isinstance(found, dict) or not found.get("wall_time"):
        return None
    return {**found, "caption": text.rstrip(), "caption_message_id": None}


def offer(draft: Draft, actor: Actor, moment: Moment) -> Prompt | None:
    """Asks about it, with a button that plans the post for then."""
    found = time_below(draft, actor, moment)
    if found is None:
        return None
    language, line = actor.language, (draft.caption or "").rstrip().rpartition("\n")[2].strip()
    time = dates.short(language, found["scheduled_time"], moment.zone, moment.now)
    button = (label(language, "plan_at", time=time), LAST_LINE)
    return Prompt(say(language, "card_last_line", line=line), [[button]])
