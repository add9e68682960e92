"""An answer is taken, in the chat or on the page: what comes of it, and what is asked next."""

from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup

from bot.accounts import answers
from bot.accounts.answers import UnfitError
from bot.accounts.asking import COMMON, question, show, show_card, tell, zone_of, zones_to_choose
from bot.accounts.cards import settings
from bot.context import AnyApp, Services
from bot.jobs import wake
from bot.store import in_thread
from bot.texts import label, say
from bot.zones import zones_like, zones_named
from publisher.failures import Reason
from publisher.logs import keep_out
from publisher.proxies import INSTAGRAM, ProxyError, try_proxy
from publisher.settings import BY_HAND
from publisher.settings import INSTAGRAM as INSTAGRAM_WAY
from publisher.wiring import paces
from storage.account_changes import FormGoneError, NameTakenError
from storage.account_forms import FormStep, NewAccount
from storage.encryption import UnreadableSecretError
from storage.models import Account, AccountForm
from storage.pace import NO_PACE


async def take(form: AccountForm, said: str, application: AnyApp, *, by: int | None) -> bool:
    """Take an answer, and show what comes next; of one that does not fit, why, and return False."""
    fits = True
    if FormStep(form.step).is_secret and said != COMMON:
        keep_out([said.strip()])
    try:
        await _taken(form, said, application, by=by)
    except UnfitError as problem:
        fits, note = False, say(form.language, problem.key, **problem.values)
        text, buttons = await question(form, application.bot_data, note)
        rows = [*zones_to_choose(form, problem.zones), *buttons.inline_keyboard]
        if not await show((text, InlineKeyboardMarkup(rows)), form, application):
            await tell(note, form, application)  # the second time it would change nothing
    except UnreadableSecretError:
        note = label(form.language, f"reason_{Reason.SECRET_KEY}")
        await show(await question(form, application.bot_data, note), form, application)
    except FormGoneError:  # filled in meanwhile, on the page
        await show_card(form, application)
    await note_anew(form, application.bot_data)
    return fits


async def note_anew(form: AccountForm, services: Services) -> None:
    """Whether its next answer is to be known for one."""
    stands = await services.store.form_of(form.chat_id, form.person_id)
    if stands is not None:
        services.listening.note(stands)


async def _taken(form: AccountForm, said: str, application: AnyApp, *, by: int | None) -> None:
    """Raises UnfitError, FormGoneError."""
    services = application.bot_data
    match FormStep(form.step):
        case FormStep.NAME:
            await _name(form, said, application, by=by)
        case FormStep.PASSWORD:
            typed = {"password": answers.password(said)}
            await _go_on(form, FormStep.SEED, application, by=by, typed=typed)
        case FormStep.SEED:
            seed = {} if said == COMMON else {"totp_secret": answers.seed(said)}
            typed = await in_thread(services.account_forms.typed)(form)
            await log_in(form, {**typed, **seed}, application, by=by)
        case FormStep.SESSION:
            await log_in(form, {"sessionid": answers.session(said)}, application, by=by)
        case FormStep.ZONE:
            zone = None if said == COMMON else await _zone(said)
            account = await services.store.set_accounts_zone(form, zone, by=by)
            await _show_settings(form, account, application)
        case FormStep.CAP:
            cap = None if said == COMMON else answers.cap(said)
            account = await services.store.set_accounts_pace(form, by=by, daily_cap=cap)
            await _show_settings(form, account, application)
        case FormStep.GAP:
            gap = None if said == COMMON else answers.gap(said)
            account = await services.store.set_accounts_pace(form, by=by, min_gap_seconds=gap)
            await _show_settings(form, account, application)
        case FormStep.PROXY:
            proxy = None if said == COMMON else await _proxy(said, services)
            account = await services.store.set_accounts_proxy(form, proxy, by=by)
            await _show_settings(form, account, application)
        case FormStep.DONE:
            raise FormGoneError


async def _name(form: AccountForm, said: str, application: AnyApp, *, by: int | None) -> None:
    services, kind = application.bot_data, NewAccount(form.kind or NewAccount.BY_HAND)
    if kind is NewAccount.BY_HAND:
        name = answers.name_by_hand(said)
        try:
            account = await services.store.add_account(form, BY_HAND, name, None, by=by)
        except NameTakenError:
            raise UnfitError("account_name_taken", {"account": name}) from None
        form.account_id = account.id
        note = say(form.language, "account_added_by_hand", account=account.name)
        await show_card(form, application, note)
        await wake(application)  # it may have come back, to posts that were due meanwhile
        return
    name = answers.name_on_instagram(said)
    if await services.store.is_account_name_taken(name):
        raise UnfitError("account_name_taken", {"account": name})
    step = FormStep.PASSWORD if kind is NewAccount.PASSWORD else FormStep.SESSION
    await _go_on(form, step, application, by=by, name=name)


async def _go_on(
    form: AccountForm,
    step: FormStep,
    application: AnyApp,
    *,
    by: int | None,
    name: str | None = None,
    typed: dict[str, str] | None = None,
) -> None:
    services = application.bot_data
    next_form = await services.store.go_on_with_form(form, step, by=by, name=name, typed=typed)
    if next_form is None:
        raise FormGoneError
    await show(await question(next_form, services), next_form, application)


async def log_in(
    form: AccountForm, credentials: dict[str, str], application: AnyApp, *, by: int | None
) -> None:
    """The account is added, or has these from now on; a publisher looks whether they are right.

    Raises UnfitError, FormGoneError.
    """
    services = application.bot_data
    if form.account_id is None:
        try:
            account = await services.store.add_account(
                form, INSTAGRAM_WAY, form.name or "", credentials, by=by
            )
        except NameTakenError:
            raise UnfitError("account_name_taken", {"account": form.name or ""}) from None
        form.account_id = account.id
    else:
        await services.store.give_credentials(form, credentials, by=by)
    await let_check(form, application, "account_logs_in")


async def let_check(form: AccountForm, application: AnyApp, key: str) -> None:
    """Say that a publisher looks whether the account works, and let it; the card tells the rest."""
    assert form.account_id is not None
    await show_card(form, application, say(form.language, key))
    await application.bot_data.store.ask_account_check(
        form.account_id,
        chat_id=form.chat_id,
        message_id=form.message_id,
        language=form.language,
    )
    await wake(application)


async def show_again(form: AccountForm, application: AnyApp) -> None:
    """What came of an answer that has had its effect."""
    if form.step == FormStep.DONE and form.kind in (NewAccount.PASSWORD, NewAccount.SESSION):
        await let_check(form, application, "account_logs_in")
    elif form.step == FormStep.DONE:
        await show_card(form, application)
    else:
        await show(await question(form, application.bot_data), form, application)


async def _zone(said: str) -> str:
    """Raises UnfitError."""
    zones = await in_thread(zones_named)(said, datetime.now(UTC))
    if len(zones) == 1:
        return zones[0]
    key = "account_zone_several" if zones else "account_zone_unknown"
    raise UnfitError(key, {"zone": said[:60]}, zones or await in_thread(zones_like)(said))


async def _proxy(said: str, services: Services) -> str:
    """Raises UnfitError."""
    proxy, server = answers.proxy(said), services.settings.instagram_api_url
    target = (str(server.host), server.port or 443) if server else INSTAGRAM
    try:
        await in_thread(try_proxy)(proxy, target)
    except ProxyError as error:
        raise UnfitError(f"account_proxy_{error.verdict}") from None
    return proxy


async def _show_settings(form: AccountForm, account: Account, application: AnyApp) -> None:
    await show(await settings_of(account, form, application.bot_data), form, application)


async def settings_of(
    account: Account, form: AccountForm, services: Services
) -> tuple[str, InlineKeyboardMarkup]:
    """The settings of an account, as whoever has asked for them sees them."""
    own = ZoneInfo(account.timezone) if account.timezone else await zone_of(form, services)
    pace = dict(paces(services.settings)).get(account.destination, NO_PACE)
    return settings(account, form.language, own, await proxy_of(account, services), pace)


async def proxy_of(account: Account, services: Services) -> str | None:
    """The address of its proxy, without what would let others use it."""
    try:
        credentials = await services.store.account_credentials(account.id)
    except UnreadableSecretError:
        return None
    proxy = urlsplit(credentials.get("proxy") or "")
    return f"{proxy.hostname}:{proxy.port}" if proxy.hostname else None
