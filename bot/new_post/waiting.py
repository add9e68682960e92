"""Words while no draft is at hand, as when one has just been planned: another one hears them."""

from telegram import Update

from bot.context import Actor, Context, actor_of
from bot.new_post import prompt
from bot.new_post.answers import typed
from bot.new_post.steps import LAST, ask
from bot.posts.answered import is_to_bot
from storage.models import Draft


async def lowest(actor: Actor, context: Context) -> Draft | None:
    """The draft of which the card, or the question, is the lowest in the chat."""
    drafts = await context.store.drafts_of(owner_id=actor.id, chat_id=actor.chat_id)
    found = max(drafts, key=_asked_by, default=None)
    return found if found and found.prompt_message_id else None


async def answered(update: Update, context: Context) -> bool:
    """Whether a draft waits: that of the lowest card in the chat. Answers to us are not for it."""
    if update.message is not None and is_to_bot(update.message):
        return False
    draft = await lowest(actor_of(update, context.services), context)
    return draft is not None and await hear(draft.id, update, context)


async def hear(draft_id: int, update: Update, context: Context) -> bool:
    """The words are about this draft, whose card comes below them; False if there is none any more.

    In the guided way nothing is planned by an answer to what is out of sight: it is asked anew.
    """
    actor, store = actor_of(update, context.services), context.store
    draft = await store.recall_draft(owner_id=actor.id, chat_id=actor.chat_id, draft_id=draft_id)
    if draft is None or draft.id != draft_id:
        return False
    before = draft.prompt_message_id
    context.delivery.draft = draft
    context.services.cards.said.pop(draft.id, None)
    draft.prompt_message_id = None
    await store.remember_prompt(draft.id, None)
    if draft.is_guided and draft.question == LAST.name:
        await ask(draft, actor, context)
    else:
        await typed(update, context)
    if before is not None:
        await prompt.take_away(context, draft.chat_id, before)
    return True


def _asked_by(draft: Draft) -> int:
    """The message; 0 for a draft that stands on the card of others."""
    return draft.prompt_message_id or 0
