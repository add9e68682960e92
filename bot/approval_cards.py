"""The card by which an approval is asked for, in whichever chat, and what becomes of it there."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from markupsafe import Markup
from telegram import InlineKeyboardMarkup, ReplyParameters
from telegram.constants import MessageLimit
from telegram.error import BadRequest, Forbidden

from bot.accounts import of_account
from bot.context import AnyApp, Services
from bot.keyboards import Action, action_button
from bot.new_post.prompt import take_away
from bot.posts.card_notes import notes_of
from bot.posts.card_pictures import picture_of
from bot.posts.cards import shown_time, state, type_name
from bot.posts.series_cards import series_of
from bot.texts import label, say
from bot.texts.dates import from_now
from bot.texts.parts import shortened, with_names, with_signs
from bot.topics import speak_in
from publisher.caption import utf16_length
from storage.approval_requests import REMINDED_AHEAD
from storage.lifecycle import Status
from storage.models import Notice, Post, TeamCard
from storage.outbox import CHAT, NoticeKind

CAPTION_CHARACTERS = (350, 100, 0)
"""Of a text that stand on the card, as many as have room; a longer one comes before it, in full."""

NAME_CHARACTERS = 40
SPARE = 24
"""UTF-16 units of a caption that are left free: line breaks are not counted above."""

KEYS = {
    "approve": Action.APPROVE,
    "decline": Action.DECLINE,
    "improve": Action.IMPROVE,
    "decline_plain": Action.DECLINE_PLAIN,
    "ask_change": Action.ASK_CHANGE,
    "never_mind": Action.NEVER_MIND,
    "ask_client": Action.ASK_CLIENT,
}
TEAMS_BUTTONS = (("approve",), ("improve", "decline"), ("ask_client",))
CLIENTS_BUTTONS = (("approve",), ("ask_change", "decline"))


async def tell_team(notice: Notice, post: Post, chat_id: int, app: AnyApp) -> None:
    """What whoever approves is to hear. Raises TelegramError."""
    services: Services = app.bot_data
    admin = services.settings.admin_chat_id
    is_closed = notice.kind == NoticeKind.TEAM_CARDS
    if notice.audience == CHAT and chat_id == admin != post.account.group_chat_id and not is_closed:
        return  # it hears the same as the admin
    if chat_id == post.account.group_chat_id:
        speak_in(chat_id, post.account.group_topic_id)
    language = await services.names.language_of(chat_id, services, services.settings.language)
    match notice.kind:
        case NoticeKind.APPROVAL_ASKED:
            if _is_asked(notice, post):
                await send_approval_card(post, chat_id, language, app)
        case NoticeKind.TEAM_CARDS if notice.detail.get("has_left"):
            await _leave(post, chat_id, app)
        case NoticeKind.TEAM_CARDS:
            if post.status is not Status.AWAITING_APPROVAL or _is_asked(notice, post):
                await _show(notice, post, chat_id, language, app)
        case NoticeKind.PUBLISHED | NoticeKind.FAILED | NoticeKind.ASKED:
            if chat_id != admin or notice.kind == NoticeKind.PUBLISHED:  # which heard as the admin
                await _tell_result(post, chat_id, language, app)
        case _:
            await _remark(notice, post, chat_id, language, app)


async def send_approval_card(post: Post, chat_id: int, language: str, app: AnyApp) -> None:
    """Its picture, all that is to be known, and the buttons; it takes the former one's place.

    Raises TelegramError.
    """
    services: Services = app.bot_data
    if len(_said(post)) > CAPTION_CHARACTERS[0]:
        await app.bot.send_message(chat_id, with_names(_said(post)))
    text = await _text(post, language, services)
    buttons = None
    if post.status is Status.AWAITING_APPROVAL:
        buttons = await _buttons(post, chat_id, language, services)
    picture = await picture_of(post, services.files)
    if picture is None:
        message = await app.bot.send_message(chat_id, text, reply_markup=buttons)
    else:
        message = await app.bot.send_photo(chat_id, picture, caption=text, reply_markup=buttons)
    before, now = await services.store.add_team_card(
        post.id,
        chat_id,
        message.message_id,
        has_picture=picture is not None,
        revision=post.revision,
    )
    for card in before:
        await take_away(app, card.chat_id, card.message_id)
    if _shown(now) != _shown(post):  # somebody was quick
        for card in await services.store.team_cards(post.id, chat_id):
            await _refresh(card, now, language, app)


def _shown(post: Post) -> tuple[object, ...]:
    """What other cards are told of."""
    return post.status, post.revision, post.noted_at


def buttons_of(post: Post, language: str, rows: Sequence[Sequence[str]]) -> InlineKeyboardMarkup:
    """They carry what the post is now: nobody approves what they have not seen."""
    revision = str(post.revision)
    return InlineKeyboardMarkup(
        [
            [
                action_button(label(language, f"button_{key}"), KEYS[key], post.id, revision)
                for key in row
            ]
            for row in rows
        ]
    )


def _said(post: Post) -> str:
    """All words that are published, as they will stand there."""
    return "\n\n".join(filter(None, (post.caption, with_signs(post.hashtags or []))))


async def _text(post: Post, language: str, services: Services) -> str:
    """Whose it is, what and when, its text, and where it stands: what a picture has room for."""
    accounts, now = await services.store.active_accounts(), datetime.now(UTC)
    name = await services.names.of(post.owner_id, services)
    notes = await notes_of(post, language, services.store)
    text = ""
    for characters in CAPTION_CHARACTERS:
        text = say(
            language,
            "approval_card" if post.status is Status.AWAITING_APPROVAL else "team_card",
            id=post.id,
            type=type_name(post, language),
            of_account=of_account(post.account, accounts, language),
            name=shortened(name, NAME_CHARACTERS),
            time=shown_time(post, language, now),
            said=_beginning(_said(post), characters),
            state=_state(post, language, now),
        )
        if utf16_length(Markup(text + notes).striptags()) <= MessageLimit.CAPTION_LENGTH - SPARE:  # noqa: S704
            break
    return text + notes


def _beginning(text: str, characters: int) -> Markup:
    if len(text) > characters:
        text = shortened(text, characters) if characters else ""
    return Markup("\n\n{}").format(with_names(text)) if text else Markup("")


def _state(post: Post, language: str, now: datetime) -> str:
    if post.status is not Status.AWAITING_APPROVAL:
        return state(post, language)
    time = post.scheduled_time
    if post.wall_time is not None and time is not None and now < time < now + REMINDED_AHEAD:
        return label(language, "approval_is_urgent", distance=from_now(language, time, now))
    return label(language, "state_awaiting_approval")


def _is_asked(notice: Notice, post: Post) -> bool:
    """Not if it was decided meanwhile, or changed: then it is asked once more behind this."""
    is_same = notice.detail.get("revision") == post.revision
    return post.status is Status.AWAITING_APPROVAL and is_same


async def _show(notice: Notice, post: Post, chat_id: int, language: str, app: AnyApp) -> None:
    """The cards that are there say where it stands; a new post gets one."""
    cards = await app.bot_data.store.team_cards(post.id, chat_id)
    if not cards and notice.detail.get("is_new") and post.status is not Status.DELETED:
        await send_approval_card(post, chat_id, language, app)
    for card in cards:
        await _refresh(card, post, language, app)


async def _leave(post: Post, chat_id: int, app: AnyApp) -> None:
    """This group's account is not the post's any more."""
    if chat_id == post.account.group_chat_id:  # it has come back
        return
    store = app.bot_data.store
    for card in await store.team_cards(post.id, chat_id):
        await take_away(app, card.chat_id, card.message_id)
    await store.forget_team_cards(post.id, chat_id)


async def _tell_result(post: Post, chat_id: int, language: str, app: AnyApp) -> None:
    """On the cards, and by a message in reply to the last one."""
    services: Services = app.bot_data
    cards = await services.store.team_cards(post.id, chat_id)
    for card in cards:
        await _refresh(card, post, language, app)
    reply = (
        ReplyParameters(cards[-1].message_id, allow_sending_without_reply=True) if cards else None
    )
    accounts = await services.store.active_accounts()
    text = say(
        language,
        "group_result_uploaded" if post.status is Status.UPLOADED else "group_result",
        id=post.id,
        of_account=of_account(post.account, accounts, language),
        name=await services.names.of(post.owner_id, services),
        state=state(post, language),
        link=post.link or "",
    )
    await app.bot.send_message(chat_id, text, reply_parameters=reply)


async def _refresh(card: TeamCard, post: Post, language: str, app: AnyApp) -> None:
    """It says where the post stands, and has buttons as long as that is not decided."""
    text, bot, buttons = await _text(post, language, app.bot_data), app.bot, None
    if post.status is Status.AWAITING_APPROVAL:
        buttons = await _buttons(post, card.chat_id, language, app.bot_data)
    where = {"chat_id": card.chat_id, "message_id": card.message_id}
    with suppress(BadRequest, Forbidden):  # it is gone, or says so already
        if card.has_picture:
            await bot.edit_message_caption(caption=text, **where, reply_markup=buttons)
        else:
            await bot.edit_message_text(text, **where, reply_markup=buttons)


async def _buttons(
    post: Post, chat_id: int, language: str, services: Services
) -> InlineKeyboardMarkup:
    """Of one of a series, also to approve all of it."""
    if post.id in services.roster.asked_about(chat_id):
        return buttons_of(post, language, CLIENTS_BUTTONS)
    own = buttons_of(post, language, TEAMS_BUTTONS)
    series = await series_of(post, services.store)
    waiting = sum(one.status is Status.AWAITING_APPROVAL for one in series)
    if post.series_id is None or waiting < 2:
        return own
    text = label(language, "button_approve_all")
    of_all = [action_button(text, Action.APPROVE_ALL, post.series_id)]
    first, *others = own.inline_keyboard
    return InlineKeyboardMarkup([first, of_all, *others])


async def _remark(notice: Notice, post: Post, chat_id: int, language: str, app: AnyApp) -> None:
    """In reply to the card, if the post still stands where that was true."""
    expected = Status.AWAITING_APPROVAL
    if notice.kind == NoticeKind.NOT_APPROVED:
        expected = Status.FAILED
    if post.status is not expected or post.scheduled_time is None:
        return
    services: Services = app.bot_data
    cards = await services.store.team_cards(post.id, chat_id)
    last = cards[-1].message_id if cards else None
    accounts = await services.store.active_accounts()
    text = say(
        language,
        f"alert_{notice.kind}",
        id=post.id,
        of_account=of_account(post.account, accounts, language),
        name=await services.names.of(post.owner_id, services),
        distance=from_now(language, post.scheduled_time, datetime.now(UTC)),
        client=notice.detail.get("name") or "",
        note=notice.detail.get("reason") or "",
    )
    reply = ReplyParameters(last, allow_sending_without_reply=True) if last else None
    await app.bot.send_message(chat_id, text, reply_parameters=reply)
