"""Where conversations stand, for PTB: it asks once at start, and the drafts know."""

import asyncio
from typing import Any

from telegram.ext import BasePersistence, PersistenceInput
from telegram.ext._utils.types import CDCData, ConversationDict, ConversationKey

from storage.drafts import Drafts

Nothing = dict[Any, Any]


class DraftPersistence(BasePersistence[Nothing, Nothing, Any]):
    """Every step is written with its answer, so there is nothing left for PTB to write."""

    def __init__(self, drafts: Drafts) -> None:
        super().__init__(PersistenceInput(False, False, False, False))
        self._drafts = drafts

    async def get_conversations(self, name: str) -> ConversationDict:
        """(chat, person) -> step, as the drafts have it."""
        steps = await asyncio.to_thread(self._drafts.steps)
        return {key: step for key, step in steps.items()}  # noqa: C416 - widens the type

    async def update_conversation(
        self, name: str, key: ConversationKey, new_state: object | None
    ) -> None:
        """Stored already, with the answer that led there."""

    async def get_user_data(self) -> dict[int, Nothing]:
        return {}

    async def get_chat_data(self) -> dict[int, Nothing]:
        return {}

    async def get_bot_data(self) -> Any:
        return None

    async def get_callback_data(self) -> CDCData | None:
        return None

    async def update_user_data(self, user_id: int, data: Nothing) -> None: ...
    async def update_chat_data(self, chat_id: int, data: Nothing) -> None: ...
    async def update_bot_data(self, data: Any) -> None: ...
    async def update_callback_data(self, data: CDCData) -> None: ...
    async def drop_chat_data(self, chat_id: int) -> None: ...
    async def drop_user_data(self, user_id: int) -> None: ...
    async def refresh_user_data(self, user_id: int, user_data: Nothing) -> None: ...
    async def refresh_chat_data(self, chat_id: int, chat_data: Nothing) -> None: ...
    async def refresh_bot_data(self, bot_data: Any) -> None: ...
    async def flush(self) -> None: ...
