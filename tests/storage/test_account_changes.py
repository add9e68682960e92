"""Accounts as they are set up in the chat: each form has one effect, and secrets stay sealed."""

import pytest
from sqlalchemy import text

from storage.account_changes import AccountChanges, FormGoneError, NameTakenError
from storage.account_forms import AccountForms, FormStep, NewAccount
from storage.accounts import Accounts
from storage.database import Database
from storage.encryption import SecretBox, UnreadableSecretError
from storage.models import Account, AccountForm

CHAT, PERSON = -100, 7


@pytest.fixture
def forms(database: Database, accounts: Accounts) -> AccountForms:
    return AccountForms(database, accounts)


@pytest.fixture
def changes(database: Database, accounts: Accounts) -> AccountChanges:
    return AccountChanges(database, accounts)


def begun(
    forms: AccountForms,
    step: FormStep,
    account_id: int | None = None,
    kind: NewAccount | None = None,
) -> AccountForm:
    return forms.begin(
        CHAT,
        PERSON,
        step,
        message_id=1,
        thread_id=None,
        language="en",
        kind=kind,
        account_id=account_id,
    )


def row(database: Database, account_id: int) -> Account:
    with database.transaction() as session:
        return session.get_one(Account, account_id)


def test_a_form_has_one_effect_whoever_fills_it_in(
    forms: AccountForms, changes: AccountChanges, accounts: Accounts
) -> None:
    form = begun(forms, FormStep.NAME, kind=NewAccount.BY_HAND)
    bakery = changes.add(form, "by_hand", "Bakery", None, by=1)
    with pytest.raises(FormGoneError):
        changes.add(form, "by_hand", "Bakery 2", None, by=2)
    again = begun(forms, FormStep.NAME, kind=NewAccount.PASSWORD)
    with pytest.raises(NameTakenError):
        changes.add(again, "instagram", "BAKERY", {"password": "x"}, by=3)
    stands = forms.of(CHAT, PERSON)
    assert stands is not None and stands.step == FormStep.NAME, "it is still asked"
    assert [account.id for account in accounts.active()] == [bakery.id]


def test_a_link_is_used_once_and_what_was_typed_is_sealed(
    database: Database, forms: AccountForms
) -> None:
    form = begun(forms, FormStep.PASSWORD, kind=NewAccount.PASSWORD)
    former, token = forms.offer_link(form), forms.offer_link(form)
    assert forms.by_link(former) is None and forms.use_link(former) is None
    assert forms.by_link(token) is not None and forms.use_link(token) is not None
    assert forms.by_link(token) is None and forms.use_link(token) is None
    typed = {"password": "hunter2"}
    gone_on = forms.go_on(form, FormStep.SEED, by=4, typed=typed)
    assert gone_on is not None and forms.typed(gone_on) == typed
    assert forms.go_on(form, FormStep.SEED, by=5) is None, "it is not its turn"
    with database.transaction() as session:
        told = session.scalar(text("SELECT CAST(f AS text) FROM account_forms AS f"))
    assert "hunter2" not in str(told) and token not in str(told)
    forms.close(gone_on)
    closed = forms.of(CHAT, PERSON)
    assert closed is not None and closed.sealed is None


def test_a_removed_account_forgets_its_secrets_and_comes_back_with_its_settings(
    database: Database, forms: AccountForms, changes: AccountChanges, accounts: Accounts
) -> None:
    first = begun(forms, FormStep.SEED, kind=NewAccount.PASSWORD)
    added = changes.add(first, "instagram", "anna", {"password": "x"}, by=1)
    accounts.save_session(added.id, {"a": "session"})
    changes.set_pace(begun(forms, FormStep.CAP, added.id), by=2, daily_cap=3)
    asked = (
        "INSERT INTO login_questions (account_id, kind, expires_at, answer)"
        " VALUES (:a, 'x', now(), 'y')"
    )
    with database.transaction() as session:
        session.execute(text(asked), {"a": added.id})
    typing = begun(forms, FormStep.PASSWORD, added.id)
    assert changes.remove(added.id, by=PERSON) and not changes.remove(added.id, by=PERSON)
    with pytest.raises(FormGoneError):
        changes.set_credentials(typing, {"password": "too late"}, by=3)
    accounts.save_session(added.id, {"a": "login that was under way"})
    removed = row(database, added.id)
    assert (removed.credentials, removed.session) == (None, None)
    with database.transaction() as session:
        left = session.scalar(text("SELECT count(*) FROM login_questions WHERE answer IS NOT NULL"))
    assert left == 0
    second = begun(forms, FormStep.SESSION, kind=NewAccount.SESSION)
    back = changes.add(second, "instagram", "Anna", {"sessionid": "y"}, by=3)
    assert (back.id, back.daily_cap, back.removed_at) == (added.id, 3, None)


def test_an_account_of_the_settings_keeps_a_chosen_proxy_and_cannot_be_removed(
    forms: AccountForms, changes: AccountChanges, accounts: Accounts
) -> None:
    told = {"password": "x", "proxy": "http://of-the-settings:1"}
    house = accounts.configure("instagram", "house", told).id
    changes.set_proxy(begun(forms, FormStep.PROXY, house), "http://chosen:2", by=1)
    accounts.configure("instagram", "house", told)
    assert accounts.credentials(house) == {"password": "x", "proxy": "http://chosen:2"}
    changes.set_proxy(begun(forms, FormStep.PROXY, house), None, by=2)
    accounts.configure("instagram", "house", told)
    assert accounts.credentials(house) == {"password": "x", "proxy": None}
    assert not changes.remove(house, by=PERSON)


def test_a_pause_that_a_person_wanted_outlasts_a_new_password_and_a_lost_key_does_not_matter(
    database: Database, forms: AccountForms, changes: AccountChanges, accounts: Accounts
) -> None:
    form = begun(forms, FormStep.SEED, kind=NewAccount.PASSWORD)
    anna = changes.add(form, "instagram", "anna", {"password": "x", "proxy": "http://p:1"}, by=1).id
    accounts.pause_on_request([anna], until=None)
    changes.set_credentials(begun(forms, FormStep.PASSWORD, anna), {"password": "y"}, by=2)
    assert row(database, anna).paused_reason == "on_request"
    assert accounts.credentials(anna) == {"password": "y", "proxy": "http://p:1"}
    accounts.resume(anna)
    accounts.pause(anna, reason="bad_password", span=None)
    others = Accounts(database, SecretBox("another key"))
    later = AccountChanges(database, others)
    with pytest.raises(UnreadableSecretError):
        later.set_proxy(begun(forms, FormStep.PROXY, anna), "http://q:1", by=3)
    later.set_credentials(begun(forms, FormStep.PASSWORD, anna), {"password": "z"}, by=4)
    assert others.credentials(anna) == {"password": "z"}
    assert row(database, anna).paused_reason is None


def test_a_zone_of_its_own_is_that_of_its_slots(
    database: Database, forms: AccountForms, changes: AccountChanges, account_id: int
) -> None:
    with database.transaction() as session:
        session.execute(
            text("INSERT INTO weeks (account_id, timezone, set_by) VALUES (:a, 'UTC', 1)"),
            {"a": account_id},
        )
    zone = "America/New_York"
    changed = changes.set_timezone(begun(forms, FormStep.ZONE, account_id), zone, by=1)
    with database.transaction() as session:
        assert session.scalar(text("SELECT timezone FROM weeks")) == zone
    assert changed.timezone == zone
