"""What lies in a media folder."""

from pathlib import Path

from storage.files import MARKER


def stored_in(folder: Path) -> list[Path]:
    """All files in it and below, but for the one that marks it as ours."""
    return [path for path in folder.rglob("*") if path.is_file() and path.name != MARKER]
