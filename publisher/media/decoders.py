"""What may look at strangers' videos: demuxers and decoders on a list, chosen beforehand."""

from typing import BinaryIO

DEMUXERS = {b"GIF8": "gif"}
"""By how a file begins; all else can only be MP4 or MOV."""

PICTURES = {
    "h264": "h264",
    "hevc": "hevc",
    "av1": "libdav1d",
    "prores": "prores",
    "mpeg4": "mpeg4",
    "mjpeg": "mjpeg",
    "gif": "gif",
}
"""Codec -> decoder: what people's cameras and phones write. AV1: new Androids; ProRes: iPhone Pro;
MPEG-4 part 2 and Motion JPEG: cameras and phones before 2012."""

UNCOMPRESSED = (
    *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le"),
    *("pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_alaw", "pcm_mulaw"),
)
SOUND = {
    "aac": "aac",
    "ac3": "ac3",
    "adpcm_ima_qt": "adpcm_ima_qt",
    "alac": "alac",
    "amr_nb": "amrnb",
    "amr_wb": "amrwb",
    "eac3": "eac3",
    "flac": "flac",
    "mp2": "mp2float",
    "mp3": "mp3float",
    "opus": "opus",
    **{name: name for name in UNCOMPRESSED},
}
"""Codec -> decoder. Others are not read: the video is published silent, and people are told."""

WHITELIST = ",".join({**PICTURES, **SOUND}.values())
"""As ffmpeg and libav take it. They open no other decoder, not even to find out what it is."""


def demuxer(file: BinaryIO) -> str:
    """The one that may read this file, which stands at its beginning afterwards."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    return DEMUXERS.get(head, "mov")
