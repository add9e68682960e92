"""The bar, which people read at a glance."""

import pytest

from bot.progress import EDIT_PAUSE_SECONDS, bar


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "░░░░░░░░░░ 0 %"),
        (0.05, "░░░░░░░░░░ 5 %"),
        (0.42, "▓▓▓▓░░░░░░ 42 %"),
        (0.999, "▓▓▓▓▓▓▓▓▓░ 99 %"),
        (1.0, "▓▓▓▓▓▓▓▓▓▓ 100 %"),
        (-1.0, "░░░░░░░░░░ 0 %"),
        (7.0, "▓▓▓▓▓▓▓▓▓▓ 100 %"),
    ],
)
def test_a_bar_fills_from_the_left_and_is_full_only_at_the_end(share: float, shown: str) -> None:
    assert bar(share) == shown


def test_edits_are_no_faster_than_a_human_reads() -> None:
    assert EDIT_PAUSE_SECONDS >= 2
