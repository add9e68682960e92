"""Words while no draft is at hand, as when one has just been planned: another one hears them."""

from telegram import Update

from bot.context import Context, actor_of
from bot.new_post import prompt
from bot.new_post.answers import typed
from bot.new_post.steps import LAST, ask
from storage.models import Draft


async def answered(update: Update, context: Context) -> bool:
    """Whether a draft waits: that of the lowest card in the chat, which comes below the words.

    In the guided way nothing is planned by an answer to what is out of sight: it is asked anew.
    """
    actor, store = actor_of(update, context.services), context.store
    drafts = await store.drafts_of(owner_id=actor.id, chat_id=actor.chat_id)
    lowest = max(drafts, key=_asked_by, default=None)
    if lowest is None or not (before := _asked_by(lowest)):
        return False
    draft = await store.recall_draft(owner_id=actor.id, chat_id=actor.chat_id, draft_id=lowest.id)
    if draft is None:
        return False
    context.delivery.draft = draft
    context.services.cards.said.pop(draft.id, None)
    draft.prompt_message_id = None
    await store.remember_prompt(draft.id, None)
    if draft.is_guided and draft.question == LAST.name:
        await ask(draft, actor, context)
    else:
        await typed(update, context)
    await prompt.take_away(context, draft.chat_id, before)
    return True


def _asked_by(draft: Draft) -> int:
    """The message; 0 for a draft that stands on the card of others."""
    return draft.prompt_message_id or 0
