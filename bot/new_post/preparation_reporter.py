"""Word from the preparation worker to the chat: how far it is, that it is ready, or why not."""

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from telegram.error import BadRequest, NetworkError, TelegramError

from bot.context import Actor, AnyApp, Context, actor_for
from bot.new_post import prompt, series
from bot.new_post.confirm_step import announce
from bot.new_post.facts import NO_NEWS, News
from bot.new_post.planning import schedule_or_part
from bot.new_post.preparing import explain_failure, message_of, stop_button
from bot.new_post.steps import CARD, FIRST, LAST, SERIES, ask
from bot.posts.card_edits import edit_card, language_in
from bot.posts.card_message import end_undo_later
from bot.progress import bar
from bot.refetch import bring_back
from bot.texts import say
from bot.topics import speak_in
from bot.transient import repeated
from publisher.media.refused import MediaRefusedError
from storage.draft_changes import DraftGoneError
from storage.models import Draft, Post
from storage.scope import EVERY_ACCOUNT, Scope

ATTEMPTS, PAUSE_SECONDS = 4, 3.0

log = logging.getLogger(__name__)


class PreparationReporter:
    """See `bot.preparation_worker.Listener`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def begins(self, draft: Draft) -> None:
        """Its originals are about to be read."""
        await bring_back(draft, self._context)

    async def _turn_to(self, draft: Draft) -> None:
        """To the topic in which it was begun, in the language that its owner speaks by now."""
        speak_in(draft.chat_id, draft.thread_id)
        draft.language = await language_in(draft, self._context.services)

    async def progressed(self, draft: Draft, share: float) -> None:
        await self._turn_to(draft)
        if not draft.is_guided:
            if share and draft.question != SERIES.name:
                await self._show(draft, News(share=share))
            return
        if draft.progress_message_id is None:
            return  # Telegram did not take it, and one at each step would be too many
        text = say(draft.language, "preparing", bar=bar(share))
        await message_of(draft, self._context).update(text, stop_button(draft))

    async def finished(self, draft: Draft) -> None:
        """Whoever has come to the confirmation sees it now; all others when they get there."""
        await self._turn_to(draft)
        if not draft.is_guided:
            await self._ready(draft)
            return
        await message_of(draft, self._context).show(say(draft.language, "prepared"))
        if draft.question == LAST.name:
            await self._ask_repeatedly(draft)
        await self._context.store.forget_progress(draft.id)

    async def failed(self, draft: Draft, problem: Exception) -> None:
        """Say why and go back to the first question; everything that was entered stays."""
        await self._turn_to(draft)
        sentence = await explain_failure(problem, draft, self._context)
        if draft.is_guided:
            await message_of(draft, self._context).show(sentence)
        await self._context.store.forget_progress(draft.id)
        if draft.question == SERIES.name:
            await self._repeatedly(partial(self._settle, is_ready=False), draft)
        else:
            await self._tell_failed(draft, sentence)
        if not isinstance(problem, MediaRefusedError | OSError):
            raise problem

    async def _tell_failed(self, draft: Draft, sentence: str) -> None:
        try:
            question = FIRST if draft.is_guided else CARD
            moved = await self._context.store.answer(
                draft.id, question=question.name, schedules_when_ready=False
            )
        except DraftGoneError:
            log.info("the draft of a failed preparation has ended")
        else:
            moved.language = draft.language
            await self._ask_repeatedly(moved, News(note=sentence))

    async def _ready(self, draft: Draft) -> None:
        """Its card says so, or it is planned, if its time was tapped meanwhile."""
        if not self._actor(draft).posts_to(draft.account_id):
            await self._keep_unplanned(draft)
        elif draft.question == SERIES.name:
            await self._repeatedly(partial(self._settle, is_ready=True), draft)
        elif draft.schedules_when_ready:
            await self._repeatedly(self._schedule, draft)
        else:
            await self._ask_repeatedly(draft)
        await self._context.store.forget_progress(draft.id)

    async def _keep_unplanned(self, draft: Draft) -> None:
        """Its owner may not plan it any more: who is in still hears so at the next tap."""
        with suppress(DraftGoneError):
            await self._context.store.answer(
                draft.id, question=draft.question, schedules_when_ready=False
            )

    async def _schedule(self, draft: Draft) -> None:
        """Done again, as when Telegram was away, it is only said again."""
        try:
            await schedule_or_part(draft, self._actor(draft), self._context)
        except DraftGoneError:
            by = draft.last_update_id
            found = await self._context.store.changed_by(by) if by is not None else None
            if isinstance(found, Post):
                await announce(found, self._actor(draft), self._context)

    async def _settle(self, draft: Draft, *, is_ready: bool) -> None:
        await series.settle(draft, self._actor(draft), self._context, is_ready=is_ready)

    async def _show(self, draft: Draft, news: News) -> None:
        """The card as it stands by now, unless it has become something else."""
        with suppress(DraftGoneError):
            await ask(draft, self._actor(draft), self._context, news=news)

    async def _ask_repeatedly(self, draft: Draft, news: News = NO_NEWS) -> None:
        await self._repeatedly(partial(self._ask, news=news), draft)

    async def _repeatedly(self, do: Callable[[Draft], Awaitable[None]], draft: Draft) -> None:
        """Nobody's tap stands behind this, so nobody would ask again if Telegram were away."""
        try:
            await repeated(
                lambda error: isinstance(error, NetworkError) and not isinstance(error, BadRequest),
                attempts=ATTEMPTS,
                pause=lambda *_: PAUSE_SECONDS,
                before_pause=lambda error: log.warning(
                    "the next question could not be asked: %s", type(error).__name__
                ),
            )(do, draft)
        except DraftGoneError:
            log.info("the draft of a preparation has ended")

    async def _ask(self, draft: Draft, news: News) -> None:
        await prompt.close(draft, self._context)
        await ask(draft, self._actor(draft), self._context, news=news)

    def _actor(self, draft: Draft) -> Actor:
        return actor_for(draft, self._context.services)


async def start_preparations(application: AnyApp) -> None:
    """Take up what waits, or was interrupted."""

    def spawn(work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """A task of its own, which belongs to no update."""
        return contextvars.Context().run(application.create_task, work)

    reporter = PreparationReporter(application.context_types.context(application))
    await application.bot_data.preparation_worker.open(reporter, spawn)
    spawn(_show_new_posts(application))


async def _show_new_posts(application: AnyApp) -> None:
    """What was planned by itself right before the end may not stand on its card yet."""
    store = application.bot_data.store
    scope = Scope.of_everybody(EVERY_ACCOUNT)
    for post in await store.undoable(scope):
        if post.card_has_picture:
            with suppress(TelegramError):
                await edit_card(post, application)
            end_undo_later(post.id, application)
