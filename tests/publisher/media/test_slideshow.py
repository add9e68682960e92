"""How a reel made of photos gets on. What comes out of it is looked at in end_to_end."""

import pytest

from publisher.media.prepare import is_slow, prepare
from publisher.media.refused import PreparationCancelledError
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.pictures import encoded, quarters
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import post
from tests.stored import stored_in


def test_a_slideshow_tells_how_far_it_is_and_can_be_cancelled(
    take: Taker, files: MediaFiles
) -> None:
    media = [take(encoded(quarters(1080, 1920))) for _ in range(2)]
    heard: list[float] = []
    draft = post(PostType.REEL, *media)
    assert is_slow(draft)
    with pytest.raises(PreparationCancelledError):
        prepare(draft, files, progress=heard.append, cancelled=lambda: len(heard) >= 2)
    assert heard == sorted(heard) and heard[0] < heard[-1] < 1
    folder = files.path(media[0].original).parent
    left = {path.name for path in stored_in(folder)}
    assert left == {item.original for item in media}
