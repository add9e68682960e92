"""What all changes of a draft go by: it is open and locked; and how a post is made of it."""

import logging
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, case, delete, false, func, inspect, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from storage.approval_requests import ask, is_needed, show_in_group
from storage.database import AHEAD
from storage.lifecycle import PostType, PreparationState, Status
from storage.media import copied, give_up
from storage.models import Account, CurrentDraft, Draft, MediaItem, Post, User
from storage.scope import AccountsGiven

log = logging.getLogger(__name__)

Owner = TypeVar("Owner", Draft, Post)

WHOSE = ("account_id", "owner_id", "chat_id", "thread_id", "language")
ANSWERS = (
    *("post_type", "caption", "caption_message_id", "hashtags"),
    *("scheduled_time", "wall_time", "timezone"),
    *("fit", "fit_shift", "trim_start", "trim_agreed"),
)
"""What a draft and the post that is made of it have in common."""


class DraftGoneError(LookupError):
    """The draft was scheduled or discarded meanwhile."""


class StillPreparingError(RuntimeError):
    """Its files are being prepared, or could not be."""


def is_open() -> ColumnElement[bool]:
    """The condition on a row of drafts: not discarded."""
    return Draft.discarded_at.is_(None)


def guided_as_ever(owner_id: int) -> Any:
    """A draft is guided as its owner is."""
    chosen = select(User.is_guided).where(User.id == owner_id).scalar_subquery()
    return func.coalesce(chosen, false())


def begun(session: Session, draft: Draft) -> Draft:
    """Store a new draft; its owner is at it from now on."""
    draft.is_guided = guided_as_ever(draft.owner_id)
    return all_begun(session, [draft])[0]


def all_begun(session: Session, drafts: Sequence[Draft]) -> list[Draft]:
    """The same of several; whether they are guided is known."""
    session.add_all(drafts)
    session.flush()
    accounts = select(Account).where(Account.id.in_({draft.account_id for draft in drafts}))
    known = session.scalars(accounts.add_cte(_being_at(*drafts).cte("current"))).all()
    begun = [written(session, draft) for draft in drafts]
    assert {draft.account for draft in begun} <= {*known}
    return begun


def written(session: Session, owner: Owner) -> Owner:
    """The draft or post as it stands now, with its account and its media in order.

    Without asking for what is at hand, unlike `stored`.
    """
    session.flush()
    if unknown := inspect(owner).expired_attributes:  # such as the present, by Postgres' clock
        session.refresh(owner, unknown)
    set_committed_value(owner, "media", sorted(owner.media, key=lambda item: item.position))
    assert owner.account is not None, "it is read here, if it is not yet"
    return owner


def make_current(session: Session, draft: Draft) -> None:
    """Its owner is at this draft in its chat, and at no other."""
    session.execute(_being_at(draft))


def _being_at(*drafts: Draft) -> Insert:
    this = insert(CurrentDraft).values(
        [{"chat_id": one.chat_id, "owner_id": one.owner_id, "draft_id": one.id} for one in drafts]
    )
    return this.on_conflict_do_update(
        index_elements=[CurrentDraft.chat_id, CurrentDraft.owner_id],
        set_={"draft_id": this.excluded.draft_id},
    )


def with_series(session: Session, draft: Draft) -> Draft:
    """The first draft of a series, with all that stand on its card; any other as it is."""
    if draft.series_id == draft.id:
        theirs = (Draft.series_id == draft.id, Draft.question == draft.question, is_open())
        draft.series = tuple(session.scalars(select(Draft).where(*theirs).order_by(Draft.id)))
    return draft


def changed_draft(session: Session, by: int | None) -> Draft | None:
    """The draft that this update has begun or changed already."""
    if by is None:
        return None
    return session.scalars(select(Draft).where(Draft.last_update_id == by)).one_or_none()


def locked(session: Session, draft_id: int) -> Draft:
    """The draft, nobody else's until the transaction ends. Raises DraftGoneError."""
    lock = f"SELECT FROM {Draft.__tablename__} WHERE id = {draft_id:d} FOR UPDATE"
    open_one = select(Draft).where(Draft.id == draft_id, is_open())
    found = session.scalars(
        open_one.options(joinedload(Draft.media)), execution_options={AHEAD: lock}
    )
    draft = found.unique().one_or_none()
    if draft is None:
        raise DraftGoneError(draft_id)
    return draft


def changed(session: Session, draft_id: int, **values: Any) -> Draft:
    """Write these columns, all at once; returns it as it stands then. Raises DraftGoneError."""
    one = update(Draft).where(Draft.id == draft_id, is_open()).values(**values)
    new = aliased(Draft, one.returning(*Draft.__table__.columns).cte("changed"))
    found = session.scalars(
        select(new).options(joinedload(new.account), joinedload(new.media))
    ).unique()
    draft = found.one_or_none()
    if draft is None:
        raise DraftGoneError(draft_id)
    return draft


PREPARATION = (Draft.preparation, Draft.preparation_id, Draft.preparation_asked_at)


def unless(so: ColumnElement[bool], column: InstrumentedAttribute[Any]) -> Any:
    """A value for `changed`: nothing if it is so, else what it was."""
    return case((so, None), else_=column)


def unprepare(draft: Draft) -> None:
    """What is prepared, or being prepared, is not what the answers ask for now."""
    draft.preparation = draft.preparation_id = draft.preparation_asked_at = None


def become_posts(
    session: Session,
    draft: Draft,
    by: int | None,
    *,
    approves: AccountsGiven,
    in_series: bool = False,
) -> list[Post]:
    """The draft ends as a planned post; stories in a row as one for each, in order.

    Raises StillPreparingError.

    Args:
        approves: the accounts for which its owner may approve.
        in_series: the post, too, is part of the draft's series.
    """
    session.expunge(draft)  # what was answered last need not be written to it
    posts, several = [], parts(draft)
    for number, media in enumerate(several, start=1):
        post = _post_of(draft, by)
        if in_series:
            post.series_id = draft.series_id
        posts.append(_planned(session, post, media, ends=draft if number == len(several) else None))
    for post in posts:
        if is_needed(draft, approves):
            ask(session, post)
        elif draft.account.group_chat_id is not None:
            show_in_group(session, post)
    return posts


def _planned(session: Session, post: Post, media: list[MediaItem], *, ends: Draft | None) -> Post:
    """Store a new post and move these media of its draft to it, in one round trip.

    Args:
        ends: the draft to delete along with that, if any.
    """
    columns = [column for column in Post.__table__.c if column.key in vars(post)]
    values = {column.key: getattr(post, column.key) for column in columns}
    row = insert(Post).values(values).returning(*Post.__table__.c).cte("planned")
    moved = (
        update(MediaItem)
        .where(MediaItem.id.in_([item.id for item in media]))
        .values(draft_id=None, post_id=select(row.c.id).scalar_subquery())
    )
    new = aliased(Post, row)
    query = select(new).options(joinedload(new.account), lazyload(new.media))
    query = query.add_cte(moved.cte("moved"))
    if ends is not None:
        query = query.add_cte(delete(Draft).where(Draft.id == ends.id).cte("gone"))
    planned = session.scalars(query).one()
    set_committed_value(planned, "media", media)
    _log(planned)
    return planned


def parts(draft: Draft) -> list[list[MediaItem]]:
    """The media of each post that it becomes."""
    if draft.post_type is PostType.STORIES:
        return [[item] for item in draft.media]
    return [draft.media]


def new_post(session: Session, draft: Draft, by: int | None) -> Post:
    """A post of the draft, whose card is now the post's; its media are still to come.

    Raises StillPreparingError.
    """
    post = _post_of(draft, by)
    session.add(post)
    session.flush()  # posts of the same minute go out by their numbers
    _log(post)
    return post


def _post_of(draft: Draft, by: int | None) -> Post:
    """The post that a draft becomes, not stored yet. Raises StillPreparingError."""
    post = Post(status=Status.PENDING, last_update_id=by or draft.last_update_id)
    for column in WHOSE:
        setattr(post, column, getattr(draft, column))
    fill(post, draft)
    post.next_attempt_at = post.scheduled_time
    if not draft.is_guided:
        post.card_message_id = draft.prompt_message_id
        post.card_has_picture = draft.prompt_message_id is not None
    return post


def _log(post: Post) -> None:
    planned = "now" if post.wall_time is None else f"{post.scheduled_time:%Y-%m-%d %H:%M} UTC"
    fields = {"post": post.id, "account": post.account_id}
    log.info("post %d is planned for %s", post.id, planned, extra=fields)


def draft_of(post: Post, **values: Any) -> Draft:
    """A draft of what the post is, with files of its own names; the post must be locked."""
    answers = {column: getattr(post, column) for column in ANSWERS}
    draft = Draft(account_id=post.account_id, **answers | values)
    draft.media = copied(post.media, elsewhere=draft.chat_id != post.chat_id)
    if any(item.prepared for item in draft.media):
        draft.preparation, draft.preparation_id = PreparationState.DONE, uuid4()
        draft.preparation_asked_at = func.now()
    return draft


def fill(post: Post, draft: Draft) -> None:
    """Give a post the draft's answers; a type that shows no text gets none.

    Raises StillPreparingError.
    """
    if draft.preparation not in (None, PreparationState.DONE):
        raise StillPreparingError(draft.id)
    for column in ANSWERS:
        setattr(post, column, getattr(draft, column))
    if draft.post_type is PostType.STORIES:
        post.post_type, post.series_id = PostType.STORY, draft.id
    if post.post_type is not None and not post.post_type.shows_text:
        post.caption, post.hashtags = "", []
    if post.scheduled_time is not None and post.wall_time is None:
        post.scheduled_time = func.now()


def scheduled(session: Session, draft: Draft, by: int | None, approves: AccountsGiven) -> Post:
    """The draft has become a planned post; of stories in a row, the first.

    Raises StillPreparingError.
    """
    return written(session, become_posts(session, draft, by, approves=approves)[0])


def discarded(session: Session, drafts: Sequence[Draft]) -> list[str]:
    """They are thrown away; returns the files that nobody needs now."""
    for draft in drafts:
        unprepare(draft)
        draft.discarded_at = func.now()
    gone = [draft.id for draft in drafts]
    session.execute(delete(CurrentDraft).where(CurrentDraft.draft_id.in_(gone)))
    return give_up(session, *drafts)
