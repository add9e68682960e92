"""The real instagrapi client, over HTTP, at a sandbox Instagram of its own."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from instagrapi import Client
from PIL import Image

from bot.sandbox.instagram.server import application
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_server import LocalServer
from publisher.instagram.transport import redirect

USERNAME, PASSWORD = "garden.diary", "correct horse battery"

MakePhoto = Callable[[int, int], Path]
MakeVideo = Callable[..., Path]


def redirected(base_url: str) -> Client:
    """A fresh client that has never logged in, pointed at the sandbox and never sleeping."""
    client = Client(private_transport="requests", request_timeout=0, session_retry_total=0)
    aim(client, base_url)
    return client


def aim(client: Client, base_url: str) -> None:
    """Point a client at the sandbox, again after its settings were set."""
    client.request_timeout = 0
    redirect(client, base_url)


@pytest.fixture(scope="session")
def kept_login(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """What both sides keep of a login: the sandbox's folder, and the client's settings."""
    folder = tmp_path_factory.mktemp("logged-in")
    state = InstagramState(folder, username=USERNAME, password=PASSWORD)
    with LocalServer(application(state)).run_in_thread() as url:
        client = redirected(url)
        assert client.login(USERNAME, PASSWORD)
    state.close()
    return folder, client.get_settings()


@pytest.fixture
def state(tmp_path: Path, request: pytest.FixtureRequest) -> InstagramState:
    folder = tmp_path / "instagram"
    if "client" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("kept_login")[0], folder)
    return InstagramState(folder, username=USERNAME, password=PASSWORD)


@pytest.fixture
def url(state: InstagramState) -> Iterator[str]:
    with LocalServer(application(state)).run_in_thread() as url:
        yield url


@pytest.fixture
def client(url: str, kept_login: tuple[Path, dict[str, Any]]) -> Client:
    """Logged in."""
    client = redirected(url)
    client.username, client.password = USERNAME, PASSWORD
    client.set_settings(kept_login[1])
    aim(client, url)
    return client


@pytest.fixture(scope="session")
def make_photo(tmp_path_factory: pytest.TempPathFactory) -> MakePhoto:
    """A JPEG of the given size."""
    folder = tmp_path_factory.mktemp("photos")

    def make(width: int, height: int) -> Path:
        path = folder / f"{width}x{height}.jpg"
        if not path.exists():
            Image.radial_gradient("L").resize((width, height)).convert("RGB").save(path)
        return path

    return make


@pytest.fixture(scope="session")
def make_video(tmp_path_factory: pytest.TempPathFactory) -> MakeVideo:
    """An MP4 of the given size and length; H.264 at 25 frames a second unless told otherwise.

    `sound` is a second input of ffmpeg's, `more` are further options for the output.
    """
    folder = tmp_path_factory.mktemp("videos")

    def make(
        width: int,
        height: int,
        seconds: float = 3,
        codec: str = "libx264",
        rate: str = "25",
        sound: tuple[str, ...] = (),
        more: tuple[str, ...] = (),
    ) -> Path:
        name = repr((width, height, seconds, codec, rate, sound, more))
        path = folder / f"{hashlib.sha256(name.encode()).hexdigest()}.mp4"
        if not path.exists():
            source = f"testsrc=size={width}x{height}:rate={rate}:duration={seconds}"
            tuning = ["-preset", "ultrafast"] if codec == "libx264" else []
            ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", source]
            encode = ["-c:v", codec, *tuning, "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
            subprocess.run([*ffmpeg, *sound, *encode, *more, str(path)], check=True)
        return path

    return make


@pytest.fixture(scope="session")
def make_sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of sound in an MP4."""
    path = tmp_path_factory.mktemp("sounds") / "sound.mp4"
    source = ["-f", "lavfi", "-i", "sine=duration=3", "-c:a", "aac"]
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *source, str(path)], check=True)
    return path
