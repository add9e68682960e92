"""What people of the team have written beside a post, as its card shows it."""

from bot.store import Store
from bot.texts import say
from storage.models import Post


async def notes_of(post: Post, language: str, store: Store) -> str:
    """A line for each of the last ones, as HTML; nothing if there are none."""
    if post.noted_at is None:
        return ""
    notes = await store.last_notes(post.id)
    lines = (say(language, "card_note", name=one.author_name, text=one.text) for one in notes)
    return "".join(f"\n{line}" for line in lines)
