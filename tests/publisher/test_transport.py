"""How requests travel: whether one has left is known, and the gate is asked as late as can be."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from curl_cffi import CurlOpt
from curl_cffi import requests as curl_requests
from instagrapi import Client
from requests import ConnectionError as NoConnectionError

from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.server import application
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from publisher.destination import Json
from publisher.gate import Gate, GateClosedError
from publisher.instagram.clock import PlatformClock
from publisher.instagram.transport import (
    TIMEOUT_SECONDS,
    GatedCurl,
    NeverLeftError,
    bound,
    redirect,
    reply_seconds,
)

API = "https://i.instagram.com/api/v1"


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of ours on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize("way", ["redirected", "itself"])
def test_a_request_that_found_nobody_never_left(closed_port: int, way: str) -> None:
    client, gate, clock = Client(), Gate(), PlatformClock()
    if way == "redirected":
        redirect(client, f"http://127.0.0.1:{closed_port}", TIMEOUT_SECONDS, gate, clock)
    else:
        bound(client, TIMEOUT_SECONDS, gate, clock)
        curl = client.private.get_adapter(API)._inner.client
        curl.curl_options[CurlOpt.RESOLVE] = ["i.instagram.com:443:127.0.0.1"]  # nobody is there
    with pytest.raises(NeverLeftError):
        client.private.get(f"{API}/users/self/", proxies={})
    assert not gate.has_left and clock.now is None


def test_a_reply_that_is_lost_is_no_request_that_never_left(instagram: Json) -> None:
    client, gate = Client(), Gate()
    redirect(client, instagram["url"], TIMEOUT_SECONDS, gate)
    with pytest.raises(NoConnectionError) as lost:
        client.private.get(f"{API}/drop/")
    assert not isinstance(lost.value, NeverLeftError)
    assert gate.has_left


def test_libcurl_asks_the_gate_once_its_connection_stands(instagram: Json) -> None:
    gate = Gate()
    session: curl_requests.Session[Any] = curl_requests.Session(
        curl=GatedCurl(gate), use_thread_local_curl=False
    )
    address = f"{instagram['url']}/anything"
    session.get(address)
    assert gate.has_left
    before = len(instagram["state"].requests)
    gate.is_open = lambda: False
    with pytest.raises(curl_requests.exceptions.RequestException):
        session.get(address)
    assert len(instagram["state"].requests) == before


def test_a_closed_gate_lets_nothing_out(instagram: Json) -> None:
    client, gate = Client(), Gate()
    redirect(client, instagram["url"], TIMEOUT_SECONDS, gate)
    gate.is_open = lambda: False
    with pytest.raises(GateClosedError):
        client.private.get(f"{API}/users/self/")
    assert instagram["state"].requests == []


@pytest.mark.parametrize(
    ("path", "seconds"),
    [
        ("/rupload_igvideo/1", 300),
        ("/api/v1/media/configure/", 15),
        ("/api/v1/media/configure_to_story/", 15),
        ("/api/v1/media/configure/?video=1", 60),
        ("/api/v1/media/configure_to_story/?video=1", 60),
        ("/api/v1/media/configure_to_clips/?video=1", 60),
        ("/api/v1/media/configure_sidecar/", 60),
        ("/api/v1/feed/user/1/", 15),
    ],
)
def test_a_reply_is_waited_for_as_long_as_fits_the_request(path: str, seconds: float) -> None:
    assert reply_seconds(f"https://i.instagram.com{path}") == seconds


@pytest.fixture
def instagram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Json]:
    """A server that hangs up on /api/v1/drop/."""
    state = InstagramState(tmp_path_factory.mktemp("ig"), username="creator", password="right")
    state.script(Fault(at="/api/v1/drop/", kind="drop"))
    with LocalServer(application(state)).run_in_thread() as url:
        yield {"state": state, "url": url}
