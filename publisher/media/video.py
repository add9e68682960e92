"""Videos made ready: H.264 and AAC within Instagram's limits; what already complies is copied."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from publisher.media import ffmpeg
from publisher.media.boxes import picture_seconds, scrub
from publisher.media.encoding import CONTAINER, CRF, PRESET, WITHOUT_MESSAGES
from publisher.media.filters import exact, frame_rate, graph, needs_colours
from publisher.media.framing import Frame, Shape, frame
from publisher.media.isolated import never
from publisher.media.length import (
    MAX_OUTLASTED_SECONDS,
    held_seconds,
    published_seconds,
    repeats,
    still_seconds,
)
from publisher.media.notes import Made, Note
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import (
    AUDIO_CHANNELS,
    AUDIO_CODEC,
    AUDIO_HERTZ,
    AUDIO_KILOBITS,
    MAX_AUDIO_KILOBITS,
    MAX_FPS,
    MAX_VIDEO_BITS_PER_SECOND,
    MIN_FPS,
    SOFT_WIDTH,
    VIDEO_LONG_SIDE,
    VIDEO_SHORT_SIDE,
)
from publisher.media.streams import inspect
from publisher.media.tracks import Audio, Video
from storage.models import MediaItem

MAX_ENCODED_BITS_PER_SECOND = 14_000_000
"""Where the quality would ask for more (noise, confetti); Instagram shows far less."""
SECONDS_BETWEEN_KEYFRAMES = 2

CUT_SHORT_SECONDS = 0.1
"""Seconds by which a part stays below its limit: the sound ends with a whole packet."""

FILLED_SHARE = 0.92
"""Of the limit on bytes; the rate control may exceed its target a little."""

MAX_LOST_SECONDS = MAX_OUTLASTED_SECONDS + 0.5
"""Seconds by which what was made may be shorter than what was promised. More is missing where the
rest of a file is damaged: its decoder goes on without a word."""

MAX_DAMAGED_SHARE = "0.05"
"""Share of a track's packets that may be damaged; more is a hole that shows."""

WALL_SECONDS = 120
WALL_SECONDS_PER_SECOND = 40
MAX_WALL_SECONDS = 3 * 3600
"""A slow machine needs some ten seconds for one of 4K HDR."""

CLEAN = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn", "-fflags", "+bitexact"),
    *("-metadata:s:v", "encoder=", "-metadata:s:a", "encoder="),
)
"""No metadata, no chapters, no data tracks (phones record their place there), no tool's name."""
PACKET_SAMPLES = 1024
"""Samples in a packet of AAC."""
MAX_APART_SECONDS = 0.01
"""Seconds by which sound and picture may begin apart without anything being done about it. A packet
of sound that is copied may be off by half its length as well: 12 ms at 44.1 kHz."""
MIN_COPIED_HERTZ = 32_000
"""Hertz: at less a packet lasts so long that half of one is heard."""
OUTPUT = (*CLEAN, *CONTAINER)

Part = tuple[float, float]
"""Start and length in seconds."""


@dataclass(frozen=True)
class Target:
    """What a video is to become."""

    shape: Shape
    most_bytes: int
    part: Part | None = None


def may_need_converting(video: MediaItem, part: Part | None) -> bool:
    """Whether, by what is stored of it, its pictures have to be encoded anew."""
    complies = (
        video.video_codec == "h264"
        and video.format == "mp4"
        and video.audio_codec in (None, AUDIO_CODEC)
        and not video.hdr
        and MIN_FPS <= (video.fps or 0) <= MAX_FPS
        and max(video.width, video.height) <= VIDEO_LONG_SIDE
        and min(video.width, video.height) <= VIDEO_SHORT_SIDE
    )
    return part is not None or not complies


def prepare_video(
    source: Path,
    target: Path,
    wanted: Target,
    *,
    progress: Callable[[float], None],
    cancelled: Callable[[], bool] = never,
) -> Made:
    """Write `source` as an MP4 that Instagram takes.

    Raises MediaRefusedError, PreparationCancelledError, OSError.
    """
    found = inspect(source)
    seconds = wanted.part[1] - CUT_SHORT_SECONDS if wanted.part else published_seconds(found)
    plan = frame((found.width, found.height), wanted.shape, step=2)
    is_copied = wanted.part is None and _complies(found, plan, source, wanted)
    done = ffmpeg.run(
        source,
        (
            *("-loglevel", "error", *_bearing(found)),
            *(*conversion(found, plan, wanted, is_copied), str(target.resolve())),
        ),
        before=_opening(found, wanted, is_copied),
        bounds=ffmpeg.Bounds(wall_seconds=_patience(seconds), output_bytes=wanted.most_bytes),
        at=lambda second: progress(min(second / seconds, 1.0)),
        cancelled=cancelled,
    )
    if not done.succeeded or not target.exists() or target.stat().st_size == 0:
        raise MediaRefusedError(Refusal.BROKEN_VIDEO)
    if picture_seconds(target) < seconds - MAX_LOST_SECONDS:
        raise MediaRefusedError(Refusal.BROKEN_VIDEO)
    scrub(target)
    progress(1.0)
    return Made(*plan.canvas, frozenset(_notes(found, plan, wanted, is_copied)))


def _opening(found: Video, wanted: Target, is_copied: bool) -> tuple[str, ...]:
    start = _start(found, wanted)
    if is_copied:
        return ("-nofind_stream_info",)
    if start is not None:
        sought = ("-seek_timestamp", "1", "-ss", f"{start:.3f}")
        return sought if _can_seek(found, start) else ("-copyts",)
    return ("-stream_loop", str(repeats(found) - 1)) if repeats(found) > 1 else ()


def _bearing(found: Video) -> tuple[str, ...]:
    """How much damage is borne. What follows a GIF's last picture counts as damage, and is none."""
    return () if found.codec == "gif" else ("-max_error_rate", MAX_DAMAGED_SHARE)


def _start(found: Video, wanted: Target) -> float | None:
    """The second on the file's own clock, unless it is where ffmpeg begins by itself."""
    if wanted.part:
        return found.begins + wanted.part[0]
    return found.begins if found.begins_early else None


def _can_seek(found: Video, second: float) -> bool:
    """Before the first picture ffmpeg finds no sound either, and behind the last no picture."""
    return found.start <= second < found.begins + found.duration - found.outlasted


def conversion(found: Video, plan: Frame, wanted: Target, is_copied: bool) -> tuple[str, ...]:
    """What ffmpeg is told between the names of its input and its output."""
    if is_copied:
        return (*_copied(found), *_sound(found, wanted, found.begins, found.begins), *OUTPUT)
    seconds = wanted.part[1] if wanted.part else published_seconds(found)
    pictures, start = _encoded(found, plan, wanted, seconds), _start(found, wanted)
    part = ("-t", f"{seconds - CUT_SHORT_SECONDS:.3f}") if wanted.part else ()
    if start is None or _can_seek(found, start):  # ffmpeg sets its clock to 0
        return (*pictures, *_sound(found, wanted, 0.0, 0.0), *part, *OUTPUT)
    return (*pictures, *_sound(found, wanted, 0.0, start), "-ss", f"{start:.3f}", *part, *OUTPUT)


def _patience(seconds: float) -> float:
    return min(WALL_SECONDS + WALL_SECONDS_PER_SECOND * seconds, MAX_WALL_SECONDS)


def _complies(found: Video, plan: Frame, source: Path, wanted: Target) -> bool:
    return (
        found.codec == "h264"
        and found.pixels == "yuv420p"
        and found.copyable
        and found.as_stored
        and not found.cut
        and not found.interlaced
        and not found.full_range
        and not needs_colours(found)
        and not _is_too_short(found)
        and not still_seconds(found)
        and found.steady
        and frame_rate(found) == found.fps
        and plan.inner == plan.canvas == (found.width, found.height)
        and found.kilobits * 1000 <= MAX_VIDEO_BITS_PER_SECOND
        and source.stat().st_size <= wanted.most_bytes
    )


def _is_too_short(found: Video) -> bool:
    return repeats(found) > 1 or held_seconds(found) > 0


def _copied(found: Video) -> tuple[str, ...]:
    """Pictures that begin after the sound: the first one stands from the beginning."""
    late = found.start - found.begins
    moved = [f"if(eq(N\\,0)\\,{time}-{late:.6f}/TB\\,{time})" for time in ("PTS", "DTS")]
    steps = [f"setts=pts={moved[0]}:dts={moved[1]}"] if late > MAX_APART_SECONDS else []
    steps += [WITHOUT_MESSAGES] if found.has_messages else []
    filters = ("-bsf:v", ",".join(steps)) if steps else ()
    return ("-map", f"0:{found.index}", "-c:v", "copy", *filters)


def _encoded(found: Video, plan: Frame, wanted: Target, seconds: float) -> tuple[str, ...]:
    rate = frame_rate(found)
    bits = min(MAX_ENCODED_BITS_PER_SECOND, _bits_left(wanted.most_bytes, seconds))
    return (
        "-filter_complex",
        f"[0:{found.index}]{graph(found, plan, wanted.shape.fit)}[pictures]",
        *("-map", "[pictures]", "-r", exact(rate), "-fps_mode", "cfr"),
        *("-c:v", "libx264", "-preset", PRESET, "-crf", CRF, "-profile:v", "high"),
        *("-maxrate", str(bits), "-bufsize", str(bits * 2)),
        *("-g", str(round(rate * SECONDS_BETWEEN_KEYFRAMES)), "-flags:v", "+bitexact"),
        *("-bsf:v", WITHOUT_MESSAGES),
    )


def _bits_left(most_bytes: int, seconds: float) -> int:
    """A second's share of the limit on bytes, less the sound."""
    return int(most_bytes * 8 * FILLED_SHARE / seconds) - AUDIO_KILOBITS * 1000


def _sound(found: Video, wanted: Target, begins: float, first: float) -> tuple[str, ...]:
    """A part's sound is never copied: that could only begin where its packets do.

    Without an edit list, what encoders put before the first sound would delay all of it: it is left
    out, to the packet that begins nearest. What begins later is led up to by silence.

    Args:
        begins: when the video does, by the clock of what is written.
        first: the same by the clock of what is read.
    """
    sound = found.audio
    if sound is None:
        return ("-an",)
    if _sound_complies(sound) and _start(found, wanted) is None and _can_stay(sound, found.begins):
        early = begins - PACKET_SAMPLES / 2 / sound.hertz
        return ("-map", f"0:{sound.index}", "-c:a", "copy", *_without_before(early))
    hertz = sound.hertz if sound.hertz in (44_100, AUDIO_HERTZ) else AUDIO_HERTZ
    return (
        *("-map", f"0:{sound.index}", "-c:a", AUDIO_CODEC, "-b:a", f"{AUDIO_KILOBITS}k"),
        *("-ac", str(AUDIO_CHANNELS), "-ar", str(hertz), "-flags:a", "+bitexact"),
        *("-af", f"aresample={hertz}:async=1:first_pts={round(first * hertz)}"),
        *_without_before(begins - PACKET_SAMPLES / 2 / hertz),
    )


def _without_before(second: float) -> tuple[str, ...]:
    return ("-bsf:a", rf"noise=amount=0:drop=lt(pts*tb\,{second:.6f})")


def _can_stay(sound: Audio, begins: float) -> bool:
    """Whether its packets can begin with the video, and hold nothing that was cut away."""
    return sound.start - begins <= MAX_APART_SECONDS and not sound.cut


def _sound_complies(sound: Audio) -> bool:
    return (
        sound.codec == AUDIO_CODEC
        and sound.profile in ("", "LC")
        and MIN_COPIED_HERTZ <= sound.hertz <= AUDIO_HERTZ
        and sound.channels <= AUDIO_CHANNELS
        and sound.kilobits <= MAX_AUDIO_KILOBITS
    )


def _notes(found: Video, plan: Frame, wanted: Target, is_copied: bool) -> set[Note]:
    rate = frame_rate(found)
    said = {
        Note.TRIMMED: wanted.part is not None,
        Note.LENGTHENED: _is_too_short(found),
        Note.TURNED: found.turned,
        Note.CONVERTED: found.codec != "h264" or found.pixels != "yuv420p",
        Note.HDR: found.hdr,
        Note.FRAME_RATE: not is_copied and abs(rate - found.fps) > 0.5,
        Note.SOUND: found.audio is not None and not _sound_complies(found.audio),
        Note.SILENCED: found.has_unreadable_sound,
        Note.LOCATION: found.tells_location,
        Note.SMALL: plan.canvas[0] < SOFT_WIDTH,
    }
    return {note for note, holds in said.items() if holds}
