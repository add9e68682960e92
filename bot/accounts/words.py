"""Why an account does not work, and what can be done about it."""

from collections.abc import Mapping

from bot.texts import is_known, label
from publisher.failures import Reason
from storage.models import Account

OTHER_CREDENTIALS = frozenset({"bad_password", "session_ended", "other_account"})
"""What other credentials put right: where they are given depends on the account."""
NEED_A_LOGIN = OTHER_CREDENTIALS | {"login_required", "two_factor", "challenge"}
"""Reasons of a pause that a login ends."""
CODES = frozenset({"authenticator", "sms", "whatsapp", "email_challenge", "sms_challenge"})
"""What is given by replying to the question in the admin chat."""


OF_ADDED_ACCOUNTS: Mapping[str, str] = {
    **dict.fromkeys(OTHER_CREDENTIALS, "account_remedy"),
    Reason.TWO_FACTOR: "account_remedy",
    Reason.LOGIN_REQUIRED: "account_remedy_login",
    Reason.PROXY_BLOCKED: "account_remedy_proxy",
}
"""What to do where the settings say nothing of the account."""


ON_ITS_CARD = "_here"
"""What ends the keys of remedies that stand on the account's own card."""


def in_words(
    reason: str | None, account: Account | None, language: str, *, on_its_card: bool = False
) -> str:
    """The reason and what to do; what is no reason of ours stays itself.

    Args:
        account: of which it is said; None if that is not known.
        on_its_card: its buttons stand right below.
    """
    if not is_known(f"reason_{reason}"):
        return str(reason)
    told, remedy = label(language, f"reason_{reason}"), f"remedy_{reason}"
    if reason in CODES:
        remedy = "account_remedy_code"
    elif account is not None and not account.from_settings:
        remedy = OF_ADDED_ACCOUNTS.get(str(reason), remedy)
    if on_its_card and is_known(remedy + ON_ITS_CARD):
        remedy += ON_ITS_CARD
    return f"{told} {label(language, remedy)}" if is_known(remedy) else told
