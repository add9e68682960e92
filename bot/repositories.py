"""All of `storage/` that the chat uses, as it is there: every call blocks."""

from dataclasses import dataclass

from storage.account_changes import AccountChanges
from storage.account_checks import AskedChecks
from storage.account_facts import AccountsAtAGlance
from storage.account_forms import AccountForms
from storage.accounts import Accounts
from storage.alerts import Alerts
from storage.approval_links import ApprovalLinks
from storage.approvals import Approvals
from storage.database import Database
from storage.drafts import Drafts
from storage.edits import Edits
from storage.facts import Installation
from storage.files import MediaFiles
from storage.groups import Groups
from storage.hand_over import HandOver
from storage.held import HeldPosts
from storage.inbox import Inbox
from storage.invitations import Invitations
from storage.items import DraftItems
from storage.leader import LeaderLock
from storage.logins import Logins
from storage.lookout import Lookout
from storage.members import Members
from storage.notes import Notes
from storage.originals import Originals
from storage.outbox import Outbox
from storage.post_messages import PostMessages
from storage.posts import Posts
from storage.preparations import Preparations
from storage.processes import Processes
from storage.quota import Quota
from storage.retention import Retention
from storage.series import SeriesDrafts
from storage.series_posts import SeriesPosts
from storage.slots import Slots
from storage.team_cards import TeamCards
from storage.undo import Undo
from storage.users import Users
from storage.wall_times import WallTimes


@dataclass(frozen=True)
class Repositories:
    """Handlers call them through the `Store`, which can be awaited."""

    accounts: Accounts
    account_changes: AccountChanges
    account_forms: AccountForms
    alerts: Alerts
    accounts_at_a_glance: AccountsAtAGlance
    approval_links: ApprovalLinks
    asked_checks: AskedChecks
    approvals: Approvals
    database: Database
    drafts: Drafts
    edits: Edits
    files: MediaFiles
    groups: Groups
    hand_over: HandOver
    installation: Installation
    held: HeldPosts
    inbox: Inbox
    invitations: Invitations
    items: DraftItems
    logins: Logins
    lookout: Lookout
    leader: LeaderLock
    members: Members
    notes: Notes
    originals: Originals
    outbox: Outbox
    posts: Posts
    post_messages: PostMessages
    preparations: Preparations
    processes: Processes
    quota: Quota
    retention: Retention
    series: SeriesDrafts
    series_posts: SeriesPosts
    team_cards: TeamCards
    undo: Undo
    slots: Slots
    users: Users
    wall_times: WallTimes
