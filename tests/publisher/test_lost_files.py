"""Files that are not as they were stored: made again, fetched once more, waited for, or named."""

from functools import partial

import pytest

from publisher.media import isolated
from storage.facts import Installation
from storage.lifecycle import PostType, Status
from storage.originals import MAX_REFUSALS, Originals
from tests.files_left import files_left
from tests.publisher.conftest import World
from tests.samples import jpeg


@pytest.mark.parametrize("kind", [PostType.PHOTO, PostType.REEL])
def test_a_file_that_is_not_as_it_was_stored_is_made_again_from_the_original(
    world: World, kind: PostType
) -> None:
    publisher = world.publisher()
    for harm in ("emptied", "cut", "gone"):
        post_id = world.plan(kind)
        if kind is PostType.PHOTO:
            world.execute(
                "UPDATE media_items SET prepared = :name WHERE post_id = :post",
                name=world.keep(jpeg(), ".jpg"),
                post=post_id,
            )
            world.harm(world.post(post_id).media[0].prepared, harm)
        else:
            world.harm(world.post(post_id).media[0].cover, harm)
        world.sweep(publisher)
        post = world.post(post_id)
        assert (post.status, post.retry_count) == (Status.UPLOADED, 0), (harm, post.error_message)
    assert world.told() == ["published"] * 3


def test_a_file_that_cannot_be_made_again_at_the_moment_is_not_called_damaged(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is the matter with this machine: the same was made of it before."""
    publisher = world.publisher()

    def put_off_by() -> tuple[Status, str | None]:
        world.sweep(publisher)
        post = world.post(post_id)
        return post.status, post.error_class

    post_id = world.plan(PostType.REEL)
    world.harm(world.post(post_id).media[0].cover, "gone")
    with files_left(1):
        assert put_off_by() == (Status.PENDING, "media_away")
    with monkeypatch.context() as here:
        here.setattr(isolated, "Limits", partial(isolated.Limits, wall_seconds=0))
        here.setattr(isolated, "POLL_SECONDS", 0)
        world.due_now()
        assert put_off_by() == (Status.PENDING, "own_fault")
    world.due_now()
    assert put_off_by() == (Status.UPLOADED, None)


def test_an_original_that_is_lost_is_named_for_what_it_is(world: World) -> None:
    publisher = world.publisher()
    named = {"emptied": "media_damaged", "cut": "media_damaged", "gone": "media_missing"}
    for harm, reason in named.items():
        post_id = world.plan()
        world.harm(world.post(post_id).media[0].original, harm)
        world.sweep(publisher)
        post = world.post(post_id)
        assert (post.status, post.error_class) == (Status.FAILED, reason), harm
    assert world.live() == []


def test_for_a_lost_original_the_bot_is_asked_and_the_post_waits_until_it_has_it_or_not(
    world: World,
) -> None:
    publisher, originals = world.publisher(), Originals(world.database)
    for comes_back in (True, False):
        post_id = world.plan()
        world.execute(
            "UPDATE media_items SET source_ref = 'a file_id' WHERE post_id = :id", id=post_id
        )
        name = world.post(post_id).media[0].original
        content = world.files.path(name).read_bytes()
        world.harm(name, "gone")
        world.sweep(publisher)
        post = world.post(post_id)
        assert (post.status, post.error_class) == (Status.PENDING, "media_coming")
        assert [each.name for each in originals.asked_for()] == [name]
        originals.not_stored(name)
        assert originals.asked_for() == [], "not fetched at once again"
        if comes_back:
            world.files.path(name).write_bytes(content)
            originals.came_back(name)
        else:
            given_up = [originals.not_had(name, refused=True) for _ in range(MAX_REFUSALS)]
            assert given_up == [False, False, True]
            world.due_now()
        assert originals.asked_for() == []
        world.sweep(publisher)
        wanted = (Status.UPLOADED, None) if comes_back else (Status.FAILED, "media_missing")
        assert (world.post(post_id).status, world.post(post_id).error_class) == wanted
    assert world.told() == ["not_yet", "published", "not_yet", "failed"]
    assert "media_away" not in world.told("admin")


def test_nobody_waits_for_the_media_of_an_account_that_is_removed(world: World) -> None:
    """So that the alert is withdrawn, although its post stands where it stood."""
    world.plan()
    world.execute("UPDATE scheduled_posts SET error_class = 'media_away'")
    installation = Installation(world.database)
    assert installation.facts().waiting_for_media == 1
    world.accounts.remove_others([])
    assert installation.facts().waiting_for_media == 0


def test_a_media_folder_that_is_not_mounted_is_waited_for(world: World) -> None:
    post_id = world.plan()
    folder = world.files.path("0" * 32 + ".jpg").parent
    away = folder.rename(folder.with_name("unmounted"))
    folder.mkdir()
    publisher = world.publisher()
    world.sweep(publisher)
    world.due_now()
    world.sweep(publisher)
    post = world.post(post_id)
    assert (post.status, post.error_class, post.retry_count) == (Status.PENDING, "media_away", 0)
    assert (world.told(), world.told("admin")) == (["not_yet"], ["media_away"])
    folder.rmdir()
    away.rename(folder)
    world.due_now()
    world.sweep(publisher)
    assert world.post(post_id).status is Status.UPLOADED
