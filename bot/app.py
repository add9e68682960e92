"""The composition root: what exists, and every handler and job, once, in the order they count."""

import logging
from typing import Any, cast

from telegram import BotCommand, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    Defaults,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import general
from bot.access import gate
from bot.context import Context, Services
from bot.jobs import PATIENT, App, register_jobs
from bot.new_post.flow import conversation
from bot.new_post.teller import open_workshop
from bot.persistence import DraftPersistence
from bot.posts import commands
from bot.settings import Settings
from bot.texts import LANGUAGES, label
from bot.workshop import Workshop
from publisher.instagram import Credentials, Instagram
from publisher.sweep import Publisher
from storage.accounts import Accounts
from storage.database import Database
from storage.drafts import Drafts
from storage.files import MediaFiles
from storage.outbox import Outbox
from storage.people import People
from storage.posts import Posts
from storage.preparations import Preparations
from storage.queue import Queue
from storage.secrets import SecretBox, key_in_file
from storage.space import Space

log = logging.getLogger(__name__)

MENU = ("list", "delete", "cancel", "timezone", "help")
"""The commands that Telegram shows in its menu."""

MEGABYTE = 10**6

UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY]
"""All that we ask Telegram for."""


def build_services(settings: Settings, database_url: str) -> Services:
    """Connect, migrate, and put the parts together. Blocks."""
    database = Database(database_url)
    database.migrate()
    key = settings.secret_key
    box = SecretBox(
        key.get_secret_value() if key else key_in_file(settings.data_dir / "secret.key")
    )
    accounts = Accounts(database, box)
    account_id = accounts.ensure(settings.instagram_username).id
    files = MediaFiles(settings.data_dir / "media")
    posts, preparations = Posts(database), Preparations(database)
    instagram = Instagram(
        _credentials(settings),
        load_session=lambda: accounts.load_session(account_id),
        save_session=lambda session: accounts.save_session(account_id, session),
    )
    return Services(
        settings=settings,
        database=database,
        people=People(database),
        drafts=Drafts(database),
        posts=posts,
        accounts=accounts,
        outbox=Outbox(database),
        files=files,
        space=Space(
            posts,
            settings.data_dir / "media",
            quota=settings.media_quota_mb * MEGABYTE,
            floor=settings.min_free_disk_mb * MEGABYTE,
        ),
        preparations=preparations,
        workshop=Workshop(preparations, files),
        publisher=Publisher(
            queue=Queue(database),
            accounts=accounts,
            files=files,
            instagram=instagram,
            account_id=account_id,
        ),
        account_id=account_id,
    )


def build_application(services: Services) -> App:
    """PTB's application with all our handlers and jobs."""
    settings = services.settings
    api = str(settings.telegram_api_url).rstrip("/")
    types = ContextTypes(  # type: ignore[call-overload] # a callable will do, says its docstring
        context=Context, bot_data=lambda: services
    )
    application = cast(
        App,
        ApplicationBuilder()
        .application_class(Postbote)
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .local_mode(settings.telegram_local_mode)
        .context_types(types)
        .persistence(DraftPersistence(services.drafts))
        .rate_limiter(AIORateLimiter(max_retries=3))
        .defaults(
            Defaults(
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        )
        .read_timeout(20)
        .connect_timeout(10)
        .media_write_timeout(60)
        .post_init(register_menu)
        .build(),
    )
    register_handlers(application)
    register_jobs(application)
    assert application.job_queue is not None, "python-telegram-bot comes with its job-queue extra"
    application.job_queue.run_once(open_workshop, 0, job_kwargs=PATIENT)
    return application


class Postbote(Application[Any, Any, Any, Any, Any, Any]):
    """Asks publisher and workshop to come to an end before PTB waits for running jobs."""

    async def stop(self) -> None:
        self.bot_data.publisher.stop()
        self.bot_data.workshop.close()
        await super().stop()


def register_handlers(application: App) -> None:
    """One gate in front of everything; after it the first handler that matches answers."""
    new = filters.UpdateType.MESSAGE
    application.add_handler(TypeHandler(Update, gate), group=-1)
    application.add_handlers(
        [
            CommandHandler("start", general.start, new),
            CommandHandler("help", general.help_, new),
            CommandHandler("timezone", general.timezone, new),
            CommandHandler("list", commands.list_posts, new),
            CommandHandler("delete", commands.delete_post, new),
            CommandHandler("resume", commands.resume, new),
            conversation(),
            CommandHandler("cancel", general.nothing_to_cancel, new),
            CallbackQueryHandler(commands.tapped),
            MessageHandler(new & filters.COMMAND, general.unknown_command),
            MessageHandler(filters.UpdateType.EDITED_MESSAGE, general.edited),
            MessageHandler(new, general.stray),
        ]
    )
    application.add_error_handler(general.on_error)


async def register_menu(application: App) -> None:
    """Tell Telegram our commands; that it does not answer now is no reason not to start."""
    try:
        for language in LANGUAGES:
            menu = [BotCommand(name, label(language, f"command_{name}")) for name in MENU]
            await application.bot.set_my_commands(menu, language_code=language)
        default = application.bot_data.settings.language
        menu = [BotCommand(name, label(default, f"command_{name}")) for name in MENU]
        await application.bot.set_my_commands(menu)
    except TelegramError as error:
        log.warning("the command menu could not be registered: %s", type(error).__name__)


def _credentials(settings: Settings) -> Credentials:
    totp, proxy, api = (
        settings.instagram_totp_secret,
        settings.instagram_proxy,
        settings.instagram_api_url,
    )
    return Credentials(
        username=settings.instagram_username,
        password=settings.instagram_password.get_secret_value(),
        totp_secret=totp.get_secret_value() if totp else None,
        proxy=proxy.get_secret_value() if proxy else None,
        api_url=str(api).rstrip("/") if api else None,
    )
