"""The embedded server: its coming and going, who may reach it, and what a dead one leaves."""

import multiprocessing
import os
import pwd
import resource
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from secrets import token_hex

import psutil
import psycopg2
import pytest
from sqlalchemy import text

from storage.database import Database
from storage.embedded import EmbeddedPostgresError, embedded_postgres
from storage.postmaster import LOG, LONGEST_LOG_BYTES, Postmaster, program
from storage.server_processes import at_work_on
from storage.server_socket import SOCKET
from storage.server_user import runner_for
from tests.ending import kill_all
from tests.made import RUN_FOLDER
from tests.storage.pgbouncer import needs_namespaces

ROOT = Path(__file__).parents[2]
RUN = """
import sys, time
from pathlib import Path
from storage.embedded import embedded_postgres
with embedded_postgres(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""
SECRET = "hunter2-of-the-environment"

pytestmark = needs_namespaces
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be other users")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server that has run and stopped, to be copied."""
    folder = tmp_path_factory.mktemp("template") / "postgres"
    with embedded_postgres(folder):
        pass
    return folder


@pytest.fixture
def data(template: Path) -> Iterator[Path]:
    """DATA_DIR, with a database that was used before; its path is short enough for a socket."""
    data = Path(os.environ[RUN_FOLDER]) / token_hex(4) / "data"
    data.parent.mkdir(mode=0o700)
    data.mkdir(mode=0o700)
    copied(template, data / "postgres")
    yield data
    kill_all(at_work_on(data / "postgres"))


def copied(template: Path, folder: Path) -> None:
    subprocess.run([shutil.which("cp") or "", "-a", str(template), str(folder)], check=True)


def answers(url: str) -> bool:
    with closing(Database(url)) as database:
        return database.answers()


def modes(folder: Path) -> dict[str, int]:
    return {str(one): one.stat().st_mode for one in (folder, *folder.parents)}


def start_elsewhere(folder: Path) -> "subprocess.Popen[str]":
    """Another process that uses the server, until its standard input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SECRET": SECRET},
    )


def said_by(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_what_keeps_a_database_from_being_made_is_named(tmp_path: Path) -> None:
    def fills_up() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6))

    words = [sys.executable, "-c", RUN, str(tmp_path / "postgres")]
    ended = subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=fills_up
    )
    assert "initdb failed: could not write to file" in ended.stderr
    assert "File too large" in ended.stderr


def test_it_keeps_its_data_and_a_short_log_and_stops_with_us(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "postgres"
    for expected in (0, 1):
        with (
            embedded_postgres(folder) as url,
            closing(Database(url)) as database,
            database.transaction() as session,
        ):
            session.execute(text("CREATE TABLE IF NOT EXISTS kept (id int)"))
            assert session.scalar(text("SELECT count(*) FROM kept")) == expected
            session.execute(text("INSERT INTO kept VALUES (1)"))
        assert at_work_on(folder) == []
        assert "checkpoint" not in (folder / LOG).read_text()
        os.truncate(folder / LOG, LONGEST_LOG_BYTES + 1)
    assert (folder / f"{LOG}.1").stat().st_size == LONGEST_LOG_BYTES + 1


def test_one_left_by_a_killed_process_is_adopted_and_stopped(data: Path) -> None:
    owner = start_elsewhere(data / "postgres")
    url = said_by(owner)
    owner.kill()
    owner.communicate()
    assert at_work_on(data / "postgres") != []
    with embedded_postgres(data / "postgres") as adopted:
        assert adopted == url and answers(url)
    assert at_work_on(data / "postgres") == []


def test_the_last_one_who_uses_it_stops_it(data: Path) -> None:
    other = start_elsewhere(data / "postgres")
    url = said_by(other)
    with embedded_postgres(data / "postgres") as same:
        assert same == url
    assert answers(url)
    other.communicate()
    assert at_work_on(data / "postgres") == []


def test_one_that_is_killed_under_us_is_started_again(data: Path) -> None:
    with embedded_postgres(data / "postgres", revive=True) as url:
        kill_all(at_work_on(data / "postgres"))
        deadline = time.monotonic() + 60
        while not answers(url):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert at_work_on(data / "postgres") == []


def test_a_server_of_an_earlier_version_is_stopped_and_started_in_our_way(data: Path) -> None:
    """That one trusted whoever came in."""
    folder = data / "postgres"
    (folder / "pg_hba.conf").write_text("local all all trust\n")
    runner, server = runner_for(folder, program("postgres")), str(program("postgres"))
    old = subprocess.Popen(
        [*runner.prefix, server, "-D", str(folder), "-h", "", "-k", str(folder)],
        **runner.popen,
        stderr=subprocess.DEVNULL,
    )
    while not at_work_on(folder):
        assert old.poll() is None
    with (
        embedded_postgres(folder) as url,
        closing(Database(url)) as database,
        database.transaction() as session,
    ):
        assert session.scalar(text("SHOW hba_file")) == str(folder / "postbote_hba.conf")
    assert old.wait(10) == 0


@pytest.mark.parametrize("left", ["empty", "short", "torn", "a stranger", "another postmaster"])
def test_what_a_power_failure_leaves_is_cleared_away(
    data: Path, tmp_path: Path, template: Path, left: str
) -> None:
    other = Postmaster(tmp_path / "other")
    copied(template, other.folder)
    other.start()
    theirs = (other.folder / "postmaster.pid").read_text()
    stranger = "\n".join([str(os.getpid()), *theirs.splitlines()[1:]]) + "\n"
    contents = {
        "empty": "",
        "short": theirs.splitlines()[0],
        "torn": "\0" * 64,
        "a stranger": stranger,
        "another postmaster": theirs,
    }
    (data / "postgres" / "postmaster.pid").write_text(contents[left])
    (data / "postgres" / f"{SOCKET}.lock").write_text(contents[left])
    with embedded_postgres(data / "postgres") as url:
        assert answers(url)
        with closing(Database(url)) as database, database.transaction() as session:
            place = session.scalar(text("SHOW data_directory"))
    assert place == str(data / "postgres")
    assert answers(other.url), "another database's server is left alone"
    other.stop()


def test_processes_of_a_dead_server_are_named_if_they_do_not_end(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Postmaster(data / "postgres")
    server.start()
    postmaster = psutil.Process(int(postmaster_file(data)[0]))
    stuck = postmaster.children()[0]
    stuck.suspend()
    postmaster.kill()
    gone = [one for one in at_work_on(data / "postgres") if one != stuck]
    psutil.wait_procs(gone, timeout=10)
    monkeypatch.setattr("storage.postmaster.START_SECONDS", 0.2)
    with (
        pytest.raises(
            EmbeddedPostgresError, match=rf"has not ended \(kill {stuck.pid}\)"
        ) as raised,
        embedded_postgres(data / "postgres"),
    ):
        pass
    assert raised.value.is_transient
    stuck.kill()
    stuck.wait(10)
    monkeypatch.undo()
    with embedded_postgres(data / "postgres") as url:
        assert answers(url)


def test_a_server_that_cannot_be_seen_is_not_worked_against(data: Path, template: Path) -> None:
    """As one in another container on the same volume: it listens, but is none of our processes."""
    other = Postmaster(data / "seen")
    copied(template, other.folder)
    other.start()
    (data / "postgres" / SOCKET).hardlink_to(other.folder / SOCKET)
    with (
        pytest.raises(EmbeddedPostgresError, match="stop it"),
        embedded_postgres(data / "postgres"),
    ):
        pass
    other.stop()


def test_what_a_kill_left_of_its_making_is_never_used(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with embedded_postgres(tmp_path / "postgres") as url:
        assert answers(url)
    assert not unfinished.exists()


def test_data_of_another_version_are_named_and_left_alone(data: Path) -> None:
    (data / "postgres" / "PG_VERSION").write_text("16\n")
    with (
        pytest.raises(
            EmbeddedPostgresError, match="made by PostgreSQL 16, but this is 18"
        ) as raised,
        embedded_postgres(data / "postgres"),
    ):
        pass
    assert not raised.value.is_transient


def test_a_folder_that_holds_something_else_is_left_alone(data: Path) -> None:
    (data / "postgres" / "PG_VERSION").unlink()
    with (
        pytest.raises(EmbeddedPostgresError, match="holds no database: move it away"),
        embedded_postgres(data / "postgres"),
    ):
        pass
    assert (data / "postgres" / "base").is_dir()


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    (data / "postgres" / "postgresql.conf").write_text("shared_buffers = -1\n")
    with (
        pytest.raises(EmbeddedPostgresError, match="contains errors"),
        embedded_postgres(data / "postgres"),
    ):
        pass


def test_nothing_is_opened_to_anybody(data: Path) -> None:
    """Also started by root: no folder above, nor anything within."""
    before = modes(data)
    with embedded_postgres(data / "postgres") as url:
        assert answers(url)
        assert not any(path.stat().st_mode & 0o077 for path in data.iterdir())
        assert (data / "postgres" / SOCKET).stat().st_mode & 0o077 == 0
    assert modes(data) == before


@pytest.mark.parametrize("name", ["d" * 120, "a, b", '50% "quoted" ü'])
def test_any_folder_will_do_and_its_socket_is_ours_alone(
    tmp_path: Path, template: Path, name: str
) -> None:
    data = tmp_path / name
    data.mkdir()
    copied(template, data / "postgres")
    with embedded_postgres(data / "postgres") as url:
        assert answers(url)
        place = Path(postmaster_file(data)[4])
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert place == data / "postgres" or not place.exists()


def test_a_socket_folder_that_somebody_else_has_made_is_not_used(
    tmp_path: Path, template: Path
) -> None:
    data = tmp_path / ("d" * 120)
    data.mkdir()
    copied(template, data / "postgres")
    with embedded_postgres(data / "postgres"):
        place = Path(postmaster_file(data)[4])
    place.mkdir()
    place.chmod(0o777)
    with embedded_postgres(data / "postgres") as url:
        assert answers(url)
        assert Path(postmaster_file(data)[4]) != place
    place.rmdir()  # nothing was put into it


def postmaster_file(data: Path) -> list[str]:
    return (data / "postgres" / "postmaster.pid").read_text().splitlines()


def test_it_sees_nothing_of_our_environment(data: Path) -> None:
    user = start_elsewhere(data / "postgres")
    said_by(user)
    environment = psutil.Process(int(postmaster_file(data)[0])).environ()
    user.communicate()
    assert {"PATH", "LC_ALL"} <= environment.keys()
    assert "SECRET" not in environment and SECRET not in environment.values()


@as_root
def test_nobody_else_on_the_machine_gets_in(data: Path) -> None:
    """Not even past the folders: the socket asks the kernel who is there."""
    with embedded_postgres(data / "postgres") as url:
        for closed in (data.parent, data, data / "postgres", data / "postgres" / SOCKET):
            closed.chmod(0o777)
        told = as_user("nobody", lambda: psycopg2.connect(url))
        (data / "postgres").chmod(0o700)
    assert "Peer authentication failed" in told


@as_root
def test_what_root_tried_out_is_named_to_the_user_who_follows(data: Path) -> None:
    with embedded_postgres(data / "postgres"):
        pass
    data.parent.chmod(0o711)
    data.chmod(0o711)

    def start() -> None:
        with embedded_postgres(data / "postgres") as url:
            assert answers(url)

    told = as_user("daemon", start)
    assert told.startswith("EmbeddedPostgresError: Postbote runs as daemon")
    assert told.endswith(f"run as root: chown -R daemon: {data}")
    subprocess.run(["/bin/chown", "-R", "daemon:", str(data)], check=True)
    if others_may_run_it():
        assert as_user("daemon", start) == ""
    with pytest.raises(EmbeddedPostgresError, match="belongs to daemon") as raised:
        start()
    assert str(raised.value).endswith("start Postbote as daemon")


@as_root
def test_without_namespaces_root_leaves_it_to_a_system_user_or_says_what_to_do(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/sbin")  # where there is no `unshare`
    before = modes(data)
    with (
        pytest.raises(EmbeddedPostgresError, match="Start Postbote as a user of its own"),
        embedded_postgres(data / "postgres"),
    ):
        pass
    assert modes(data) == before
    if not others_may_run_it():
        return  # this very checkout lies in a folder of root's alone
    data.parent.chmod(0o711)
    data.chmod(0o711)
    with embedded_postgres(data / "postgres") as url:
        assert answers(url)
        assert (data / "postgres").owner() == "pgserver"
    monkeypatch.undo()
    with embedded_postgres(data / "postgres") as url:
        assert answers(url), "and back again, as with data of earlier versions"


def as_user(name: str, act: Callable[[], object]) -> str:
    """What it raises when somebody else on this machine does it."""
    user, (mine, theirs) = pwd.getpwnam(name), multiprocessing.Pipe()

    def become() -> None:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        try:
            act()
            theirs.send("")
        except Exception as error:
            theirs.send(f"{type(error).__name__}: {error}")

    process = multiprocessing.get_context("fork").Process(target=become)
    process.start()
    told: str = mine.recv()
    process.join()
    return told


def others_may_run_it() -> bool:
    tried = subprocess.run([program("postgres"), "--version"], user="nobody", check=False, cwd="/")
    return tried.returncode == 0
