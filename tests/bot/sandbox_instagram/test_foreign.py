"""The sandbox's Instagram is there for its client, not for a page that happens to be open."""

import httpx
import pytest

from bot.sandbox.instagram.state import InstagramState

LOGIN = "/api/v1/accounts/login/"
MEANT = {"X-Forwarded-Host": "i.instagram.com"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_pages_of_other_sites_get_nothing(
    url: str, state: InstagramState, headers: dict[str, str]
) -> None:
    with httpx.Client(base_url=url, trust_env=False) as browser:
        answers = [
            browser.post(LOGIN, headers=MEANT | headers),
            browser.get("/files/avatar.png", headers=headers),
            browser.get(f"/files/{'0' * 32}.jpg", headers=headers),
        ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert state.requests == []


def test_the_client_is_heard_under_both_its_names(url: str, state: InstagramState) -> None:
    with httpx.Client(base_url=url, trust_env=False) as client:
        for headers in (MEANT, {"Host": "i.instagram.com"}):
            origin = {"Origin": "https://www.instagram.com"}
            assert client.post(LOGIN, headers=headers | origin).status_code == 400
        assert client.get("/files/avatar.png").status_code == 200
    assert len(state.requests) == 2
