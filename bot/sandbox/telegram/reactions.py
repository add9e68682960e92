"""Reactions: what a bot may set, and what it hears of those of people.

https://core.telegram.org/bots/api#setmessagereaction and #reactiontypeemoji; the errors' words are
those of telegram-bot-api's Client.cpp and of messages.sendReaction (all read 2026-11).
"""

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request

STANDARD = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 "
    "⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 "
    "🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
)
EMOJI = frozenset(STANDARD.split())
"""The 73 that anybody may set; a bot no other, as it has no Premium."""


def wire(emoji: str | None) -> list[Wire]:
    """As a list of ReactionType, empty for none."""
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def parse(reaction: object) -> list[str]:
    """The emoji that a request names; '' stands for one that no message takes. Raises ApiError."""
    if not isinstance(reaction, list):
        raise bad_request("expected an Array of ReactionType")
    return [_emoji(one) for one in reaction]


def _emoji(reaction: object) -> str:
    cannot = "can't parse ReactionType: "
    if not isinstance(reaction, dict):
        raise bad_request(cannot + "expected an Object")
    if "type" not in reaction:
        raise bad_request(cannot + 'Can\'t find field "type"')
    if reaction["type"] == "custom_emoji":
        return ""
    if reaction["type"] != "emoji":
        raise bad_request(cannot + "invalid reaction type specified")
    if not isinstance(reaction.get("emoji"), str):
        raise bad_request(cannot + 'Can\'t find field "emoji"')
    return str(reaction["emoji"])


def checked(emoji: list[str]) -> str | None:
    """The one that is set; None removes it. Raises ApiError (400)."""
    if any(one not in EMOJI for one in emoji):
        raise bad_request("REACTION_INVALID")
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    return emoji[0] if emoji else None
