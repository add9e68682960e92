"""What people are called, as Telegram last gave it: kept where the talking is done."""

import asyncio

from telegram import User

from bot.store import Storage, in_thread
from bot.texts import language_of
from storage.models import Post


class Names:
    """Read once; from then on only what has changed is written."""

    def __init__(self) -> None:
        self._names: dict[int, str] | None = None
        self._reading = asyncio.Lock()
        self._languages: dict[int, str | None] = {}

    async def keep(self, user: User, storage: Storage) -> None:
        """Remember what this person is called."""
        names = await self.known(storage)
        self._languages[user.id] = user.language_code
        if names.get(user.id) != user.full_name:
            await in_thread(storage.users.choose_name)(user.id, user.full_name)
            names[user.id] = user.full_name

    def language_of(self, person_id: int, otherwise: str) -> str:
        """The one that they spoke last, since we were started."""
        return language_of(self._languages.get(person_id), otherwise)

    async def of(self, person_id: int, storage: Storage) -> str:
        """Their name; their number until they have said something."""
        return (await self.known(storage)).get(person_id) or str(person_id)

    async def maker(self, post: Post, chat_id: int, storage: Storage) -> str | None:
        """The name of whoever planned a post, unless they alone read it in this chat."""
        return None if chat_id == post.owner_id else await self.of(post.owner_id, storage)

    async def known(self, storage: Storage) -> dict[int, str]:
        """Of everybody who has one, by their number."""
        async with self._reading:
            if self._names is None:
                self._names = await in_thread(storage.users.names)()
        return self._names
