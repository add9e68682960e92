"""Who runs the embedded Postgres. It refuses to be run by root, and nothing is opened up for it.

Root starts it in a user namespace of its own, in which root is somebody else: the files stay
root's, in folders that nobody else may enter. Where the kernel allows no namespaces (many
containers), it runs as a system user, provided that this one gets at its files as they are.
"""

import os
import pwd
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.sentences import Sentence

SYSTEM_USER = "pgserver"
"""As the package that brings Postgres has always called it."""

OVERFLOW_UID = 65534
"""As which everybody else appears in a user namespace: never to be taken for us."""

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
"""All that the server gets to see of ours: no secret is among it."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be used; the message says why, and what to do.

    `is_transient`: another start may be luckier, as after a long recovery.
    """

    def __init__(self, sentence: str, *, is_transient: bool = False) -> None:
        super().__init__(sentence)
        self.is_transient = is_transient


@dataclass(frozen=True)
class Runner:
    """How a command of Postgres is run: as which user, and behind which other command."""

    uid: int
    gid: int
    """Owner and group of its files."""
    client: str
    """Our own name, as the server sees it at the other end of a socket."""
    prefix: tuple[str, ...] = ()

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments for `subprocess`."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def runner_for(folder: Path, program: Path) -> Runner:
    """Who is to run `program` on `folder`, at which nobody works: it is theirs afterwards.

    Raises EmbeddedPostgresError.
    """
    check_owner(folder)
    is_root = os.geteuid() == 0
    runner = (in_a_namespace() or _as_system_user()) if is_root else _ourselves()
    _hand_over(folder, runner)
    if runner.popen and not _reaches(runner, folder, program):
        raise EmbeddedPostgresError(
            Sentence(
                "root cannot run the embedded Postgres itself, and the user {user}"
                " may not enter {folder} or run {program}. Start Postbote as a user of its"
                " own, or give both a place that everybody may pass through, such as"
                " /opt/postbote.",
                user=SYSTEM_USER,
                folder=folder,
                program=program,
            )
        )
    return runner


def _ourselves() -> Runner:
    return Runner(os.geteuid(), os.getegid(), name_of(os.geteuid()))


def check_owner(folder: Path) -> None:
    """Root works on its own files alone, everybody else as well. Raises EmbeddedPostgresError."""
    owner, me = folder.stat().st_uid, os.geteuid()
    if owner == me or (me == 0 and name_of(owner) == SYSTEM_USER):
        return
    if me == 0:
        advice = Sentence("start Postbote as {owner}", owner=name_of(owner))
    else:
        ours = f"chown -R {name_of(me)}: {folder.parent}"
        advice = Sentence("run as root: {command}", command=ours)
    raise EmbeddedPostgresError(
        Sentence(
            "{folder} belongs to {owner}, but Postbote runs as {me}: {advice}",
            folder=folder,
            owner=name_of(owner),
            me=name_of(me),
            advice=advice,
        )
    )


def name_of(uid: int) -> str:
    """The user's name, or the number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def in_a_namespace() -> Runner | None:
    """Root, who is called otherwise inside; None where the kernel does not allow it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return None
    taken = (0, OVERFLOW_UID)
    alias = next((user for user in pwd.getpwall() if user.pw_uid not in taken), None)
    if alias is None:
        return None
    user, group = f"--map-user={alias.pw_uid}", f"--map-group={alias.pw_gid}"
    prefix = (unshare, "--user", user, group, "--")
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False, env=ENVIRONMENT)
    return Runner(0, 0, alias.pw_name, prefix) if tried.returncode == 0 else None


def _as_system_user() -> Runner:
    try:
        user = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        adding = ["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        with suppress(OSError):
            subprocess.run(adding, capture_output=True, check=False, env=ENVIRONMENT)
    try:
        user = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise EmbeddedPostgresError(
            Sentence(
                "root cannot run the embedded Postgres itself, and the user {user}"
                " cannot be made. Start Postbote as a user of its own.",
                user=SYSTEM_USER,
            )
        ) from None
    return Runner(user.pw_uid, user.pw_gid, "root")


def _hand_over(folder: Path, runner: Runner) -> None:
    """Give it to who runs the server: root may have done so otherwise the last time."""
    if folder.stat().st_uid == runner.uid:
        return
    for root, folders, files in os.walk(folder, topdown=False):
        for name in (*folders, *files):
            os.chown(Path(root) / name, runner.uid, runner.gid, follow_symlinks=False)
    os.chown(folder, runner.uid, runner.gid)  # last: what was broken off is done again


def _reaches(runner: Runner, folder: Path, program: Path) -> bool:
    test = ["test", "-w", str(folder), "-a", "-x", str(program)]
    return subprocess.run(test, env=ENVIRONMENT, check=False, **runner.popen).returncode == 0
