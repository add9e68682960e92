"""Whether something waits that nobody was woken for: asked now and then, in one round trip."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from storage.approvals import is_due
from storage.database import Repository
from storage.inbox import waits
from storage.lifecycle import PreparationState
from storage.models import Account, Draft, Incoming, LostFile, Notice, Post
from storage.originals import is_asked_for
from storage.outbox import waits_now
from storage.queue import IS_SILENT


@dataclass(frozen=True)
class Waiting:
    """What waits, by who sees to it."""

    silent: bool
    """A publisher that holds an account."""
    approvals: bool
    notices: bool
    updates: bool
    drafts: bool
    """Whose files are to be made: it may not have been heard that they wait."""
    lost: bool
    """Files that the bot is to fetch once more."""


class Lookout(Repository):
    def waiting(self) -> Waiting:
        """What there is at this moment, whether somebody is at it already or not."""
        conditions = {
            "silent": exists(select(Account.id).where(IS_SILENT)),
            "approvals": exists(select(Post.id).where(is_due())),
            "notices": exists(select(Notice.id).where(waits_now())),
            "updates": exists(select(Incoming.id).where(waits())),
            "drafts": exists(select(Draft.id).where(Draft.preparation == PreparationState.QUEUED)),
            "lost": exists(select(LostFile.name).where(is_asked_for())),
        }
        asked = select(*(condition.label(name) for name, condition in conditions.items()))
        with self._database.single() as session:
            return Waiting(**session.execute(asked).one()._mapping)
