"""Behind pgbouncer, where a session may be anybody's from one transaction to the next."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from secrets import token_hex

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage.backup import Backup, BackupError
from storage.database import Database
from storage.leader import LeaderLock
from storage.models import Post
from storage.posts import Posts
from storage.queue import Queue
from storage.signals import WORK, Signals
from storage.trouble import DatabaseTroubleError
from tests.scopes import ALL
from tests.storage.pgbouncer import needs_pgbouncer, pgbouncer

pytestmark = needs_pgbouncer

LOCKS = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = :here")


@pytest.fixture(params=["session", "transaction"])
def pooled(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The test's database behind a pooler."""
    with pgbouncer(database_url, request.param, tmp_path) as url:
        yield url


def test_several_processes_migrate_at_once_and_leave_no_lock_behind(
    pooled: str, owner: Connection
) -> None:
    with closing(Database(pooled)) as database, database.transaction() as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))
        here = session.scalar(text("SELECT oid FROM pg_database WHERE datname=current_database()"))

    def migrate(_: int) -> bool:
        with closing(Database(pooled)) as database:
            database.migrate()
            return database.answers()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(migrate, range(4)))
    assert owner.scalar(LOCKS, {"here": here}) == 0


def test_one_of_two_leads_and_what_it_drops_the_other_gets(pooled: str) -> None:
    with closing(Database(pooled)) as one, closing(Database(pooled)) as another:
        first, second = LeaderLock(one), LeaderLock(another)
        assert first.take()
        assert not any(second.take() for _ in range(10))
        first.drop()
        assert second.take()
        assert not first.take()
        second.drop()


def test_no_backup_is_made_through_it(pooled: str, tmp_path: Path) -> None:
    with closing(Database(pooled)) as database:
        backup = Backup(database, None, tmp_path, key=None, passphrase=None)
        with pytest.raises(BackupError, match="name that one"):
            backup.write(tmp_path / "backup.tar")


def test_posts_are_claimed_and_finished_in_whatever_session(
    pooled: str, planned: Callable[..., Post], posts: Posts
) -> None:
    """Statements are prepared in some of the pooler's sessions, and run in others."""
    numbers = {planned().id for _ in range(8)}

    def publish(_: int) -> list[int]:
        done: list[int] = []
        with closing(Database(pooled)) as database:
            queue = Queue(database)
            while len(done) < 2:
                if (post := queue.claim_next()) is None:
                    continue
                queue.outcomes.mark_sending(post)
                queue.outcomes.mark_uploaded(post, media_pk=f"media {post.id}", link=None)
                done.append(post.id)
        return done

    with ThreadPoolExecutor(4) as pool:
        assert {number for done in pool.map(publish, range(4)) for number in done} == numbers
    assert posts.planned(ALL) == []


def test_moments_are_read_in_utc_whatever_the_session_thinks(
    pooled: str, owner: Connection
) -> None:
    name = pooled.rpartition("/")[2]
    owner.execute(text(f"ALTER DATABASE {name} SET timezone TO 'America/New_York'"))
    moment = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    with closing(Database(pooled)) as database, database.transaction() as session:
        assert session.scalar(text("SHOW timezone")) == "America/New_York"
        read = session.scalar(text("SELECT CAST(:at AS timestamptz)"), {"at": moment})
    assert (read, read.tzinfo) == (moment, UTC)


def test_what_the_pooler_does_not_let_through_is_named(pooled: str) -> None:
    url = f"{pooled}?options=-csearch_path%3Dpublic"
    with closing(Database(url)) as database:
        with pytest.raises(Exception, match="startup parameter") as raised:
            database.migrate()
        trouble = database.explain(raised.value)
    assert isinstance(trouble, DatabaseTroubleError)
    assert not trouble.is_transient and "options" in str(trouble)


def test_a_refusal_by_the_pooler_itself_is_named(database_url: str, tmp_path: Path) -> None:
    (known := tmp_path / "known").write_text('"anybody" "right"\n')
    more = f"auth_type = scram-sha-256\nauth_file = {known}"
    with pgbouncer(database_url, "transaction", tmp_path, more) as url:
        for given, said in (("anybody:wrong", "authentication failed"), ("anybody", "no password")):
            with closing(Database(url.replace("anybody", given))) as database:
                with pytest.raises(OperationalError) as raised:
                    database.migrate()
                trouble = database.explain(raised.value)
            assert trouble is not None and not trouble.is_transient and said in str(trouble)


def test_a_certificate_that_nobody_vouches_for_is_named(database_url: str, tmp_path: Path) -> None:
    """The pooler speaks TLS, and is trusted only by its own certificate."""
    theirs, another = tmp_path / "theirs.pem", tmp_path / "another.pem"
    for file in (theirs, another):
        file.write_bytes(certificate())
    more = f"client_tls_sslmode = require\nclient_tls_key_file = {theirs}\n"
    with pgbouncer(
        database_url, "session", tmp_path, f"{more}client_tls_cert_file = {theirs}"
    ) as url:
        with closing(Database(f"{url}?sslmode=verify-full&sslrootcert={theirs}")) as database:
            database.migrate()
        with closing(Database(f"{url}?sslmode=verify-full&sslrootcert={another}")) as database:
            with pytest.raises(OperationalError) as raised:
                database.migrate()
            trouble = database.explain(raised.value)
    assert trouble is not None and not trouble.is_transient
    assert "certificate verify failed" in str(trouble)


def certificate() -> bytes:
    """A key and what it says of itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, token_hex(4))])
    now, address = datetime.now(UTC), x509.IPAddress(ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key.private_bytes(*form) + made.public_bytes(Encoding.PEM)


def test_signals_come_through_in_session_mode_alone(
    pooled: str, request: pytest.FixtureRequest
) -> None:
    with closing(Database(pooled)) as database:
        signals, heard = Signals(database), threading.Event()
        signals.start({WORK: heard.set})
        in_session = "session" in request.node.callspec.id
        assert heard.wait(20 if in_session else 3) is in_session is signals.is_live
        signals.close()
