"""Step 5: exactly what will be posted; then schedule it, change an answer, or let it go."""

import re

from bot.context import Actor, Context
from bot.jobs import wake
from bot.keyboards import in_rows
from bot.new_post import cover_step, time_step
from bot.new_post.limits import refuse_over
from bot.new_post.preparing import is_under_way
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Question, back_row
from bot.posts.cards import card, card_buttons, summary
from bot.texts import label, say
from bot.texts.words import heard, labels_called
from bot.topics import topic_of
from publisher.media.choices import needs_framing, needs_trim
from storage.lifecycle import PreparationState, Step
from storage.models import Draft, Post

CHANGES = {
    "type": Step.TYPE,
    "fit": Step.FIT,
    "trim": Step.TRIM,
    "cover": Step.COVER,
    "caption": Step.CAPTION,
    "hashtags": Step.HASHTAGS,
    "time": Step.TIME,
}
"""What can be changed -> the step that asks for it."""


def ask(draft: Draft, actor: Actor, moment: Moment) -> Question:
    language = actor.language
    if is_under_way(draft):
        return Question(say(language, "still_preparing"), [back_row(language)])
    changes = [(label(language, f"button_change_{what}"), what) for what in _changeable(draft)]
    return Question(
        say(language, "ask_confirm") + "\n\n" + summary(draft, language, moment.now),
        [
            [(label(language, "button_schedule"), "yes")],
            *in_rows(changes, 3),
            [(label(language, "button_cancel"), "cancel")],
        ],
    )


def understand(said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
    """A `decision`, or what a time that was typed right here changes."""
    decision = heard(said, ("yes", "no", *_changeable(draft)))
    if "button_schedule" in labels_called(said):  # which is not shown before all is ready
        decision = "yes"
    if decision is None and not _shows_text(draft) and heard(said, ("caption", "hashtags")):
        raise NotUnderstoodError("story_shows_no_text")
    if decision is None:
        return _another_time(said, draft, actor, moment)
    if decision in ("yes", "cover") and draft.preparation is not PreparationState.DONE:
        raise NotUnderstoodError("still_preparing")
    if decision == "yes" and draft.wall_time and draft.scheduled_time:
        time_step.refuse_past(draft.scheduled_time, moment)
    if decision == "yes" and _shows_text(draft):
        refuse_over(draft.caption or "", draft.hashtags or [], moment)
    return {"decision": decision}


def _another_time(said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
    """Raises NotUnderstoodError: of what is no time at all, with all that may be said here."""
    try:
        return time_step.understand(said, draft, actor, moment)
    except NotUnderstoodError as problem:
        if problem.key in time_step.NO_TIME and not re.search(r"\d", said):
            raise NotUnderstoodError("confirm_not_understood") from None
        raise


def _changeable(draft: Draft) -> list[str]:
    """What there is to change about this draft."""
    possible = {
        "fit": needs_framing(draft),
        "trim": needs_trim(draft) is not None,
        "cover": cover_step.video_of(draft) is not None,
        "caption": _shows_text(draft),
        "hashtags": _shows_text(draft),
    }
    return [what for what in (*CHANGES, "media") if possible.get(what, True)]


def _shows_text(draft: Draft) -> bool:
    return draft.post_type is not None and draft.post_type.shows_text


async def schedule(draft: Draft, actor: Actor, context: Context) -> None:
    """Plan it and announce that."""
    post = await context.store.schedule(draft.id, by=context.delivery.update_id)
    await announce(post, actor, context)


async def announce(post: Post, actor: Actor, context: Context) -> None:
    """Send the card to which the result will reply."""
    message = await context.bot.send_message(
        post.chat_id,
        card(post, actor.language),
        reply_markup=card_buttons(post, actor.language),
    )
    await context.store.remember_card(post.id, message.message_id, topic_of(message))
    await wake(context.application)
