"""Storage as the chat sees it: every call that it makes, to be awaited."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from bot.known import KNOWN, changing, once
from bot.repositories import Repositories
from bot.together import Together
from storage.drafts import At, Shown, opening
from storage.models import Account, Draft, Incoming
from storage.quota import Wanted
from storage.slots import Planning

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def in_thread(
    blocking: Callable[Parameters, Result],
) -> Callable[Parameters, Coroutine[Any, Any, Result]]:
    """The same call to be awaited: a thread waits for it, and the chat goes on meanwhile."""

    @wraps(blocking)
    async def awaited(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return await asyncio.to_thread(blocking, *args, **kwargs)

    return awaited


def _planning(
    write: Callable[Parameters, Coroutine[Any, Any, Result]],
) -> Callable[Parameters, Coroutine[Any, Any, Result]]:
    """The same, after which the calendar is read anew: people and accounts are as they were."""
    return changing(write, "calendar")


def _these(rows: Sequence[Incoming]) -> Sequence[Incoming]:
    return rows


class Store:
    """Each call is one transaction; what it does and raises stands at the method in `storage/`."""

    def __init__(self, storage: Repositories) -> None:
        self._active_accounts = in_thread(storage.accounts.active)
        self.orphaned_accounts = in_thread(storage.accounts.orphaned)
        self.pause_accounts = changing(in_thread(storage.accounts.pause_on_request))
        self.paused_accounts = in_thread(storage.accounts.paused)
        self.resume_account = in_thread(storage.accounts.resume)

        self.answer_login = in_thread(storage.logins.answer)
        self.cancel_login = in_thread(storage.logins.cancel)
        self.latest_login_question = in_thread(storage.logins.latest)
        self.log_in_again = in_thread(storage.logins.try_again)
        self.login_question = in_thread(storage.logins.get)
        self.is_login_question = in_thread(storage.logins.is_asked_by)
        self.open_login_codes = in_thread(storage.logins.open_codes)
        self.login_question_shown = in_thread(storage.logins.shown)
        self.want_new_login_code = in_thread(storage.logins.want_new_code)
        self.account_credentials = in_thread(storage.accounts.credentials)
        self.recently_used_accounts = once(in_thread(storage.accounts.recently_used_by))

        self.add_account = changing(in_thread(storage.account_changes.add))
        self.give_credentials = changing(in_thread(storage.account_changes.set_credentials))
        self.is_account_name_taken = in_thread(storage.account_changes.is_taken)
        self.posts_waiting_for = in_thread(storage.account_changes.waiting)
        self.remove_account = changing(in_thread(storage.account_changes.remove))
        self.set_accounts_approval = changing(in_thread(storage.account_changes.set_approval))
        self.set_accounts_pace = changing(in_thread(storage.account_changes.set_pace))
        self.set_accounts_proxy = changing(in_thread(storage.account_changes.set_proxy))
        self.set_accounts_zone = changing(in_thread(storage.account_changes.set_timezone))
        self.account_facts = in_thread(storage.accounts_at_a_glance.facts)
        self.ask_account_check = in_thread(storage.asked_checks.ask)
        self.is_told_on_card = in_thread(storage.asked_checks.is_told_on_card)

        self.begin_form = in_thread(storage.account_forms.begin)
        self.close_form = in_thread(storage.account_forms.close)
        self.form_behind_link = in_thread(storage.account_forms.by_link)
        self.form_of = in_thread(storage.account_forms.of)
        self.go_on_with_form = in_thread(storage.account_forms.go_on)
        self.offer_form_link = in_thread(storage.account_forms.offer_link)
        self.open_forms = in_thread(storage.account_forms.open_ones)
        self.use_form_link = in_thread(storage.account_forms.use_link)
        self.add_team_card = in_thread(storage.team_cards.add)
        self.create_approval_link = in_thread(storage.approval_links.create)
        self.open_approval_link = in_thread(storage.approval_links.open)
        self.withdraw_approval_link = in_thread(storage.approval_links.withdraw)

        self.tie_to_group = changing(in_thread(storage.groups.tie))
        self.untie_from_group = changing(in_thread(storage.groups.untie))

        self.add_note = in_thread(storage.notes.add)
        self.last_notes = in_thread(storage.notes.last)

        self.ask_for_change = in_thread(storage.approvals.ask_for_change)
        self.forget_team_cards = in_thread(storage.team_cards.forget)
        self.approve = in_thread(storage.approvals.approve)
        self.approve_series = in_thread(storage.approvals.approve_series)
        self.decline = in_thread(storage.approvals.decline)
        self.expire_approvals = in_thread(storage.approvals.expire)
        self.post_on_team_card = in_thread(storage.team_cards.post_on)
        self.post_to_approve = in_thread(storage.approvals.get)
        self.remind_of_approvals = in_thread(storage.approvals.remind)
        self.team_cards = in_thread(storage.team_cards.of)

        self.arrange = in_thread(storage.items.arrange)

        self.add_media = in_thread(storage.items.add)
        self.answer = in_thread(storage.drafts.answer)
        self.changed_by = in_thread(storage.drafts.changed_by)
        self.current_draft = Together(At, in_thread(storage.drafts.current_of_all))
        self.draft = in_thread(storage.drafts.get)
        self.drafts_of = in_thread(storage.drafts.all_of)
        self.discard_draft = in_thread(storage.drafts.discard)
        self.is_drafts_message = in_thread(storage.drafts.is_asked_by)
        self.draft_given_by = in_thread(storage.drafts.given_by)
        self.open_draft = Together(opening, in_thread(storage.drafts.open_all))
        self.remember_prompt = Together(Shown, in_thread(storage.drafts.remember_prompt))
        self.remove_media = in_thread(storage.items.remove_all)
        self.schedule = _planning(in_thread(storage.drafts.schedule))
        self.schedule_when_ready = _planning(in_thread(storage.drafts.schedule_when_ready))
        self.turn_to = in_thread(storage.drafts.turn_to)

        self.apply_edit = _planning(in_thread(storage.edits.apply))
        self.duplicate_post = _planning(in_thread(storage.edits.duplicate))
        self.post_given_by = in_thread(storage.edits.given_by)
        self.open_edit = in_thread(storage.edits.open)
        self.part_edit = in_thread(storage.edits.part)
        self.reschedule = _planning(in_thread(storage.edits.reschedule))
        self.rewrite = in_thread(storage.edits.rewrite)

        self.delete_undoably = _planning(in_thread(storage.undo.delete))
        self.discard_undoably = in_thread(storage.undo.discard)
        self.restore_draft = in_thread(storage.undo.restore)
        self.discarded_draft = in_thread(storage.undo.discarded)
        self.forget_deleted = in_thread(storage.undo.forget)
        self.undoable = in_thread(storage.undo.possible)
        self.last_done = in_thread(storage.undo.last_of)
        self.undo = _planning(in_thread(storage.undo.undo))

        self.forget_progress = in_thread(storage.preparations.forget_message)
        self.withdraw_preparation = in_thread(storage.preparations.withdraw)

        self.ask_to_delete = in_thread(storage.posts.ask_to_delete)
        self.asked_to_delete = in_thread(storage.posts.asked_to_delete)
        self.confirm_live = in_thread(storage.posts.confirm_live)
        self.delete_post = in_thread(storage.posts.delete)
        self.drop_late = in_thread(storage.posts.drop_late)
        self.keep_post = in_thread(storage.posts.keep)
        self.move_chat = in_thread(storage.posts.move_chat)
        self.page_of_posts = in_thread(storage.posts.page)
        self.published_posts = in_thread(storage.posts.published)
        self.count_posts = in_thread(storage.posts.count)
        self.planned_posts = in_thread(storage.posts.planned)
        self.post = in_thread(storage.posts.get)
        self.post_shown_below = in_thread(storage.post_messages.shown_below)
        self.post_with_card = in_thread(storage.post_messages.with_card)
        self.post_of_album = in_thread(storage.post_messages.of_album)
        self.publish_late = in_thread(storage.posts.publish_late)
        self.posts_changed_by = in_thread(storage.post_messages.changed_by)
        self.remember_buttons = in_thread(storage.post_messages.remember)
        self.posts_with_buttons = in_thread(storage.post_messages.about)
        self.outdated_buttons = in_thread(storage.post_messages.outdated)
        self.remember_card = in_thread(storage.post_messages.remember_card)
        self.try_again = in_thread(storage.posts.try_again)

        self.delete_series = in_thread(storage.series_posts.delete)
        self.reschedule_series = in_thread(storage.series_posts.reschedule)
        self.undo_series = in_thread(storage.series_posts.undo)
        self.series_posts = in_thread(storage.series_posts.of)

        self.answer_series = in_thread(storage.series.answer)
        self.drafts_of_series = in_thread(storage.series.of)
        self.gather_series = in_thread(storage.series.gather)
        self.join_series = in_thread(storage.series.join)
        self.leave_series = in_thread(storage.series.leave)
        self.plan_series_if_ready = in_thread(storage.series.plan_if_ready)
        self.plan_series = in_thread(storage.series.plan)
        self.split_draft = in_thread(storage.series.split)

        self.drop_held = in_thread(storage.held.drop)
        self.hold_posts = in_thread(storage.held.hold)
        self.keep_wall_times = in_thread(storage.wall_times.keep)
        self.publish_held = in_thread(storage.held.publish)
        self.release_posts = in_thread(storage.held.release)

        self.hand_over = in_thread(storage.hand_over.hand_over)
        self.mark_not_posted = in_thread(storage.hand_over.mark_not_posted)
        self.mark_posted = in_thread(storage.hand_over.mark_posted)

        self.check_quota = once(Together(Wanted, in_thread(storage.quota.check)))
        self.remove_files = in_thread(storage.files.remove)
        self.restore_file = in_thread(storage.files.restore)
        self.ask_for_originals = in_thread(storage.originals.ask)
        self.original_came_back = in_thread(storage.originals.came_back)
        self.original_not_had = in_thread(storage.originals.not_had)
        self.original_not_stored = in_thread(storage.originals.not_stored)
        self.originals_asked_for = in_thread(storage.originals.asked_for)
        self.tell_lost = in_thread(storage.originals.tell_lost)

        self.calendar = once(Together(Planning, in_thread(storage.slots.calendar)))
        self.queue_of = in_thread(storage.slots.queue)
        self.set_slots = _planning(in_thread(storage.slots.replace))
        self.tell_of_empty_queues = in_thread(storage.slots.tell_of_empty_queues)

        self.choose_guidance = changing(in_thread(storage.users.choose_guidance))
        self.choose_timezone = changing(in_thread(storage.users.choose_timezone))
        self.circumstances = once(Together(int, in_thread(storage.users.circumstances)))
        self._learns_of_edits = in_thread(storage.users.learns_of_edits)
        self._learns_of_files = in_thread(storage.users.learns_of_files)
        self._learns_of_timezone = in_thread(storage.users.learns_of_timezone)

        self.accept_invitation = in_thread(storage.invitations.accept)
        self.answer_to_link = in_thread(storage.invitations.answer_to)
        self.invite = in_thread(storage.invitations.create)
        self.open_invitations = in_thread(storage.invitations.open)
        self.withdraw_invitation = in_thread(storage.invitations.withdraw)

        self.give_accounts = in_thread(storage.members.give)
        self.remove_member = in_thread(storage.members.remove)
        self.set_role = in_thread(storage.members.set_role)

        self.begin_updates = Together(_these, in_thread(storage.inbox.begin))
        self.waiting = in_thread(storage.lookout.waiting)

        self.chats_with_updates = in_thread(storage.inbox.chats)
        self.excuse_updates = in_thread(storage.inbox.excuse)
        self.finish_updates = Together(_these, in_thread(storage.inbox.finish))
        self.is_unchanged = in_thread(storage.inbox.is_unchanged)
        self.keep_refused = in_thread(storage.inbox.keep_refused)
        self.keep_updates = in_thread(storage.inbox.keep)
        self.next_updates = in_thread(storage.inbox.next_of)
        self.dead_letter = in_thread(storage.inbox.dead_letter)
        self.updates_up_to = in_thread(storage.inbox.up_to)
        self.updates_behind = in_thread(storage.inbox.behind)
        self.updates_from = in_thread(storage.inbox.from_on)

        self.alert = in_thread(storage.outbox.alert)
        self.alert_shown = in_thread(storage.alerts.shown)
        self.forget_processes = in_thread(storage.processes.forget)
        self.installation = in_thread(storage.installation.facts)
        self.message_of_alerts = in_thread(storage.alerts.message_of)
        self.settle_alerts = in_thread(storage.alerts.settle)
        self.begin_notice = in_thread(storage.outbox.begin)
        self.chats_with_notices = in_thread(storage.outbox.chats)
        self.mark_sent = in_thread(storage.outbox.mark_sent)
        self.next_notice = in_thread(storage.outbox.next_of)
        self.note_given = in_thread(storage.outbox.note_given)
        self.park = in_thread(storage.outbox.park)
        self.park_chat = in_thread(storage.outbox.park_chat)
        self.parked_chats = in_thread(storage.outbox.parked_chats)
        self.postpone = in_thread(storage.outbox.postpone)
        self.release_chat = in_thread(storage.outbox.release_chat)

        self.database_answers = in_thread(storage.database.answers)
        self.explain_trouble = in_thread(storage.database.explain)
        self.drop_lead = in_thread(storage.leader.drop)
        self.take_lead = in_thread(storage.leader.take)

    async def active_accounts(self) -> Sequence[Account]:
        """See `Accounts.active`."""
        known = KNOWN.get()
        if known is None or known.is_over:
            return await self._active_accounts()
        return (await self.circumstances(known.person_id)).accounts

    async def look_for_draft(self, **named: Any) -> None:
        """Ask ahead for what `recall_draft` is going to be asked. See `Drafts.current`."""
        if known := KNOWN.get():
            known.draft = named, asyncio.ensure_future(self.current_draft(**named))
            await known.draft[1]  # what it raises is heard here, should nobody ask

    async def recall_draft(self, **named: Any) -> Draft | None:
        """See `Drafts.current`."""
        known = KNOWN.get()
        if known is None or known.draft is None or known.draft[0] != named:
            return await self.current_draft(**named)
        found, known.draft = known.draft[1], None
        return await found

    async def timezone(self, person_id: int) -> str | None:
        """The zone that they have chosen, if they have."""
        return (await self.circumstances(person_id)).timezone

    async def is_guided(self, person_id: int) -> bool:
        """Whether they want to be asked step by step."""
        return (await self.circumstances(person_id)).is_guided

    async def learns_of_timezone(self, person_id: int) -> bool:
        """See `Users.learns_of_timezone`; who has chosen one knows of it."""
        known = await self.circumstances(person_id)
        if known.timezone or known.knows_of_timezone:
            return False
        return await self._learns_of_timezone(person_id)

    async def learns_of_files(self, person_id: int) -> bool:
        """See `Users.learns_of_files`."""
        if (await self.circumstances(person_id)).knows_of_files:
            return False
        return await self._learns_of_files(person_id)

    async def learns_of_edits(self, person_id: int) -> bool:
        """See `Users.learns_of_edits`."""
        if (await self.circumstances(person_id)).knows_of_edits:
            return False
        return await self._learns_of_edits(person_id)
