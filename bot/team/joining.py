"""Somebody opens the bot by the link of an invitation."""

from telegram import Update

from bot.context import Context, Services, actor_of
from bot.links import token_in
from bot.outbox import deliver
from bot.rights import Role
from bot.store import Store
from bot.team.people import accounts_in_words
from bot.texts import label, say
from storage.invitations import Answer


async def join(update: Update, context: Context) -> None:
    """Let them in, if the link is still good; else say why not. Once, however often it comes."""
    user, services, store = update.effective_user, context.services, context.store
    actor, token = actor_of(update, services), token_in(update)
    assert user is not None and token is not None
    is_in = actor.role not in (Role.STRANGER, Role.CLIENT)
    accepted = store.accept_invitation(token, actor.id, user.full_name, is_in=is_in)
    answer = await services.roster.change(accepted)
    if answer is Answer.JOINED:
        now = actor_of(update, services)
        await services.menus.fit(now.id, now.role, now.language, context.bot)
        text = await _welcome(update, services)
        await context.bot.send_message(actor.chat_id, text)
        await deliver(context.application)  # who invited hears of it
        return
    await context.bot.send_message(actor.chat_id, why_not(answer, actor.language, actor.id))


async def _welcome(update: Update, services: Services) -> str:
    assert update.effective_user is not None
    actor = actor_of(update, services)
    accounts = await services.store.active_accounts()
    return say(
        actor.language,
        "team_welcome",
        name=update.effective_user.first_name,
        role=label(actor.language, f"role_{actor.role}"),
        accounts=accounts_in_words(actor.given, accounts, actor.language),
        may=label(actor.language, f"team_welcome_{actor.role}"),
    )


async def answer_to_stranger(update: Update, store: Store, language: str) -> str:
    """What somebody who is not in hears about their link. Raises storage's errors."""
    token = token_in(update)
    answer = Answer.UNKNOWN if token is None else await store.answer_to_link(token)
    user = update.effective_user
    return why_not(answer, language, user.id if user else 0)


def why_not(answer: Answer, language: str, person_id: int) -> str:
    """Why a link lets nobody in; of one that is good, that it is to be opened once more."""
    return say(language, f"team_link_{answer}", id=person_id)
