"""Folders and files that none but their owner can read."""

import logging
import os
import re
import stat
from pathlib import Path

log = logging.getLogger(__name__)

OURS = re.compile(
    r"media(-cache)?|backups|restore\.unfinished|postgres(\..+)?|secret\.key(\.\d+)?|sandbox"
)
"""What lies in DATA_DIR; with anything else in it, it is not Postbote's alone."""


def private_folder(folder: Path) -> None:
    """Make it, or narrow one that others can look into; one that is not ours is warned of."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    narrow(folder, 0o700)


def private_data_folder(folder: Path, log_file: Path | None = None) -> None:
    """The same for DATA_DIR, which may hold our log, and other programs' files.

    That others may pass through it, and see nothing, is meant: root's Postgres may be another user.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not folder.stat().st_mode & 0o066:
        return
    logs = f"{log_file.name}." if log_file else ""
    names = [path.name for path in folder.iterdir()]
    if all(OURS.fullmatch(name) or (logs and f"{name}.".startswith(logs)) for name in names):
        narrow(folder, 0o700)
    else:
        log.warning(
            "%s is open to other accounts of this machine, and holds more than Postbote's files:"
            " give Postbote a folder of its own (DATA_DIR), or run chmod 700 on it",
            folder,
        )


def warn_of_readers(file: Path) -> None:
    """Warn of a file with secrets that is open to other accounts; it is not ours to mend."""
    if is_open_to_others(file):
        mode = stat.filemode(file.stat().st_mode)
        log.warning(
            "%s holds secrets, and other accounts of this machine can read or change it (%s):"
            " chmod 600 %s",
            file,
            mode,
            file,
        )


def is_open_to_others(file: Path) -> bool:
    """Whether other accounts can read or change it; not if it is not there.

    That a group can read it is meant where the file is another account's, as with root:postbote.
    """
    try:
        found = file.stat()
    except OSError:
        return False
    return bool(found.st_mode & (0o066 if found.st_uid == os.geteuid() else 0o026))


def narrow(path: Path, mode: int) -> None:
    """Take everybody else's rights to it away; what is another account's is warned of."""
    found = path.stat()
    if not found.st_mode & 0o077:
        return
    if found.st_uid == os.geteuid():
        path.chmod(mode)
    else:
        log.warning("%s is open to other accounts of this machine: chmod %o on it", path, mode)
