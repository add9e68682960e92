"""Links that let one person in, once. Of what stands in a link only its SHA-256 is kept."""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.database import Repository, stored
from storage.members import give
from storage.models import Invitation, Member, MemberRole
from storage.outbox import ADMIN, NoticeKind, notify
from storage.scope import EVERY_ACCOUNT, AccountsGiven

TOKEN_BYTES = 32


class Answer(StrEnum):
    """What becomes of somebody who comes with a link."""

    JOINED = "joined"
    """They are in: by this, or by the same link before."""
    ALREADY_IN = "already_in"
    """They were in before. The link still lets somebody else in."""
    USED = "used"
    """Somebody else has come by it, or they were removed since."""
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"
    """There is no such link."""


class Invitations(Repository):
    def create(
        self,
        role: MemberRole,
        accounts: AccountsGiven,
        *,
        valid_for: timedelta,
        created_by: int,
        by: int | None = None,
    ) -> tuple[Invitation, str]:
        """A new one, and the token of its link, which nobody can read anywhere afterwards.

        One that the same update `by` has made before is withdrawn: its link may not have been seen.
        """
        token = secrets.token_urlsafe(TOKEN_BYTES)
        invitation = Invitation(
            token_hash=hash_of(token),
            role=role,
            all_accounts=accounts is EVERY_ACCOUNT,
            account_ids=[] if accounts is EVERY_ACCOUNT else sorted(accounts),
            created_by=created_by,
            expires_at=func.now() + valid_for,
            update_id=by,
        )
        with self._database.transaction() as session:
            if by is not None:
                former = update(Invitation).where(Invitation.update_id == by, _is_open())
                session.execute(former.values(withdrawn_at=func.now()))
            session.add(invitation)
            return stored(session, invitation), token

    def open(self) -> list[Invitation]:
        """Those that would still let somebody in, the one that ends first before the others."""
        return self._all(select(Invitation).where(_is_open()).order_by(Invitation.expires_at))

    def withdraw(self, invitation_id: int) -> bool:
        """It lets nobody in any more; False if somebody has come by it before."""
        with self._database.transaction() as session:
            session.execute(
                update(Invitation)
                .where(Invitation.id == invitation_id, _is_open())
                .values(withdrawn_at=func.now())
            )
            found = session.get(Invitation, invitation_id)
            return found is not None and found.used_at is None

    def accept(self, token: str, user_id: int, name: str, *, is_in: bool = False) -> Answer:
        """Let this person in by it. Of several who come at once, one gets in.

        Args:
            is_in: they are let in by the settings.
        """
        with self._database.transaction() as session:
            member = session.get(Member, user_id, with_for_update=True)
            is_member = member is not None and member.removed_at is None
            found = session.scalar(_named(token).with_for_update())
            if is_in or is_member:
                is_theirs = is_member and found is not None and found.used_by == user_id
                return Answer.JOINED if is_theirs else Answer.ALREADY_IN
            answer = _answer(session, found)
            if answer is Answer.JOINED and found is not None:
                _let_in(session, found, user_id, name)
            return answer

    def answer_to(self, token: str) -> Answer:
        """What somebody who is not in would hear, without letting them in."""
        with self._database.transaction() as session:
            return _answer(session, session.scalar(_named(token)))


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _named(token: str) -> Any:
    return select(Invitation).where(Invitation.token_hash == hash_of(token))


def _answer(session: Session, found: Invitation | None) -> Answer:
    if found is None:
        return Answer.UNKNOWN
    if found.used_at is not None:
        return Answer.USED
    if found.withdrawn_at is not None:
        return Answer.WITHDRAWN
    is_open = session.scalar(select(Invitation.expires_at > func.now()).where(_is(found.id)))
    return Answer.JOINED if is_open else Answer.EXPIRED


def _let_in(session: Session, invitation: Invitation, user_id: int, name: str) -> None:
    invitation.used_by, invitation.used_at = user_id, func.now()
    as_invited = {
        "name": name,
        "role": invitation.role,
        "invited_by": invitation.created_by,
        "joined_at": func.now(),
        "removed_at": None,
    }
    session.execute(
        insert(Member)
        .values(user_id=user_id, **as_invited)
        .on_conflict_do_update(index_elements=[Member.user_id], set_=as_invited)
    )
    accounts = EVERY_ACCOUNT if invitation.all_accounts else frozenset(invitation.account_ids)
    give(session, user_id, accounts)
    notify(session, NoticeKind.JOINED, ADMIN, person=user_id, name=name, role=invitation.role)


def _is(invitation_id: int) -> ColumnElement[bool]:
    return Invitation.id == invitation_id


def _is_open() -> ColumnElement[bool]:
    return and_(
        Invitation.used_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > func.now(),
    )
