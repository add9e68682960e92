"""What people are told once, when it helps: that the caption follows an edit of their message."""

from dataclasses import replace
from difflib import SequenceMatcher

from bot.context import Actor, Context
from bot.new_post.facts import News
from bot.texts import say
from storage.models import Content

CORRECTED = 0.75
"""How much two captions have in common of which one corrects the other, 0 to 1."""
LONG_CHARACTERS = 200


async def of_edits(news: News, before: Content, text: str, actor: Actor, context: Context) -> News:
    """The news of a caption; with the hint, if it only corrects the one that was typed before."""
    if before.caption == text or not _corrects(before.caption or "", text):
        return news
    hint = await hint_of_edits(actor, context)
    return replace(news, note="\n\n".join(filter(None, [news.note, hint])))


def _corrects(before: str, after: str) -> bool:
    """By characters; of long ones, which would take too long, by words."""
    is_long = max(len(before), len(after)) > LONG_CHARACTERS
    parts = str.split if is_long else list[str]
    return SequenceMatcher(None, parts(before), parts(after), autojunk=False).ratio() >= CORRECTED


async def hint_of_edits(actor: Actor, context: Context) -> str:
    """As HTML; nothing for whoever knows."""
    if not await context.store.learns_of_edits(actor.id):
        return ""
    return say(actor.language, "hint_edit")
