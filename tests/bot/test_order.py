"""The order of a post's items, as people change it."""

import pytest

from bot.new_post.order_step import OrderQuestion
from bot.new_post.question import Arrange, NotUnderstoodError
from storage.lifecycle import MediaKind, PostType
from storage.models import Draft, MediaItem
from tests.bot.test_media_steps import ANNA, NOW


def carousel(chosen: int | None = None) -> Draft:
    """Of items 11 to 14."""
    draft = Draft(post_type=PostType.CAROUSEL, is_guided=False, question="order")
    draft.media = [
        MediaItem(id=number, kind=MediaKind.PHOTO, width=1080, height=1350)
        for number in range(11, 15)
    ]
    draft.chosen_item_id = chosen
    return draft


@pytest.mark.parametrize(
    ("chosen", "said", "order", "next_one"),
    [
        (None, "2", (11, 12, 13, 14), 12),
        (12, "4", (11, 12, 13, 14), 14),
        (12, "earlier", (12, 11, 13, 14), 12),
        (12, "danach", (11, 13, 12, 14), 12),
        (14, "To the front", (14, 11, 12, 13), 14),
        (11, "earlier", (11, 12, 13, 14), 11),
        (12, "herausnehmen", (11, 13, 14), None),
        (12, "another one", (11, 12, 13, 14), None),
        (None, "3 to 1", (13, 11, 12, 14), 13),
        (None, "1 nach 4", (12, 13, 14, 11), 11),
    ],
)
def test_an_item_is_chosen_and_moved(
    chosen: int | None, said: str, order: tuple[int, ...], next_one: int | None
) -> None:
    reply = OrderQuestion().understand(said, carousel(chosen), ANNA, NOW)
    assert reply == Arrange(order, next_one)


@pytest.mark.parametrize(
    "said", ["0", "5", "9" * 5000, "earlier", "1 to 9", "tomorrow", "18:30", "²", ""]
)
def test_what_is_no_item_is_explained(said: str) -> None:
    with pytest.raises(NotUnderstoodError):
        OrderQuestion().understand(said, carousel(), ANNA, NOW)


def values(draft: Draft) -> list[str]:
    return [value for row in OrderQuestion().ask(draft, ANNA, NOW).rows for _, value in row]


def test_only_what_can_be_done_with_an_item_is_offered() -> None:
    question = OrderQuestion()
    assert values(carousel()) == ["1", "2", "3", "4", "done"]
    assert values(carousel(11)) == ["later", "remove", "other", "done"]
    assert values(carousel(13)) == ["earlier", "later", "to_front", "remove", "other", "done"]
    assert values(carousel(99)) == values(carousel()), "it is gone"
    assert question.understand("done", carousel(11), ANNA, NOW) == {"chosen_item_id": None}
    alone = carousel()
    alone.media = alone.media[:1]
    assert not question.applies(alone)
