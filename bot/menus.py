"""Telegram's command menu in each private chat: what fits the person's role.

The default one is an author's. Whoever may do more or less has one of their own, for which Telegram
is told once in the life of a process, and whenever it changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.beside import beside
from bot.rights import Right, Role, may
from bot.texts import label
from bot.texts.words import called_commands, folded

DEFAULT = Role.AUTHOR
LIKENESS = 0.75
"""How much a misspelt command has to resemble the right one (difflib: 1 is equal)."""
LIKENESS_OF_WORDS = 0.85
"""The same of what people call it: there are many such words, and short ones."""
OUTSIDE = (Role.STRANGER, Role.CLIENT)


@dataclass
class Menus:
    rows: Sequence[tuple[str, Right, bool]] = ()
    """Each command, whom it is for, and whether it has a line in menus."""
    _shown: dict[int, list[BotCommand] | None] = field(default_factory=dict)
    """Person -> their own menu; None: the default one."""

    def of(self, role: Role, language: str) -> list[BotCommand]:
        """A line for each command that they may use."""
        allowed = [name for name, right, in_menu in self.rows if in_menu and may(role, right)]
        return [BotCommand(name, label(language, f"command_{name}")) for name in allowed]

    def like(self, called: str, role: Role) -> list[str]:
        """The commands, of those that this role may use, that an unknown one may mean."""
        allowed = {name for name, right, _ in self.rows if may(role, right)}
        words = {
            word: [name for name in names if name in allowed]
            for word, names in called_commands().items()
        }
        said = folded(called)
        if said in words:
            return words[said]
        if found := get_close_matches(said, allowed, 1, LIKENESS):
            return found
        found = get_close_matches(said, words, 1, LIKENESS_OF_WORDS)
        return words[found[0]] if found else []

    async def fit(
        self, person_id: int, role: Role, language: str, bot: Bot, *, is_new: bool = False
    ) -> None:
        """Let their menu be that of their role.

        Args:
            is_new: they had another role; else whoever needs no menu of their own has none.
        """
        default = self.of(DEFAULT, language)
        wanted = None if role in OUTSIDE else self.of(role, language)
        wanted = None if wanted == default else wanted
        known = self._shown.get(person_id)
        if known == wanted and not (is_new and person_id not in self._shown):
            return
        self._shown[person_id] = wanted
        await _tell(person_id, wanted, bot)


@beside
async def _tell(person_id: int, menu: list[BotCommand] | None, bot: Bot) -> None:
    """Who has never spoken to us has no menu yet; it is set when they do."""
    scope = BotCommandScopeChat(person_id)
    try:
        if menu is None:
            await bot.delete_my_commands(scope)
        else:
            await bot.set_my_commands(menu, scope)
    except TelegramError:
        return
