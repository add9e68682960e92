"""Step 1: what the media become; before it, if there are several, for which account."""

from collections import Counter
from collections.abc import Iterable

from bot.context import Actor
from bot.keyboards import in_rows, is_number
from bot.new_post.question import (
    Answers,
    Decision,
    Moment,
    NotUnderstoodError,
    Page,
    Prompt,
    Question,
    Reply,
    back_row,
)
from bot.texts import label, say
from bot.texts.parts import alternatives, enumerated
from bot.texts.refusals import refusal
from bot.texts.words import heard
from publisher.media.kinds import fitting_types, why_not
from publisher.wiring import publishes_itself
from storage.lifecycle import PostType
from storage.models import Account, Draft, MediaItem

PAGE = 8
"""Accounts that are offered at a time; any can be typed."""


class AccountQuestion(Question):
    """A draft always has an account, so that this is open only where it is put expressly."""

    name = "account"
    is_on_demand = True
    shapes_media = True
    pages = "page."

    def has_choice(self, draft: Draft, moment: Moment) -> bool:
        return any(account.id != draft.account_id for account in moment.accounts)

    def is_answered(self, draft: Draft) -> bool:
        return True

    def back(self, draft: Draft) -> Reply | None:
        return Decision.REPLACE_MEDIA if draft.post_type is None else None

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        return self._page(0, actor.language, moment)

    def _page(self, number: int, language: str, moment: Moment) -> Prompt:
        first = number * PAGE if number * PAGE < len(moment.accounts) else 0
        here = moment.accounts[first : first + PAGE]
        named = [(account_label(one, language), str(one.id)) for one in here]
        turns = [("previous", first // PAGE - 1)] if first else []
        turns += [("next", first // PAGE + 1)] if first + PAGE < len(moment.accounts) else []
        row = [(label(language, f"button_list_{way}"), f"{self.pages}{to}") for way, to in turns]
        rows = [*in_rows(named, 1), *([row] if row else []), back_row(language)]
        return Prompt(say(language, "ask_account"), rows)

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers | Page:
        number = said.removeprefix(self.pages)
        if number != said and is_number(number):
            return Page(self._page(int(number), actor.language, moment), {})
        name = said.strip().removeprefix("@").casefold()
        for account in moment.accounts:
            if said == str(account.id) or name == account.name.casefold():
                return {"account_id": account.id}
        names = [account.name for account in moment.accounts]
        accounts = alternatives(actor.language, names)
        raise NotUnderstoodError("account_not_understood", {"accounts": accounts})


def refuse_gone(draft: Draft, moment: Moment) -> None:
    """Raise NotUnderstoodError if the draft's account is one that nobody publishes for any more."""
    if draft.account_id not in {account.id for account in moment.accounts}:
        raise NotUnderstoodError("account_gone", {"account": draft.account.name})


def account_label(account: Account, language: str) -> str:
    """Its name, and whether its people post by hand."""
    if publishes_itself(account):
        return account.name
    return label(language, "account_by_hand", name=account.name)


UNDECIDED: Answers = {"fit": None, "fit_shift": 0.0, "trim_start": None, "trim_agreed": False}
"""Framing and trimming, to be chosen anew: another type, or other media, need others."""


VIDEO_OR_REEL = (PostType.VIDEO, PostType.REEL)


class TypeQuestion(Question):
    name = "type"
    shapes_media = True

    def is_answered(self, draft: Draft) -> bool:
        return draft.post_type is not None and bool(draft.media)

    def back(self, draft: Draft) -> Reply:
        return Decision.REPLACE_MEDIA

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        if not draft.media:
            return Prompt(say(language, "ask_media"), [])
        fitting = fitting_types(draft.media, moment.rules.types)
        row = [(label(language, f"type_{kind}"), kind.value) for kind in fitting]
        text = say(language, "ask_type", media=counted(draft, language), count=len(draft.media))
        if {*VIDEO_OR_REEL} <= {*fitting}:
            video, reel = (moment.rules.types[one].longest / 60 for one in VIDEO_OR_REEL)
            text += "\n" + say(language, "video_or_reel", video=round(video), reel=round(reel))
        return Prompt(text, [*in_rows(row, 3), back_row(language)])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        if not draft.media:
            raise NotUnderstoodError("media_first")
        fitting = fitting_types(draft.media, moment.rules.types)
        chosen = heard(said, fitting) or heard(said, PostType)
        if chosen is None or PostType(chosen) not in moment.rules.types:
            names = [label(actor.language, f"type_{kind}") for kind in fitting]
            types = alternatives(actor.language, names)
            raise NotUnderstoodError("type_not_understood", {"types": types})
        problem = why_not(draft.media, PostType(chosen), moment.rules.types)
        if problem is not None:
            raise NotUnderstoodError("type_does_not_fit", {"why": refusal(actor.language, problem)})
        if chosen == draft.post_type:
            return {"post_type": draft.post_type}
        return {"post_type": PostType(chosen), **UNDECIDED}


def counted(draft: Draft, language: str) -> str:
    """Such as '1 photo' or '3 photos and 1 video'."""
    return counted_items(draft.media, language)


def counted_items(items: Iterable[MediaItem], language: str) -> str:
    """The same of any media."""
    parts = [
        label(language, f"count_{kind}", count=count)
        for kind, count in Counter(item.kind for item in items).items()
    ]
    return enumerated(language, parts)
