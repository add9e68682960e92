"""What a post was before a draft took its place: kept as a thrown away draft that nobody opens.

So its media go once the change cannot be undone any more, as those of any such draft.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.draft_changes import draft_of, fill, unprepare
from storage.lifecycle import CHANGEABLE
from storage.media import copied
from storage.models import Draft, Post

FORMER = "former"
"""Its question; the conversation has none of this name."""


def former(post: Post) -> Draft | None:
    """To be kept if it is changed; None if that cannot be undone, since it goes out right away."""
    if post.status not in CHANGEABLE or post.wall_time is None:
        return None
    kept = draft_of(
        post,
        owner_id=post.owner_id,
        chat_id=post.chat_id,
        language=post.language,
        question=FORMER,
        caption_message_id=None,  # an edit of that message is about the post
        discarded_at=func.now(),
    )
    unprepare(kept)
    return kept


def exchange(session: Session, post: Post) -> bool:
    """The post is what it was, and what it was until now is thrown away.

    False if its media are gone.
    """
    number = (post.was or {})["draft"]
    one = select(Draft).where(Draft.id == number).with_for_update(of=Draft)
    kept = session.scalars(one).one_or_none()
    if kept is None or not kept.media:
        return False
    before, replaced = copied(kept.media), copied(post.media)
    kept.media.clear()
    post.media.clear()
    session.flush()  # the positions are taken until then
    fill(post, kept)
    post.account_id, post.account = kept.account_id, kept.account
    post.media.extend(before)
    kept.media.extend(replaced)
    return True
