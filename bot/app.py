"""The composition root: what exists, and every handler and job, once, in the order they count."""

from datetime import timedelta
from typing import Any, cast

from telegram import LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    Defaults,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import (
    approvals,
    clients,
    general,
    groups,
    logins,
    outbox,
    slots_command,
    status_command,
    timezone_command,
)
from bot.access import gate, let_in, needs
from bot.accounts import command as accounts
from bot.accounts import typed as accounts_typed
from bot.accounts.cards import NAME as ACCOUNTS
from bot.commands import BY_NAME, COMMANDS, IN_WORDS, fit_menu, in_words, register_menu
from bot.context import App, Context, Services
from bot.jobs import register_jobs
from bot.keyboards import are_of
from bot.limiter import Limiter
from bot.links import Link, Opens
from bot.load import Load
from bot.new_post.flow import conversation
from bot.new_post.intake import MEDIA
from bot.posts import forwards, numbered, replies, taps, typed
from bot.preparation_worker import PreparationWorker
from bot.rights import Right
from bot.roster import Roster
from bot.settings import Settings
from bot.slots_pages import NAME as SLOTS
from bot.team import command, joining
from bot.team.pages import NAME as TEAM
from bot.telegram_request import TelegramRequest
from bot.topics import InTopics
from publisher.health.health import BOT, LEADING, STANDBY, Health
from publisher.health.watch import Watch
from publisher.media_url import media_files
from publisher.upkeep import before_migration
from publisher.wiring import (
    build_accounts,
    build_dispatcher,
    build_heartbeat,
    build_processes,
    check_sessions_soon,
    paces,
)
from storage.account_changes import AccountChanges
from storage.account_checks import AskedChecks
from storage.account_facts import AccountsAtAGlance
from storage.account_forms import AccountForms
from storage.alerts import Alerts
from storage.approval_links import ApprovalLinks
from storage.approvals import Approvals
from storage.database import Database
from storage.drafts import Drafts
from storage.edits import Edits
from storage.facts import Installation
from storage.groups import Groups
from storage.hand_over import HandOver
from storage.held import HeldPosts
from storage.inbox import Inbox
from storage.invitations import Invitations
from storage.items import DraftItems
from storage.leader import LeaderLock
from storage.logins import Logins
from storage.lookout import Lookout
from storage.members import Members
from storage.notes import Notes
from storage.originals import Originals
from storage.outbox import Outbox
from storage.post_messages import PostMessages
from storage.posts import Posts
from storage.preparations import Preparations
from storage.quota import Quota
from storage.retention import Retention
from storage.series import SeriesDrafts
from storage.series_posts import SeriesPosts
from storage.signals import Signals
from storage.slots import Slots
from storage.team_cards import TeamCards
from storage.undo import Undo
from storage.users import Users
from storage.wall_times import WallTimes

MEGABYTE = 10**6

CONNECTIONS = 256
"""As many as PTB's own builder allows."""

UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
"""All that we ask Telegram for."""


def build_services(settings: Settings, database_url: str, health: Health | None = None) -> Services:
    """Connect, migrate, and put the parts together. Blocks."""
    health = health or Health(BOT)
    database = Database(database_url)
    database.migrate(before_migration(settings, database))
    HeldPosts(database).hold(let_in(settings, admins=None))  # before anything is published
    known_accounts = build_accounts(settings, database, removes_others=True)
    if settings.publish_in_bot:
        check_sessions_soon(known_accounts)
    files = media_files(settings)
    files.expect(Posts(database).planned_media())
    leader = LeaderLock(database)
    leading = database.only_while(lambda: leader.is_ours)
    health.begin(database, lambda: LEADING if leader.is_ours else STANDBY)
    posts, preparations, load = Posts(leading), Preparations(leading), Load()
    members, invitations = Members(leading), Invitations(leading)
    approval_links = ApprovalLinks(leading)
    dispatcher = build_dispatcher(settings, database, known_accounts, files, counts=health.counts)
    processes, floor = build_processes(database, health), settings.min_free_disk_mb * MEGABYTE
    every = timedelta(seconds=settings.sweep_interval_seconds) if settings.publish_in_bot else None
    return Services(
        settings=settings,
        accounts=known_accounts,
        account_changes=AccountChanges(leading, known_accounts),
        account_forms=AccountForms(leading, known_accounts),
        alerts=Alerts(leading),
        accounts_at_a_glance=AccountsAtAGlance(database),
        approval_links=approval_links,
        asked_checks=AskedChecks(leading),
        approvals=Approvals(leading),
        database=database,
        drafts=Drafts(leading),
        edits=Edits(leading),
        files=files,
        groups=Groups(leading),
        hand_over=HandOver(leading),
        held=HeldPosts(leading),
        installation=Installation(database),
        inbox=Inbox(leading),
        invitations=invitations,
        items=DraftItems(leading),
        logins=Logins(leading, known_accounts.box),
        leader=leader,
        lookout=Lookout(database),
        members=members,
        notes=Notes(leading),
        originals=Originals(leading),
        outbox=Outbox(database),
        posts=posts,
        post_messages=PostMessages(leading),
        preparations=preparations,
        processes=processes,
        quota=Quota(
            leading,
            files.folder,
            quota=settings.media_quota_mb * MEGABYTE,
            floor=floor,
            drafts=settings.max_drafts,
            planned=settings.max_planned_posts,
        ),
        retention=Retention(leading),
        series=SeriesDrafts(leading),
        series_posts=SeriesPosts(leading),
        team_cards=TeamCards(leading),
        undo=Undo(leading),
        slots=Slots(leading, paces(settings)),
        users=Users(leading),
        wall_times=WallTimes(leading),
        roster=Roster(members, invitations, approval_links),
        preparation_worker=PreparationWorker(preparations, files, load),
        load=load,
        dispatcher=dispatcher,
        health=health,
        heartbeat=build_heartbeat(settings, processes, dispatcher, health, every),
        watch=Watch(floor, key_ends=settings.media_key_ends),
        signals=Signals(database),
    )


def build_application(services: Services, *, telegrams_speed: float = 1.0) -> App:
    """PTB's application with all our handlers and jobs.

    Args:
        telegrams_speed: how many times faster than ours Telegram's clock runs, as in tests.
    """
    settings = services.settings
    api = str(settings.telegram_api_url).rstrip("/")
    types = ContextTypes(  # type: ignore[call-overload] # a callable will do, says its docstring
        context=Context, bot_data=lambda: services
    )
    application = cast(
        App,
        ApplicationBuilder()
        .application_class(Postbote)
        .updater(None)
        .token(settings.telegram_bot_token.get_secret_value())
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .local_mode(settings.telegram_local_mode)
        .context_types(types)
        .rate_limiter(InTopics(Limiter(telegrams_speed)))
        .defaults(
            Defaults(
                parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
            )
        )
        .request(_request(CONNECTIONS))
        .get_updates_request(_request(1))
        .post_init(register_menu)
        .build(),
    )
    register_handlers(application)
    services.listening.commands = frozenset(row.name for row in COMMANDS)
    services.menus.rows = [(row.name, row.right, row.in_menu) for row in COMMANDS]
    register_jobs(application)
    return application


def _request(connections: int) -> TelegramRequest:
    return TelegramRequest(connections, connect_timeout=10, read_timeout=20, media_write_timeout=60)


class Postbote(Application[Any, Any, Any, Any, Any, Any]):
    """PTB's application, fed by the inbox, which also judges what a handler raises."""

    async def process_error(
        self, update: object | None, error: Exception, job: Any = None, coroutine: Any = None
    ) -> bool:
        """Let an update's error out to the inbox; a job's goes to the error handler."""
        if update is not None:
            raise error
        return await super().process_error(update, error, job, coroutine)

    async def stop(self) -> None:
        """Ask the publisher to end with the post at hand before PTB waits for running jobs."""
        self.bot_data.dispatcher.stop()
        await super().stop()


def register_handlers(application: App) -> None:
    """One gate in front of everything; after it the first handler that matches answers."""
    new = filters.UpdateType.MESSAGE
    new_post = conversation()
    # Telegram itself says this, in nobody's name
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, outbox.migrated), group=-6)
    application.add_handler(TypeHandler(Update, gate), group=-5)
    application.add_handler(TypeHandler(Update, fit_menu), group=-4)
    application.add_handler(MessageHandler(new & logins.IN_REPLY, logins.replied), group=-3)
    application.add_handler(TypeHandler(Update, accounts_typed.heard), group=-3)
    application.add_handler(new_post, group=-2)
    to_a_card = new & filters.REPLY & ~filters.COMMAND & (filters.TEXT | MEDIA)
    application.add_handler(MessageHandler(new & approvals.IN_REPLY, approvals.replied), group=-1)
    application.add_handler(MessageHandler(to_a_card, replies.replied), group=-1)
    application.add_handler(MessageHandler(new & numbered.NAMES_A_POST, numbered.heard), group=-1)
    sent_on = new & filters.FORWARDED & filters.PHOTO
    application.add_handler(MessageHandler(sent_on, forwards.forwarded), group=-1)
    application.add_handlers(
        [
            MessageHandler(new & Opens(Link.APPROVAL), needs(Right.JOIN, clients.opened)),
            MessageHandler(new & Opens(Link.INVITATION), needs(Right.JOIN, joining.join)),
            *(CommandHandler(row.name, needs(row.right, row.handler), new) for row in COMMANDS),
            MessageHandler(new & slots_command.IN_REPLY, needs(Right.SLOTS, slots_command.replied)),
            MessageHandler(new & typed.NAMES_AN_ACTION, typed.typed),
            MessageHandler(new & BY_NAME, in_words),
            new_post,
            CallbackQueryHandler(groups.tapped, are_of(groups.NAME)),
            CallbackQueryHandler(needs(Right.TEAM, command.tapped), are_of(TEAM)),
            CallbackQueryHandler(needs(Right.SLOTS, slots_command.tapped), are_of(SLOTS)),
            CallbackQueryHandler(needs(Right.ACCOUNTS, accounts.tapped), are_of(ACCOUNTS)),
            CallbackQueryHandler(
                needs(Right.STATUS, status_command.tapped), are_of(status_command.NAME)
            ),
            CallbackQueryHandler(
                needs(Right.TIMEZONE, timezone_command.tapped), are_of(timezone_command.NAME)
            ),
            CallbackQueryHandler(taps.tapped),
            MessageHandler(new & filters.COMMAND, general.unknown_command),
            MessageHandler(new & IN_WORDS, in_words),
            MessageHandler(filters.UpdateType.EDITED_MESSAGE, general.edited),
            MessageHandler(new, general.stray),
            ChatMemberHandler(outbox.membership),
        ]
    )
    application.add_error_handler(general.on_error)
