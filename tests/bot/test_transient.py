"""Waiting for what passes: how long, for what, and how often."""

import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.transient import LONGEST_PAUSE_SECONDS, backoff_after, is_transient, repeated


def test_pauses_double_up_to_the_longest_however_long_it_takes() -> None:
    assert [backoff_after(NetworkError(""), attempt) for attempt in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert backoff_after(NetworkError(""), 100_000) == LONGEST_PAUSE_SECONDS
    assert backoff_after(RetryAfter(77), 1) == 77


class Flaky:
    """Fails with these errors, one at a call, then answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.waited = [*errors], list[BaseException]()

    async def call(self, said: str) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return said

    async def repeated(self, attempts: int | None = None) -> str:
        calling = repeated(
            is_transient, attempts=attempts, pause=lambda *_: 0, before_pause=self.waited.append
        )
        answer: str = await calling(self.call, "yes")
        return answer


async def test_what_passes_is_tried_again_until_it_works() -> None:
    errors = [NetworkError("once"), RetryAfter(1)]
    flaky = Flaky(*errors)
    assert await flaky.repeated() == "yes"
    assert flaky.waited == errors


async def test_what_does_not_pass_comes_out_at_once_and_what_does_after_the_last_attempt() -> None:
    refused = Flaky(BadRequest("no"))
    with pytest.raises(BadRequest):
        await refused.repeated()
    away = Flaky(NetworkError("1"), NetworkError("2"), NetworkError("3"))
    with pytest.raises(NetworkError, match="2"):
        await away.repeated(attempts=2)
    assert not refused.waited and len(away.waited) == 1
