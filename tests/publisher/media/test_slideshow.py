"""A reel made of photos: all of them, in order, one fading into the next."""

import pytest

from publisher.media.framing import Fit
from publisher.media.notes import Note
from publisher.media.prepare import is_slow, prepare
from publisher.media.refused import PreparationCancelledError
from publisher.media.slideshow import FADE_SECONDS, SHOWN_SECONDS
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.pictures import encoded, from_phone, negative, quarters
from tests.publisher.media.accepted import accepted_photo, accepted_video, duration, frame
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import assert_close, assert_upright, cut_out, post
from tests.stored import stored_in


def test_photos_of_any_kind_become_a_reel(take: Taker, files: MediaFiles) -> None:
    upright = from_phone(900, 1200, orientation=6)
    wide = encoded(negative(quarters(1600, 900)), "HEIF")
    media = [take(upright), take(wide)]
    heard: list[float] = []
    draft = post(PostType.REEL, *media, fit=Fit.BLUR)
    assert is_slow(draft)

    ready = prepare(draft, files, progress=heard.append)

    (made,) = ready.items
    assert made.item_id == media[0].id and made.cover is not None
    path = files.path(made.prepared)
    accepted_video(path, PostType.REEL)
    assert duration(path) == pytest.approx(2 * SHOWN_SECONDS + FADE_SECONDS, abs=0.1)
    shown = [frame(path, number * (SHOWN_SECONDS + FADE_SECONDS) + 1) for number in range(2)]
    assert [one.size for one in shown] == [(1080, 1920)] * 2
    assert_upright(cut_out(shown[0], 3, 4))
    assert_upright(negative(cut_out(shown[1], 16, 9)))
    halfway = frame(path, SHOWN_SECONDS + FADE_SECONDS / 2)
    assert_close(cut_out(halfway, 16, 9).getpixel((270, 152)), (128, 128, 128), 40)
    assert accepted_photo(files.path(made.cover), PostType.REEL).size == (1080, 1920)
    assert {Note.FRAMED, Note.TURNED, Note.CONVERTED, Note.LOCATION} <= {*ready.notes}
    assert heard == sorted(heard) and len(heard) >= 3


def test_a_slideshow_can_be_cancelled(take: Taker, files: MediaFiles) -> None:
    media = [take(encoded(quarters(1080, 1920))) for _ in range(2)]
    heard: list[float] = []
    with pytest.raises(PreparationCancelledError):
        prepare(
            post(PostType.REEL, *media),
            files,
            progress=heard.append,
            cancelled=lambda: bool(heard),
        )
    folder = files.path(media[0].original).parent
    left = {path.name for path in stored_in(folder)}
    assert left == {item.original for item in media}
