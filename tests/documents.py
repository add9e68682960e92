"""What the documents tell people to type."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]

BLOCK = re.compile(r"^ *(?:\d\. )?```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"#?([A-Z][A-Z_]+)=")
COMMENT = re.compile(r" {2,}# .*")


def typed(name: str) -> list[str]:
    """Line by line, comments left out: commands, and lines for `.env`."""
    blocks = BLOCK.findall((ROOT / name).read_text(encoding="utf-8"))
    lines = "\n".join(blocks).splitlines()
    return [COMMENT.sub("", line.strip()) for line in lines if line.strip()]


def commands(name: str) -> list[str]:
    """Those for a shell."""
    return [line for line in typed(name) if not SETTING.match(line)]


def settings(name: str) -> list[str]:
    """Those for `.env`."""
    return [line for line in typed(name) if SETTING.match(line)]
