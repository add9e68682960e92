"""What a look at an account has shown, told on the message that asked for it."""

from zoneinfo import ZoneInfo

from telegram.error import BadRequest, Forbidden

from bot.accounts.asking import facts_of
from bot.accounts.cards import card, check_note
from bot.context import AnyApp
from storage.models import Notice


async def tell_checked(notice: Notice, application: AnyApp) -> None:
    """Edit the card; one that is gone is nobody's any more."""
    services, detail = application.bot_data, notice.detail
    facts, language = await facts_of(notice.account_id, services), str(detail["language"])
    if facts is None or notice.chat_id is None:
        return
    chosen = await services.store.timezone(notice.chat_id)  # a private chat has its person's ID
    zone = ZoneInfo(chosen or services.settings.timezone)
    text, buttons = card(facts, language, zone, check_note(facts, language, zone))
    try:
        await application.bot.edit_message_text(
            text, notice.chat_id, int(detail["message_id"]), reply_markup=buttons
        )
    except (BadRequest, Forbidden):
        return
