"""A lost reply is settled by reading Instagram: found, sent again, or its owner is asked."""

from datetime import timedelta

import pytest

from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.posts import Post as LivePost
from storage.lifecycle import PostType, Status
from tests.publisher.conftest import CAPTION, PUBLISHED, World
from tests.scopes import ALL

NOT_YET = timedelta(minutes=3)
A_DAY_AGO = (
    "UPDATE scheduled_posts SET next_check_at = now(),"
    " first_sent_at = first_sent_at - interval '24 hours'"
)


def newest(world: World) -> LivePost:
    return max([*world.instagram.posts, *world.instagram.stories], key=lambda post: post.pk)


def test_a_post_of_any_type_whose_reply_was_lost_is_found_by_its_upload_id(world: World) -> None:
    publisher = world.publisher()
    for sent, kind in enumerate(PUBLISHED, 1):
        post_id = world.plan(kind)
        world.instagram.script(Fault(at="configure", kind="drop", when="after"))
        world.sweep(publisher)
        post, live = world.post(post_id), newest(world)
        assert (post.status, post.media_pk) == (Status.UPLOADED, str(live.pk)), kind
        assert (post.link is not None and live.code in post.link) or kind is PostType.STORY
        assert world.instagram.configures == len(world.live()) == sent
        assert world.told() == ["published"] * sent


def test_without_the_upload_id_caption_and_kind_prove_it_but_for_stories(world: World) -> None:
    world.instagram.device_timestamps = "seconds"
    publisher = world.publisher()
    for kind in PUBLISHED:
        post_id = world.plan(kind, caption=f"A {kind}")
        world.instagram.script(Fault(at="configure", kind="drop", when="after"))
        world.sweep(publisher)
        post = world.post(post_id)
        if kind is PostType.STORY:
            assert (post.status, world.told()[-1]) == (Status.UNCONFIRMED, "asked")
        else:
            assert (post.status, post.media_pk) == (Status.UPLOADED, str(newest(world).pk)), kind


def test_a_reel_of_photos_is_recognised_as_the_video_that_it_is(world: World) -> None:
    post_id = world.plan(PostType.REEL)
    world.execute("UPDATE media_items SET kind = 'photo', duration = NULL")  # its first photo
    world.execute(
        "INSERT INTO media_items (post_id, position, kind, original, width, height, format,"
        " size_bytes) SELECT post_id, 2, kind, original, width, height, format, size_bytes"
        " FROM media_items"
    )
    world.instagram.device_timestamps = "seconds"
    world.instagram.script(Fault(at="configure", kind="drop", when="after"))
    world.sweep(world.publisher())
    (live,) = world.instagram.posts
    post = world.post(post_id)
    assert (post.status, post.media_pk) == (Status.UPLOADED, str(live.pk))


def test_what_clean_readings_do_not_find_is_sent_again_under_the_same_id(world: World) -> None:
    publisher = world.publisher()
    for sent, kind in enumerate(PUBLISHED, 1):
        post_id = world.plan(kind)
        world.instagram.script(Fault(at="configure", kind="drop", when="before"))
        world.sweep(publisher)
        post = world.post(post_id)
        assert post.status is Status.UPLOADED, kind
        assert newest(world).upload_id == post.upload_id, kind
        assert (world.instagram.configures, len(world.live())) == (2 * sent, sent)
        assert world.told() == ["unconfirmed", "published"] * sent


def test_reads_count_only_well_apart_and_well_after_the_doubt(world: World) -> None:
    post_id = world.plan()
    world.instagram.script(Fault(at="configure", kind="drop", when="before"))
    publisher = world.publisher(reconcile_pause=NOT_YET)
    world.sweep(publisher)
    for minutes, reads in ((0, 0), (4, 1), (2, 1), (4, 2), (10, 2), (8, 3)):
        assert world.post(post_id).status is Status.UNCONFIRMED
        world.read_now(publisher, after=timedelta(minutes=minutes))
        assert world.post(post_id).clean_reads == (reads if reads < 3 else 0)
    assert world.post(post_id).status is Status.UPLOADED
    assert world.live() == [CAPTION]


def test_a_failed_read_proves_nothing(world: World) -> None:
    post_id = world.plan()
    world.instagram.script(Fault(at="configure", kind="drop", when="after"))
    for kind in ("status", "bad_body", "truncate", "no_media"):
        world.instagram.script(Fault(at="feed", kind=kind))
    publisher = world.publisher()
    world.sweep(publisher)
    assert world.post(post_id).status is Status.UPLOADED
    assert world.live() == [CAPTION]
    assert world.instagram.configures == 1


def test_somebody_elses_like_post_is_never_taken_for_ours(world: World) -> None:
    """Same caption, same kind: the first is bound already, the second was never accepted."""
    first = world.plan()
    world.sweep(world.publisher())
    second = world.plan()
    world.instagram.script(Fault(at="configure", kind="drop", when="before"))
    world.sweep(world.publisher())
    posts = [world.post(first), world.post(second)]
    assert [post.status for post in posts] == [Status.UPLOADED, Status.UPLOADED]
    assert len({post.media_pk for post in posts}) == 2
    assert len(world.instagram.posts) == 2


def test_a_post_that_never_goes_through_is_asked_about_in_the_end(world: World) -> None:
    post_id = world.plan()
    world.instagram.script(Fault(at="configure", kind="no_media", times=20))
    world.sweep(world.publisher())
    post = world.post(post_id)
    assert post.status is Status.UNCONFIRMED and post.asked_at is not None
    assert world.told()[-1] == "asked"
    assert world.instagram.configures == 6
    assert world.live() == []


def test_a_doubt_that_cannot_be_read_about_is_asked_about_after_a_while(world: World) -> None:
    post_id = world.plan()
    world.instagram.script(Fault(at="configure", kind="drop", when="after"))
    world.instagram.script(Fault(at="feed", kind="challenge"))
    publisher = world.publisher()
    world.sweep(publisher)
    assert world.told() == ["unconfirmed"]
    assert world.is_paused()
    world.execute("UPDATE scheduled_posts SET uncertain_since = now() - interval '46 minutes'")
    world.sweep(publisher)
    world.sweep(publisher)
    assert world.told() == ["unconfirmed", "asked"]
    assert world.post(post_id).status is Status.UNCONFIRMED


def test_what_is_found_after_the_question_is_settled_all_the_same(world: World) -> None:
    post_id = world.plan()
    world.instagram.script(Fault(at="configure", kind="drop", when="after"))
    world.instagram.script(Fault(at="feed", kind="status", status=503))
    publisher = world.publisher(reconcile_pause=NOT_YET)
    world.sweep(publisher)
    world.execute("UPDATE scheduled_posts SET uncertain_since = now() - interval '46 minutes'")
    world.sweep(publisher)
    assert world.told() == ["unconfirmed", "asked"]
    world.execute("UPDATE scheduled_posts SET next_check_at = now()")
    world.sweep(publisher)
    assert world.post(post_id).status is Status.UPLOADED
    assert world.told() == ["unconfirmed", "asked", "published"]


def test_the_owners_word_ends_the_doubt(world: World) -> None:
    for settle, becomes in (
        (world.posts.confirm_live, Status.UPLOADED),
        (world.posts.try_again, Status.PENDING),
    ):
        post_id = world.plan()
        world.instagram.script(Fault(at="configure", kind="drop", when="before"))
        world.sweep(world.publisher(reconcile_pause=NOT_YET))
        settle(post_id, ALL)
        post = world.post(post_id)
        assert (post.status, post.uncertain_since, post.next_check_at) == (becomes, None, None)


def test_what_instagram_accepted_is_looked_for_once_and_then_left_alone(world: World) -> None:
    post_id = world.plan()
    publisher = world.publisher()
    world.sweep(publisher)
    assert world.post(post_id).next_check_at is not None
    world.execute("UPDATE scheduled_posts SET next_check_at = now()")
    world.sweep(publisher)
    assert world.post(post_id).next_check_at is None
    assert world.told() == ["published"]


@pytest.mark.parametrize("kind", [PostType.PHOTO, PostType.STORY])
def test_what_instagram_accepted_and_does_not_show_is_told_honestly(
    world: World, kind: PostType
) -> None:
    post_id = world.plan(kind)
    world.instagram.script(Fault(at="configure", kind="vanish", when="after"))
    publisher = world.publisher()
    world.sweep(publisher)
    assert world.post(post_id).status is Status.UPLOADED
    world.execute("UPDATE scheduled_posts SET next_check_at = now()")
    world.sweep(publisher)
    post = world.post(post_id)
    assert (post.status, post.link, post.error_class) == (Status.UNCONFIRMED, None, "vanished")
    world.read_now(publisher)
    assert world.told() == ["published", "asked"], "and once asked, they are not told less"
    assert world.instagram.configures == 1


def test_an_id_that_instagram_has_spent_is_asked_about_and_then_replaced(world: World) -> None:
    post_id = world.plan()
    refusal = {"message": "Server got a conflicting upload id", "status": "fail"}
    world.instagram.script(Fault(at="configure", kind="status", status=400, body=refusal))
    publisher = world.publisher()
    world.sweep(publisher)
    spent = world.post(post_id)
    assert (spent.status, spent.error_class) == (Status.UNCONFIRMED, "id_taken")
    assert world.told()[-1] == "asked"
    world.posts.try_again(post_id, ALL)
    world.sweep(publisher)
    post = world.post(post_id)
    assert post.status is Status.UPLOADED
    assert post.upload_id != spent.upload_id


def test_media_that_belongs_to_another_post_is_not_ours_even_under_our_id(world: World) -> None:
    first = world.plan()
    publisher = world.publisher()
    world.sweep(publisher)
    second = world.plan()
    world.execute(
        "UPDATE scheduled_posts SET upload_id = :taken WHERE id = :id",
        taken=world.post(first).upload_id,
        id=second,
    )
    world.sweep(publisher)
    post = world.post(second)
    assert (post.status, post.media_pk) == (Status.UNCONFIRMED, None)


def test_a_story_that_may_have_expired_is_asked_about_and_not_sent_again(world: World) -> None:
    post_id = world.plan(PostType.STORY)
    world.instagram.script(Fault(at="configure", kind="drop", when="before"))
    publisher = world.publisher(reconcile_pause=NOT_YET)
    world.sweep(publisher)
    world.execute(A_DAY_AGO)
    world.sweep(publisher)
    post = world.post(post_id)
    assert post.status is Status.UNCONFIRMED and post.asked_at is not None
    assert world.told() == ["unconfirmed", "asked"]
    assert world.instagram.configures == 1


def test_a_published_story_that_has_expired_meanwhile_stays_published(world: World) -> None:
    post_id = world.plan(PostType.STORY)
    world.instagram.script(Fault(at="configure", kind="vanish", when="after"))
    publisher = world.publisher()
    world.sweep(publisher)
    world.execute(A_DAY_AGO)
    world.sweep(publisher)
    post = world.post(post_id)
    assert (post.status, post.next_check_at) == (Status.UPLOADED, None)
    assert post.link is not None
    assert world.told() == ["published"]


def test_a_question_that_nobody_answers_is_not_read_about_for_ever(world: World) -> None:
    post_id = world.plan()
    world.instagram.script(Fault(at="configure", kind="drop", when="before"))
    publisher = world.publisher(reconcile_pause=NOT_YET)
    world.sweep(publisher)
    for hours, goes_on in ((1, True), (25, False)):
        world.execute(
            "UPDATE scheduled_posts SET next_check_at = now(), asked_at = now() - :hours",
            hours=timedelta(hours=hours),
        )
        world.sweep(publisher)
        post = world.post(post_id)
        assert post.status is Status.UNCONFIRMED
        assert (post.next_check_at is not None) is goes_on
