"""Once in a while for each, however many they are."""

from bot.pace import Cooldown


def test_each_has_a_turn_of_their_own_and_no_second_one() -> None:
    cooldown = Cooldown(seconds=3600)
    assert [cooldown.begin(who) for who in (1, 2, 1, 2)] == [True, True, False, False]
    cooldown.end(1)
    assert cooldown.begin(1)


def test_a_turn_comes_again_after_its_time() -> None:
    cooldown = Cooldown(seconds=0)
    assert cooldown.begin(1) and cooldown.begin(1)


def test_of_very_many_only_the_latest_are_remembered() -> None:
    cooldown = Cooldown(seconds=3600, most=100)
    for who in range(100_000):
        assert cooldown.begin(who)
    assert len(cooldown._since) == 100
    assert not cooldown.begin(99_999)
    assert cooldown.begin(0)
