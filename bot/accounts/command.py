"""/accounts: the list, a card for each account, and what their buttons do."""

from collections.abc import Awaitable, Callable, Mapping

from telegram import Message, Update

from bot.accounts.asking import COMMON, facts_of, question, show, show_card
from bot.accounts.cards import Shown, ask_to_remove, listed, planned, ways_to_add
from bot.accounts.filling import let_check, settings_of, show_again, take
from bot.context import Actor, Context, actor_of
from bot.jobs import wake
from bot.keyboards import Tap, decode, is_number
from bot.new_post.prompt import acknowledge
from bot.texts import label, say
from bot.topics import topic_of
from publisher.wiring import publishes_itself
from storage.account_facts import AccountFacts
from storage.account_forms import FormStep, NewAccount
from storage.encryption import UnreadableSecretError
from storage.models import AccountForm


async def show_accounts(update: Update, context: Context) -> None:
    """/accounts: all that the person may see to."""
    actor = actor_of(update, context.services)
    text, buttons = await _list(0, actor, context)
    await context.bot.send_message(actor.chat_id, text, reply_markup=buttons)


async def tapped(update: Update, context: Context) -> None:
    """A button of the list, of a card, or below a question."""
    actor, query = actor_of(update, context.services), update.callback_query
    tap = decode(query.data) if query else None
    assert query is not None and tap is not None
    if not isinstance(query.message, Message):  # so old that Telegram does not tell what it was
        await acknowledge(update, label(actor.language, "stale_button"))
        return
    await acknowledge(update)
    here = _Here(query.message, actor, context)
    if tap.post_id == 0 or tap.value.startswith("list."):
        await here.of_none(tap)
        return
    facts = await facts_of(tap.post_id, context.services)
    if facts is None or not actor.posts_to(tap.post_id):
        await here.show(await _list(0, actor, context))
        return
    await here.of_account(tap, facts)


async def _list(page: int, actor: Actor, context: Context) -> Shown:
    facts = await context.store.account_facts()
    facts = [each for each in facts if actor.posts_to(each.account.id)]
    return listed(facts, page, actor.language, await actor.zone(context.services))


class _Here:
    """The message whose button was tapped, and who did."""

    def __init__(self, message: Message, actor: Actor, context: Context) -> None:
        self._message, self._actor, self._context = message, actor, context
        self._store, self._services = context.store, context.services

    async def show(self, shown: Shown) -> None:
        """Put it in the message's place; whatever was being asked is asked no more."""
        form = self._form()
        await self._give_up()
        await show(shown, form, self._context.application)

    async def of_none(self, tap: Tap) -> None:
        """A button that belongs to no account in particular."""
        what, _, value = tap.value.partition(".")
        if what == "add" and value in [*NewAccount]:
            await self._ask(FormStep.NAME, kind=NewAccount(value))
        elif what == "add":
            await self.show(ways_to_add(self._actor.language))
        elif tap.value == NO_SEED:
            await self._answer(FormStep.SEED, COMMON)
        else:
            page = int(value) if is_number(value) else 0
            await self.show(await _list(page, self._actor, self._context))

    async def of_account(self, tap: Tap, facts: AccountFacts) -> None:
        step, is_answer, said = tap.value.partition("=")
        if tap.value == NO_SEED:
            await self._answer(FormStep.SEED, COMMON)
        elif is_answer and step in SETTINGS:
            await self._ask(FormStep(step), account_id=tap.post_id, is_shown=False)
            await self._answer(FormStep(step), said)
        elif tap.value in SETTINGS:
            await self._ask(FormStep(tap.value), account_id=tap.post_id)
        elif tap.value in ACTIONS:
            await ACTIONS[tap.value](self, facts)
        else:
            await self.card(facts)

    async def card(self, facts: AccountFacts) -> None:
        await self._give_up()
        form = self._form(facts.account.id)
        await show_card(form, self._context.application)

    async def check(self, facts: AccountFacts) -> None:
        await self._give_up()
        form = self._form(facts.account.id)
        if publishes_itself(facts.account):
            await let_check(form, self._context.application, "account_is_checked")
        else:
            await show_card(form, self._context.application)

    async def pause(self, facts: AccountFacts) -> None:
        if not facts.is_paused:
            await self._store.pause_accounts([facts.account.id], until=None, by=self._actor.id)
        await self.card(facts)

    async def resume(self, facts: AccountFacts) -> None:
        await self._store.resume_account(facts.account.id)
        await wake(self._context.application)
        await self.card(facts)

    async def settings(self, facts: AccountFacts) -> None:
        await self.show(await settings_of(facts.account, self._form(), self._services))

    async def log_in(self, facts: AccountFacts) -> None:
        """With another password, or another session where there was one."""
        if facts.account.from_settings or not publishes_itself(facts.account):
            await self.card(facts)
            return
        try:
            known = await self._store.account_credentials(facts.account.id)
        except UnreadableSecretError:
            known = {}
        step = FormStep.SESSION if "sessionid" in known else FormStep.PASSWORD
        await self._ask(step, account_id=facts.account.id)

    async def let_approve(self, facts: AccountFacts) -> None:
        await self._store.set_accounts_approval(facts.account.id, is_needed=True)
        facts.account.needs_approval = True
        await self.settings(facts)

    async def approve_nothing(self, facts: AccountFacts) -> None:
        await self._store.set_accounts_approval(facts.account.id, is_needed=False)
        facts.account.needs_approval = False
        await self.settings(facts)

    async def ask_to_remove(self, facts: AccountFacts) -> None:
        if facts.account.from_settings:
            await self.card(facts)
            return
        waiting = await self._store.posts_waiting_for(facts.account.id)
        await self.show(ask_to_remove(facts.account, waiting, self._actor.language))

    async def remove(self, facts: AccountFacts) -> None:
        waiting = await self._store.posts_waiting_for(facts.account.id)
        gone = await self._store.remove_account(facts.account.id, by=self._actor.id)
        text, buttons = await _list(0, self._actor, self._context)
        if gone:
            name, language = facts.account.name, self._actor.language
            told = planned(waiting, language)
            note = say(language, "account_removed", account=name, planned=told)
            text = f"{note}\n\n{text}"
        await self.show((text, buttons))

    def _form(self, account_id: int | None = None) -> AccountForm:
        """Where things are shown; nothing is asked by it."""
        return AccountForm(
            chat_id=self._message.chat.id,
            person_id=self._actor.id,
            step=FormStep.DONE,
            account_id=account_id,
            message_id=self._message.message_id,
            thread_id=topic_of(self._message),
            language=self._actor.language,
        )

    async def _ask(
        self,
        step: FormStep,
        *,
        kind: NewAccount | None = None,
        account_id: int | None = None,
        is_shown: bool = True,
    ) -> None:
        form = await self._store.begin_form(
            self._message.chat.id,
            self._actor.id,
            step,
            message_id=self._message.message_id,
            thread_id=topic_of(self._message),
            language=self._actor.language,
            kind=kind,
            account_id=account_id,
            by=None,
        )
        self._services.listening.note(form)
        if is_shown:
            await show(await question(form, self._services), form, self._context.application)

    async def _answer(self, step: FormStep, said: str) -> None:
        """A button says what could be typed."""
        form = await self._store.form_of(self._message.chat.id, self._actor.id)
        by = self._context.delivery.update_id
        if form is not None and by is not None and form.last_update_id == by:
            await show_again(form, self._context.application)
            return
        if form is None or form.step != step:
            await self.show(await _list(0, self._actor, self._context))
            return
        await take(form, said, self._context.application, by=by)

    async def _give_up(self) -> None:
        form = await self._store.form_of(self._message.chat.id, self._actor.id)
        if form is not None and form.step != FormStep.DONE:
            await self._store.close_form(form)
            form.step = FormStep.DONE
            self._services.listening.note(form)


NO_SEED = f"{FormStep.SEED}={COMMON}"
"""The value of the button for an account without an authenticator."""

SETTINGS = frozenset({FormStep.ZONE, FormStep.CAP, FormStep.GAP, FormStep.PROXY})
"""What is asked about an account that is there."""

ACTIONS: Mapping[str, Callable[[_Here, AccountFacts], Awaitable[None]]] = {
    "card": _Here.card,
    "check": _Here.check,
    "pause": _Here.pause,
    "resume": _Here.resume,
    "settings": _Here.settings,
    "login": _Here.log_in,
    "approval+": _Here.let_approve,
    "approval-": _Here.approve_nothing,
    "remove": _Here.ask_to_remove,
    "remove!": _Here.remove,
}
"""What the buttons of a card and of its settings do, by their values."""
