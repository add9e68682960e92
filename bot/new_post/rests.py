"""The rest of a long text, which Telegram brings in several messages."""

from bot.context import Actor, Context
from bot.texts import say
from bot.traces import rest_of
from publisher.wiring import rules_of
from storage.models import Content


async def refuse_rest(content: Content, actor: Actor, context: Context) -> None:
    """Of a text about this draft or post whose beginning was answered before its rest came."""
    number = context.delivery.update_id
    length = rest_of(await context.store.updates_up_to(number)) if number is not None else 0
    limit = rules_of(content.account, context.services.settings).max_caption
    values = {"length": length, "limit": limit, "over": length - limit}
    sentence = say(actor.language, "caption_text_was_split", **values)
    await context.bot.send_message(actor.chat_id, sentence)
