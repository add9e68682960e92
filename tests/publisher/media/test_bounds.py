"""Hostile files: nothing crashes, nothing hangs, and nothing but the file itself is opened."""

import os
import random
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
import pytest
from PIL import Image, UnidentifiedImageError

from publisher.media import ffmpeg
from publisher.media.framing import Fit, Shape
from publisher.media.isolated import Limits, isolated
from publisher.media.photo import prepare_photo
from publisher.media.prepare import prepare
from publisher.media.probe import probe
from publisher.media.refused import MediaRefusedError, PreparationCancelledError, Refusal
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.ending import of_each
from tests.films import Film, film
from tests.pictures import encoded, quarters
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import post
from tests.stored import stored_in

PICTURES = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
FILMS = {"MP4": Film(), "MOV": Film(suffix=".mov", codec="libx265")}
PROGRAM = """
import os
from publisher.media.isolated import isolated

print("imported", flush=True)
if __name__ == "__main__":
    assert isolated(os.getpid)() != os.getpid()
    assert "GLIBC_TUNABLES" not in os.environ
"""
MUTANTS = 12
"""Of each kind, with seeds of their own: the same in each run."""


@cache
def seed(form: str) -> bytes:
    """A small file that is whole."""
    return film(FILMS[form]) if form in FILMS else encoded(quarters(330, 330), form)


def mutant(content: bytes, number: int) -> bytes:
    """The file with a few bytes changed, left out or doubled; mostly near its beginning."""
    chance, damaged = random.Random(number), bytearray(content)
    for _ in range(chance.randint(1, 12)):
        reach = len(damaged) if chance.random() < 0.3 else min(len(damaged), 2000)
        place = chance.randrange(reach)
        length = chance.choice((1, 1, 2, 4, 64))
        match chance.randrange(4):
            case 0:
                damaged[place : place + length] = chance.randbytes(length)
            case 1:
                del damaged[place : place + length]
            case 2:
                damaged[place:place] = damaged[place : place + length]
            case _:
                damaged[place : place + 4] = b"\xff\xff\xff\xff"
    return bytes(damaged)


@pytest.mark.parametrize("form", [*PICTURES, *FILMS])
def test_a_damaged_file_is_taken_or_refused_and_nothing_else(tmp_path: Path, form: str) -> None:
    path = tmp_path / "damaged"
    for number in range(MUTANTS):
        path.write_bytes(mutant(seed(form), number))
        started = time.monotonic()
        try:
            found = probe(path)
            assert found.width > 0 and found.height > 0
        except MediaRefusedError:
            pass
        assert time.monotonic() - started < 30


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """(address, who came): a server on loopback that nobody should ever talk to."""
    visitors: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def wait() -> None:
            while not ended.is_set():
                try:
                    visitors.append(server.accept()[1])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=wait)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", visitors
        ended.set()
        thread.join()


PLAYLISTS = {
    "ffconcat": "ffconcat version 1.0\nfile {url}/clip.mp4\nfile sibling.mp4\n",
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n{url}/clip.ts\n#EXTINF:4,\nsibling.mp4\n",
    "DASH": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period>'
    "<BaseURL>{url}/</BaseURL></Period></MPD>",
    "SDP": "v=0\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=control:{url}\n",
    "SVG": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/a.png"/></svg>',
}


@pytest.mark.parametrize("name", PLAYLISTS)
@pytest.mark.parametrize("disguise", [b"", b"\0\0\0\x14ftypisom\0\0\0\0isom", b"\0\0\0\x08wide"])
def test_a_playlist_opens_neither_a_second_file_nor_a_connection(
    tmp_path: Path, listener: tuple[str, list[object]], name: str, disguise: bytes
) -> None:
    url, visitors = listener
    (tmp_path / "sibling.mp4").write_bytes(seed("MP4"))
    path = tmp_path / "clip.mp4"
    path.write_bytes(disguise + PLAYLISTS[name].format(url=url).encode())
    with pytest.raises(MediaRefusedError):
        probe(path)
    assert visitors == []


def referring(atoms: bytes, name: bytes) -> bytes:
    """QuickTime's data references, which say "in this file", become aliases of another one."""
    made = b""
    while atoms:
        (size,), kind = struct.unpack(">I", atoms[:4]), atoms[4:8]
        body, atoms = atoms[8:size], atoms[size:]
        if kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
            body = referring(body, name)
        if kind == b"dref":
            body = body.replace(b"\0\0\0\x0curl \0\0\0\x01", alias(name))
        made += struct.pack(">I", 8 + len(body)) + kind + body
    return made


def alias(name: bytes) -> bytes:
    """Of a file in the same folder (Inside Macintosh: Files, alias records)."""
    path = b"disk:" + name + bytes((len(name) + 1) % 2)
    volume = b"\x04" + b"disk".ljust(27, b"\0")
    file = bytes([len(name)]) + name.ljust(63, b"\0")
    record = bytes(10) + volume + bytes(12) + file + bytes(16) + struct.pack(">hh", 1, 1)
    record += bytes(16) + struct.pack(">HH", 2, len(path)) + path + struct.pack(">hH", -1, 0)
    return struct.pack(">I", 12 + len(record)) + b"alis" + bytes(4) + record


def test_a_movie_that_refers_to_another_file_does_not_get_it(tmp_path: Path) -> None:
    """Whoever opened that would wait there until the work is ended for its length."""
    os.mkfifo(tmp_path / "sibling.mp4")
    path = tmp_path / "clip.mp4"
    path.write_bytes(referring(seed("MP4"), b"sibling.mp4"))
    started = time.monotonic()
    with suppress(MediaRefusedError):
        probe(path)
    for told in ((), ("-enable_drefs", "1")):
        done = ffmpeg.run(path, ("-c", "copy", "-f", "null", "-"), before=told)
        assert "filename='sibling.mp4'" in done.report, "it does refer to it"
    assert time.monotonic() - started < 30


def test_ffmpeg_reads_nothing_but_the_file_it_is_handed(tmp_path: Path) -> None:
    """Even told to, in so many words, by the very option that a hostile file would abuse."""
    (tmp_path / "secret.mp4").write_bytes(seed("MP4"))
    script = tmp_path / "list.mp4"
    script.write_text(f"ffconcat version 1.0\nfile 'file:{tmp_path}/secret.mp4'\n")
    arguments = ("-c", "copy", "-f", "null", "-")
    done = ffmpeg.run(script, arguments, before=("-f", "concat", "-safe", "0"))
    assert not done.succeeded
    assert "'file' not on whitelist" in done.report


def spin() -> None:
    """Work that never ends."""
    while True:
        pass


def sleep() -> None:
    """Work that waits for ever."""
    time.sleep(600)


def gorge() -> int:
    """Work that wants more memory than any picture needs."""
    return len(bytearray(8 * 1024**3))


def die() -> None:
    """What a decoder with a fault does."""
    os.abort()


def end() -> None:
    """What a kernel does that is short of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def spill(path: Path) -> None:
    """Work that fills the disk."""
    with path.open("wb") as file:
        for _ in range(100):
            file.write(bytes(1024 * 1024))


def is_deaf_to_ctrl_c() -> bool:
    """A terminal sends it to all of us; the bot alone acts on it."""
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.parametrize(
    ("work", "limits", "reason"),
    [
        (spin, Limits(cpu_seconds=1), Refusal.TOO_HEAVY),
        (sleep, Limits(wall_seconds=1), Refusal.TOO_HEAVY),
        (gorge, Limits(), Refusal.TOO_MUCH),
        (die, Limits(), Refusal.TOO_MUCH),
        (end, Limits(), Refusal.TOO_MUCH),
    ],
)
def test_isolated_work_is_ended_at_its_limits(
    work: object, limits: Limits, reason: Refusal
) -> None:
    """And time is named only where it was that."""
    started = time.monotonic()
    with pytest.raises(MediaRefusedError) as refused:
        isolated(work, limits=limits)()  # type: ignore[arg-type] # any of the functions above
    assert refused.value.reason is reason
    assert time.monotonic() - started < 60


def die_once(known: Path) -> str:
    """As when the kernel wants memory."""
    if not known.exists():
        known.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def test_what_was_killed_far_from_its_limits_is_done_once_more(tmp_path: Path) -> None:
    assert isolated(die_once)(tmp_path / "known") == "done"


def kill_the_server() -> str:
    os.kill(os.getppid(), signal.SIGKILL)
    return "done"


def test_when_their_server_is_killed_what_is_at_work_goes_on_and_there_is_another_like_it() -> None:
    assert isolated(kill_the_server)() == "done"
    assert isolated(is_deaf_to_ctrl_c)()


def test_work_that_meets_its_server_dying_is_done_all_the_same() -> None:
    for _ in range(5):
        os.kill(isolated(os.getppid)(), signal.SIGKILL)
        assert isolated(is_deaf_to_ctrl_c)(), "by a server like the other one"


def test_an_ffmpeg_that_was_killed_runs_once_more(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(seed("MP4"))
    victims: list[psutil.Process] = []

    def kill_the_first() -> bool:
        if not victims:  # its process has the name of what sets its bounds at first
            victims.extend(one for one in psutil.Process().children() if "ffmpeg" in one.name())
            for one in victims:
                one.kill()
        return False

    done = ffmpeg.run(
        path, ("-vf", "realtime=speed=3", "-f", "null", "-"), cancelled=kill_the_first
    )
    assert done.succeeded and victims


HALF_AN_ANSWER = """
import os, time
from publisher.media import isolated
os.write(isolated._told.fileno(), bytes([0, 0, 0, 100]) + b"half")
time.sleep(600)
"""


def test_nobody_waits_for_the_rest_of_an_answer_beyond_the_limit() -> None:
    with pytest.raises(MediaRefusedError):
        isolated(exec, limits=Limits(wall_seconds=1))(HALF_AN_ANSWER)


def test_ctrl_c_is_left_to_the_bot() -> None:
    assert isolated(is_deaf_to_ctrl_c)()
    assert not is_deaf_to_ctrl_c()


def test_isolated_work_cannot_fill_the_disk(tmp_path: Path) -> None:
    with pytest.raises((MediaRefusedError, OSError)):
        isolated(spill, limits=Limits(output_bytes=3_000_000))(tmp_path / "flood")
    assert (tmp_path / "flood").stat().st_size <= 3_000_000


def test_isolated_work_can_be_cancelled() -> None:
    started = time.monotonic()
    with pytest.raises(PreparationCancelledError):
        isolated(sleep, cancelled=lambda: time.monotonic() > started + 0.3)()
    assert time.monotonic() - started < 60


class Forged:
    """What a decoder answers that a picture has taken over."""

    def __init__(self, call: Callable[..., object], *values: object) -> None:
        self._answer = call, values

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._answer


def answer_forged(marker: Path) -> object:
    return Forged(os.mkdir, str(marker))


def answer_evaluated(marker: Path) -> object:
    return Forged(eval, f"__import__('os').mkdir({str(marker)!r})")


def answer_out_of_a_module(marker: Path) -> None:
    """Of ours, which has others in it."""
    ours = sys.modules[isolated.__module__]
    ours._told.send_bytes(
        b"\x80\x04c%s\nos.mkdir\n(V%s\ntR." % (ours.__name__.encode(), bytes(marker))
    )


def answer_that_changes(what: bytes, attribute: bytes) -> None:
    """Of a value type, or of one of an enumeration's members, that attribute."""
    ours = sys.modules[isolated.__module__]
    ours._told.send_bytes(b"\x80\x04%sN}V%s\nK\x07s\x86b." % (what, attribute))


def answer_with_an_end() -> None:
    ours = sys.modules[isolated.__module__]
    ours._told.send((False, StopIteration()))


def fail_in_a_library() -> None:
    raise UnidentifiedImageError("no picture")


def refuse() -> None:
    raise MediaRefusedError(Refusal.TOO_SMALL, width=3)


@pytest.mark.parametrize("work", [answer_forged, answer_evaluated, answer_out_of_a_module])
def test_an_answer_runs_nothing(tmp_path: Path, work: Callable[[Path], object]) -> None:
    with pytest.raises(MediaRefusedError):
        isolated(work)(tmp_path / "marker")
    assert not (tmp_path / "marker").exists()


@pytest.mark.parametrize(
    ("what", "attribute"),
    [
        (b"cpublisher.media.isolated\nLimits\n", b"cpu_seconds"),
        (b"cpublisher.media.refused\nRefusal\n(Vempty\ntR", b"_value_"),
    ],
)
def test_an_answer_changes_nothing_of_ours(what: bytes, attribute: bytes) -> None:
    with pytest.raises(MediaRefusedError):
        isolated(answer_that_changes)(what, attribute)
    assert Limits.cpu_seconds == Limits().cpu_seconds == 45
    assert Refusal.EMPTY.value == "empty"


def test_no_answer_keeps_whoever_awaits_it_waiting_for_ever() -> None:
    with pytest.raises(MediaRefusedError):
        isolated(answer_with_an_end)()
    with pytest.raises(RuntimeError, match="StopIteration"):
        isolated(next)(iter(()))


def test_an_error_comes_back_as_what_it_is_a_kind_of() -> None:
    with pytest.raises(OSError, match="UnidentifiedImageError: no picture"):
        isolated(fail_in_a_library)()
    with pytest.raises(MediaRefusedError, match=r"too_small.*3") as refused:
        isolated(refuse)()
    assert refused.value.details == {"width": 3}


def test_isolated_work_does_not_start_the_program_anew(tmp_path: Path) -> None:
    """As `postbote`, the command, is a script: each process would import all of the bot again."""
    program = tmp_path / "program"
    program.write_text(PROGRAM)
    command = [sys.executable, str(program)]
    ran = subprocess.run(
        command, env={"PYTHONPATH": str(Path.cwd())}, capture_output=True, check=True, timeout=60
    )
    assert ran.stdout == b"imported\n"


def test_ffmpeg_is_ended_when_its_time_is_over(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(seed("MP4"))
    slow = ("-vf", "fps=60,scale=1920:3412,gblur=sigma=50:steps=6,gblur=sigma=50:steps=6")
    with pytest.raises(MediaRefusedError) as refused:
        ffmpeg.run(path, (*slow, "-f", "null", "-"), bounds=ffmpeg.Bounds(wall_seconds=0.2))
    assert refused.value.reason is Refusal.TOO_HEAVY
    assert _no_ffmpeg_runs()


def test_ffmpeg_cannot_fill_the_disk(tmp_path: Path) -> None:
    path, target = tmp_path / "film.mp4", tmp_path / "flood.avi"
    path.write_bytes(seed("MP4"))
    raw = ("-c:v", "rawvideo", "-f", "avi", str(target))
    done = ffmpeg.run(path, raw, bounds=ffmpeg.Bounds(output_bytes=2_000_000))
    assert not done.succeeded
    assert target.stat().st_size <= 2_000_000


def test_a_large_picture_with_transparency_is_copied_once_and_not_by_each_thread(
    tmp_path: Path,
) -> None:
    """81 megapixels, which take 324 MB once they are decoded."""
    path, target = tmp_path / "large.png", tmp_path / "made.jpg"
    palette = Image.new("P", (9000, 9000))
    palette.putpalette((255, 0, 0))
    palette.save(path, transparency=1)
    shape = Shape(1.0, (1440, 1920), Fit.CROP)
    made = isolated(prepare_photo, limits=Limits(memory_bytes=1_250_000_000))(path, target, shape)
    assert made.width == 1440


def test_ffmpeg_cannot_take_all_memory(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(seed("MP4"))
    greedy = ("-vf", "scale=8000:8000,loop=loop=100:size=100", "-f", "null", "-")
    done = ffmpeg.run(path, greedy, bounds=ffmpeg.Bounds(memory_bytes=300_000_000))
    assert not done.succeeded


def test_a_cancelled_conversion_leaves_nothing_behind(take: Taker, files: MediaFiles) -> None:
    item = take(film(Film(seconds=20)))
    heard: list[float] = []
    draft = post(PostType.VIDEO, item)
    with pytest.raises(PreparationCancelledError):
        prepare(draft, files, progress=heard.append, cancelled=lambda: bool(heard))
    assert _no_ffmpeg_runs()
    folder = files.path(item.original).parent
    assert [path.name for path in stored_in(folder)] == [item.original]


def test_what_a_picture_needs_stays_within_the_limits(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    Image.new("RGBA", (8_000, 5_000), (255, 0, 0, 128)).save(path, compress_level=1)
    shape = Shape(1.0, (1440, 1440), Fit.BLUR)
    assert isolated(prepare_photo)(path, tmp_path / "made.jpg", shape).width == 1440


def test_the_processes_limits_are_not_ours() -> None:
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def _no_ffmpeg_runs() -> bool:
    names = of_each(psutil.Process().children(recursive=True), psutil.Process.name)
    return not [name for name in names if name.startswith("ffmpeg")]
