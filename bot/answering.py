"""Answering a tap, so that the button stops waiting."""

from telegram import Update
from telegram.error import TelegramError

from bot.beside import beside


@beside
async def acknowledge(update: Update, text: str | None = None) -> None:
    """Answer a tap first; one that is too old cannot be answered, and its work must not fail."""
    if update.callback_query is None:
        return
    try:
        await update.callback_query.answer(text)
    except TelegramError:
        return
