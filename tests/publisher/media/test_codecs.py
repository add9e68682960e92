"""What people's cameras write is taken, its colours as a player would show them."""

import struct
from pathlib import Path

import pytest

from publisher.media.prepare import prepare
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.boxes import with_entry_boxes
from tests.films import Film, film, run
from tests.publisher.media.accepted import accepted_video
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import assert_close, assert_upright, post, prepared_paths

FAST = ("-c:v", "libx264", "-preset", "ultrafast")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1")
BLANKED = "drawbox=162:288:162:288:c=black@0:t=fill:replace=1"
CAMERAS: dict[str, tuple[str, ...]] = {
    "ProRes of an iPhone": ("-c:v", "prores", "-pix_fmt", "yuv422p10le", "{}.mov"),
    "ProRes, transparent where it is white": (
        *("-vf", f"format=yuva444p,{BLANKED}", "-pix_fmt", "yuva444p10le"),
        *("-c:v", "prores_ks", "-profile:v", "4444", "{}.mov"),
    ),
    "AV1 of an Android": ("-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p", "{}.mp4"),
    "MPEG-4 of an old phone": ("-c:v", "mpeg4", "-q:v", "2", "{}.mp4"),
    "Motion JPEG of an old camera": (
        "-c:v",
        "mjpeg",
        "-q:v",
        "2",
        "-pix_fmt",
        "yuvj420p",
        "{}.mov",
    ),
    "H.264 in RGB of a recorder": ("-c:v", "libx264rgb", "-preset", "ultrafast", "{}.mp4"),
    "H.264 in full range": (*FAST, "-vf", "scale=out_range=pc", "-color_range", "pc", "{}.mp4"),
}


@pytest.mark.parametrize("name", CAMERAS)
def test_a_camera_of_any_age_is_taken(
    take: Taker, files: MediaFiles, tmp_path: Path, name: str
) -> None:
    source = tmp_path / "film.mp4"
    source.write_bytes(film(Film(seconds=0.25, sound=None)))
    *encoding, target = CAMERAS[name]
    short, made = (Path(target.format(tmp_path / name)) for name in ("short", "camera"))
    run("-i", str(source), *encoding, str(short))  # to encode it all in ProRes takes a second
    run("-stream_loop", "12", "-i", str(short), "-c", "copy", str(made))
    item = take(made.read_bytes())
    path = prepared_paths(prepare(post(PostType.REEL, item), files), files)[0]
    assert_upright(accepted_video(path, PostType.REEL))


BLACK_IN_WHITE = "color=white:s=320x240:r=24:d=3,drawbox=x=40:y=40:w=240:h=160:c=black:t=fill"
PQ_WHITE = "color=0x949494:s=320x240:r=24:d=3,drawbox=h=40:c=black:t=fill,format=gbrp"
RED = "color=0xC83232:s=320x240:r=24:d=3,drawbox=h=40:c=black:t=fill,format=gbrp"
TEN_BIT = ("-pix_fmt", "yuv420p10le")
AS_709 = ("-vf", "scale=out_color_matrix=bt709", "-pix_fmt", "yuv420p")
AS_2020 = ("-vf", "scale=out_color_matrix=bt2020", "-pix_fmt", "yuv420p")
AS_YCGCO = ("-vf", "zscale=min=gbr:rin=full:m=ycgco:r=limited,format=yuv420p")
RED_IN_P3, RED_IN_2020, BLACK = (217, 0, 36), (245, 0, 38), (0, 0, 0)
"""What 200,50,50 of these primaries is in BT.709, calculated by hand for a display of BT.1886."""

FULL = ("-vf", "scale=out_range=pc:out_color_matrix=bt601", "-color_range", "pc")
COLOURED = {
    "P3 in full range": (BLACK_IN_WHITE, "12:1:6", (*FULL, "-pix_fmt", "yuvj420p"), BLACK),
    "P3 and no more": (RED, "12:2:2", AS_709, RED_IN_P3),
    "BT.2020 without HDR": (RED, "9:14:9", AS_2020, RED_IN_2020),
    "BT.2020 in constant luminance": (BLACK_IN_WHITE, "9:14:10", TEN_BIT, BLACK),
    "PQ in constant luminance": (BLACK_IN_WHITE, "9:16:10", TEN_BIT, BLACK),
    "PQ in ICtCp": (BLACK_IN_WHITE, "9:16:14", TEN_BIT, BLACK),
    "PQ and no more": (BLACK_IN_WHITE, "2:16:2", TEN_BIT, BLACK),
    "YCgCo": (RED, "1:1:8", AS_YCGCO, (200, 50, 50)),
    "a logarithm": (RED, "1:9:1", AS_709, (200, 50, 50)),
    "BT.2020's curve": (RED, "1:14:1", AS_709, (200, 50, 50)),
    "a matrix that nobody reads": (BLACK_IN_WHITE, "1:1:11", AS_709, BLACK),
    "P3 in RGB, full range": (RED, "12:1:0", ("-pix_fmt", "gbrp"), RED_IN_P3),
    "PQ in RGB, full range": (PQ_WHITE, "9:16:0", ("-pix_fmt", "gbrp10le"), (232,) * 3),
    "HLG in full range": (BLACK_IN_WHITE, "9:18:9", ("-vf", "scale=out_range=pc", *TEN_BIT), BLACK),
}
"""What is filmed; primaries, transfer and matrix that the stream names; how it is encoded."""


COLOUR_CODES = struct.Struct(">HHHB")
NAMED_OUTSIDE = {
    "PQ": (PQ_WHITE, COLOUR_CODES.pack(9, 16, 9, 0), TEN_BIT, HEVC, (232,) * 3),
    "P3": (RED, COLOUR_CODES.pack(12, 1, 1, 0), AS_709, FAST, RED_IN_P3),
}
"""Colours that the file tells, and the stream in it does not: as programs do that only pack."""


@pytest.mark.parametrize("name", NAMED_OUTSIDE)
def test_colours_are_those_of_the_file_where_the_pictures_tell_none(
    take: Taker, files: MediaFiles, tmp_path: Path, name: str
) -> None:
    shown, codes, encoding, encoder, wanted = NAMED_OUTSIDE[name]
    target = tmp_path / "film.mov"
    untold = ("-color_primaries", "2", "-color_trc", "2", "-colorspace", "2")
    unsaid = ("-x265-params", "log-level=error") if encoder is HEVC else ()
    run("-f", "lavfi", "-i", shown, *encoding, *encoder, *unsaid, *untold, str(target))
    told = target.read_bytes().replace(b"colrncl", b"freencl")
    item = take(with_entry_boxes(told, (b"colr", b"nclx" + codes)))
    assert item.hdr == (name == "PQ")
    path = prepared_paths(prepare(post(PostType.VIDEO, item), files), files)[0]
    seen = accepted_video(path, PostType.VIDEO)
    assert_close(seen.getpixel((seen.width // 2, seen.height // 2)), wanted, tolerance=10)


@pytest.mark.parametrize("name", COLOURED)
def test_colours_are_those_that_a_player_shows(
    take: Taker, files: MediaFiles, tmp_path: Path, name: str
) -> None:
    shown, codes, encoding, wanted = COLOURED[name]
    primaries, transfer, matrix = codes.split(":")
    said = f"log-level=error:colorprim={primaries}:transfer={transfer}:colormatrix={matrix}"
    said += ":range=full" if "full" in name else ""
    target = tmp_path / "film.mov"
    run("-f", "lavfi", "-i", shown, *encoding, *HEVC, "-x265-params", said, str(target))
    item = take(target.read_bytes())
    path = prepared_paths(prepare(post(PostType.VIDEO, item), files), files)[0]
    seen = accepted_video(path, PostType.VIDEO)
    assert_close(seen.getpixel((seen.width // 2, seen.height // 2)), wanted, tolerance=10)
