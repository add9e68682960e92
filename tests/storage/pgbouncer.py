"""A real pgbouncer before a real Postgres, in either of its two ways to share connections."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from storage.server_user import in_a_namespace, runner_for
from tests.addresses import free_port, normalised

PROGRAM = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
CONFIGURATION = """
[databases]
* = host={host} port={port} user=postgres

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = 4
{more}
"""

is_bare_root = os.geteuid() == 0 and in_a_namespace() is None
needs_namespaces = pytest.mark.skipif(is_bare_root, reason="root may make no namespaces here")
needs_pgbouncer = pytest.mark.skipif(
    PROGRAM is None or is_bare_root, reason="no pgbouncer on this machine, or root cannot run it"
)


@contextmanager
def pgbouncer(url: str, mode: str, folder: Path, more: str = "") -> Iterator[str]:
    """The address of the same database through a pooler; `mode`: session or transaction."""
    assert PROGRAM is not None
    given = normalised(url)
    place = {"host": given.query["host"], "port": given.query["port"]}
    listen = free_port()
    configured = folder / "pgbouncer.ini"
    configured.write_text(CONFIGURATION.format(listen=listen, mode=mode, more=more, **place))
    runner = runner_for(folder, Path(PROGRAM))
    with (folder / "pgbouncer.log").open("w") as log:
        process = subprocess.Popen(
            [*runner.prefix, PROGRAM, str(configured)], **runner.popen, stdout=log, stderr=log
        )
    try:
        _until_it_listens(listen, folder / "pgbouncer.log")
        yield f"postgresql://anybody@127.0.0.1:{listen}/{quote(str(given.database))}"
    finally:
        process.terminate()
        process.wait(10)


def _until_it_listens(port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.02)
