"""What the page shows and takes: the form behind a token, once."""

from dataclasses import dataclass
from urllib.parse import parse_qs

from bot.accounts import answers
from bot.accounts.answers import UnfitError
from bot.accounts.filling import log_in, note_anew
from bot.accounts.page import form_page, message_page
from bot.context import AnyApp, standing
from bot.rights import Right, may
from bot.texts import label
from publisher.logs import keep_out
from storage.account_changes import FormGoneError
from storage.account_forms import FormStep
from storage.models import AccountForm


@dataclass(frozen=True)
class Answered:
    """A page, and the status with which it is sent."""

    status: int
    page: str


class Entrance:
    def __init__(self, application: AnyApp) -> None:
        self._application = application
        self._store = application.bot_data.store

    async def shown(self, token: str) -> Answered:
        """The form; to look at it uses nothing up."""
        form = await self._form(token)
        return self._gone() if form is None else Answered(200, await self._page(form))

    async def received(self, token: str, body: bytes) -> Answered:
        """Take what was filled in, if it can be right; then the link is used up."""
        form = await self._form(token)
        if form is None:
            return self._gone()
        try:
            credentials = _credentials(body)
        except UnfitError as problem:
            told = label(form.language, problem.key, **problem.values)
            return Answered(422, await self._page(form, told))
        if await self._store.use_form_link(token) is None:
            return self._gone()  # somebody else was first
        keep_out(credentials.values())
        try:
            await log_in(form, credentials, self._application, by=None)
        except (FormGoneError, UnfitError):
            return self._gone()
        finally:
            await note_anew(form, self._application.bot_data)
        return Answered(200, message_page(form.language, "page_done"))

    async def _form(self, token: str) -> AccountForm | None:
        form = await self._store.form_behind_link(token)
        if form is None or form.step != FormStep.PASSWORD:
            return None
        return form if await self._may_still(form) else None

    async def _may_still(self, form: AccountForm) -> bool:
        """Whether whoever was given the link may still set up accounts."""
        services = self._application.bot_data
        await services.roster.ready()
        if (admin_chat := services.settings.admin_chat_id) < 0:  # a group
            await services.admins.known(admin_chat, self._application.bot)
        role, _ = standing(form.person_id, form.chat_id, services)
        return may(role, Right.ACCOUNTS)

    async def _page(self, form: AccountForm, problem: str = "") -> str:
        name = form.name
        if form.account_id is not None:
            accounts = await self._store.active_accounts()
            name = next((one.name for one in accounts if one.id == form.account_id), "")
        return form_page(form.language, name or "", problem)

    def _gone(self) -> Answered:
        language = self._application.bot_data.settings.language
        return Answered(410, message_page(language, "page_gone"))


def _credentials(body: bytes) -> dict[str, str]:
    """Raises UnfitError."""
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    credentials = {"password": answers.password(_only(fields, "password"))}
    if seed := _only(fields, "seed").strip():
        credentials["totp_secret"] = answers.seed(seed)
    return credentials


def _only(fields: dict[str, list[str]], name: str) -> str:
    values = fields.get(name, [])
    return values[0] if len(values) == 1 else ""
