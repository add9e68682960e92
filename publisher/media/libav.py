"""What a video file holds, as libav's own structures have it. To be called isolated."""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, cast

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.sidedata.sidedata import SideDataContainer
from av.stream import Discard, Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from publisher.media import decoders
from publisher.media.boxes import (
    PLACE_KEY,
    clean_aperture,
    needs_dolby,
    notes_places,
    picture_boxes,
)
from publisher.media.gif import whole_images
from publisher.media.h264 import Beside
from publisher.media.pace import Times, pace
from publisher.media.played import codec_of, is_heard, pictures_in, sound_in
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.tracks import Audio, Video

FULL_RANGE = 2
"""libav's AVCOL_RANGE_JPEG."""
FIELDS = range(2, 6)
"""libav's AVFieldOrder of pictures that consist of two fields."""

UNSPECIFIED = 2
Codes = tuple[int, int, int]
"""Code points of H.273."""

MATRIX = struct.Struct("<9i")
"""libav's display matrix, in the machine's own byte order."""

MAX_PRIMING_SECONDS = 0.15
"""Seconds in front of the first sound that encoders leave out: up to three packets of AAC."""

PLACE_KEYS = ("location", PLACE_KEY.decode())

OPENING = {"protocol_whitelist": "fd", "codec_whitelist": decoders.WHITELIST, "probesize": "32"}
"""Nothing that a file says can make libav open another one. What it would probe by decoding a dozen
frames is found here by decoding one and reading on."""


def look(path: Path) -> Video:
    """Read the whole file and decode a picture. Raises MediaRefusedError, OSError."""
    with (
        path.open("rb") as ours,  # libav reads on where its own was left
        path.open("rb", buffering=0) as file,
        _opened(file) as container,
    ):
        pictures = pictures_in(container, ours)
        sound = sound_in(container, ours)
        named = _colours(pictures.codec_context)
        frame, times, beside = _read(container, pictures, sound, _most_pictures(container, ours))
        _check_end(ours, pictures, sound)
        boxes = picture_boxes(ours, pictures.index)
        found = _video(container, pictures, sound, frame, times, beside, boxes, named)
        noted = any(notes_places(ours, one.index) for one in container.streams)
        return replace(found, tells_location=found.tells_location or noted)


@contextmanager
def _opened(file: BinaryIO) -> Iterator[InputContainer]:
    """Whatever libav complains of is the file's fault. Raises MediaRefusedError."""
    form = decoders.demuxer(file)
    options = {**OPENING, "fd": str(file.fileno())}
    try:
        with av.open("fd:", format=form, container_options=options) as container:
            yield container
    except (MediaRefusedError, MemoryError):
        raise
    except (FFmpegError, ValueError, ArithmeticError, TypeError):
        raise MediaRefusedError(Refusal.BROKEN_VIDEO) from None


def _most_pictures(container: InputContainer, file: BinaryIO) -> int | None:
    """A GIF's: libav hands on what follows the last one as if it were another.

    Raises MediaRefusedError if that is not whole.
    """
    if container.format.name != "gif":
        return None
    images = whole_images(file)
    if images is None:
        raise MediaRefusedError(Refusal.BROKEN_VIDEO)
    return images


def _read(
    container: InputContainer,
    pictures: VideoStream,
    sound: AudioStream | None,
    most: int | None,
) -> tuple[VideoFrame, dict[int, Times], Beside]:
    """The first picture that is shown, when which packets are, and what H.264 holds besides.

    Raises MediaRefusedError.
    """
    wanted = [one for one in (pictures, sound) if one is not None]
    for stream in container.streams:
        stream.discard = Discard.default if stream in wanted else Discard.all
    pictures.codec_context.thread_count = 1
    times = {one.index: Times() for one in wanted}
    frame, heard = None, sound is None
    beside, is_h264 = Beside(pictures.codec_context.extradata or b""), codec_of(pictures) == "h264"
    for packet in container.demux(wanted):
        if packet.is_corrupt:
            raise MediaRefusedError(Refusal.BROKEN_VIDEO)
        if len(times[pictures.index].shown) == most:
            break
        times[packet.stream.index].add(packet)  # its own index is 0 in an end mark
        if is_h264 and packet.stream is pictures:
            beside.add(packet)
        if frame is None and packet.stream is pictures:
            frame = next(iter(pictures.decode(packet)), None)
        elif not heard and packet.stream is sound:
            heard = _heard(packet)
    if frame is None or not times[pictures.index].shown:
        raise MediaRefusedError(Refusal.BROKEN_VIDEO)
    return frame, times, beside


def _check_end(file: BinaryIO, *tracks: VideoStream | AudioStream | None) -> None:
    """libav stops without a word where a file is cut between two packets.

    Raises MediaRefusedError for packets that are said to lie behind its end.
    """
    size = os.fstat(file.fileno()).st_size
    for entries in (one.index_entries for one in tracks if one is not None):
        if any(one.pos + one.size > size for one in entries):
            raise MediaRefusedError(Refusal.BROKEN_VIDEO)


def _heard(packet: "Packet[Stream]") -> bool:
    """Whether some of it was decoded: only then the profile is known."""
    try:
        return bool(packet.decode())
    except FFmpegError:
        return False


def _video(
    container: InputContainer,
    pictures: VideoStream,
    sound: AudioStream | None,
    frame: VideoFrame,
    times: dict[int, Times],
    beside: Beside,
    boxes: dict[bytes, bytes],
    named: Codes,
) -> Video:
    context, shown = pictures.codec_context, times[pictures.index]
    says_shape = container.format.name != "gif"  # where browsers pass it over, and apps show square
    ratio = (says_shape and pictures.sample_aspect_ratio) or Fraction(1)
    width, height = size = clean_aperture(boxes, frame.width, frame.height)
    if ratio != 1:
        width = max(round(width * ratio), 1)
    upright, sideways = _lies(frame)
    if sideways:
        width, height = height, width
    heard = times[sound.index] if sound else Times()
    audio = _audio(sound, heard) if sound and heard.shown else None
    rate = pace(shown)
    matrix, primaries, transfer = (
        around if within == UNSPECIFIED else within
        for within, around in zip(_colours(frame), named, strict=True)
    )
    spans = [(one.start, one.end) for one in times.values() if one.shown]
    starts, ends = zip(*spans, strict=True)
    return Video(
        index=pictures.index,
        codec=codec_of(pictures),
        pixels=frame.format.name,
        width=width,
        height=height,
        as_stored=ratio == 1 and upright and size == (frame.width, frame.height),
        turned=not upright,
        fps=rate.fps,
        steady=rate.steady,
        interlaced=frame.interlaced_frame or context.field_order in FIELDS,
        full_range=frame.color_range == FULL_RANGE,
        matrix=matrix,
        primaries=primaries,
        transfer=transfer,
        named_outside=(matrix, primaries, transfer) != _colours(frame),
        kilobits=shown.kilobits,
        is_still=len(shown.shown) == 1,
        start=shown.start,
        duration=max(ends) - min(starts),
        outlasted=max(ends) - shown.end,
        cut=shown.hidden > 0,
        begins_early=shown.is_early or (audio is not None and audio.cut and heard.is_early),
        needs_dolby=needs_dolby(boxes),
        audio=audio,
        has_unreadable_sound=sound is None and is_heard(container),
        tells_location=_tells_location(container),
        copyable=beside.is_copyable,
        has_messages=beside.has_messages,
    )


def _colours(told: VideoFrame | VideoCodecContext) -> Codes:
    """Matrix, primaries and transfer function, by a picture or by the file around them."""
    return told.colorspace, told.color_primaries, told.color_trc


def _audio(sound: AudioStream, times: Times) -> Audio:
    context = sound.codec_context
    return Audio(
        index=sound.index,
        codec=codec_of(sound),
        profile=context.profile or "",
        hertz=context.sample_rate,
        channels=context.channels,
        kilobits=times.kilobits,
        start=times.start,
        cut=times.is_broken or times.hidden * times.unit > MAX_PRIMING_SECONDS,
    )


def _side_data(frame: VideoFrame) -> SideDataContainer | None:
    """None if there is some that PyAV has no name for; then it tells of none of it."""
    try:
        return cast(SideDataContainer, frame.side_data)  # so it is, whatever its stub says
    except ValueError:
        return None


def _lies(frame: VideoFrame) -> tuple[bool, bool]:
    """Whether it is upright, neither turned nor mirrored; and whether it lies on its side."""
    beside = _side_data(frame)
    if beside is None:
        return frame.rotation == 0, frame.rotation % 180 != 0
    try:
        right, across, _, _, below, *_ = MATRIX.unpack(bytes(beside["DISPLAYMATRIX"]))
    except KeyError:
        return True, False
    sideways = abs(across) > abs(right)
    return across == 0 and right > 0 and below > 0, sideways


def _tells_location(container: InputContainer) -> bool:
    said = [container.metadata, *(stream.metadata for stream in container.streams)]
    return any(key.lower().startswith(PLACE_KEYS) for one in said for key in one)
