"""Links by which one person from outside sees one post, and says what they think of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.approvals import AlreadyDecidedError
from storage.database import Repository, stored
from storage.invitations import TOKEN_BYTES, hash_of
from storage.lifecycle import Status
from storage.models import ApprovalLink, Post
from storage.post_changes import PostNotFoundError
from storage.scope import Scope

VALID_FOR = timedelta(days=7)


class LinkAnswer(StrEnum):
    """What becomes of somebody who opens one."""

    OPENED = "opened"
    """The post is theirs to see: by this, or by the same link before."""
    USED = "used"
    """Somebody else has opened it first."""
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Asked:
    """A client, and the post about which they were asked."""

    user_id: int
    post_id: int
    until: datetime


class ApprovalLinks(Repository):
    def create(
        self, post_id: int, scope: Scope, *, created_by: int, by: int | None = None
    ) -> tuple[ApprovalLink, str]:
        """A new one, and the token of its link, which nobody can read anywhere afterwards.

        One that the same update `by` has made before is withdrawn, unless it was opened.
        Raises PostNotFoundError, or AlreadyDecidedError if the post waits for no approval.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._database.transaction() as session:
            query = select(Post).where(Post.id == post_id, scope.may_approve())
            post = session.scalars(query.with_for_update(of=Post)).one_or_none()
            if post is None:
                raise PostNotFoundError(post_id)
            if post.status is not Status.AWAITING_APPROVAL:
                session.expunge_all()  # it is read after this transaction was rolled back
                raise AlreadyDecidedError(post)
            link = ApprovalLink(
                token_hash=hash_of(token),
                post_id=post_id,
                created_by=created_by,
                expires_at=func.now() + VALID_FOR,
                update_id=by,
            )
            if by is not None:
                former = (ApprovalLink.update_id == by, ApprovalLink.used_by.is_(None))
                session.execute(update(ApprovalLink).where(*former).values(withdrawn_at=func.now()))
            session.add(link)
            return stored(session, link), token

    def open(self, token: str, user_id: int) -> tuple[LinkAnswer, int | None]:
        """Let this person see its post; of several who come at once, one. Returns the post, too."""
        with self._database.transaction() as session:
            query = select(ApprovalLink).where(ApprovalLink.token_hash == hash_of(token))
            link = session.scalar(query.with_for_update())
            if link is None:
                return LinkAnswer.UNKNOWN, None
            answer = _answer(session, link, user_id)
            if answer is LinkAnswer.OPENED:
                link.used_by = user_id
                link.used_at = func.coalesce(ApprovalLink.used_at, func.now())
            return answer, link.post_id

    def withdraw(self, link_id: int, scope: Scope) -> None:
        """It shows nobody anything any more, whoever has opened it."""
        reached = select(Post.id).where(scope.may_approve())
        with self._database.single() as session:
            session.execute(
                update(ApprovalLink)
                .where(ApprovalLink.id == link_id, ApprovalLink.post_id.in_(reached))
                .values(withdrawn_at=func.now())
            )

    def known(self) -> tuple[list[Asked], frozenset[bytes]]:
        """Everybody who has opened one that still counts; and the hashes of all tokens.

        Whoever has one of these hears what has become of it.
        """
        counts = (
            ApprovalLink.used_by.is_not(None)
            & ApprovalLink.withdrawn_at.is_(None)
            & (ApprovalLink.expires_at > func.now())
        )
        row = (ApprovalLink.used_by, ApprovalLink.post_id, ApprovalLink.expires_at)
        query = select(ApprovalLink.token_hash, counts.label("counts"), *row)
        with self._database.single() as session:
            links = session.execute(query).all()
        asked = [Asked(one.used_by, one.post_id, one.expires_at) for one in links if one.counts]
        return asked, frozenset(one.token_hash for one in links)


def _answer(session: Session, link: ApprovalLink, user_id: int) -> LinkAnswer:
    if link.withdrawn_at is not None:
        return LinkAnswer.WITHDRAWN
    if link.used_by not in (None, user_id):
        return LinkAnswer.USED
    is_open = select(ApprovalLink.expires_at > func.now()).where(ApprovalLink.id == link.id)
    return LinkAnswer.OPENED if session.scalar(is_open) else LinkAnswer.EXPIRED
