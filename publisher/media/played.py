"""Which tracks of a video file players show and play."""

from typing import BinaryIO

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from publisher.media import decoders
from publisher.media.boxes import PROTECTED, entry_kind
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.tracks import check_sides

UNKNOWN = "unknown"
"""In place of a codec that libav has no name for."""


def pictures_in(container: InputContainer, file: BinaryIO) -> VideoStream:
    """The track that players show. Raises MediaRefusedError before anything unknown is decoded."""
    tracks = [one for one in container.streams.video if not _is_still(one)]
    if not tracks:
        silent = not container.streams.audio
        raise MediaRefusedError(Refusal.BROKEN_VIDEO if silent else Refusal.NO_VIDEO_TRACK)
    moving = [one for one in tracks if one.frames != 1] or tracks  # a cover may not say it is one
    track = next((one for one in moving if one.disposition & Disposition.default), moving[0])
    codec, kind = codec_of(track), entry_kind(file, track.index)
    if kind in PROTECTED:
        raise MediaRefusedError(Refusal.PROTECTED)
    if codec == UNKNOWN:
        if not kind.isalnum():
            raise MediaRefusedError(Refusal.BROKEN_VIDEO)
        codec = kind.decode()
    if codec not in decoders.PICTURES or track.codec_context.name != decoders.PICTURES[codec]:
        raise MediaRefusedError(Refusal.UNSUPPORTED_CODEC, codec=codec)
    check_sides(track.codec_context.width, track.codec_context.height)
    return track


def _is_still(track: VideoStream) -> bool:
    """A cover, as songs and drones' clips have one."""
    return bool(track.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))


def sound_in(container: InputContainer, file: BinaryIO) -> AudioStream | None:
    """The track that players play, if it can be read."""
    if not is_heard(container):
        return None
    tracks = [
        one
        for one in container.streams.audio
        if codec_of(one) in decoders.SOUND and entry_kind(file, one.index) not in PROTECTED
    ]
    first = tracks[0] if tracks else None
    return next((one for one in tracks if one.disposition & Disposition.default), first)


def is_heard(container: InputContainer) -> bool:
    """Whether it has sound that is not switched off beside pictures that are shown."""
    on = {one.type for one in container.streams if one.disposition & Disposition.default}
    return bool(container.streams.audio) and ("audio" in on or "video" not in on)


def codec_of(track: VideoStream | AudioStream) -> str:
    context = track.codec_context
    return str(context.codec.canonical_name) if context else UNKNOWN
