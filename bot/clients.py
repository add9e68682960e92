"""Clients: people from outside to whom a link shows one post, and nothing else."""

from datetime import UTC, datetime

from telegram import Update
from telegram.error import BadRequest, Forbidden

from bot.approval_cards import send_approval_card
from bot.approvals import already
from bot.context import Actor, Context, actor_of
from bot.keyboards import Action, actions
from bot.links import Link, link, token_in
from bot.rights import Role
from bot.texts import label, say
from bot.texts.dates import short
from storage.approval_links import LinkAnswer
from storage.approvals import AlreadyDecidedError
from storage.lifecycle import Status


async def invite(post_id: int, actor: Actor, context: Context) -> str | None:
    """A link for a client, told to whoever asks for it alone. Raises PostNotFoundError."""
    services, language = context.services, actor.language
    try:
        by = context.delivery.update_id
        made = context.store.create_approval_link(post_id, actor.scope, created_by=actor.id, by=by)
        one, token = await services.roster.change(made)
    except AlreadyDecidedError as error:
        return already(error.post, language)
    time = short(language, one.expires_at, await actor.zone(services), datetime.now(UTC))
    address = link(Link.APPROVAL, token, context.bot.username)
    withdraw = (label(language, "button_withdraw_link"), Action.WITHDRAW_LINK, one.id)
    try:
        await context.bot.send_message(
            actor.id,
            say(language, "approval_link", id=post_id, link=address, time=time),
            reply_markup=actions([[withdraw]]),
        )
    except (BadRequest, Forbidden):  # they have never spoken to us alone
        await services.roster.change(context.store.withdraw_approval_link(one.id, actor.scope))
        return say(language, "approval_link_needs_chat")
    return None if actor.chat_id == actor.id else say(language, "approval_link_sent")


async def withdraw(link_id: int, actor: Actor, context: Context) -> str:
    """Whoever has the link sees nothing any more."""
    write = context.store.withdraw_approval_link(link_id, actor.scope)
    await context.services.roster.change(write)
    return say(actor.language, "approval_link_withdrawn")


async def opened(update: Update, context: Context) -> None:
    """Show the post, or say why not; the same person may come again."""
    user, token = update.effective_user, token_in(update, Link.APPROVAL)
    assert user is not None and token is not None
    actor, services = actor_of(update, context.services), context.services
    if actor.role not in (Role.STRANGER, Role.CLIENT):
        await context.bot.send_message(actor.chat_id, say(actor.language, "client_link_in_team"))
        return
    write = context.store.open_approval_link(token, actor.id)
    answer, post_id = await services.roster.change(write)
    if answer is not LinkAnswer.OPENED or post_id is None:
        await context.bot.send_message(
            actor.chat_id, say(actor.language, f"client_link_{answer}", id=actor.id)
        )
        return
    actor = actor_of(update, services)  # a client from now on
    post = await context.store.post_to_approve(post_id, actor.scope)
    if post.status is not Status.AWAITING_APPROVAL:
        await context.bot.send_message(actor.chat_id, already(post, actor.language))
        return
    await context.bot.send_message(
        actor.chat_id, say(actor.language, "client_welcome", name=user.first_name)
    )
    await send_approval_card(post, actor.chat_id, actor.language, context.application)
