"""Callback data: what we write we read, and nothing else gets in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keyboards import Action, Tap, actions, choices, decode, encode


@given(
    what=st.sampled_from(["type", "time", *Action]),
    post_id=st.integers(min_value=0, max_value=2**53),
    value=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30),
)
def test_what_is_written_is_read_back(what: str, post_id: int, value: str) -> None:
    assert decode(encode(what, post_id, value)) == Tap(what, post_id, value)


@given(st.text())
def test_whatever_is_sent_reading_never_fails(data: str) -> None:
    tap = decode(data)
    assert tap is None or encode(tap.what, tap.post_id, tap.value)


@pytest.mark.parametrize(
    "forged",
    [
        None,
        "",
        ":",
        "type",
        "type:x:reel",
        "type:-1:reel",
        "type:1٢:x",
        "type:" + "9" * 40,
    ],
)
def test_forged_data_are_nobodys(forged: str | None) -> None:
    assert decode(forged) is None


def test_data_that_telegram_would_refuse_are_refused_by_us() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        encode("time", 1, "x" * 64)


def test_a_keyboard_keeps_its_rows() -> None:
    keyboard = choices("type", 5, [[("Reel", "reel"), ("Story", "story")], [], [("‹", "back")]])
    data = [[button.callback_data for button in row] for row in keyboard.inline_keyboard]
    assert data == [["type:5:reel", "type:5:story"], ["type:5:back"]]
    row = actions([[("Delete", Action.DELETE, 5)]]).inline_keyboard[0]
    assert row[0].callback_data == "delete:5:"
