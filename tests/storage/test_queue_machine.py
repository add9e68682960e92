"""Any interleaving of publishers, people and the clock keeps the promise, as a state machine.

The model knows nothing of fences and leases. It knows who was told that a post is theirs, what
Instagram would have received, and what must therefore never happen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from storage.accounts import Accounts
from storage.database import Database
from storage.drafts import Drafts
from storage.edits import Edits
from storage.held import HeldPosts, LetIn
from storage.items import DraftItems
from storage.lease import LEASE, Lease, LeaseLostError
from storage.lifecycle import OWNED, PostType, Status
from storage.models import Post
from storage.outcomes import lease_of
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.postponed import Postponed
from storage.posts import Posts
from storage.queue import Queue
from storage.reconciliation import Reconciliation, Verification
from storage.staging import Staging
from tests.scopes import ALL
from tests.storage.conftest import picture

PUBLISHERS = ["one", "two", "three"]
NO_TIME = timedelta(0)
BACK = st.sampled_from([0, 0, 0, 1, 2])
"""Which of the claims so far, counted from the last."""
LONG = 2 * LEASE
"""Of a lease: it runs out when the machine says so, however slow this run is."""
GAP, CAP = timedelta(minutes=4), 2
"""Of the second account. A step of the clock is three minutes."""
FAILURE: dict[str, Any] = {"error_class": "network", "error_message": "the network"}


@dataclass
class Claim:
    """What one publisher believes to hold."""

    publisher: str
    post: Post
    sent: bool = False


@contextmanager
def perhaps_lost() -> Iterator[list[bool]]:
    """Collects whether the write went through."""
    went_through: list[bool] = []
    try:
        yield went_through
        went_through.append(True)
    except LeaseLostError:
        pass


class Machine(RuleBasedStateMachine):
    """Two accounts, three publishers, some posts."""

    database: Database
    accounts: Accounts

    def __init__(self) -> None:
        super().__init__()
        with self.database.transaction() as session:
            session.execute(
                text(
                    "TRUNCATE notices, media_items, drafts, scheduled_posts, accounts"
                    " RESTART IDENTITY CASCADE"
                )
            )
        self.account_ids = [
            self.accounts.configure("instagram", name).id for name in ("first", "second")
        ]
        self._execute(
            "UPDATE accounts SET min_gap_seconds = :gap, daily_cap = :cap WHERE id = :id",
            gap=int(GAP.total_seconds()),
            cap=CAP,
            id=self.account_ids[1],
        )
        self.queues = {name: Queue(self.database, owner=name, span=LONG) for name in PUBLISHERS}
        self.postponed = Postponed(self.database)
        self.doubts = {
            name: Reconciliation(self.database, queue) for name, queue in self.queues.items()
        }
        self.staging = Staging(self.database, self.queues["one"])
        self.posts, self.drafts = Posts(self.database), Drafts(self.database)
        self.edits, self.held_posts = Edits(self.database), HeldPosts(self.database)
        self.captions: dict[int, str] = {}
        """Post -> what was planned last."""
        self.held: set[int] = set()
        self.opened: list[tuple[int, int]] = []
        """Drafts that edit a post, and the post."""
        self.holders: dict[int, Claim] = {}
        """Account -> the claim that is valid there; by the model's own book-keeping."""
        self.requests: dict[int, int] = {}
        """Post -> commit points that nothing has yet proven to be without effect."""
        self.told_live: dict[int, str] = {}
        self.deleted: set[int] = set()
        self.claims: list[Claim] = []
        """All that were ever made, the last ones being the most interesting."""
        self.readings: list[tuple[str, Lease, Post, Claim]] = []
        for account in (0, 1, 0, 1):
            self.plan(account, due=True)

    # People

    @rule(account=st.integers(0, 1), due=st.booleans())
    def plan(self, account: int, due: bool) -> None:
        owner = len(self.requests) + len(self.deleted) + 100
        draft = self.drafts.open(
            owner_id=owner,
            chat_id=owner,
            account_id=self.account_ids[account],
            language="en",
            timezone="UTC",
            question="type",
        )
        DraftItems(self.database).add(draft.id, [picture()])
        when = datetime.now(UTC) + timedelta(minutes=-1 if due else 2)
        self.drafts.answer(
            draft.id,
            question="confirm",
            post_type=PostType.PHOTO,
            caption="",
            hashtags=[],
            scheduled_time=when,
            wall_time="2026-01-01T00:00",
        )
        post = self.drafts.schedule(draft.id)
        self.requests[post.id], self.captions[post.id] = 0, ""

    @precondition(lambda self: self.requests)
    @rule(data=st.data(), rewrite=st.booleans(), due=st.booleans())
    def edit(self, data: st.DataObject, rewrite: bool, due: bool) -> None:
        post_id, words = self._some_post(data), f"edited {self.captions}"
        when = datetime.now(UTC) + timedelta(minutes=-1 if due else 2)
        with self._perhaps_too_late(post_id) as done:
            if rewrite:
                self.edits.rewrite(post_id, ALL, caption=words, hashtags=[])
            else:
                planned = {"scheduled_time": when, "wall_time": "x", "timezone": "UTC"}
                self.edits.reschedule(post_id, ALL, **planned)  # type: ignore[arg-type]
        if done and rewrite:
            self.captions[post_id] = words

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def open_an_edit(self, data: st.DataObject) -> None:
        post_id = self._some_post(data)
        who = {"owner_id": 1, "chat_id": 1, "language": "en"}
        with self._perhaps_too_late(post_id):
            draft = self.edits.open(post_id, ALL, question="confirm", **who)  # type: ignore[arg-type]
            self.drafts.answer(draft.id, question="confirm", caption=f"draft {draft.id}")
            self.opened.append((draft.id, post_id))

    @precondition(lambda self: self.opened)
    @rule(back=BACK)
    def apply_an_edit(self, back: int) -> None:
        draft_id, post_id = self.opened[-1 - back % len(self.opened)]
        with self._perhaps_too_late(post_id) as done:
            self.edits.apply(draft_id, ALL)
        if done:
            self.opened.remove((draft_id, post_id))
            self.captions[post_id] = f"draft {draft_id}"

    @rule()
    def hold(self) -> None:
        """Nobody is let in any more."""
        self.held.update(self.held_posts.hold(LetIn(frozenset(), 0, frozenset())))

    @precondition(lambda self: self.held)
    @rule()
    def release(self) -> None:
        """Everybody is, again."""
        let_in = LetIn(frozenset(range(1000)), 0, frozenset())
        self.held.difference_update(self.held_posts.release(let_in, timedelta(days=1)))

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        post_id = self._some_post(data)
        try:
            self.posts.delete(post_id, ALL)
        except (WrongStatusError, PostNotFoundError):
            return
        self.deleted.add(post_id)
        self.held.discard(post_id)

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def owner_says_publish_again(self, data: st.DataObject) -> None:
        """They have looked: it is not there."""
        post_id = self._some_post(data)
        try:
            self.posts.try_again(post_id, ALL)
        except (WrongStatusError, PostNotFoundError):
            return
        self.requests[post_id] = 0

    @precondition(lambda self: self.requests)
    @rule(data=st.data())
    def owner_says_it_is_live(self, data: st.DataObject) -> None:
        post_id = self._some_post(data)
        try:
            self.posts.confirm_live(post_id, ALL)
        except (WrongStatusError, PostNotFoundError):
            return
        self.told_live[post_id] = "by its owner"

    # Publishers

    @precondition(lambda self: len(self.holders) < 2)
    @rule(name=st.sampled_from(PUBLISHERS))
    def claim(self, name: str) -> None:
        post = self.queues[name].claim_next()
        if post is None:
            return
        assert post.status is Status.CLAIMED and post.upload_id
        assert post.id not in self.deleted and post.id not in self.told_live
        assert post.id not in self.held and post.caption == self.captions[post.id]
        assert post.account_id not in self.holders, "two posts of one account at a time"
        assert self.requests[post.id] == 0, "sent again although it may be live"
        assert post.account_id == self.account_ids[0] or self._lets_out(post.account_id)
        self.holders[post.account_id] = Claim(name, post)
        self.claims.append(self.holders[post.account_id])

    @precondition(lambda self: len(self.holders) < 2)
    @rule(name=st.sampled_from(PUBLISHERS))
    def publish_all(self, name: str) -> None:
        """One after the other, without a hitch."""
        for _ in range(4):
            known = len(self.claims)
            self.claim(name)
            if len(self.claims) == known:
                return
            self.finish(0, straight=True, verify=False)

    @precondition(lambda self: self.claims)
    @rule(back=BACK)
    def heartbeat(self, back: int) -> None:
        claim = self._claim(back)
        with perhaps_lost() as kept:
            self.queues[claim.publisher].heartbeat(lease_of(claim.post))
        assert bool(kept) == self._is_valid(claim)

    @precondition(lambda self: self.claims)
    @rule(back=BACK)
    def send(self, back: int) -> None:
        self._send(self._claim(back))

    @precondition(lambda self: self.claims)
    @rule(back=BACK, straight=st.sampled_from([True, True, False]), verify=st.booleans())
    def finish(self, back: int, straight: bool, verify: bool) -> None:
        claim = self._claim(back)
        if straight and not claim.sent:
            self._send(claim)
        with perhaps_lost() as done:
            self.queues[claim.publisher].outcomes.mark_uploaded(
                claim.post,
                media_pk=f"{claim.post.id}",
                link=None,
                verify_after=NO_TIME if verify else None,
            )
        self._check_end(claim, done, possible=claim.sent)
        if done:
            assert claim.post.id not in self.told_live
            self.told_live[claim.post.id] = "by a publisher"

    @precondition(lambda self: self.claims)
    @rule(back=BACK, how=st.sampled_from(["retry", "hand back", "reject"]))
    def fail(self, back: int, how: str) -> None:
        """With proof that nothing was published."""
        claim = self._claim(back)
        queue = self.queues[claim.publisher]
        with perhaps_lost() as done:
            if how == "retry":
                queue.outcomes.retry_later(claim.post, delay=NO_TIME, **FAILURE)
            elif how == "hand back":
                queue.outcomes.hand_back(claim.post)
            else:
                queue.outcomes.reject(claim.post, **FAILURE)
        self._check_end(claim, done, possible=True)
        if done:
            self.requests[claim.post.id] = 0

    @precondition(lambda self: self.claims)
    @rule(back=BACK, straight=st.sampled_from([True, True, False]))
    def lose_the_reply(self, back: int, straight: bool) -> None:
        claim = self._claim(back)
        if straight and not claim.sent:
            self._send(claim)
        with perhaps_lost() as done:
            self.queues[claim.publisher].outcomes.mark_unconfirmed(claim.post, **FAILURE)
        self._check_end(claim, done, possible=claim.sent)

    # Reconciliation

    @precondition(lambda self: self._in_doubt())
    @rule(name=st.sampled_from(PUBLISHERS))
    def read_about_a_doubt(self, name: str) -> None:
        held = self.doubts[name].hold_next()
        if held is None:
            return
        lease, post = held
        assert post.status in (Status.UNCONFIRMED, Status.UPLOADED)
        assert lease.account_id not in self.holders, "somebody publishes for it right now"
        self.holders[lease.account_id] = Claim(name, post)
        self.readings.append((name, lease, post, self.holders[lease.account_id]))

    @precondition(lambda self: self.readings)
    @rule(live=st.booleans(), back=BACK)
    def settle_a_doubt(self, live: bool, back: int) -> None:
        name, lease, post, claim = self.readings[-1 - back % len(self.readings)]
        doubts, valid = self.doubts[name], self._is_valid(claim)
        with perhaps_lost() as done:
            if post.status is Status.UPLOADED:
                Verification(self.database).seen(lease, [post])
            elif live:
                doubts.found(lease, post, media_pk=f"{post.id}", link=None)
            elif doubts.nothing_found(lease, post, NO_TIME) >= 2:
                doubts.send_again(lease, post)
        assert valid or not done
        if done and post.status is Status.UNCONFIRMED:
            now = self.posts.get(post.id, ALL).status
            if live:
                assert post.id not in self.told_live
                self.told_live[post.id] = "by reading"
            elif now is Status.PENDING:
                self.requests[post.id] = 0
        with perhaps_lost():
            self.queues[name].release(lease)
        if valid:
            del self.holders[lease.account_id]

    # The clock, and those who look after the silent

    @precondition(lambda self: self.holders)
    @rule(data=st.data(), sent=st.booleans(), rescuer=st.sampled_from([None, *PUBLISHERS]))
    def fall_silent(self, data: st.DataObject, sent: bool, rescuer: str | None) -> None:
        """A lease runs out, before or after the commit point, and at some time that is noticed."""
        account_id = data.draw(st.sampled_from(sorted(self.holders)))
        holder = self.holders[account_id]
        if sent and holder in self.claims and not holder.sent:
            self._send(holder)
        with self.database.transaction() as session:
            session.execute(
                text(
                    "UPDATE accounts SET lease_until = now() - interval '1 second'"
                    " WHERE id = :id AND lease_owner IS NOT NULL"
                ),
                {"id": account_id},
            )
        del self.holders[account_id]
        if rescuer is not None:
            self.rescue(rescuer)

    @precondition(lambda self: len(self.holders) < 2)
    @rule(name=st.sampled_from(PUBLISHERS))
    def sweep(self, name: str) -> None:
        """As a publisher does: rescue, read about doubts, claim."""
        self.rescue(name)
        if self._in_doubt():
            self.read_about_a_doubt(name)
        if len(self.holders) < 2:
            self.claim(name)

    def rescue(self, name: str) -> None:
        held = self.queues[name].rescue()
        valid = {claim.post.id for claim in self.holders.values() if claim.post.fence}
        assert not set(held) & valid, "taken from a living publisher"

    @rule()
    def minutes_pass(self) -> None:
        """Pending posts are due, doubts are due for reading."""
        self._execute(
            "UPDATE scheduled_posts SET next_attempt_at = next_attempt_at - interval '3 minutes',"
            " published_at = published_at - interval '3 minutes',"
            " uncertain_since = uncertain_since - interval '3 minutes',"
            " next_check_at = next_check_at - interval '31 minutes'"
        )

    @rule()
    def postpone(self) -> None:
        """Owners hear when what is due too early goes out, whatever is at hand just now."""
        self.postponed.postpone(timedelta(hours=1))

    @rule()
    def stage_ahead(self) -> None:
        held = self.staging.hold_next(timedelta(minutes=3))
        if held is None:
            return
        lease, post = held
        assert lease.account_id not in self.holders
        assert post.status is Status.PENDING
        self.staging.mark_staged(lease, post, {"of": post.upload_id})
        self.queues["one"].release(lease)

    # What holds at all times

    @invariant()
    def nothing_is_forgotten(self) -> None:
        with self.database.transaction() as session:
            rows = session.execute(
                text("SELECT id, account_id, status, media_pk FROM scheduled_posts")
            ).all()
        assert {row.id for row in rows} == set(self.requests) | self.deleted
        for row in rows:
            status = Status(row.status)
            assert (status is Status.DELETED) == (row.id in self.deleted)
            assert (status is Status.UPLOADED) == (row.id in self.told_live)
            assert (status is Status.HELD) == (row.id in self.held)
            if self.requests[row.id] and row.id not in self.told_live | dict.fromkeys(self.deleted):
                assert status in (Status.SENDING, Status.UNCONFIRMED), "it may be live"
        owned = [row.account_id for row in rows if Status(row.status) in OWNED]
        assert len(owned) == len(set(owned))

    @invariant()
    def people_hear_of_a_success_once(self) -> None:
        with self.database.transaction() as session:
            told = session.scalars(
                text("SELECT post_id FROM notices WHERE kind = 'published'")
            ).all()
        assert sorted(told) == sorted(
            post for post, how in self.told_live.items() if how != "by its owner"
        )

    def _lets_out(self, account_id: int) -> bool:
        """Whether neither the gap nor the cap stands in the way of another post."""
        with self.database.transaction() as session:
            row = session.execute(
                text(
                    "SELECT count(*) FILTER (WHERE published_at > now() - :gap) AS lately,"
                    " count(*) FILTER (WHERE published_at > now() - interval '1 day') AS a_day"
                    " FROM scheduled_posts WHERE account_id = :id"
                ),
                {"gap": GAP, "id": account_id},
            ).one()
        return bool(row.lately == 0 and row.a_day < CAP)

    def _execute(self, statement: str, **values: object) -> None:
        with self.database.transaction() as session:
            session.execute(text(statement), values)

    def _some_post(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.requests)))

    @contextmanager
    def _perhaps_too_late(self, post_id: int) -> Iterator[list[bool]]:
        """Collects whether the edit took effect; whoever comes too late hears where it stands."""
        done: list[bool] = []
        told = Status.PENDING
        try:
            yield done
            done.append(True)
        except WrongStatusError as late:
            told = late.status
        if not done:
            with self.database.transaction() as session:
                assert session.get_one(Post, post_id).status is told is not Status.PENDING

    def _send(self, claim: Claim) -> None:
        """The commit point; after it, Instagram may have published it."""
        with perhaps_lost() as sent:
            self.queues[claim.publisher].outcomes.mark_sending(claim.post)
        assert bool(sent) == (self._is_valid(claim) and not claim.sent)
        if sent:
            claim.sent = True
            self.requests[claim.post.id] += 1
            assert self.requests[claim.post.id] == 1

    def _claim(self, back: int) -> Claim:
        """Mostly one that holds; now and then one of long ago."""
        order = sorted(self.claims, key=self._is_valid)
        return order[-1 - back % len(order)]

    def _in_doubt(self) -> bool:
        sending = {claim.post.id for claim in self.holders.values()}
        return any(sent for post, sent in self.requests.items() if post not in sending)

    def _is_valid(self, claim: Claim) -> bool:
        return self.holders.get(claim.post.account_id) is claim

    def _check_end(self, claim: Claim, done: list[bool], *, possible: bool) -> None:
        assert bool(done) == (self._is_valid(claim) and possible)
        if done:
            del self.holders[claim.post.account_id]


def test_any_interleaving_keeps_the_promise(database: Database, accounts: Accounts) -> None:
    Machine.database, Machine.accounts = database, accounts
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],  # shrinking takes minutes; what fails is short as it is
            suppress_health_check=list(HealthCheck),
        ),
    )
