"""An account is published for at a careful pace, and rests for longer each time it is asked to."""

import socket
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import timedelta
from threading import Thread

import pytest

from bot.sandbox.instagram.faults import Fault
from publisher.consequences import BACK_OFFS
from publisher.failures import Reason
from publisher.media.rules import MIN_GAP
from publisher.proxies import ProxyError, Verdict, pause_without_proxy, try_proxy
from publisher.registry import PACES
from storage.lifecycle import Status
from tests.addresses import free_port
from tests.publisher.conftest import CAPTION, World


def seconds_told(world: World) -> list[float | None]:
    """How long each pause lasts, as the admin hears it."""
    return [
        notice.detail["seconds"]
        for notice in world.notices("admin")
        if notice.kind == "account_paused"
    ]


def end_the_pause(world: World) -> None:
    world.execute("UPDATE accounts SET paused_until = now() WHERE paused_until IS NOT NULL")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("please_wait", Reason.RATE_LIMITED), ("feedback_required", Reason.FEEDBACK_REQUIRED)],
)
def test_each_pause_in_a_row_is_longer_until_a_person_decides(
    world: World, fault: str, reason: Reason
) -> None:
    post_id, publisher = world.plan(), world.publisher()
    world.instagram.script(Fault(at="rupload", kind=fault, times=9))  # type: ignore[arg-type]
    spans = BACK_OFFS[reason]
    for _ in range(len(spans) + 1):
        world.sweep(publisher)
        end_the_pause(world)
    assert seconds_told(world) == [*(span.total_seconds() for span in spans), None]
    assert world.is_paused() and world.post(post_id).retry_count == 0

    world.instagram.clear_faults()
    world.accounts.resume(world.account_id)
    world.sweep(publisher)
    assert world.live() == [CAPTION]
    world.plan()
    world.instagram.script(Fault(at="rupload", kind=fault))  # type: ignore[arg-type]
    world.sweep(publisher)
    assert seconds_told(world)[-1] == spans[0].total_seconds(), "a success begins anew"


def test_a_longer_wait_that_instagram_asks_for_is_kept(world: World) -> None:
    world.accounts.back_off(
        world.account_id,
        reason="rate_limited",
        spans=[timedelta(hours=1)],
        at_least=timedelta(hours=3),
    )
    assert seconds_told(world) == [3 * 3600]


def test_posts_of_one_minute_go_out_a_gap_apart_and_their_owner_hears_when(world: World) -> None:
    publisher = world.publisher(paces=PACES)
    posts = [world.plan() for _ in range(3)]
    for out in range(1, 4):
        world.sweep(publisher)
        assert [world.post(post).status for post in posts].count(Status.UPLOADED) == out
        assert publisher.sweep() == []
        world.execute(
            "UPDATE scheduled_posts SET published_at = published_at - :gap,"
            " next_attempt_at = next_attempt_at - :gap",
            gap=MIN_GAP,
        )
    assert world.live() == [CAPTION] * 3
    assert world.told().count("postponed") == 1


def listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("proxy.example:8080", "begin with"),
        ("http://me:secret@127.0.0.1:{port}", "takes no connection"),
        (f"http://me:secret@{64 * 'x'}:8080", "no machine called xxx"),
    ],
)
def test_a_proxy_that_is_mistyped_or_does_not_answer_ends_the_start(url: str, reason: str) -> None:
    url = url.format(port=free_port())
    with pytest.raises(ValueError, match=reason) as refusal:
        try_proxy(url)
    assert "secret" not in str(refusal.value)


def test_a_proxy_hears_nothing_but_the_connection() -> None:
    with listening() as server:
        try_proxy(f"http://me:secret@127.0.0.1:{server.getsockname()[1]}")
        connection, _ = server.accept()
        with connection:
            assert connection.recv(1) == b""


def socks_proxy(server: socket.socket, answers: Sequence[bytes]) -> None:
    """To whoever comes, these answers, one to each of what they say (RFC 1928 and 1929)."""
    connection, _ = server.accept()
    with connection:
        for answer in answers:
            if not connection.recv(1000):
                return
            connection.sendall(answer)


WANTS_A_NAME, LETS_IN, REFUSES = b"\x05\x02", b"\x01\x00", b"\x01\x01"
LEADS_THERE, LEADS_NOWHERE = (b"\x05%c\x00\x01\x7f\x00\x00\x01\x00\x50" % code for code in (0, 2))


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ([WANTS_A_NAME, LETS_IN, LEADS_THERE], None),
        ([WANTS_A_NAME, LETS_IN, LEADS_NOWHERE], Verdict.BLOCKS),
        ([WANTS_A_NAME, REFUSES], Verdict.REFUSES),
        ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], Verdict.BLOCKS),
        ([], Verdict.BLOCKS),
    ],
)
def test_a_proxy_that_speaks_socks_is_asked_for_a_way(
    answers: Sequence[bytes], verdict: Verdict | None
) -> None:
    with listening() as server:
        proxy = Thread(target=socks_proxy, args=(server, answers))
        proxy.start()
        url = f"socks5h://me:secret@127.0.0.1:{server.getsockname()[1]}"
        with nullcontext() if verdict is None else pytest.raises(ProxyError) as refusal:
            try_proxy(url, ("somewhere.example", 443))
        proxy.join()
    if refusal is not None:
        assert refusal.value.verdict is verdict and "secret" not in str(refusal.value)


def test_an_account_whose_proxy_is_away_pauses_at_the_start_and_the_others_do_not(
    world: World,
) -> None:
    with listening() as server:
        there = {"proxy": f"http://127.0.0.1:{server.getsockname()[1]}"}
        away = {"proxy": f"http://127.0.0.1:{free_port()}"}
        fine = world.accounts.configure("instagram", "fine", there).id
        lost = world.accounts.configure("instagram", "lost", away).id
        for _ in range(2):
            pause_without_proxy(world.accounts)
    assert [world.is_paused(account) for account in (fine, lost)] == [False, True]
    (told,) = world.notices("admin")
    assert (told.account_id, told.detail["error_class"]) == (lost, "proxy_unreachable")
