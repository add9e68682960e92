"""The image: its steps lead from nothing to a bot that answers, and the compose file is valid."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from bot.store import in_thread
from tests.addresses import free_port
from tests.end_to_end.chat import Person
from tests.end_to_end.without_bot import ANNA, PASSWORD, TOKEN, Services
from tests.image import Image, built, compiled
from tests.spoken import spoken

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CHECK_EVERY = 0.5
"""Seconds; compose.yaml asks less often."""


def test_dockerfile_and_compose_file_are_as_their_own_tools_want_them() -> None:
    hadolint = [str(BIN / "hadolint"), "Dockerfile"]
    compose = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]
    for tool, *words in (hadolint, [sys.executable, *compose]):
        told = subprocess.run([tool, *words], cwd=ROOT, capture_output=True, text=True)
        assert told.returncode == 0, told.stdout + told.stderr


async def test_the_images_steps_lead_to_a_healthy_bot_that_writes_to_its_volume_alone(
    services: Services, tmp_path: Path
) -> None:
    image = await in_thread(built)(ROOT / "Dockerfile", tmp_path / "image")
    _has_the_whole_program(image)
    compiled(image)
    before = _files(image)
    assert image.user not in ("root", "0")
    with _started(image, services) as (bot, check):
        while await check() != 0:
            assert bot.poll() is None
            await asyncio.sleep(CHECK_EVERY)
        anna = Person(services.telegram, ANNA)
        await anna.sends("/start")
        await anna.sees(spoken("start", name="Anna"))
        bot.terminate()
        assert await in_thread(bot.wait)(60) == 0
    assert _files(image) == before
    assert (image.root / "var/lib/postbote/data/secret.key").exists()


def _has_the_whole_program(image: Image) -> None:
    (wheel,) = (image.root / "build/wheels").glob("*.whl")
    held = set(ZipFile(wheel).namelist())
    files = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "publisher", "storage")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert len(files) > 150
    assert files - held == set()
    assert (image.root / "opt/postbote/bin/postbote-publisher").exists()


def _files(image: Image) -> list[str]:
    """All that lies outside of the volume."""
    volume = image.root / "var"
    return [
        f"{folder}/{name}"
        for folder, _, names in os.walk(image.root)
        if not Path(folder).is_relative_to(volume)
        for name in names
    ]


Check = Callable[[], Coroutine[None, None, int]]


@contextmanager
def _started(image: Image, services: Services) -> Iterator[tuple["subprocess.Popen[bytes]", Check]]:
    """The image's own command, and its health check; killed at the end if it still runs."""
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "ALLOWED_USER_IDS": str(ANNA),
        "ADMIN_CHAT_ID": str(ANNA),
        "INSTAGRAM_USERNAME": "creator",
        "INSTAGRAM_PASSWORD": PASSWORD,
    }
    inside = {name: image.inside(value) for name, value in image.environment.items()}
    port = image.environment["HEALTH_ADDRESS"].rpartition(":")[2]
    environment = inside | services.environment | settings
    environment["HEALTH_ADDRESS"] = f"127.0.0.1:{(ours := str(free_port()))}"
    health_check = [word.replace(port, ours) for word in image.health_check]
    program = shutil.which(image.entrypoint[0], path=inside["PATH"])
    assert program is not None
    entry = [program, *image.entrypoint[1:]]
    bot = subprocess.Popen([*entry, *image.command], cwd=image.folder, env=environment)

    @in_thread
    def check() -> int:
        return subprocess.run(health_check, env=environment, capture_output=True).returncode

    try:
        yield bot, check
    finally:
        bot.kill()
        bot.wait()
