"""What a notice says, and the buttons below it."""

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.keyboards import Action, actions
from bot.posts.cards import card, excerpt, may_be_live, state, type_name
from bot.texts import is_known, label, say
from bot.texts.dates import span
from storage.models import Notice, Post
from storage.outbox import NoticeKind

OWNERS_BUTTONS: dict[NoticeKind, list[tuple[str, Action]]] = {
    NoticeKind.FAILED: [
        ("button_try_again", Action.TRY_AGAIN),
        ("button_delete", Action.DELETE_FOR_SURE),
    ],
    NoticeKind.UNCONFIRMED: [
        ("button_is_live", Action.IS_LIVE),
        ("button_drop", Action.DELETE_FOR_SURE),
    ],
    NoticeKind.ASKED: [
        ("button_is_live", Action.IS_LIVE),
        ("button_publish_again", Action.TRY_AGAIN),
        ("button_drop", Action.DELETE_FOR_SURE),
    ],
    NoticeKind.LATE: [
        ("button_publish_late", Action.PUBLISH_LATE),
        ("button_drop_late", Action.DROP_LATE),
    ],
}
"""What an owner can do about it, below the message."""

ADMINS_BUTTONS: dict[NoticeKind, list[tuple[str, Action]]] = {
    NoticeKind.FAILED: OWNERS_BUTTONS[NoticeKind.FAILED],
    NoticeKind.ASKED: OWNERS_BUTTONS[NoticeKind.ASKED],
    NoticeKind.HELD: [
        ("button_publish_held", Action.PUBLISH_HELD),
        ("button_drop_held", Action.DROP_HELD),
    ],
}
"""What owners can do the admin can: they may be away. For who is shut out the admin decides."""

OF_THE_BOT = {
    NoticeKind.HELD,
    NoticeKind.BLOCKED,
    NoticeKind.UNDELIVERABLE,
    NoticeKind.DEAD_LETTER,
    NoticeKind.ORPHANED,
    NoticeKind.ADMIN_CHAT_MOVED,
    NoticeKind.DATABASE_WAS_AWAY,
    NoticeKind.SECOND_POLLER,
    NoticeKind.DISK_TROUBLE,
    NoticeKind.MEDIA_AWAY,
    NoticeKind.CLOCK,
    NoticeKind.CLOCK_IS_RIGHT,
    NoticeKind.ERROR,
}
"""What the admin hears of the bot's own troubles, rather than of Instagram's."""


def result(notice: Notice, post: Post) -> str:
    """What the owner hears: the link, or a plain sentence on what went wrong."""
    language = post.language
    if notice.kind == NoticeKind.PUBLISHED:
        link = post.link or ""
        return say(language, "published", id=post.id, type=type_name(post, language), link=link)
    if notice.kind == NoticeKind.DELETED_BY_ADMIN:
        name = type_name(post, language)
        told = say(language, "result_deleted_by_admin", id=post.id, type=name)
        return told + may_be_live(post, language) + str(excerpt(post))
    key, reason = f"result_{notice.kind}", notice.detail.get("error_class")
    return say(
        language,
        f"{key}_paused" if notice.detail.get("paused") else key,
        id=post.id,
        count=notice.detail.get("count", 1),
        links=_candidates(notice, language),
        excerpt=excerpt(post),
        reason=label(language, f"reason_{reason}") if reason else "",
        wait=span(language, notice.detail.get("seconds") or 0),
    )


def _candidates(notice: Notice, language: str) -> Markup:
    """Where the owner should look, if there is something that may be the post."""
    links = Markup("\n").join(notice.detail.get("links") or [])
    return Markup(say(language, "asked_links", links=links)) if links else Markup("")  # noqa: S704


def settled_card(post: Post) -> str:
    """The plan's announcement, with where the post stands now."""
    language = post.language
    return card(post, language) + say(language, "card_state", state=state(post, language))


def alert(notice: Notice, language: str) -> str:
    """What the admin hears: post number, error class, the plain sentence."""
    error_class = notice.detail.get("error_class", "")
    seconds = notice.detail.get("seconds")
    if notice.kind in OF_THE_BOT:
        key = f"alert_{notice.kind}"
        if notice.kind == NoticeKind.CLOCK:
            key = f"alert_{error_class}_{'ahead' if (seconds or 0) > 0 else 'behind'}"
        return say(
            language,
            key,
            id=notice.post_id or "",
            error_class=error_class,
            reason=notice.detail.get("reason", error_class),
            told=_whether_told(notice, language),
            host=notice.detail.get("host", ""),
            person=notice.detail.get("person", ""),
            count=notice.detail.get("count", 1),
            wait=span(language, abs(seconds or 0)),
        )
    return say(
        language,
        f"alert_{notice.kind}" if seconds is not None or notice.post else "alert_paused_for_good",
        id=notice.post_id or "",
        account=notice.account.name if notice.account else "",
        error_class=error_class,
        reason=_reason_and_remedy(error_class, language),
        wait=span(language, seconds or 0),
        excerpt=excerpt(notice.post) if notice.post else "",
    )


def _whether_told(notice: Notice, language: str) -> str:
    """Of what is set aside: whether the person who sent it knows."""
    return label(
        language, "dead_letter_told" if notice.detail.get("told") else "dead_letter_untold"
    )


def _reason_and_remedy(error_class: str, language: str) -> str:
    """The admin alone hears what to do: nobody else can."""
    reason, remedy = label(language, f"reason_{error_class}"), f"remedy_{error_class}"
    return f"{reason} {label(language, remedy)}" if is_known(remedy) else reason


def owners_buttons(kind: NoticeKind, post: Post) -> InlineKeyboardMarkup | None:
    buttons = OWNERS_BUTTONS.get(kind)
    if buttons is None:
        return None
    return actions([[(label(post.language, key), action, post.id)] for key, action in buttons])


def admins_buttons(notice: Notice, language: str) -> InlineKeyboardMarkup | None:
    """What the admin can do about it, below the message."""
    if notice.kind == NoticeKind.ACCOUNT_PAUSED:
        resume = (label(language, "button_resume"), Action.RESUME, notice.account_id or 0)
        return actions([[resume]])
    buttons = ADMINS_BUTTONS.get(NoticeKind(notice.kind))
    if buttons is None or notice.post_id is None:
        return None
    return actions([[(label(language, key), action, notice.post_id)] for key, action in buttons])
