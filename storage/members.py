"""The people who were invited: their roles, and the accounts that were given to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.approval_requests import APPROVERS
from storage.database import Repository
from storage.models import (
    Account,
    ApprovalLink,
    Invitation,
    Member,
    MemberAccount,
    MemberRole,
    Post,
)
from storage.scope import EVERY_ACCOUNT, AccountsGiven

PLANNERS = (MemberRole.OWNER, MemberRole.EDITOR, MemberRole.AUTHOR)
"""Who may plan posts."""


_GIVEN = func.array(
    select(MemberAccount.account_id)
    .where(MemberAccount.user_id == Member.user_id)
    .scalar_subquery()
)
"""The accounts that were given to the member of the row at hand."""


@dataclass(frozen=True)
class Teammate:
    """A member as they are at this moment."""

    user_id: int
    name: str
    """As it was when they joined."""
    role: MemberRole
    accounts: AccountsGiven
    joined_at: datetime
    is_removed: bool = False
    invited_by: int | None = None


class Members(Repository):
    def all(self) -> list[Teammate]:
        """All of them, whoever joined first before the others; those who were removed as well."""
        query = select(Member, _GIVEN).order_by(Member.joined_at, Member.user_id)
        with self._database.single() as session:
            found = session.execute(query).all()
        return [
            Teammate(
                member.user_id,
                member.name,
                member.role,
                EVERY_ACCOUNT if member.all_accounts else frozenset(given),
                member.joined_at,
                member.removed_at is not None,
                member.invited_by,
            )
            for member, given in found
        ]

    def set_role(
        self, user_id: int, role: MemberRole, *, name: str = "", is_member: bool = False
    ) -> None:
        """From now on they have this role, and are in.

        Who was no member until then, such as somebody of the settings, has all accounts.
        Whoever is no owner any more has no open invitations, and who may not approve any more no
        clients' links.

        Args:
            is_member: they are one already; if they were removed meanwhile, they stay out.
        """
        new = insert(Member).values(user_id=user_id, role=role, name=name, all_accounts=True)
        was_removed = Member.removed_at.is_not(None)
        with self._database.transaction() as session:
            if not is_member:
                session.execute(delete(Member).where(Member.user_id == user_id, was_removed))
            session.execute(
                new.on_conflict_do_update(
                    index_elements=[Member.user_id], set_={"role": role}, where=~was_removed
                )
            )
            if role is not MemberRole.OWNER:
                _withdraw_invitations_of(session, user_id)
            if role not in APPROVERS:
                _withdraw_clients_links_of(session, user_id)

    def give(self, user_id: int, accounts: AccountsGiven) -> None:
        """From now on these accounts are theirs, and no others; clients' links of others end."""
        with self._database.transaction() as session:
            give(session, user_id, accounts)
            if accounts is not EVERY_ACCOUNT:
                taken = select(Post.id).where(Post.account_id.not_in(accounts))
                _withdraw_clients_links_of(session, user_id, ApprovalLink.post_id.in_(taken))

    def remove(self, user_id: int) -> None:
        """They are let in no longer, and neither is anybody by links of theirs."""
        with self._database.transaction() as session:
            session.execute(
                update(Member)
                .where(Member.user_id == user_id, Member.removed_at.is_(None))
                .values(removed_at=func.now())
            )
            give(session, user_id, frozenset())
            _withdraw_invitations_of(session, user_id)
            _withdraw_clients_links_of(session, user_id)


def give(session: Session, user_id: int, accounts: AccountsGiven) -> None:
    """In the transaction at hand; see `Members.give`. Accounts that are gone are left out."""
    has_all = accounts is EVERY_ACCOUNT
    session.execute(update(Member).where(Member.user_id == user_id).values(all_accounts=has_all))
    session.execute(delete(MemberAccount).where(MemberAccount.user_id == user_id))
    if accounts is not EVERY_ACCOUNT:
        theirs = select(literal(user_id), Account.id).where(Account.id.in_(accounts))
        session.execute(insert(MemberAccount).from_select(["user_id", "account_id"], theirs))


def plans_as_member() -> ColumnElement[bool]:
    """Whether the owner of the row of posts at hand is a member who may plan for its account."""
    given = exists().where(
        MemberAccount.user_id == Member.user_id, MemberAccount.account_id == Post.account_id
    )
    is_given = or_(Member.role == MemberRole.OWNER, Member.all_accounts, given)
    return _is_member(Member.role.in_(PLANNERS), is_given)


def is_member() -> ColumnElement[bool]:
    """Whether the owner of the row of posts at hand is a member, in whatever role."""
    return _is_member()


def _is_member(*as_well: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Member.user_id == Post.owner_id, Member.removed_at.is_(None), *as_well)


def _withdraw_invitations_of(session: Session, user_id: int) -> None:
    session.execute(
        update(Invitation)
        .where(
            Invitation.created_by == user_id,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=func.now())
    )


def _withdraw_clients_links_of(session: Session, user_id: int, *which: ColumnElement[bool]) -> None:
    session.execute(
        update(ApprovalLink)
        .where(ApprovalLink.created_by == user_id, ApprovalLink.withdrawn_at.is_(None), *which)
        .values(withdrawn_at=func.now())
    )
