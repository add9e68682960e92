"""Why an account does not work, and what can be done about it."""

from bot.texts import is_known, label
from publisher.failures import Reason
from storage.models import Account

NEED_A_LOGIN = frozenset(
    {"login_required", "session_ended", "other_account", "bad_password", "two_factor", "challenge"}
)
"""Reasons of a pause that a login ends."""


def in_words(reason: str | None, account: Account | None, language: str) -> str:
    """The reason and what to do; what is no reason of ours stays itself.

    Args:
        account: of which it is said; None if that is not known.
    """
    if not is_known(f"reason_{reason}"):
        return str(reason)
    told, remedy = label(language, f"reason_{reason}"), f"remedy_{reason}"
    if account is not None and not account.from_settings:
        if reason in NEED_A_LOGIN:
            remedy = "account_remedy"
        elif reason == Reason.PROXY_BLOCKED:
            remedy = "account_remedy_proxy"
    return f"{told} {label(language, remedy)}" if is_known(remedy) else told
