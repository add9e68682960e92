"""Which account it goes to: asked first, if there are several."""

from bot.context import Actor
from bot.keyboards import in_rows
from bot.new_post.question import (
    Answers,
    Decision,
    Moment,
    NotUnderstoodError,
    Prompt,
    Question,
    Reply,
    back_row,
)
from bot.texts import label, say
from bot.texts.lists import alternatives
from publisher.wiring import publishes_itself
from storage.models import Account, Draft


class AccountQuestion(Question):
    """A draft always has an account, so that this is open only where it is put expressly."""

    name = "account"
    is_on_demand = True
    shapes_media = True

    def has_choice(self, draft: Draft, moment: Moment) -> bool:
        return any(account.id != draft.account_id for account in moment.accounts)

    def is_answered(self, draft: Draft) -> bool:
        return True

    def back(self, draft: Draft) -> Reply | None:
        return Decision.REPLACE_MEDIA if draft.post_type is None else None

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        named = [(account_label(one, language), str(one.id)) for one in moment.accounts]
        return Prompt(say(language, "ask_account"), [*in_rows(named, 1), back_row(language)])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        name = said.strip().removeprefix("@").casefold()
        for account in moment.accounts:
            if said == str(account.id) or name == account.name.casefold():
                return {"account_id": account.id}
        names = [account.name for account in moment.accounts]
        accounts = alternatives(actor.language, names)
        raise NotUnderstoodError("account_not_understood", {"accounts": accounts})


def refuse_gone(draft: Draft, moment: Moment) -> None:
    """Raise NotUnderstoodError if the draft's account is one that nobody publishes for any more."""
    if moment.accounts and draft.account_id not in {account.id for account in moment.accounts}:
        raise NotUnderstoodError("account_gone", {"account": draft.account.name})


def account_label(account: Account, language: str) -> str:
    """Its name, and whether its people post by hand."""
    if publishes_itself(account):
        return account.name
    return label(language, "account_by_hand", name=account.name)
