"""A Dockerfile's steps without Docker: each runs in a clean folder, which stands for `/`.

What a step names by an absolute path lies below that folder; `FROM python` is a fresh Python.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from sysconfig import get_path

from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).parents[1]
SYSTEM = "/usr/bin:/bin"
QUICKLY = {"UV_LINK_MODE": "symlink", "UV_COMPILE_BYTECODE": "0"}
"""To the same effect: nothing is copied out of uv's cache, nor compiled; see `compiled`."""
UNCHECKED = (1).to_bytes(4, "little")
"""PEP 552's flags of compiled code that is taken as it is, whatever its source's time."""


@dataclass
class Image:
    """What the last stage has made."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health_check: list[str] = field(default_factory=list)
    user: str = "root"
    stages: dict[str, Path] = field(default_factory=dict)

    def inside(self, text: str) -> str:
        """With each absolute path of the image as it is called outside."""
        for name in ("/opt", "/var", "/empty"):
            text = text.replace(name, f"{self.root}{name}")
        return text

    def path(self, name: str) -> Path:
        """Of a file in it; a relative one is below the working folder."""
        return Path(self.inside(name)) if name.startswith("/") else self.folder / name


def built(dockerfile: Path, folder: Path) -> Image:
    """Run every step. Raises CalledProcessError for one that fails."""
    parser = DockerfileParser(str(dockerfile), parent_env={"PATH": SYSTEM})
    image = Image(folder)
    for step, context in zip(parser.structure, parser.context_structure, strict=True):
        image.environment = dict(context.get_values("ENV"))
        STEPS[step["instruction"]](image, step["value"])
    return image


def compiled(image: Image) -> None:
    """What `UV_COMPILE_BYTECODE` is for, taken from the packages that the tests run with.

    Both are of one lock file; as uv's cache is of another time, Python is told not to compare.
    """
    ours = Path(get_path("purelib"))
    (theirs,) = image.root.glob("opt/postbote/lib/python*/site-packages")
    for path in ours.rglob("*.pyc"):
        place = theirs / path.relative_to(ours)
        if place.parents[1].is_dir():
            place.parent.mkdir(exist_ok=True)
            code = path.read_bytes()
            place.write_bytes(code[:4] + UNCHECKED + code[8:])


def _from(image: Image, value: str) -> None:
    """A fresh Python with pip, of the version that runs us, as the one on the PATH."""
    assert value.startswith("python:")
    image.folder = image.root
    python = image.root / "python"
    if not python.exists():
        seed = ["venv", "--quiet", "--seed", "--python", sys.executable, str(python)]
        subprocess.run([Path(sys.executable).with_name("uv"), *seed], check=True)


def _workdir(image: Image, value: str) -> None:
    image.folder = image.root / value.lstrip("/")
    image.folder.mkdir(parents=True, exist_ok=True)


def _copy(image: Image, value: str) -> None:
    """From another stage nothing need be copied: all of them share one root."""
    words = shlex.split(value)
    options = [word for word in words if word.startswith("--")]
    *sources, target = words[len(options) :]
    if any(option.startswith("--from=") for option in options):
        _take_over(image, sources, target)
        return
    for source in sources:
        assert source in _sent(), f"{source} is not sent to Docker: .dockerignore"
        place = image.path(target) / (source if target.endswith("/") else "")
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, place)


def _take_over(image: Image, sources: list[str], target: str) -> None:
    (source,) = sources
    there, here = image.path(source.rstrip("/")), image.path(target.rstrip("/"))
    if here != there:
        shutil.copytree(there, here)
    assert here.exists()


def _sent() -> set[str]:
    """The exceptions from `*`, each a name of this folder."""
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in rules
    return {rule.removeprefix("!") for rule in rules if rule.startswith("!")}


def _run(image: Image, value: str) -> None:
    path = f"{image.root / 'python' / 'bin'}:{image.environment['PATH']}"
    ours = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    environment = ours | image.environment | QUICKLY | {"PATH": path}
    subprocess.run(
        ["sh", "-ec", image.inside(value)],  # noqa: S607 - wherever it is
        cwd=image.folder,
        env=environment,
        check=True,
        capture_output=True,
    )


def _nothing(image: Image, value: str) -> None:
    """Said for people, or of what a step has set already."""


def _healthcheck(image: Image, value: str) -> None:
    image.health_check = json.loads(value[value.index("CMD") + len("CMD") :])


def _entrypoint(image: Image, value: str) -> None:
    image.entrypoint = json.loads(value)


def _cmd(image: Image, value: str) -> None:
    image.command = json.loads(value)


def _user(image: Image, value: str) -> None:
    image.user = value


STEPS = {
    "FROM": _from,
    "WORKDIR": _workdir,
    "COPY": _copy,
    "RUN": _run,
    "HEALTHCHECK": _healthcheck,
    "ENTRYPOINT": _entrypoint,
    "CMD": _cmd,
    "USER": _user,
    **dict.fromkeys(("COMMENT", "ARG", "ENV", "VOLUME"), _nothing),
}
"""Every instruction that is used; another one is a KeyError."""
