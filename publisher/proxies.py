"""Proxies of accounts are tried at the start: what is wrong is not found out at a post's minute."""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from publisher.addresses import check_proxy_answers
from publisher.failures import Reason
from publisher.settings import PublisherSettings, SettingsError
from storage.accounts import Accounts
from storage.encryption import UnreadableSecretError
from storage.models import Account

log = logging.getLogger(__name__)

AT_A_TIME = 16


def check_proxy_of_settings(settings: PublisherSettings) -> None:
    """Raises SettingsError unless something listens there. Blocks for five seconds at the most."""
    if settings.instagram_proxy is None:
        return
    try:
        check_proxy_answers(settings.instagram_proxy.get_secret_value())
    except ValueError as error:
        advice = type(settings).model_fields["instagram_proxy"].description
        raise SettingsError(f"INSTAGRAM_PROXY is wrong ({error}). {advice}") from None


def pause_without_proxy(accounts: Accounts) -> None:
    """Accounts whose proxy cannot be reached pause until a person has seen to it. Blocks."""
    active = [account for account in accounts.active() if account.credentials is not None]
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="proxy") as pool:
        found: Iterable[str | None] = pool.map(lambda one: _trouble(one, accounts), active)
        for account, trouble in zip(active, found, strict=True):
            if trouble is not None:
                log.error("the proxy of %s is wrong: %s", account.name, trouble)
                accounts.pause(account.id, reason=Reason.PROXY_UNREACHABLE, span=None)


def _trouble(account: Account, accounts: Accounts) -> str | None:
    try:
        proxy = accounts.credentials(account.id).get("proxy")
        if proxy:
            check_proxy_answers(proxy)
    except UnreadableSecretError:  # which is told where it is connected
        return None
    except ValueError as error:
        return str(error)
    return None
