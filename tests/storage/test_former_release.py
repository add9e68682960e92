"""A process of the former release goes on working while the tables are the new one's already.

Its code, as of commit 68cfa95, is kept in former_release.zip: `git archive --format=zip -9 -o
tests/storage/former_release.zip COMMIT storage`, once there is a newer one.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from storage.database import Database

HERE = Path(__file__).parent


def test_the_former_release_reads_and_writes_all_that_it_knows(
    database: Database, tmp_path: Path
) -> None:
    shutil.unpack_archive(HERE / "former_release.zip", tmp_path)
    script = HERE / "former_release_at_work.py"
    command = [sys.executable, "-I", str(script), database.url, str(tmp_path)]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
