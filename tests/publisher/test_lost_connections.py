"""Connections to Postgres that break off at the worst moment: before a statement, or behind it."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from bot.sandbox.instagram.faults import Fault
from storage.accounts import Accounts
from storage.database import Database
from storage.lifecycle import Status
from tests.end_to_end.ways import LossyWay, lossy_way
from tests.publisher.conftest import World


@pytest.fixture
def way(world: World) -> Iterator[LossyWay]:
    """The way to Postgres by which the world's publishers and accounts go."""
    with lossy_way(world.database.url, seed=1) as (way, url), closing(Database(url)) as database:
        world.database, world.accounts = database, Accounts(database, world.accounts.box)
        yield way
        world.stop()


def test_the_commit_point_whose_answer_was_lost_leaves_nothing_in_doubt(
    world: World, way: LossyWay
) -> None:
    post_id = world.plan()
    way.next = [b"SET status='sending'"]
    world.sweep(world.publisher())
    assert way.lost == 1
    assert world.post(post_id).status is Status.UPLOADED
    assert world.told() == ["published"]


def test_a_hand_over_whose_answer_was_lost_is_told_once(world: World, way: LossyWay) -> None:
    post_id = world.plan(account_id=world.accounts.configure("by_hand", "Bakery").id)
    way.next = [b"SET status='handed_over'"]
    world.sweep(world.publisher())
    assert way.lost == 1
    assert world.post(post_id).status is Status.HANDED_OVER
    assert world.told() == ["hand_over"]


def test_a_pause_is_not_forgotten_while_the_database_is_away(world: World, way: LossyWay) -> None:
    post_id = world.plan()
    way.kept_back = [b"paused_reason='challenge'"]
    world.instagram.script(Fault(at="configure", kind="challenge", when="after"))
    world.sweep(world.publisher())
    assert way.kept_back == []
    assert world.is_paused()
    assert (world.post(post_id).status, world.told()) == (Status.UNCONFIRMED, ["unconfirmed"])


def test_a_database_that_was_away_is_not_called_an_answer_of_instagrams(
    world: World, way: LossyWay
) -> None:
    post_id = world.plan()
    way.kept_back = [b"FROM accounts \nWHERE accounts.id = "]
    world.sweep(world.publisher())
    assert way.kept_back == []
    post = world.post(post_id)
    assert (post.status, post.retry_count) == (Status.UPLOADED, 0)
    assert (world.told(), world.told("admin")) == (["published"], [])
