"""Step 5: exactly what will be posted; then schedule it, change an answer, or let it go."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

from telegram.constants import ChatAction

from bot.context import Actor, Context, Services
from bot.jobs import wake
from bot.keyboards import in_rows
from bot.new_post.card_step import REPLACE
from bot.new_post.first_steps import AccountQuestion, account_label, refuse_gone
from bot.new_post.hints import hint_of_edits
from bot.new_post.preparing import is_under_way
from bot.new_post.prompt import say_busy
from bot.new_post.question import (
    Decision,
    GoTo,
    Moment,
    NotUnderstoodError,
    Page,
    Prompt,
    Question,
    Reply,
    back_row,
)
from bot.new_post.text_steps import refuse_over
from bot.new_post.time_step import NO_TIME, TimeQuestion, crowded, refuse_past
from bot.outbox import deliver
from bot.posts.card_message import apply, end_undo_later, send_card, show_news
from bot.posts.cards import is_undoable, summary
from bot.posts.plan_news import NO_NEWS, news_of
from bot.refetch import bring_back
from bot.store import in_thread
from bot.texts import label, say
from bot.texts.words import heard, labels_called
from publisher.media.prepare import Ready, prepare
from publisher.media.preview import post_preview
from storage.items import Preparation
from storage.lifecycle import PreparationState
from storage.models import Draft, Post


class ConfirmQuestion(Question):
    name = "confirm"

    def __init__(self, others: Sequence[Question]) -> None:
        self._others: dict[str, Question] = {question.name: question for question in others}

    def is_answered(self, draft: Draft) -> bool:
        return False  # with the answer the draft ends

    async def introduce(self, draft: Draft, actor: Actor, context: Context) -> Draft:
        return draft if is_under_way(draft) else await show_preview(draft, actor, context)

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        near = crowded(draft, language, moment) or Prompt("", [])
        if is_under_way(draft):
            told = say(language, "still_preparing") + near.text
            return Prompt(told, [*near.rows, back_row(language)])
        changeable = self._changeable(draft, moment)
        changes = [(label(language, f"button_change_{what}"), what) for what in changeable]
        return Prompt(
            say(language, "ask_confirm")
            + "\n\n"
            + self._summary(draft, language, moment)
            + near.text,
            [
                [(label(language, "button_schedule"), "yes")],
                *near.rows,
                *in_rows(changes, 3),
                [(label(language, "button_give_card"), "card")],
                [(label(language, "button_cancel"), "cancel")],
            ],
        )

    def explain(
        self, problem: NotUnderstoodError, draft: Draft, actor: Actor, moment: Moment
    ) -> Prompt:
        """Its button schedules: what, and for when, must be in sight."""
        again = super().explain(problem, draft, actor, moment)
        if is_under_way(draft):
            return again
        return Prompt(f"{again.text}\n\n{self.ask(draft, actor, moment).text}", again.rows)

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Reply:
        """A decision, what is to be changed, or another time that was typed right here."""
        word = heard(said, ("yes", "no", "card", *self._changeable(draft, moment)))
        if "button_schedule" in labels_called(said):  # which is not shown before all is ready
            word = "yes"
        if word is None and not draft.shows_text and heard(said, ("caption", "hashtags")):
            raise NotUnderstoodError("story_shows_no_text")
        if word is None:
            return _another_time(said, draft, actor, moment)
        question = self._others.get(word)
        needs_prepared = word == "yes" or (question is not None and question.is_on_demand)
        if needs_prepared and draft.preparation is not PreparationState.DONE:
            raise NotUnderstoodError("still_preparing")
        if word == "yes":
            refuse_unready(draft, moment)
        return GoTo(question.name) if question is not None else DECISIONS[word]

    def _changeable(self, draft: Draft, moment: Moment) -> list[str]:
        """What there is to change about this draft."""
        questions = self._others.values()
        asked = [*(q.name for q in questions if q.applies(draft) and q.has_choice(draft, moment))]
        return [*asked, "media"]

    def _summary(self, draft: Draft, language: str, moment: Moment) -> str:
        """All answers; the account only if it could be another."""
        told = summary(draft, language, moment.now)
        if AccountQuestion.name not in self._changeable(draft, moment):
            return told
        account = account_label(draft.account, language)
        return say(language, "summary_account", account=account) + "\n" + told


DECISIONS: dict[str, Reply] = {
    "yes": Decision.SCHEDULE,
    "no": Decision.DISCARD,
    "media": GoTo(REPLACE.name),
    "card": Decision.GIVE_A_CARD,
}


def refuse_unready(draft: Draft, moment: Moment) -> None:
    """Raises NotUnderstoodError: of an account, a time or a text that cannot be any more."""
    refuse_gone(draft, moment)
    if draft.wall_time and draft.scheduled_time:
        refuse_past(draft.scheduled_time, moment)
    if draft.shows_text:
        refuse_over(draft.caption or "", draft.hashtags or [], moment)


def _another_time(said: str, draft: Draft, actor: Actor, moment: Moment) -> Reply:
    """Raises NotUnderstoodError: of what is no time at all, with all that may be said here."""
    try:
        reply = TimeQuestion().understand(said, draft, actor, moment)
    except NotUnderstoodError as problem:
        if problem.key in NO_TIME and not re.search(r"\d", said):
            raise NotUnderstoodError("confirm_not_understood") from None
        raise
    return GoTo(TimeQuestion.name) if isinstance(reply, Page) else reply


async def schedule(draft: Draft, actor: Actor, context: Context) -> None:
    """Plan it, or change the post that it is about, and announce that.

    Raises PostNotFoundError, WrongStatusError: that one has moved on.
    """
    by = context.delivery.update_id
    if draft.edits_post_id is None:
        post = await context.store.schedule(draft.id, by=by, approves=actor.scope.approves)
    else:
        post = await apply(draft, draft.edits_post_id, actor, context)
    cards = context.services.cards
    async with cards.lock(draft.id):  # the draft is not shown after its post
        await announce(post, actor, context, note=cards.notes.pop(draft.id, ""))


async def announce(post: Post, actor: Actor, context: Context, *, note: str = "") -> None:
    """Let the draft's card be the post's, or send one: the result will reply to it.

    Whoever has changed it from another chat gets one there; the post's own says the same.

    Args:
        note: a sentence as HTML that stands below.
    """
    news, hint = await asyncio.gather(news_of(post, context), _hint(post, actor, context))
    for sentence in filter(None, [hint, note]):
        news = replace(news, text=f"\n\n{sentence}{news.text}")
    is_here = post.chat_id == actor.chat_id
    if not is_here:
        await show_news(post, NO_NEWS, context)
    if not (is_here and post.card_has_picture and await show_news(post, news, context)):
        await send_card(post, actor, context, news=news)
    if is_undoable(post):
        end_undo_later(post.id, context.application)
    await deliver(context.application)  # whoever approves
    await wake(context.application)


async def _hint(post: Post, actor: Actor, context: Context) -> str:
    """Tell people that a typed caption follows their edits; see `hint_of_edits`."""
    typed = post.caption and post.caption_message_id is not None and post.series_id is None
    return await hint_of_edits(actor, context) if typed else ""


async def show_preview(draft: Draft, actor: Actor, context: Context) -> Draft:
    """Show the prepared media in a frame like Instagram's; returns the draft as it stands then.

    What can be prepared quickly and is not yet, is prepared now. Raises MediaRefusedError,
    OSError, PreparationGoneError.
    """
    await say_busy(context, draft.chat_id, ChatAction.UPLOAD_PHOTO)
    await bring_back(draft, context)
    ready, picture = await _ready_with_picture(draft, context.services)
    notes = [say(actor.language, f"note_{note}") for note in ready.notes or []]
    await context.bot.send_photo(ready.chat_id, picture, caption="\n".join(notes) or None)
    return ready


@in_thread
def _ready_with_picture(draft: Draft, services: Services) -> tuple[Draft, bytes]:
    if draft.preparation is not PreparationState.DONE:
        made = prepare(draft, services.files)
        draft, replaced = services.preparations.finish(draft, made.items, made.notes)
        services.files.remove(replaced)
    items = [Preparation(one.id, one.prepared, one.cover) for one in draft.media if one.prepared]
    return draft, post_preview(draft, Ready(items, []), services.files, draft.account.name)
