"""Which of several bots leads: behind a pooler, when it is killed, and when it stands still."""

from pathlib import Path

import requests

from tests.addresses import free_address
from tests.chaos.conftest import Deployment
from tests.chaos.test_way_in import answers_all, answers_the_rest, times_seen
from tests.chaos.waiting import until
from tests.end_to_end.chat import Person
from tests.spoken import spoken
from tests.storage.pgbouncer import needs_pgbouncer, pgbouncer


def readiness(address: str) -> tuple[int, str]:
    answer = requests.get(f"http://{address}/ready", timeout=20)
    return answer.status_code, answer.json()["role"]


@needs_pgbouncer
async def test_two_bots_behind_a_pooler_answer_as_one(
    deployment: Deployment, anna: Person, tmp_path: Path
) -> None:
    """In transaction mode a lock of a session is anybody's: both would have worked."""
    with pgbouncer(deployment.database_url, "transaction", tmp_path) as deployment.database_url:
        first, second = deployment.bot(), deployment.start("bot")
        until(lambda: "another process" in second.words(), what="the second one says so")
        await anna.sends_photo()
        await anna.sees(spoken("ask_type"))
        await answers_all(anna, time="now")
        first.kill()
        await anna.sends("yes")
        await anna.sees(spoken("result_published"))
        assert second.is_alive
        for process in deployment.processes:
            process.end()
    assert deployment.instagram.captions() == ["Hello"]


async def test_a_leader_that_stands_still_is_relieved_and_notices(
    deployment: Deployment, anna: Person
) -> None:
    """SIGSTOP within a transaction: its connection stays, and with it would what it has locked."""
    address = free_address()
    first = deployment.bot()
    second = deployment.start("bot", HEALTH_ADDRESS=address)
    until(lambda: "another process" in second.words(), what="the second one says so")
    until(lambda: readiness(address) == (200, "standby"), what="it is ready to")
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    with deployment.ledger.locked("LOCK TABLE drafts IN EXCLUSIVE MODE"):
        await anna.sends("photo")
        until(deployment.ledger.somebody_waits, what="the first one is about to lock the draft")
        first.freeze()
    await anna.sees(spoken("ask_caption"))
    until(lambda: readiness(address) == (200, "leading"), what="it says so")

    await answers_the_rest(anna)
    first.thaw()

    until(lambda: "leads no longer" in first.words(), what="the first one notices")
    until(lambda: first.words().count("another process") > 1, what="it waits, too")
    for question in (spoken("ask_caption"), "Which hashtags?", spoken("ask_time")):
        assert times_seen(anna, question) == 1
    (draft,) = deployment.ledger.rows("SELECT post_type, caption FROM drafts")
    assert tuple(draft) == ("photo", "Hello")
