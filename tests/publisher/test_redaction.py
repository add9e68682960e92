"""Nothing that is written down tells a secret, however it got there."""

import base64
import io
import json
import logging
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from instagrapi import exceptions as ig
from sqlalchemy import text

from publisher.instagram.errors import classify
from publisher.log_lines import JsonLines
from publisher.logs import Fields, RedactingFormatter, keep_out, set_up_logging
from publisher.redaction import Redactor
from storage.database import Database
from storage.trail import about
from tests.logging_as_before import logging_as_before

PASSWORD = 'p&ss "wörd"/1'
SEED = "JBSW Y3DP EHPK 3PXP"
PROXY = "http://agent:h%40ntsman7@proxy.example.org:3128"
TOKEN = "123456:end-to-end"
KNOWN = [PASSWORD, SEED, PROXY, TOKEN]


@pytest.mark.parametrize(
    "written",
    [
        PASSWORD,
        quote(PASSWORD),
        quote(PASSWORD, safe="").lower(),
        quote_plus(PASSWORD),
        repr({"pw": PASSWORD}),
        '{"x": "p&ss \\"w\\u00f6rd\\"/1"}',
        SEED,
        SEED.replace(" ", ""),
        SEED.lower(),
        repr(PASSWORD.encode()),
        ascii(PASSWORD),
        PROXY,
        "cannot connect to agent:h%40ntsman7@proxy.example.org",
        "407 for h@ntsman7",
        "Proxy-Authorization: Basic " + base64.b64encode(b"agent:h@ntsman7").decode(),
        f"POST /bot{TOKEN}/sendMessage",
        f"/file/bot{quote(TOKEN, safe='')}/x",
        "the half of it, end-to-end",
    ],
)
def test_a_known_secret_is_struck_out_in_every_form(written: str) -> None:
    told = Redactor(KNOWN)(written)
    assert "***" in told
    for rest in (
        "wörd",
        "w\\xf6rd",
        "w\\xc3",
        "w%c3%b6rd",
        "w\\u00f6rd",
        "y3dp",
        "ntsman7",
        "end-to-end",
    ):
        assert rest not in told.lower()


def test_a_seed_typed_with_hyphens_is_known_without_them() -> None:
    assert Redactor([SEED.replace(" ", "-")])(SEED.replace(" ", "")) == "***"


@pytest.mark.parametrize(
    "written",
    [
        "Authorization: Bearer IGT:2:hunter2==",
        "{'Authorization': 'Bearer IGT:2:hunter2=='}",
        '{"authorization": "hunter2"}',
        "bearer hunter2",
        "AWS4-HMAC-SHA256 Credential=hunter2/20261126/s3/aws4_request, Signature=hunter2",
        "GET /a.jpg?X-Amz-Security-Token=hunter2&X-Amz-Signature=hunter2",
        "sessionid=hunter2; mid=x",
        '{\\"sessionid\\":\\"hunter2\\"}',
        "'csrftoken': 'hunter2 and more hunter2'",
        "enc_password=#PWD_INSTAGRAM:4:1700000000:hunter2==",
        "password: hunter2",
        "X-Telegram-Bot-Api-Secret-Token: hunter2",
        "?accessToken=hunter2&client_secret=hunter2",
        'api_hash="hunter2 hunter2"',
        "verification_code=hunter2",
        "X-Telegram-Bot-Api-Secret-Token secret_token='hunter2'",
        "123456789%3Ahunter2AAbbCC%3A12%3AAYhunter2",
        "98765432:AAhunter2hunter2hunter2hunter2hunter",
        "redis://u:hunter2@host/1 and socks5h://hunter2@host:1",
    ],
)
def test_what_looks_like_a_secret_is_struck_out_unknown(written: str) -> None:
    assert "hunter2" not in Redactor()(written)


@pytest.mark.parametrize(
    "written",
    [
        "The password you entered is incorrect. Please try again.",
        "Please check your password and the security code",
        "a bearer token is missing, says the bearer of bad news",
        "basic authentication is required",
        "2026-11-26 02:30:00,123 INFO    bot.inbox: update 710000001 waits: TimedOut",
        "Postgres at postgresql://host/postbote?sslmode=require does not answer",
        "authorization failed",
        "Check the password: it may have changed",
        "Telegram refuses the token: check TELEGRAM_BOT_TOKEN",
    ],
)
def test_what_tells_no_secret_stays_as_it_is(written: str) -> None:
    assert Redactor(KNOWN)(written) == written


def test_an_instagram_error_is_told_whole_but_for_its_secrets() -> None:
    refused = ig.BadPassword("The password you entered is incorrect.")
    assert "The password you entered is incorrect." in classify(refused).detail
    leaked = ig.ClientError("401, Authorization: Bearer IGT:2:hunter2==, sent s3cr?t words")
    detail = classify(leaked, ["s3cr?t words"]).detail
    assert "hunter2" not in detail and "s3cr" not in detail


def _logged(problem: BaseException) -> str:
    trace = (type(problem), problem, problem.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "it failed", None, trace)
    return RedactingFormatter(KNOWN).format(record)


def test_a_whole_chain_of_exceptions_is_redacted() -> None:
    try:
        try:
            raise ValueError(f"refused: {PASSWORD}")
        except ValueError as error:
            raise RuntimeError(f"via {PROXY}") from error
    except RuntimeError as error:
        told = _logged(error)
    assert "refused: ***" in told and "RuntimeError: via ***" in told


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO notices (audience, kind, detail) VALUES (NULL, :caption, '{}')",
        "SELECT CAST(:caption AS integer)",
        "SELECT json(:caption)",
    ],
)
def test_an_error_of_the_database_tells_no_caption(database: Database, statement: str) -> None:
    caption = "Surprise party\n\nNote: at nine\nDo not tell"
    with pytest.raises(Exception) as failed, database.transaction() as session:  # noqa: PT011
        session.execute(text(statement), {"caption": caption})
    told = _logged(failed.value)
    assert "psycopg2.errors" in told and "[SQL: " in told
    assert "party" not in told and "nine" not in told and "Do not" not in told


def test_at_debug_libraries_do_not_write_down_what_people_say(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "bot.log"
    file.parent.mkdir()
    older = file.with_name("bot.log.1")
    for wide in (file, older):
        wide.touch(0o644)
    with logging_as_before():
        set_up_logging("DEBUG", file, KNOWN)
        for name in ("telegram.Bot", "telegram.ext.ExtBot", "httpcore.http11", "tornado.access"):
            logging.getLogger(name).debug("Surprise party")
        logging.getLogger("bot").debug("ours, with %s", TOKEN)
        for handler in logging.getLogger().handlers:
            handler.flush()
        told = file.read_text(encoding="utf-8")
    assert "party" not in told
    assert "ours, with ***" in told
    assert [path.stat().st_mode & 0o077 for path in (file, older)] == [0, 0]


@pytest.mark.parametrize("formatter", [RedactingFormatter(["known"]), JsonLines(["known"])])
def test_what_is_learnt_later_is_struck_out_from_then_on(
    formatter: RedactingFormatter | JsonLines,
) -> None:
    handler, logger = logging.StreamHandler(io.StringIO()), logging.getLogger()
    handler.setFormatter(formatter)
    logger.addHandler(handler)
    keep_out(["typed later", ""])
    logger.removeHandler(handler)
    line = logging.LogRecord("x", logging.INFO, "", 0, "known and typed later", None, None)
    assert "*** and ***" in formatter.format(line)


def test_a_line_for_machines_says_the_same_with_each_field_apart_and_no_secret() -> None:
    quoted = "\n".join([PASSWORD, "DETAIL:  Failing row contains (a caption)."])
    try:
        raise ValueError(quoted)
    except ValueError:
        trace = sys.exc_info()
    record = logging.LogRecord("publisher.publish", logging.INFO, "", 0, 'a "%s"', (TOKEN,), trace)
    record.seconds, record.address = 1.5, PROXY
    with about(post=12, account=3, attempt=1):
        Fields().filter(record)
    line = JsonLines(KNOWN).format(record)
    told = json.loads(line)
    assert [*told][:4] == ["time", "level", "logger", "message"]
    assert (told["level"], told["logger"], told["message"]) == (
        *("INFO", "publisher.publish"),
        'a "***"',
    )
    assert (told["post"], told["account"], told["attempt"], told["seconds"]) == (12, 3, 1, 1.5)
    assert "ValueError" in told["exc_info"] and "caption" not in line and "ntsman7" not in line
    assert "wörd" not in line and "\n" not in line
    human = RedactingFormatter(KNOWN).format(record).splitlines()[0]
    assert human.endswith('publisher.publish: a "***"  post=12 account=3 attempt=1 seconds=1.5')
