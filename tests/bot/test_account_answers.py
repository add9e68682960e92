"""What people type about an account: taken as it is meant, or refused with the reason."""

from collections.abc import Callable

import pytest

from bot.accounts import answers
from bot.accounts.answers import UnfitError

Taken = Callable[[str], object]
SESSION = "4242424242%3AAbCdEf0123456789%3A12%3AAYe"


@pytest.mark.parametrize(
    ("take", "said", "taken"),
    [
        (answers.name_by_hand, " @Corner\n Bakery ", "Corner Bakery"),
        (answers.name_by_hand, "Bäckerei & Söhne 🥐", "Bäckerei & Söhne 🥐"),
        (answers.name_on_instagram, "@Anna.Bakes_", "anna.bakes_"),
        (answers.name_on_instagram, "https://www.instagram.com/anna/", "anna"),
        (answers.password, " with spaces ", " with spaces "),
        (answers.seed, "jbsw y3dp-EHPK 3pxp", "JBSWY3DPEHPK3PXP"),
        (answers.session, SESSION, SESSION),
        (answers.session, f'sessionid="{SESSION}";', SESSION),
        (answers.session, f"sessionid: {SESSION.replace('%3A', ':')}", SESSION.replace("%3A", ":")),
        (answers.cap, " 25 ", 25),
        (answers.gap, "30", 30 * 60),
        (answers.gap, "45 min", 45 * 60),
        (answers.gap, "90 Minuten", 90 * 60),
        (answers.gap, "1,5 Std.", 90 * 60),
        (answers.gap, "2h", 2 * 60 * 60),
        (answers.gap, "0", 0),
        (
            answers.proxy,
            " socks5://a:b%2F@proxy.example:1080 ",
            "socks5://a:b%2F@proxy.example:1080",
        ),
    ],
)
def test_it_is_taken_as_it_is_meant(take: Taken, said: str, taken: object) -> None:
    assert take(said) == taken


@pytest.mark.parametrize(
    ("take", "said", "why"),
    [
        (answers.name_by_hand, " @ ", "account_name_unfit"),
        (answers.name_by_hand, "x" * 61, "account_name_unfit"),
        (answers.name_by_hand, "a\x00b", "account_name_unfit"),
        (answers.name_on_instagram, "anna bakes", "account_name_not_on_instagram"),
        (answers.name_on_instagram, "bäcker", "account_name_not_on_instagram"),
        (answers.name_on_instagram, ".anna", "account_name_not_on_instagram"),
        (answers.name_on_instagram, "a" * 31, "account_name_not_on_instagram"),
        (answers.name_on_instagram, "", "account_name_not_on_instagram"),
        (answers.password, "  ", "account_password_empty"),
        (answers.seed, "123456", "account_seed_unfit"),
        (answers.seed, "JBSWY", "account_seed_unfit"),
        (answers.session, "hunter2", "account_session_unfit"),
        (answers.session, "12%3Ashort", "account_session_unfit"),
        (answers.cap, "0", "account_cap_unfit"),
        (answers.cap, "101", "account_cap_unfit"),
        (answers.cap, "٣", "account_cap_unfit"),
        (answers.cap, "9" * 5000, "account_cap_unfit"),
        (answers.cap, "000000001000", "account_cap_unfit"),
        (answers.gap, "1 week", "account_gap_unfit"),
        (answers.gap, "25 h", "account_gap_unfit"),
        (answers.gap, "often", "account_gap_unfit"),
        (answers.proxy, "proxy.example:8080", "account_proxy_unfit"),
        (answers.proxy, "http://proxy.example", "account_proxy_unfit"),
    ],
)
def test_it_is_refused_with_the_reason(take: Taken, said: str, why: str) -> None:
    with pytest.raises(UnfitError) as refused:
        take(said)
    assert refused.value.key == why
