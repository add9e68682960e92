"""What people are told once, when it helps: that the caption follows an edit of their message."""

from dataclasses import replace
from difflib import SequenceMatcher

from bot.context import Actor, Context
from bot.new_post.facts import News
from bot.texts import say
from storage.models import Content

CORRECTED = 0.75
"""How much two captions have in common of which one corrects the other, 0 to 1."""


async def of_edits(news: News, before: Content, text: str, actor: Actor, context: Context) -> News:
    """The news of a caption; with the hint, if it only corrects the one that was typed before."""
    was = before.caption or ""
    if was == text or SequenceMatcher(None, was, text).ratio() < CORRECTED:
        return news
    hint = await hint_of_edits(actor, context)
    return replace(news, note="\n\n".join(filter(None, [news.note, hint])))


async def hint_of_edits(actor: Actor, context: Context) -> str:
    """As HTML; nothing for whoever knows."""
    if not await context.store.learns_of_edits(actor.id):
        return ""
    return say(actor.language, "hint_edit")
