"""Whatever the size, what comes out is within Instagram's shapes, and never larger than it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.media.choices import needs_framing, shape_of
from publisher.media.framing import Fit, Frame, Shape, frame, same_ratio
from publisher.media.rules import MIN_SIDE, MIN_WIDTH, RULES
from storage.lifecycle import MediaKind, PostType
from storage.models import MediaItem
from tests.publisher.media.posts import post

SIDES = st.integers(64, 12_000)
PHOTO_SIDES = st.integers(MIN_SIDE, 12_000)
SHIFTS = st.floats(-1, 1)


def _item(width: int, height: int, kind: MediaKind = MediaKind.PHOTO) -> MediaItem:
    duration = 10.0 if kind is MediaKind.VIDEO else None
    return MediaItem(id=1, kind=kind, width=width, height=height, duration=duration)


def _plan(item: MediaItem, post_type: PostType, fit: Fit, shift: float) -> Frame:
    step = 2 if item.kind is MediaKind.VIDEO else 1
    draft = post(post_type, item, fit=fit, fit_shift=shift)
    return frame((item.width, item.height), shape_of(draft, item), step=step)


@given(PHOTO_SIDES, PHOTO_SIDES, st.sampled_from(Fit), SHIFTS)
@pytest.mark.parametrize("post_type", [PostType.PHOTO, PostType.STORY, PostType.CAROUSEL])
def test_every_photo_gets_an_accepted_shape(
    post_type: PostType, width: int, height: int, fit: Fit, shift: float
) -> None:
    plan = _plan(_item(width, height), post_type, fit, shift)
    rule = RULES[post_type]
    _assert_sound(plan, width, height, pixel=1)
    assert plan.canvas[0] <= rule.photo_width and plan.canvas[1] <= rule.photo_height
    assert plan.canvas[0] / (plan.canvas[1] + 1) <= rule.widest
    assert (plan.canvas[0] + 1) / plan.canvas[1] >= rule.narrowest


@given(SIDES, SIDES, st.sampled_from(Fit), SHIFTS)
@pytest.mark.parametrize("post_type", [PostType.VIDEO, PostType.REEL, PostType.STORY])
def test_every_video_gets_an_accepted_shape(
    post_type: PostType, width: int, height: int, fit: Fit, shift: float
) -> None:
    plan = _plan(_item(width, height, MediaKind.VIDEO), post_type, fit, shift)
    rule = RULES[post_type]
    _assert_sound(plan, width, height, pixel=2)
    assert plan.canvas[0] % 2 == plan.canvas[1] % 2 == 0
    assert max(plan.canvas) <= 1920 and min(plan.canvas) <= 1080
    assert plan.canvas[0] / (plan.canvas[1] + 2) <= rule.widest
    assert (plan.canvas[0] + 2) / plan.canvas[1] >= rule.narrowest


def _assert_sound(plan: Frame, width: int, height: int, pixel: int) -> None:
    """Cut out of the picture, not distorted, inside the canvas, and not blown up."""
    left, top, right, bottom = plan.crop
    assert 0 <= left < right <= width and 0 <= top < bottom <= height
    assert 0 < plan.inner[0] <= plan.canvas[0] and 0 < plan.inner[1] <= plan.canvas[1]
    across, down = plan.inner[0] / (right - left), plan.inner[1] / (bottom - top)
    distortion = plan.inner[0] - (right - left) * down, plan.inner[1] - (bottom - top) * across
    assert min(map(abs, distortion)) <= 2 * pixel + 0.01 * min(plan.inner)
    if plan.canvas[0] > MIN_WIDTH * 1.03:  # rounding to an accepted ratio may add a little
        assert max(across, down) <= 1 + 2 * pixel / min(plan.inner)


@given(PHOTO_SIDES, PHOTO_SIDES, st.floats(0.3, 4))
def test_a_border_is_only_where_it_is_needed(width: int, height: int, ratio: float) -> None:
    plan = frame((width, height), Shape(ratio, (1440, 1920), Fit.BLUR))
    assert plan.has_border or same_ratio(width / height, ratio) or min(plan.inner) < 200


@given(st.integers(400, 4000), st.floats(-1, 1))
def test_the_window_of_a_crop_stays_within_the_picture(side: int, shift: float) -> None:
    wide = frame((side * 3, side), Shape(1.0, (1440, 1440), Fit.CROP, shift))
    assert wide.crop[0] >= 0 and wide.crop[2] <= side * 3
    assert wide.crop[0] == pytest.approx(side * (1 + shift), abs=1)
    tall = frame((side, side * 3), Shape(1.0, (1440, 1440), Fit.CROP, shift))
    assert tall.crop[1] == pytest.approx(side * (1 + shift), abs=1)


@pytest.mark.parametrize(
    ("post_type", "width", "height", "asked"),
    [
        (PostType.PHOTO, 3024, 4032, False),
        (PostType.PHOTO, 1080, 1350, False),
        (PostType.PHOTO, 1080, 566, False),
        (PostType.PHOTO, 1080, 1920, True),
        (PostType.PHOTO, 3000, 1000, True),
        (PostType.STORY, 1080, 1920, False),
        (PostType.STORY, 1080, 1900, False),
        (PostType.STORY, 3024, 4032, True),
        (PostType.REEL, 720, 1280, False),
        (PostType.REEL, 1920, 1080, True),
        (PostType.REEL, 1080, 2340, True),
    ],
)
def test_people_are_asked_only_where_something_would_be_cut_off_or_added(
    post_type: PostType, width: int, height: int, asked: bool
) -> None:
    kind = MediaKind.VIDEO if post_type is PostType.REEL else MediaKind.PHOTO
    assert needs_framing(post(post_type, _item(width, height, kind))) is asked


def test_a_carousel_of_different_shapes_is_asked_about() -> None:
    alike = [_item(1080, 1350), _item(800, 1000)]
    assert not needs_framing(post(PostType.CAROUSEL, *alike))
    assert needs_framing(post(PostType.CAROUSEL, *alike, _item(1000, 1000)))
