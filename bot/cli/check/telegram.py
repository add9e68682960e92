"""Telegram: the token, the way in, and the admin chat."""

from collections.abc import Iterator
from datetime import UTC, datetime

from telegram import WebhookInfo
from telegram.constants import ChatType

from bot.cli.check.finding import Finding, State
from bot.cli.telegram import BotApi, ChatUnknownError, TelegramAwayError, TokenRefusedError
from bot.settings import Settings

TOLERANCE_SECONDS = 60.0
"""By which this machine's clock may differ from Telegram's: codes and due times go by it."""


def look_at_telegram(settings: Settings) -> Iterator[Finding]:
    server = str(settings.telegram_api_url)
    api = BotApi(settings.telegram_bot_token.get_secret_value(), server)
    try:
        yield Finding(State.GOOD, "check_telegram", username=api.me().username)
        yield _way_in(api.webhook(), settings)
        yield _admin_chat(api, settings.admin_chat_id)
        yield _clock(api.time())
    except TokenRefusedError:
        yield Finding(State.WRONG, "setup_token_refused")
    except TelegramAwayError as error:
        yield Finding(State.AWAY, "setup_telegram_away", reason=error)


def _way_in(found: WebhookInfo, settings: Settings) -> Finding:
    """Only hosts are named: the path may be known to Telegram alone."""
    wanted, waiting = settings.webhook_url, found.pending_update_count
    if (found.url or None) != (wanted and str(wanted)):
        return Finding(State.NOTE, "check_webhook_other")
    if wanted is None:
        return Finding(State.GOOD, "check_polling", count=waiting)
    if waiting and found.last_error_message:
        values = {"host": wanted.host, "reason": found.last_error_message, "count": waiting}
        return Finding(State.WRONG, "check_webhook_fails", **values)
    return Finding(State.GOOD, "check_webhook", host=wanted.host, count=waiting)


def _admin_chat(api: BotApi, chat_id: int) -> Finding:
    try:
        chat = api.chat(chat_id)
    except ChatUnknownError:
        key = "setup_group_unknown" if chat_id < 0 else "setup_chat_unknown"
        return Finding(State.WRONG, key, id=chat_id)
    if chat.type == ChatType.CHANNEL:
        return Finding(State.WRONG, "setup_chat_is_channel")
    return Finding(State.GOOD, "check_admin_chat", name=chat.effective_name)


def _clock(there: datetime | None) -> Finding:
    if there is None:
        return Finding(State.NOTE, "check_clock_unknown")
    seconds = (datetime.now(UTC) - there).total_seconds()
    if abs(seconds) > TOLERANCE_SECONDS:
        return Finding(State.WRONG, "check_clock_wrong", seconds=round(abs(seconds)))
    return Finding(State.GOOD, "check_clock")
