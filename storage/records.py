"""What our own records know of a post that is looked for, apart from what the platform shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Interval, Select, func, select

from storage.database import Repository
from storage.lifecycle import PostType, Status
from storage.models import Post
from storage.reconciliation import READ_ONCE_ASKED

STORY_LIFE = timedelta(hours=23)
"""Instagram shows a story for 24 hours; an hour less, since clocks differ."""


@dataclass(frozen=True)
class Background:
    """What our own records know about a post that is looked for; ages by Postgres' clock."""

    sent_ago: timedelta
    """Since it was first sent."""
    doubted_ago: timedelta
    """Since the doubt began, or, if there is none, since it was published."""
    newest_before: int | None
    """The newest media known to have been there before; 0: none were; None: nothing is known."""
    newest_of_ours: int | None
    """The newest media of other posts of ours."""
    rivals: Sequence[Post]
    """Other posts of the account that were sent about then, and of which no media is known."""


class Records(Repository):
    def background(self, post: Post) -> Background:
        """What is known of it by now."""
        sent = func.coalesce(Post.first_sent_at, Post.created_at)
        doubted = func.coalesce(Post.uncertain_since, Post.published_at, sent)
        with self._database.single() as session:
            sent_ago, doubted_ago = session.execute(
                select(
                    (func.now() - sent).cast(Interval), (func.now() - doubted).cast(Interval)
                ).where(Post.id == post.id)
            ).one()
            newest = session.scalars(_neighbours(post).limit(1)).first()
            sent_at = post.first_sent_at or post.created_at
            older = _neighbours(post).where(Post.published_at < sent_at)  # not: sent before
            before = session.scalars(older.limit(1)).first()
            rivals = session.scalars(_rivals(post)).all()
        return Background(
            sent_ago, doubted_ago, _newest(before, post.newest_before), _newest(newest), rivals
        )

    def bound(self, post: Post, media_pks: Collection[str]) -> dict[str, str | None]:
        """Which of these media belong to other posts of ours, and their upload ids."""
        theirs = select(Post.media_pk, Post.upload_id).where(
            Post.account_id == post.account_id,
            Post.id != post.id,
            Post.media_pk.in_(media_pks),
        )
        with self._database.single() as session:
            return {pk: upload_id for pk, upload_id in session.execute(theirs) if pk}


def _neighbours(post: Post) -> Select[str | None]:
    """Media of other posts that stand where this one does, the newest first."""
    assert post.post_type is not None
    is_story = post.post_type.is_story
    theirs = Post.post_type.in_([each for each in PostType if each.is_story is is_story])
    query = select(Post.media_pk).where(
        Post.account_id == post.account_id,
        Post.id != post.id,
        Post.status == Status.UPLOADED,
        Post.media_pk.is_not(None),
        theirs,
    )
    if is_story:
        query = query.where(Post.first_sent_at > func.now() - STORY_LIFE)
    return query.order_by(Post.media_pk.desc())  # numbered upwards, all with as many digits


def _newest(*numbers: str | None) -> int | None:
    return max((int(each) for each in numbers if each and each.isdigit()), default=None)


def _rivals(post: Post) -> Select[Post]:
    """Posts that were sent at about the same time, and whose media is not known."""
    sent = post.first_sent_at or post.created_at
    return select(Post).where(
        Post.account_id == post.account_id,
        Post.id != post.id,
        Post.post_type == post.post_type,
        Post.media_pk.is_(None),
        Post.first_sent_at.is_not(None),
        Post.first_sent_at.between(sent - READ_ONCE_ASKED, sent + READ_ONCE_ASKED),
    )
