"""From pending to live: every type, once, with what is due and nothing else."""

import pytest

from storage.lifecycle import PostType, Status
from tests.publisher.conftest import CAPTION, PUBLISHED, World


@pytest.mark.parametrize("kind", PUBLISHED)
def test_every_type_is_published_under_our_upload_id(world: World, kind: PostType) -> None:
    post_id = world.plan(kind)
    world.sweep(world.publisher())
    post = world.post(post_id)
    assert post.status is Status.UPLOADED, post.error_message
    (live,) = [*world.instagram.posts, *world.instagram.stories]
    assert live.upload_id == post.upload_id
    assert str(live.pk) == post.media_pk
    assert post.link is not None and post.link.startswith("https://www.instagram.com/")
    assert kind is PostType.STORY or live.caption == CAPTION
    assert world.told() == ["published"]


def test_a_caption_that_instagram_would_refuse_is_not_sent(world: World) -> None:
    """The last line: it was counted when it was written, but perhaps by another limit."""
    post_id = world.plan(caption="#a#b#c#d#e#f")
    world.sweep(world.publisher())
    post = world.post(post_id)
    assert (post.status, post.error_class) == (Status.FAILED, "caption_refused")
    assert world.instagram.posts == []
    assert not any("configure" in path for _, path in world.instagram.requests)
