"""Who is in the team, as the database has it, at hand for each update without a trip there.

Only the process that leads changes it, and reads it anew after each change and when it takes the
lead. The publishers ask the database itself.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from bot.store import in_thread
from storage.approval_links import ApprovalLinks, Asked
from storage.invitations import Invitations, hash_of
from storage.members import Members, Teammate

Result = TypeVar("Result")


class Roster:
    def __init__(
        self, members: Members, invitations: Invitations, approval_links: ApprovalLinks
    ) -> None:
        self._members, self._invitations = members, invitations
        self._approval_links = approval_links
        self._asked: list[Asked] = []
        self._clients_links: frozenset[bytes] = frozenset()
        self._known: Mapping[int, Teammate] = {}
        self._links: frozenset[bytes] = frozenset()
        self._is_read = False
        self._reading = asyncio.Lock()

    @property
    def everybody(self) -> list[Teammate]:
        """All who were ever invited, whoever joined first before the others."""
        return [*self._known.values()]

    def of(self, user_id: int) -> Teammate | None:
        """The member with this number, unless they were removed."""
        found = self._known.get(user_id)
        return None if found is None or found.is_removed else found

    def lets_in_by(self, token: str) -> bool:
        """Whether an invitation with this token was open when it was looked at."""
        return hash_of(token) in self._links

    def asked_about(self, user_id: int) -> frozenset[int]:
        """The posts about which somebody from outside was asked."""
        now = datetime.now(UTC)
        theirs = (one for one in self._asked if one.user_id == user_id and one.until > now)
        return frozenset(one.post_id for one in theirs)

    def knows_link(self, token: str) -> bool:
        """Whether a client was ever given this token, whatever has become of it."""
        return hash_of(token) in self._clients_links

    async def ready(self) -> None:
        """Read it, unless what is known is as new as the last change. Raises storage's errors."""
        if self._is_read:
            return
        async with self._reading:
            if not self._is_read:
                await self._read()

    async def read(self) -> None:
        """Read it anew. Raises storage's errors, and what was known stays."""
        async with self._reading:  # the later one has the last word
            await self._read()

    async def _read(self) -> None:
        members = await in_thread(self._members.all)()
        invitations = await in_thread(self._invitations.open)()
        self._asked, self._clients_links = await in_thread(self._approval_links.known)()
        self._known = {member.user_id: member for member in members}
        self._links = frozenset(one.token_hash for one in invitations)
        self._is_read = True

    async def change(self, write: Awaitable[Result]) -> Result:
        """Let it be written, and know of it before anything else is handled."""
        try:
            return await write
        finally:
            self._is_read = False
            await self.read()
