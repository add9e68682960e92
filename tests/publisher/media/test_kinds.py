"""Which types some media can become, and what is asked about them."""

import pytest

from publisher.instagram.uploads import KINDS
from publisher.media.choices import chosen_fit, is_slideshow, needs_trim, trim
from publisher.media.framing import Fit
from publisher.media.kinds import fitting_types, why_not
from publisher.media.refused import Refusal
from publisher.media.rules import RULES
from storage.lifecycle import MediaKind, PostType
from storage.models import MediaItem
from tests.publisher.media.posts import post


def photo() -> MediaItem:
    return MediaItem(kind=MediaKind.PHOTO, width=1080, height=1350, duration=None)


def clip(seconds: float = 10, width: int = 1080, height: int = 1920) -> MediaItem:
    return MediaItem(kind=MediaKind.VIDEO, width=width, height=height, duration=seconds)


P, V, R, S, C = PostType.PHOTO, PostType.VIDEO, PostType.REEL, PostType.STORY, PostType.CAROUSEL
ROW = PostType.STORIES


@pytest.mark.parametrize(
    ("media", "types"),
    [
        ([photo()], [P, S]),
        ([clip()], [V, R, S]),
        ([clip(width=1920, height=400)], [V, R, S]),
        ([clip(seconds=2000)], [V, R, S]),
        ([photo()] * 2, [R, C, ROW]),
        ([photo()] * 10, [R, C, ROW]),
        ([photo()] * 11, []),
        ([photo(), clip()], [C, ROW]),
        ([clip(), clip()], [C, ROW]),
        ([clip(seconds=2)], []),
    ],
)
def test_media_become_the_types_they_can(media: list[MediaItem], types: list[PostType]) -> None:
    assert fitting_types(media) == types


def test_the_reason_names_what_is_missing() -> None:
    refused = why_not([photo()], R)
    assert refused is not None and refused.reason is Refusal.WRONG_MEDIA
    assert refused.details == {"type": R, "least": 2, "most": 10}
    refused = why_not([photo(), clip()], P)
    assert refused is not None and refused.details == {"type": P}
    refused = why_not([clip(seconds=2.5)], S)
    assert refused is not None and refused.details == {"seconds": "2.5", "limit": "3"}


@pytest.mark.parametrize(
    ("kind", "seconds", "limit"),
    [(S, 60, None), (S, 60.04, None), (S, 61, 60), (R, 900, None), (R, 901, 900), (V, 3600, None)],
)
def test_trimming_is_offered_above_the_limit(
    kind: PostType, seconds: float, limit: float | None
) -> None:
    assert needs_trim(post(kind, clip(seconds))) == limit


def test_a_part_lies_within_the_video() -> None:
    item = clip(100)
    assert trim(post(S, item), item) == (0, 60)
    assert trim(post(S, item, trim_start=12.5), item) == (12.5, 60)
    assert trim(post(S, item, trim_start=90), item) == (40, 60)


def test_each_long_video_of_a_carousel_is_trimmed() -> None:
    media = [photo(), clip(30), clip(70)]
    draft = post(C, *media)
    assert needs_trim(draft) == 60
    assert [trim(draft, item) for item in media] == [None, None, (0, 60)]


def test_by_default_nothing_is_cut_off() -> None:
    assert chosen_fit(post(P, photo())) is Fit.BLUR


def test_photos_become_a_slideshow_only_as_a_reel() -> None:
    assert is_slideshow(post(R, photo(), photo()))
    assert not is_slideshow(post(C, photo(), photo()))
    assert not is_slideshow(post(R, clip()))


def test_every_type_says_what_it_takes_and_how_it_gets_to_instagram() -> None:
    assert set(RULES) == set(PostType)
    assert set(KINDS) == set(PostType) - {ROW}, "which becomes stories when it is planned"
