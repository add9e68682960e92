"""On demand: the order of a post's items, by number, arrows, and a picture of all of them."""

import re
from collections.abc import Sequence

from bot.context import Actor
from bot.keyboards import in_rows, is_number
from bot.new_post.question import (
    Answers,
    Arrange,
    Moment,
    NotUnderstoodError,
    Prompt,
    Question,
)
from bot.texts import label, say
from bot.texts.words import heard
from publisher.media.preview import thumbnails
from storage.files import MediaFiles
from storage.models import Draft, MediaItem

MOVES = ("earlier", "later", "to_front")
MOVED_TO = re.compile(r"(\d{1,2})\D{1,12}?(\d{1,2})")
"""Such as '3 to 1' or '3 nach 1'."""


class OrderQuestion(Question):
    name = "order"
    is_on_demand = True
    shapes_media = True

    def applies(self, draft: Draft) -> bool:
        return len(draft.media) > 1 and not draft.is_guided

    def is_answered(self, draft: Draft) -> bool:
        return True  # as they came, until somebody moves one

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language, items = actor.language, draft.media
        chosen = chosen_place(draft)
        if chosen is None:
            numbers = [(str(number), str(number)) for number in range(1, len(items) + 1)]
            done = (label(language, "button_order_done"), "done")
            return Prompt(say(language, "ask_order"), [*in_rows(numbers, 5), [done]])
        text = say(language, "ask_order_item", place=chosen + 1, count=len(items))
        can = {
            "earlier": chosen > 0,
            "later": chosen < len(items) - 1,
            "to_front": chosen > 1,
            "remove": len(items) > 1,
        }
        shown = [
            (label(language, f"button_order_{one}"), one) for one, is_so in can.items() if is_so
        ]
        last = [(label(language, f"button_order_{one}"), one) for one in ("other", "done")]
        return Prompt(text, [*in_rows(shown, 2), last])

    def picture(self, draft: Draft, files: MediaFiles) -> bytes:
        """All items, numbered, the chosen one between arrows. Blocks."""
        chosen = chosen_place(draft)
        names = (f"» {n + 1} «" if n == chosen else str(n + 1) for n in range(len(draft.media)))
        return thumbnails(draft.media, files, names)

    def understand(
        self, said: str, draft: Draft, actor: Actor, moment: Moment
    ) -> Arrange | Answers:
        items, chosen = list(draft.media), chosen_place(draft)
        word = heard(said, ("done", "other", "remove", *MOVES))
        if word == "done":
            return {"chosen_item_id": None}
        if word == "other":
            return Arrange(_ids(items), None)
        if word is not None and chosen is not None:
            return _changed(items, chosen, word)
        if found := MOVED_TO.fullmatch(said.strip(" .#")):
            places = [int(number) for number in found.groups()]
            if all(1 <= place <= len(items) for place in places):
                return _moved(items, places[0] - 1, places[1] - 1)
        number = said.strip().strip(".#")
        if is_number(number) and 1 <= int(number) <= len(items):
            return Arrange(_ids(items), items[int(number) - 1].id)
        raise NotUnderstoodError("order_not_understood", {"count": len(items)})


def chosen_place(draft: Draft) -> int | None:
    """Where the item stands that is to be moved, from 0; None if none is chosen, or it is gone."""
    ids = [item.id for item in draft.media]
    return ids.index(draft.chosen_item_id) if draft.chosen_item_id in ids else None


def _changed(items: list[MediaItem], at: int, way: str) -> Arrange:
    if way == "remove":
        left = [item for item in items if item is not items[at]]
        return Arrange(_ids(left or items), None)
    to = {"earlier": at - 1, "later": at + 1, "to_front": 0}[way]
    return _moved(items, at, min(max(to, 0), len(items) - 1))


def _moved(items: list[MediaItem], at: int, to: int) -> Arrange:
    moved = items[at]
    items.insert(to, items.pop(at))
    return Arrange(_ids(items), moved.id)


def _ids(items: Sequence[MediaItem]) -> tuple[int, ...]:
    return tuple(item.id for item in items)
