"""The full matrix of a post's life: what `lifecycle.py` says, and that Postgres holds to it."""

from itertools import product

from storage.lifecycle import DELETABLE, TRANSITIONS, Status, sources_of

ALLOWED = {
    ("pending", "awaiting_approval"),
    ("awaiting_approval", "pending"),
    ("awaiting_approval", "failed"),
    ("awaiting_approval", "deleted"),
    ("failed", "awaiting_approval"),
    ("deleted", "awaiting_approval"),
    ("pending", "claimed"),
    ("pending", "held"),
    ("held", "pending"),
    ("held", "deleted"),
    ("pending", "failed"),
    ("pending", "deleted"),
    ("claimed", "pending"),
    ("claimed", "sending"),
    ("claimed", "failed"),
    ("claimed", "handed_over"),
    ("pending", "handed_over"),
    ("failed", "handed_over"),
    ("handed_over", "uploaded"),
    ("handed_over", "failed"),
    ("handed_over", "deleted"),
    ("sending", "uploaded"),
    ("sending", "unconfirmed"),
    ("sending", "pending"),
    ("sending", "failed"),
    ("unconfirmed", "uploaded"),
    ("unconfirmed", "pending"),
    ("unconfirmed", "awaiting_approval"),
    ("unconfirmed", "failed"),
    ("unconfirmed", "deleted"),
    ("uploaded", "unconfirmed"),
    ("failed", "pending"),
    ("failed", "deleted"),
    ("deleted", "pending"),
}


def test_only_these_ways_lead_from_one_status_to_another() -> None:
    for old, new in product(Status, Status):
        is_allowed = (old.value, new.value) in ALLOWED
        assert (new in TRANSITIONS[old]) == is_allowed, (old, new)
        assert (old in sources_of(new)) == is_allowed, (old, new)


def test_a_post_that_is_being_sent_or_live_cannot_be_deleted() -> None:
    waiting = {Status.PENDING, Status.AWAITING_APPROVAL, Status.HELD}
    settled_by_people = {Status.HANDED_OVER, Status.FAILED, Status.UNCONFIRMED}
    assert waiting | settled_by_people == DELETABLE
