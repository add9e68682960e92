"""What people of the team have written beside a post, as its card shows it."""

from bot.store import Store
from bot.texts import say
from bot.texts.parts import shortened
from storage.models import Post

CHARACTERS, NAME_CHARACTERS = 100, 30
"""Of a note, and of its author's name, that stand on a card; its owner is told all of it."""


async def notes_of(post: Post, language: str, store: Store) -> str:
    """A line for each of the last ones, as HTML; nothing if there are none."""
    if post.noted_at is None:
        return ""
    notes = await store.last_notes(post.id)
    lines = (
        say(
            language,
            "card_note",
            name=shortened(one.author_name, NAME_CHARACTERS),
            text=shortened(one.text, CHARACTERS),
        )
        for one in notes
    )
    return "".join(f"\n{line}" for line in lines)
