"""What every handler has at hand: the services, and who is speaking."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from telegram import Message, Update
from telegram.constants import ChatID
from telegram.ext import Application, CallbackContext, ExtBot, JobQueue

from bot.accounts.listening import Listening
from bot.admins import Admins
from bot.keyed_tasks import KeyedTasks
from bot.limiter import IfFree
from bot.load import Load
from bot.menus import Menus
from bot.new_post.cancellation import Downloads
from bot.new_post.shown import Cards, UnusedCaption
from bot.pace import Cooldown
from bot.people import Names
from bot.preparation_worker import PreparationWorker
from bot.repositories import Repositories
from bot.rights import Right, Role, may
from bot.roster import Roster
from bot.settings import Settings
from bot.store import Store, in_thread
from bot.texts import language_of
from bot.together import Together
from publisher.dispatcher import Dispatcher
from publisher.health.health import Health
from publisher.health.heartbeat import Heartbeat
from publisher.health.watch import Watch
from publisher.media.probe import Probed, probe_photos
from storage.models import Account, Draft, MemberRole
from storage.scope import EVERY_ACCOUNT, AccountsGiven, Scope, is_among
from storage.signals import Signals

TELEGRAM_DOWNLOAD_BYTES = 20_000_000
"""Bytes that getFile hands out on Telegram's own server (core.telegram.org/bots/api#getfile)."""

LOCAL_DOWNLOAD_BYTES = 2_000_000_000
"""The same on a Bot API server of one's own (core.telegram.org/bots/api#using-a-local-bot-api)."""


@dataclass(frozen=True)
class Services(Repositories):
    """Everything that outlives a single update. Handlers await the store; storage itself blocks."""

    settings: Settings
    roster: Roster
    preparation_worker: PreparationWorker
    dispatcher: Dispatcher
    health: Health
    heartbeat: Heartbeat
    watch: Watch
    signals: Signals
    load: Load
    probe_photo: Together[[Path], Probed] = field(
        default_factory=lambda: Together(Path, in_thread(probe_photos))
    )
    left_behind: asyncio.Event = field(default_factory=asyncio.Event)
    """Updates that are here and not handled: it is time to catch up."""
    fetching_lost: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while originals are fetched once more: none is fetched twice."""
    backup_has_failed: asyncio.Event = field(default_factory=asyncio.Event)
    """The admin has heard so, and that it is tried again the next night."""
    downloads: Downloads = field(default_factory=dict)
    listening: Listening = field(default_factory=Listening)
    outgoing: KeyedTasks = field(default_factory=lambda: KeyedTasks("outbox"))
    admins: Admins = field(default_factory=Admins)
    cards: Cards = field(default_factory=Cards)
    menus: Menus = field(default_factory=Menus)
    names: Names = field(default_factory=Names)
    slot_locks: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """Account -> held from the look at its calendar until a slot is taken."""
    unused_captions: dict[tuple[int, int], UnusedCaption] = field(default_factory=dict)
    """(chat, person) -> what came with media that could not be taken: the next ones get it."""
    told_of_limit: Cooldown = field(default_factory=lambda: Cooldown(60))
    """(chat, person): who has just heard that a post takes no more media."""
    burst: timedelta = timedelta(seconds=3)
    """How long after one another photos of a burst come, at the most; zero: none is one."""
    moved: dict[int, int] = field(default_factory=dict)
    """Groups that have become supergroups while we ran: their old number, their new one."""
    closed: set[int] = field(default_factory=set)
    """Chats for which messages are parked: any sign of life from one brings them out."""

    @cached_property
    def store(self) -> Store:
        return Store(self)

    @property
    def download_limit(self) -> int:
        """Bytes of a file that the configured Bot API server hands out."""
        local = self.settings.telegram_local_mode
        return LOCAL_DOWNLOAD_BYTES if local else TELEGRAM_DOWNLOAD_BYTES


Nothing = dict[Any, Any]


@dataclass
class Delivery:
    """What the inbox hands to the handlers at a time; jobs see an empty one."""

    update_id: int | None = None
    """The number that the inbox gave it: Telegram's may come again."""
    messages: Sequence[Message] = ()
    """The message at hand, or all parts of its album in the order in which they were sent."""
    again: bool = False
    """It was begun before and broken off: it may have had its effect already."""
    is_rest: bool = False
    """The rest of a long text whose beginning was answered before it came."""
    stripped_message_id: int | None = None
    """The question of which the buttons go as it is, with the choice that was made."""
    tapped_message: tuple[int, int] | None = None
    """The chat and the number of the message whose button was tapped."""
    is_recalled: bool = False
    draft: Draft | None = None
    """The draft that the sender is at, once it is recalled; see `new_post/flow.py`."""


NOTHING = Delivery()
DELIVERY: ContextVar[Delivery] = ContextVar("delivery", default=NOTHING)


class Context(CallbackContext[ExtBot[IfFree], Nothing, Nothing, Services]):
    """PTB's context; its bot_data are our services, and user_data and chat_data stay empty."""

    @property
    def services(self) -> Services:
        return self.bot_data

    @property
    def store(self) -> Store:
        return self.bot_data.store

    @property
    def delivery(self) -> Delivery:
        """What is being handled in this task."""
        return DELIVERY.get()

    @property
    def draft(self) -> Draft | None:
        """The draft that the sender is at, as it was when their update came."""
        return self.delivery.draft

    @property
    def open_draft(self) -> Draft:
        """The same in a handler that only hears who is at one."""
        assert self.delivery.draft is not None
        return self.delivery.draft


App = Application[Any, Context, Any, Any, Services, JobQueue[Context]]
AnyApp = Application[Any, Any, Any, Any, Services, Any]
"""The same as PTB types it in a context."""


@dataclass(frozen=True)
class Actor:
    """Who sent an update, and where."""

    id: int
    chat_id: int
    language: str
    role: Role
    given: AccountsGiven = frozenset()
    """The accounts that they may work for, or see."""
    asked_about: frozenset[int] = frozenset()
    """The posts about which somebody from outside was asked."""

    @property
    def scope(self) -> Scope:
        """The posts that they may change, and of which accounts their word is an approval."""
        scope = self._posts(Right.EVERYBODYS, Right.CHANGE)
        if not may(self.role, Right.APPROVE):
            return scope
        return replace(scope, approves=self.given, asked_about=self.asked_about)

    @property
    def sight(self) -> Scope:
        """The posts that they may see."""
        return self._posts(Right.SEE_EVERYBODYS, Right.LIST)

    def posts_to(self, account_id: int) -> bool:
        """Whether they may plan for this account."""
        return may(self.role, Right.DRAFT) and is_among(account_id, self.given)

    def _posts(self, everybodys: Right, own: Right) -> Scope:
        if may(self.role, everybodys):
            return Scope.of_everybody(self.given)
        return Scope.of_person(self.id, self.given) if may(self.role, own) else Scope()

    async def zone(self, services: Services, account: Account | None = None) -> ZoneInfo:
        """The time zone in which they mean their times: the account's own, if it has one; else
        theirs, if they have chosen one; else the installation's.
        """
        if account is not None and account.timezone:
            return ZoneInfo(account.timezone)
        return ZoneInfo(await services.store.timezone(self.id) or services.settings.timezone)

    async def accounts(self, services: Services) -> list[Account]:
        """The active accounts that were given to them, the oldest first."""
        active = await services.store.active_accounts()
        return [one for one in active if is_among(one.id, self.given)]


def actor_of(update: Update, services: Services) -> Actor:
    """Read the actor off an update that the gate has let through."""
    user, chat = update.effective_user, update.effective_chat
    assert user is not None and chat is not None
    language = language_of(user.language_code, services.settings.language)
    return _actor(user.id, chat.id, language, services)


def actor_for(draft: Draft, services: Services) -> Actor:
    """The person whose draft it is, where no update of theirs is at hand."""
    return _actor(draft.owner_id, draft.chat_id, draft.language, services)


def _actor(person_id: int, chat_id: int, language: str, services: Services) -> Actor:
    role, given = standing(person_id, chat_id, services)
    asked_about = services.roster.asked_about(person_id) if role is Role.CLIENT else frozenset()
    return Actor(person_id, chat_id, language, role, given, asked_about)


def standing(person_id: int, chat_id: int, services: Services) -> tuple[Role, AccountsGiven]:
    """What a person is, and for which accounts: asked of them, not of the chat.

    An admin of the admin group is an owner there, anonymous or not; who is let in besides, wherever
    they speak.
    """
    settings, member = services.settings, services.roster.of(person_id)
    is_admin = services.admins.are_known_to_include(person_id)
    if chat_id == settings.admin_chat_id:
        is_admin |= person_id == ChatID.ANONYMOUS_ADMIN
    elif member is None and person_id not in settings.allowed_user_ids:
        is_admin = False
    if person_id == settings.admin_chat_id or is_admin:
        return Role.OWNER, EVERY_ACCOUNT
    if member is not None:
        is_owner = member.role is MemberRole.OWNER
        return Role(member.role), EVERY_ACCOUNT if is_owner else member.accounts
    if person_id in settings.allowed_user_ids:
        return Role.AUTHOR, EVERY_ACCOUNT
    is_client = bool(services.roster.asked_about(person_id))
    return Role.CLIENT if is_client else Role.STRANGER, frozenset()
