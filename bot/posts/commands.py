"""/delete."""

from telegram import Update

from bot.context import Context, actor_of
from bot.keyboards import Action, Tap, is_number
from bot.posts.buttons import ask_to_delete, outcome
from bot.posts.filters import Filtered
from bot.posts.lists import send_page
from bot.texts import say
from bot.texts.words import heard


async def delete_post(update: Update, context: Context) -> None:
    """/delete 12: ask, then delete; /delete 12 yes: delete; /delete: show what there is."""
    actor = actor_of(update, context.services)
    words = [word.strip("#").lower() for word in context.args or []]
    if not words:
        lead = say(actor.language, "delete_which")
        await send_page(0, Filtered(), actor, context, lead=lead)
        return
    number, sure = words[0], heard(" ".join(words[1:2]), ["sure"])
    if not is_number(number):
        await context.bot.send_message(actor.chat_id, say(actor.language, "delete_usage"))
    elif sure:
        if sentence := await outcome(_for_sure(int(number)), actor, context):
            await context.bot.send_message(actor.chat_id, sentence)
    else:
        await ask_to_delete(int(number), actor, context)


def _for_sure(number: int) -> Tap:
    return Tap(Action.DELETE_FOR_SURE, number, "")
