"""`/health`, `/ready` and `/metrics` over real HTTP, with a real Postgres behind them."""

import http.client
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from publisher.health import server, snapshot
from publisher.health.health import BOT, LEADING, STANDBY, TOKEN_REFUSED, Health
from publisher.health.liveness import LOOP
from publisher.health.server import HealthServer, served
from storage.database import Database
from storage.processes import Processes, Signs
from tests.addresses import free_port

HOST = "127.0.0.1"


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch) -> Health:
    monkeypatch.setattr(snapshot, "WAIT_SECONDS", 60.0)  # a busy machine is no trouble here
    return Health(BOT)


@pytest.fixture
def port(health: Health) -> Iterator[int]:
    with HealthServer((HOST, 0), health) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.02,))
        thread.start()
        yield serving.server_port
        serving.shutdown()
        thread.join()


def get(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request(method, path)
    response = connection.getresponse()
    answer = response.status, response.read().decode()
    connection.close()
    return answer


def told(port: int, path: str) -> tuple[int, dict[str, object]]:
    status, body = get(port, path)
    return status, json.loads(body)


def metrics(port: int) -> dict[tuple[str, str], float]:
    """(name, its first label's value) -> value."""
    status, body = get(port, "/metrics")
    assert status == 200
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }


def test_a_process_that_starts_lives_and_is_not_ready(port: int) -> None:
    status, alive = told(port, "/health")
    assert (status, alive["alive"], alive["kind"]) == (200, True, "bot")
    status, ready = told(port, "/ready")
    assert (status, ready["role"]) == (503, "starting")
    assert ready["troubles"] == {"database": "it could not be used yet"}
    assert metrics(port)["postbote_database_up", ""] == 0
    assert [get(port, path)[0] for path in ("/", "/health/", "/metrics.txt")] == [404] * 3
    assert [get(port, "/health", method)[0] for method in ("POST", "HEAD", "DELETE")] == [501] * 3
    assert get(port, "/health?at=night")[0] == 200


def test_a_loop_that_stands_still_and_a_token_that_is_refused_are_named(
    port: int, health: Health, database: Database
) -> None:
    health.begin(database, lambda: STANDBY)
    health.note_telegram(TOKEN_REFUSED)
    assert told(port, "/ready") == (200, {"ready": True, "role": "standby", "troubles": {}})
    health.begin(database, lambda: LEADING)
    assert told(port, "/ready")[1]["troubles"] == {"telegram": "token refused"}
    health.note_telegram("NetworkError")
    health.note_telegram(None)
    health.note_telegram("NetworkError")
    assert told(port, "/ready")[0] == 200, "it may pass"
    health.liveness.expect(LOOP, timedelta(0))
    time.sleep(0.01)
    status, alive = told(port, "/health")
    assert status == 503 and isinstance(silent := alive["stands_still_for_seconds"], dict)
    assert silent.keys() == {LOOP}
    assert told(port, "/ready")[0] == 503


def test_metrics_say_what_was_done_and_how_the_installation_stands(
    port: int, health: Health, database: Database
) -> None:
    health.begin(database, lambda: LEADING)
    health.counts.count("live")
    health.counts.count_live(timedelta(seconds=1.5))
    Processes(database, BOT, "attic", "1").beat(Signs(free_bytes=5), since_sweep=42)
    with database.transaction() as session:
        session.execute(text("INSERT INTO accounts (name) VALUES ('a secret name')"))
    health.note_telegram("NetworkError")
    health.since_sweep = lambda: 7.0
    found = metrics(port)
    assert (found["postbote_telegram_up", ""], found["postbote_sweep_age_seconds", ""]) == (0, 7)
    assert found["postbote_posts_total", "live"] == 1
    assert found["postbote_lateness_seconds_bucket", "2.0"] == 1
    assert found["postbote_lateness_seconds_bucket", "1.0"] == 0
    assert found["postbote_process_sweep_age_seconds", "attic"] == pytest.approx(42, abs=30)
    assert found["postbote_accounts", "active"] == 1
    assert found["postbote_queue_posts", "pending"] == found["postbote_overdue_posts", ""] == 0
    assert found["process_resident_memory_bytes", ""] > 10**6
    assert "secret" not in get(port, "/metrics")[1]
    again = metrics(port)
    age = ("postbote_facts_age_seconds", "")
    assert again[age] > found[age], "Postgres is not asked each time"


def test_while_postgres_hangs_it_lives_and_says_what_it_knew(
    port: int, health: Health, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    health.begin(database, lambda: LEADING)
    assert told(port, "/ready")[0] == 200
    monkeypatch.setattr(snapshot, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(snapshot, "WAIT_SECONDS", 0.2)
    with database.engine.begin() as holding:
        holding.execute(text("LOCK TABLE scheduled_posts IN ACCESS EXCLUSIVE MODE"))
        assert told(port, "/ready")[1]["troubles"] == {"database": "it does not answer"}
        assert metrics(port)["postbote_database_up", ""] == 0
        assert ("postbote_overdue_posts", "") in metrics(port), "as it was"
        assert get(port, "/health")[0] == 200
    deadline = time.monotonic() + 60
    while told(port, "/ready")[0] != 200:
        assert time.monotonic() < deadline


def test_clients_that_dawdle_keep_nobody_out(port: int) -> None:
    with ExitStack() as dawdling:
        for _ in range(3 * server.MAX_CONNECTIONS):
            slow = dawdling.enter_context(socket.create_connection((HOST, port)))
            slow.sendall(b"GET /health HTTP/1.1\r\nHos")
            assert threading.active_count() < 4 * server.MAX_CONNECTIONS
        assert get(port, "/health")[0] == 200


def test_a_port_that_is_taken_is_named_and_taken_over_once_it_is_free(
    health: Health, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "TRY_AGAIN_SECONDS", 0.02)
    caplog.set_level(logging.INFO)

    def logged(words: str) -> None:
        deadline = time.monotonic() + 60
        while words not in caplog.text:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    address = (HOST, free_port())
    other = socket.create_server(address)
    with served(address, health):
        logged(f"HEALTH_ADDRESS {HOST}:{address[1]} cannot be had")
        logged("a port of its own")
        other.close()
        logged("are served at")
        assert get(address[1], "/health")[0] == 200
    with pytest.raises(ConnectionRefusedError):
        get(address[1], "/health")
    with served(("192.0.2.1", address[1]), health):  # kept for examples, and nobody's (RFC 5737)
        logged("it has to be this machine's")
    with served(None, health):
        pass
