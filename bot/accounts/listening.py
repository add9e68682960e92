"""Who is being asked for words about an account, so that these are known when they come.

It is known before an update is kept: what may be a password is kept encrypted. A person who turns
to something else is asked no more, and nothing else that they type is taken for an answer.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from telegram import Message, Update
from telegram.constants import ChatType

from storage.account_forms import FormStep, NewAccount
from storage.models import AccountForm

LATE = timedelta(hours=1)
"""For so long after its end an answer is still known for one: it is deleted, and not used."""


class Listening:
    """The open forms, as the process that leads knows them."""

    def __init__(self) -> None:
        self._forms: dict[tuple[int, int], AccountForm] = {}
        self.commands: frozenset[str] = frozenset()
        """Words behind a slash that are no answer."""

    def begin(self, forms: Iterable[AccountForm]) -> None:
        """What another process has left open."""
        self._forms = {(form.chat_id, form.person_id): form for form in forms}

    def note(self, form: AccountForm) -> None:
        """How it stands by now."""
        place = form.chat_id, form.person_id
        if form.step == FormStep.DONE:
            self._forms.pop(place, None)
        else:
            self._forms[place] = form

    def form_at(self, update: Update) -> AccountForm | None:
        """The open form of whoever has sent this, in this chat."""
        chat, person = update.effective_chat, update.effective_user
        form = self._forms.get((chat.id, person.id)) if chat and person else None
        if form is None or datetime.now(UTC) > form.expires_at + LATE:
            return None
        return form

    def answered_by(self, update: Update) -> AccountForm | None:
        """The form of which a message, or its edit, is the answer: words, in a group a reply."""
        form, message = self.form_at(update), update.message or update.edited_message
        if form is None or message is None or message.text is None:
            return None
        if update.edited_message is not None and message.message_id < form.message_id:
            return None
        if self._is_command(message.text):
            return None
        if message.chat.type != ChatType.PRIVATE and not _answers(message, form):
            return None
        return form

    def _is_command(self, said: str) -> bool:
        first = said.split(maxsplit=1)[0] if said.strip() else ""
        return first.startswith("/") and first[1:].partition("@")[0].lower() in self.commands


def _answers(message: Message, form: AccountForm) -> bool:
    to = message.reply_to_message
    return to is not None and to.message_id == form.message_id


def is_secret(form: AccountForm) -> bool:
    """Whether what is typed may be a password, by mistake as well."""
    kind = NewAccount(form.kind) if form.kind else None
    return FormStep(form.step).is_secret or (kind is not None and kind.is_secret)
