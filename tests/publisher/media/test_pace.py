"""At what pace pictures follow each other, told from when each of them is shown."""

from fractions import Fraction

import pytest

from publisher.media.pace import Times, pace

MILLISECOND = Fraction(1, 1000)


def times(shown: list[int], unit: Fraction) -> Times:
    return Times(shown=shown, newest=shown[-1], lasts=shown[-1] - shown[-2], unit=unit)


def without(every: int, pictures: int = 360) -> list[int]:
    """Numbers of pictures, with each n-th left out."""
    return [number for number in range(pictures) if number % every]


CLOCK = {
    "24": ([number * 512 for number in range(99)], Fraction(1, 12288), 24.0),
    "29.97": ([number * 1001 for number in range(99)], Fraction(1, 30000), 29.97),
    "30 by a coarse clock": ([round(n * 100 / 3) for n in range(999)], MILLISECOND, 30.0),
    "60 by a coarse clock": ([round(n * 50 / 3) for n in range(999)], MILLISECOND, 60.0),
    "60, each 12th left out": (without(12), Fraction(1, 60), 60.0),
    "30, each 40th left out": (without(40), Fraction(1, 30), 30.0),
    "30, uneven by 8 ms": (
        [round(n * 100 / 3) + (8, -7, 0, 5, -8)[n % 5] for n in range(999)],
        MILLISECOND,
        30.0,
    ),
}


@pytest.mark.parametrize("name", CLOCK)
def test_a_steady_pace_is_known_although_clocks_are_coarse_and_pictures_missing(name: str) -> None:
    shown, unit, fps = CLOCK[name]
    found = pace(times(shown, unit))
    assert found.steady
    assert found.fps == pytest.approx(fps, rel=0.002)


CHANGING = {
    "30, then 60": ([*range(0, 200, 2), *range(200, 300)], 60.0),
    "60 at times": ([n for n in range(600) if n % 100 < 30 or n % 4 == 0], 60.0),
}


@pytest.mark.parametrize("name", CHANGING)
def test_of_a_changing_pace_the_quickest_counts_so_that_no_picture_is_left_out(name: str) -> None:
    shown, least = CHANGING[name]
    found = pace(times(shown, Fraction(1, 60)))
    assert not found.steady
    assert least * 0.98 <= found.fps <= 61


def test_a_single_picture_has_a_pace() -> None:
    assert pace(Times(shown=[0], lasts=5)).fps == pytest.approx(0.2)
