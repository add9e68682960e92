"""setMessageReaction."""

from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.messages import Message
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.places import SERVICE
from bot.sandbox.telegram.reactions import checked, parse
from bot.sandbox.telegram.state import TelegramState


async def set_message_reaction(state: TelegramState, parameters: Parameters) -> bool:
    """At most one; none takes it away. Of an album, its first message bears it."""
    asked = parse(parameters.json("reaction") or [])
    chat = state.chats.for_bot(parameters.text("chat_id"))
    chat.require_there()
    message = state.all_messages.get(chat.id, parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    emoji = checked(asked)
    if SERVICE & message.content.keys():
        raise bad_request("REACTION_INVALID")
    _react(state, state.all_messages.first_of_album(message), emoji)
    return True


def _react(state: TelegramState, message: Message, emoji: str | None) -> None:
    """The same again succeeds and changes nothing."""
    if emoji == message.reaction_of(state.bot["id"]):
        return
    state.flood.edit(message.chat_id)
    message.react(state.bot["id"], emoji)
    state.changed()
