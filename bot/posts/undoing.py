"""What was done to a planned post last is undone, and its card says what that was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.context import Actor, Context
from bot.jobs import wake
from bot.new_post import prompt
from bot.new_post.facts import News
from bot.new_post.steps import LAST
from bot.outbox import deliver
from bot.posts.card_edits import edit_card
from bot.posts.card_message import send_card
from bot.posts.card_pictures import picture_of
from bot.posts.changes import ask_open, show_changed
from bot.posts.outdated import take_off_undone
from bot.posts.plan_news import PlanNews
from bot.texts import dates, say
from storage.models import Draft, Post
from storage.undone import UndoIsOverError


async def undo(post_id: int, actor: Actor, context: Context) -> str | None:
    """A deleted post is planned again, a changed one as it was; one just planned is a draft again.

    Its card says which.
    """
    scope, by = actor.scope, context.delivery.update_id
    try:
        found = await context.store.undo(
            post_id, scope, question=LAST.name, by=by, person_id=actor.id
        )
    except UndoIsOverError as error:  # its button has outlived a restart
        await edit_card(error.post, context.application)
        return say(actor.language, "undo_is_over")
    if isinstance(found, Draft):
        await take_off_undone(post_id, context.application)
        if found.is_guided:
            await prompt.close(found, context)
        owner = replace(actor, language=found.language)
        note = say(owner.language, "undone_plan", id=post_id)
        await ask_open(found, owner, context, News(note, is_moved=True))
        await deliver(context.application)
        is_elsewhere = found.chat_id != actor.chat_id
        return say(actor.language, "undone_plan", id=post_id) if is_elsewhere else None
    news = PlanNews(undone([found]))
    is_here = found.chat_id == actor.chat_id
    if found.undone == "change" and is_here:  # its card has the picture of what it was until now
        picture = await picture_of(found, context.services.files)
        await send_card(found, actor, context, news=news, picture=picture)
        await deliver(context.application)
    else:
        await show_changed(found, actor, context, news)
    await wake(context.application)
    return None


def undone(posts: Sequence[Post]) -> str:
    """What was put back, as it stands below the card; nothing if that was said before a crash."""
    done = [post for post in posts if post.undone is not None]
    if not done:
        return ""
    post, now = done[0], datetime.now(UTC)
    assert post.scheduled_time is not None
    time = dates.moment(post.language, post.scheduled_time, ZoneInfo(post.timezone), now)
    values = {"id": post.id, "count": len(done), "time": time}
    return "\n\n" + say(post.language, f"undone_{post.undone}", **values)
