"""What people are called and which language they speak, as Telegram last gave it."""

import asyncio
from collections.abc import Mapping

from telegram import User

from bot.repositories import Repositories
from bot.store import in_thread
from bot.texts import language_of
from storage.models import Post

LANGUAGE_CHARACTERS = 35
"""Of an IETF tag that are kept (RFC 5646, 4.4.1)."""


class Names:
    """Read once; from then on only what has changed is written."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._languages: dict[int, str] = {}
        self._is_read = False
        self._reading = asyncio.Lock()

    async def keep(self, user: User, storage: Repositories) -> None:
        """Remember what this person is called, and their language."""
        await self._read(storage)
        name, language = user.full_name, (user.language_code or "")[:LANGUAGE_CHARACTERS]
        if (name, language) != (self._names.get(user.id), self._languages.get(user.id, "")):
            await in_thread(storage.users.keep)(user.id, name, language or None)
            self._names[user.id], self._languages[user.id] = name, language

    async def language_of(self, person_id: int, storage: Repositories, otherwise: str) -> str:
        """The one that they spoke last."""
        await self._read(storage)
        return language_of(self._languages.get(person_id), otherwise)

    async def of(self, person_id: int, storage: Repositories) -> str:
        """Their name; their number until they have said something."""
        return (await self.known(storage)).get(person_id) or str(person_id)

    async def maker(self, post: Post, chat_id: int, storage: Repositories) -> str | None:
        """The name of whoever planned a post, unless they alone read it in this chat."""
        return None if chat_id == post.owner_id else await self.of(post.owner_id, storage)

    async def known(self, storage: Repositories) -> Mapping[int, str]:
        """Of everybody who has one, by their number."""
        await self._read(storage)
        return self._names

    async def _read(self, storage: Repositories) -> None:
        async with self._reading:
            if self._is_read:
                return
            for one in await in_thread(storage.users.known)():
                self._names[one.id], self._languages[one.id] = one.name, one.language or ""
            self._is_read = True
