"""What cannot be published is refused at intake, with its reason."""

import functools
import random
import struct
from pathlib import Path

import pytest
from PIL import Image

from publisher.media import ffmpeg
from publisher.media.probe import name_of, probe
from publisher.media.refused import MediaRefusedError, Refusal
from storage.lifecycle import MediaKind
from tests.boxes import with_entry_boxes
from tests.films import Film, film, run
from tests.heif_files import cut, with_properties
from tests.pictures import chunk, encoded, png_claiming, quarters

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"></svg>'
JPEG = encoded(quarters(400, 400))
PROGRESSIVE = encoded(quarters(400, 400), progressive=True)[:-2]
LAST_SCAN = PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") :]

STRANGERS = {
    "HTML": b"<!DOCTYPE html><html><body>Not a picture</body></html>",
    "text": b"just some words, which somebody has called photo.jpg",
    "Canon raw (CR3)": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(200),
    "BMP": encoded(quarters(400, 400), "BMP"),
    "TIFF": encoded(quarters(400, 400), "TIFF"),
    "ICO": encoded(quarters(400, 400), "ICO"),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 400 400\nshowpage\n",
    "PDF": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
    "SVG": SVG,
    "XML/SVG": b'\xef\xbb\xbf<?xml version="1.0"?>' + SVG,
    "playlist": b"#EXTM3U\n#EXTINF:1,\nsecret.mp4\n",
    "ZIP": b"PK\x03\x04" + bytes(40),
    "WEBM/MKV": b"\x1aE\xdf\xa3" + bytes(40),
    "FLV": b"FLV\x01\x05" + bytes(40),
    "MPEG": b"\0\0\x01\xba!" + bytes(40),
    "MPEG-TS": b"G@\x11\x10" + bytes(40),
    "WMV/WMA": b"0&\xb2u\x8ef\xcf\x11\xa6\xd9" + bytes(40),
    "12-bit JPEG": JPEG.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc1\0\x11\x0c", 1),
    "lossless JPEG": JPEG.replace(b"\xff\xc0", b"\xff\xc3", 1),
    "JPEG-LS": JPEG.replace(b"\xff\xc0", b"\xff\xf7", 1),
    "many-scan JPEG": PROGRESSIVE + 100 * LAST_SCAN,
    "CgBI": b"\x89PNG\r\n\x1a\n"
    + chunk(b"CgBI", b"P\0 \x06")
    + encoded(quarters(64, 64), "PNG")[8:],
    "HEIF sequence": b"\0\0\0\x18ftyphevc\0\0\0\0msf1hevc" + bytes(40),
    "?": bytes(range(256)) * 4,
}
ALIKE = {
    "text": ["Zwölf Boxkämpfer".encode(), "<html>".encode("utf-16"), b"BMW", b"Form 17"],
    "RAW": [b"II*\0\x10\0\0\0CR\2\0" + bytes(40), b"FUJIFILMCCD-RAW 0201\0", b"IIU\0\x08\0\0\0"],
    "TIFF": [b"MM\0+" + bytes(40)],
    "JPEG 2000": [b"\xff\x4f\xff\x51\0" + bytes(40), b"\0\0\0\x0cjP  \r\n\x87\n"],
    "MP3": [b"\xff\xfb\x90\x64" + bytes(40)],
    "AAC": [b"\xff\xf1\x50\x80" + bytes(40)],
    "GZIP": [b"\x1f\x8b\x08\0" + bytes(40)],
    "H.264": [b"\0\0\0\x01\x67\x42" + bytes(40)],
    "H.265": [b"\0\0\0\x01\x40\x01\x0c" + bytes(40)],
    "MPEG-TS": [(bytes(4) + b"G@\x11" + bytes(185)) * 2, (b"G\x01\0" + bytes(185)) * 2],
    "playlist": [
        b"[playlist]\nFile1=http://127.0.0.1:1/a.mp4",
        b"\xef\xbb\xbf#EXTM3U\n",
        b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
    ],
    "?": [b"\0" * 400, b"\x02\x03words", "ä".encode("latin-1") + b" word"],
}
"""What begins otherwise, and is called the same."""


@functools.cache
def _noise(form: str) -> bytes:
    return encoded(Image.effect_noise((330, 330), 90).convert("RGB"), form)


def _probed(tmp_path: Path, content: bytes) -> MediaRefusedError:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(MediaRefusedError) as refused:
        probe(path)
    return refused.value


@pytest.mark.parametrize("filling", [b"\xff", b"\xff" * 3])
def test_what_fills_up_a_jpeg_makes_it_no_stranger(tmp_path: Path, filling: bytes) -> None:
    note = b"\xff\xe5" + struct.pack(">H", 65000) + b"\xc3" * 64998  # a mark, read at a wrong place
    (path := tmp_path / "file").write_bytes(JPEG[:2] + filling + note + JPEG[2:])
    assert probe(path).width == 400
    path.write_bytes(PROGRESSIVE + filling + 50 * LAST_SCAN + b"\xff\xd9" + 99 * LAST_SCAN)
    assert probe(path).width == 400


def test_an_empty_file(tmp_path: Path) -> None:
    assert _probed(tmp_path, b"").reason is Refusal.EMPTY


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_called_by_its_name(tmp_path: Path, name: str) -> None:
    refused = _probed(tmp_path, STRANGERS[name])
    assert refused.reason is Refusal.UNKNOWN_FORMAT
    assert refused.details == {"format": name}


def test_there_is_a_name_for_what_people_send_by_mistake() -> None:
    called = {start: name_of(start) for starts in ALIKE.values() for start in starts}
    assert called == {start: name for name, starts in ALIKE.items() for start in starts}


@pytest.mark.parametrize("kind", [b"styp", b"sidx", b"moof", b"uuid"])
def test_a_part_of_a_stream_is_a_video_that_lacks_something(tmp_path: Path, kind: bytes) -> None:
    refused = _probed(tmp_path, struct.pack(">I4s", 24, kind) + bytes(400))
    assert refused.reason is Refusal.BROKEN_VIDEO


@pytest.mark.parametrize("kept", [0.01, 0.3, 0.9])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_a_picture_that_ends_too_early(tmp_path: Path, form: str, kept: float) -> None:
    whole = _noise(form)
    assert _probed(tmp_path, whole[: int(len(whole) * kept)]).reason is Refusal.TRUNCATED


def test_a_picture_of_tiles_that_lacks_the_end_of_the_last(tmp_path: Path) -> None:
    """As phones write HEIC; libheif shows a blank where a tile is incomplete."""
    whole = encoded(quarters(600, 400), "HEIF", tile_size=256)
    (tmp_path / "whole").write_bytes(whole)
    assert probe(tmp_path / "whole").width == 600
    assert _probed(tmp_path, whole[:-1]).reason is Refusal.TRUNCATED


def test_a_picture_of_400_megapixels_in_a_small_file(tmp_path: Path) -> None:
    content = png_claiming(20_000, 20_000)
    assert len(content) < 60_000
    refused = _probed(tmp_path, content)
    assert refused.reason is Refusal.TOO_MANY_PIXELS
    assert refused.details == {"megapixels": 400, "limit": 120}


def test_a_picture_for_which_pillow_only_warns(tmp_path: Path) -> None:
    assert _probed(tmp_path, png_claiming(12_000, 12_000)).reason is Refusal.TOO_MANY_PIXELS


def test_a_picture_too_small_to_show_anything(tmp_path: Path) -> None:
    refused = _probed(tmp_path, encoded(quarters(63, 400)))
    assert refused.reason is Refusal.TOO_SMALL
    assert refused.details == {"width": 63, "height": 400, "limit": 64}


@pytest.mark.parametrize(("missing", "progressive"), [(3, False), (40, False), (40, True)])
def test_a_jpeg_that_lacks_a_few_bytes_of_its_picture(
    tmp_path: Path, missing: int, progressive: bool
) -> None:
    noise = Image.frombytes("L", (336, 336), random.Random(1).randbytes(336 * 336))
    whole = encoded(noise, progressive=progressive)
    assert _probed(tmp_path, whole[:-missing]).reason is Refusal.TRUNCATED


def test_a_png_whose_picture_fails_all_its_checks(tmp_path: Path) -> None:
    damaged = bytearray(_noise("PNG"))
    damaged[len(damaged) // 2] ^= 255
    assert _probed(tmp_path, bytes(damaged)).reason is Refusal.TRUNCATED


@pytest.mark.parametrize("form", ["AVIF", "HEIF"])
def test_a_cut_that_hides_how_large_a_picture_is(tmp_path: Path, form: str) -> None:
    whole = encoded(quarters(400, 400), form)
    place = whole.index(b"ispe") + 8
    huge = whole[:place] + struct.pack(">II", 20_000, 20_000) + whole[place + 8 :]
    refused = _probed(tmp_path, with_properties(huge, cut(400, 400)))
    assert refused.reason is Refusal.TOO_MANY_PIXELS


def test_a_cut_beyond_the_picture(tmp_path: Path) -> None:
    for form in ("AVIF", "HEIF"):
        beyond = with_properties(encoded(quarters(400, 400), form), cut(200, 200, 300))
        assert _probed(tmp_path, beyond).reason is Refusal.TRUNCATED


def test_a_heif_with_another_codec_is_called_by_its_name(tmp_path: Path) -> None:
    other = with_properties(encoded(quarters(400, 400), "HEIF"), brand=b"mif1")
    other = other.replace(b"hvc1", b"avc1").replace(b"heic", b"avci")
    refused = _probed(tmp_path, other)
    assert refused.reason is Refusal.UNKNOWN_FORMAT
    assert refused.details == {"format": "HEIF with H.264"}


@pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
def test_an_animation(tmp_path: Path, form: str) -> None:
    frames = [quarters(400, 400), quarters(400, 400).rotate(90)]
    content = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
    assert _probed(tmp_path, content).reason is Refusal.ANIMATED


def test_a_video_without_its_index(tmp_path: Path) -> None:
    whole = film(Film())
    cut = whole[: whole.index(b"moov") - 4]
    assert _probed(tmp_path, cut).reason is Refusal.BROKEN_VIDEO


def test_a_video_that_ends_too_early(tmp_path: Path) -> None:
    whole = film(Film(suffix=".mp4", options=("-movflags", "+faststart")))
    path = tmp_path / "whole.mp4"
    path.write_bytes(whole)
    run("-i", str(path), "-c", "copy", "-movflags", "+faststart", str(tmp_path / "fast.mp4"))
    fast = (tmp_path / "fast.mp4").read_bytes()
    assert _probed(tmp_path, fast[: len(fast) * 6 // 10]).reason is Refusal.BROKEN_VIDEO


def test_a_video_with_sound_only(tmp_path: Path) -> None:
    run("-f", "lavfi", "-i", "sine=440:d=4", "-c:a", "aac", str(tmp_path / "sound.mp4"))
    content = (tmp_path / "sound.mp4").read_bytes()
    assert _probed(tmp_path, content).reason is Refusal.NO_VIDEO_TRACK


def test_sound_with_a_picture_of_its_record(tmp_path: Path) -> None:
    (tmp_path / "record.jpg").write_bytes(JPEG)
    sound = ("-f", "lavfi", "-i", "sine=440:d=4", "-i", str(tmp_path / "record.jpg"))
    maps = ("-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
    run(*sound, *maps, "-c:a", "aac", str(tmp_path / "song.mp4"))
    content = (tmp_path / "song.mp4").read_bytes()
    assert _probed(tmp_path, content).reason is Refusal.NO_VIDEO_TRACK


@pytest.mark.parametrize("frames", [1, 30])
def test_a_video_of_a_moment(tmp_path: Path, frames: int) -> None:
    picture = ("-f", "lavfi", "-i", "color=red:s=324x576:r=30", "-frames:v", str(frames))
    run(*picture, "-pix_fmt", "yuv420p", str(tmp_path / "moment.mp4"))
    refused = _probed(tmp_path, (tmp_path / "moment.mp4").read_bytes())
    assert refused.reason is Refusal.TOO_SHORT
    assert refused.details["limit"] == "3"


def _of_length(path: Path, seconds: float) -> bytes:
    picture = ("-f", "lavfi", "-i", f"color=red:s=64x64:r=2/{seconds}", "-frames:v", "2")
    run(*picture, "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path))
    return path.read_bytes()


@pytest.mark.parametrize("seconds", [3600.1, 10800])
def test_a_video_of_over_an_hour(tmp_path: Path, seconds: float) -> None:
    refused = _probed(tmp_path, _of_length(tmp_path / "long.mp4", seconds))
    assert refused.reason is Refusal.TOO_LONG
    assert refused.details["limit"] == "3600"


def test_an_hour_whose_last_packet_ends_a_little_later_is_an_hour(tmp_path: Path) -> None:
    _of_length(path := tmp_path / "hour.mp4", 3600.04)
    assert probe(path).duration == pytest.approx(3600.04, abs=0.005)


FOREIGN = {
    "vp9": ("-c:v", "libvpx-vp9", "-deadline", "realtime"),
    "mpeg2video": ("-c:v", "mpeg2video"),
    "dvvideo": ("-vf", "scale=720:576,setfield=bff", "-c:v", "dvvideo", "-flags", "+ildct"),
}


@pytest.mark.parametrize("codec", FOREIGN)
def test_a_codec_that_cameras_do_not_use_is_named_and_never_decoded(
    tmp_path: Path, codec: str
) -> None:
    """Its pictures are noise here: a decoder would call the file damaged."""
    path = tmp_path / f"other.{'mp4' if codec == 'vp9' else 'mov'}"
    picture = ("-f", "lavfi", "-i", "color=red:s=324x576:r=25:d=0.5")
    run(*picture, *FOREIGN[codec], "-pix_fmt", "yuv420p", str(path))
    content = bytearray(path.read_bytes())
    start, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    content[start:end] = random.Random(1).randbytes(end - start)
    refused = _probed(tmp_path, bytes(content))
    assert refused.reason is Refusal.UNSUPPORTED_CODEC
    assert refused.details == {"codec": codec}


ENTRIES = {
    b"encv": (Refusal.PROTECTED, {}),
    b"drmi": (Refusal.PROTECTED, {}),
    b"abcd": (Refusal.UNSUPPORTED_CODEC, {"codec": "abcd"}),
    bytes(4): (Refusal.BROKEN_VIDEO, {}),
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_what_the_file_calls_its_codec_is_told_if_nobody_else_has_a_name_for_it(
    tmp_path: Path, entry: bytes
) -> None:
    content = film(Film())
    place = content.index(b"avc1", content.index(b"stsd"))
    refused = _probed(tmp_path, content[:place] + entry + content[place + 4 :])
    assert (refused.reason, refused.details) == ENTRIES[entry]


def test_a_decoder_that_is_not_on_the_list_does_not_run_in_ffmpeg_either(tmp_path: Path) -> None:
    path = tmp_path / "other.mp4"
    picture = ("-f", "lavfi", "-i", "color=red:s=64x64:r=5:d=1", "-c:v", "libvpx-vp9")
    run(*picture, "-pix_fmt", "yuv420p", str(path))
    done = ffmpeg.run(path, ("-f", "null", "-"))
    assert not done.succeeded and "(vp9) not on whitelist" in done.report


@pytest.mark.parametrize("brand", [b"mif2", b"mif3", b"miaf", b"avci", b"jpeg"])
def test_a_picture_of_another_brand_is_not_called_a_video(tmp_path: Path, brand: bytes) -> None:
    content = struct.pack(">I4s4sI4s4s", 24, b"ftyp", brand, 0, b"mif1", b"heic")
    content += struct.pack(">I4sI", 12, b"meta", 0) + bytes(100)
    assert _probed(tmp_path, content).reason in (Refusal.UNKNOWN_FORMAT, Refusal.TRUNCATED)


@pytest.mark.parametrize("other", [b"mif1", b"heic"])
def test_a_film_that_is_compatible_with_pictures_is_a_video(tmp_path: Path, other: bytes) -> None:
    """As some phones and converters write it."""
    content = film(Film())
    size = int.from_bytes(content[:4])
    (path := tmp_path / "film.mp4").write_bytes(content[: size - 4] + other + content[size:])
    assert probe(path).kind is MediaKind.VIDEO


DOLBY = {5: 0, 8: 4}
"""Profile -> what its base layer is compatible with: nothing, and HLG."""


@pytest.mark.parametrize("profile", DOLBY)
def test_dolby_vision_is_taken_where_others_can_show_it(tmp_path: Path, profile: int) -> None:
    """As iPhones write it (8.4), and as streaming services do (5)."""
    configuration = bytes([1, 0, profile << 1, 0b101, DOLBY[profile] << 4]) + bytes(19)
    box = b"dvvC" if profile == 8 else b"dvcC"
    content = with_entry_boxes(film(Film(codec="libx265", suffix=".mov")), (box, configuration))
    if profile == 5:
        refused = _probed(tmp_path, content)
        assert refused.reason is Refusal.UNSUPPORTED_CODEC
        assert refused.details == {"codec": "Dolby Vision 5"}
    else:
        path = tmp_path / "film.mov"
        path.write_bytes(content)
        assert probe(path).video_codec == "hevc"


def test_a_gif_that_is_damaged_or_too_large_is_refused_as_a_gif(tmp_path: Path) -> None:
    frames = [quarters(400, 400), quarters(400, 400).rotate(90)]
    whole = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    assert _probed(tmp_path, b"GIF89a" + bytes(200)).reason is Refusal.BROKEN_GIF
    bomb = whole[:6] + b"\xff\xff\xff\xff" + whole[10:]
    assert _probed(tmp_path, bomb).reason is Refusal.TOO_MANY_PIXELS
    wide = whole[:6] + struct.pack("<HH", 9000, 400) + whole[10:]
    assert _probed(tmp_path, wide).reason is Refusal.TOO_LARGE
    slow = encoded(
        frames[0], "GIF", save_all=True, append_images=(frames * 4)[1:], duration=600_000
    )
    assert _probed(tmp_path, slow).reason is Refusal.TOO_LONG


def test_a_picture_in_a_videos_clothes(tmp_path: Path) -> None:
    disguised = struct.pack(">I", 24) + b"ftypisom" + bytes(12) + JPEG
    assert _probed(tmp_path, disguised).reason is Refusal.BROKEN_VIDEO


def test_a_video_in_a_pictures_clothes(tmp_path: Path) -> None:
    disguised = film(Film()).replace(b"ftypisom", b"ftypheic", 1)
    assert _probed(tmp_path, disguised).reason in (Refusal.UNKNOWN_FORMAT, Refusal.TRUNCATED)


def test_what_a_file_says_of_itself_is_not_believed(tmp_path: Path) -> None:
    lie = "x\n  Stream #0:5: Video: h264 (High), yuv420p, 100x100, 30 fps, 30 tbr"
    path = tmp_path / "film.mp4"
    path.write_bytes(film(Film()))
    told = tmp_path / "told.mp4"
    run("-i", str(path), "-c", "copy", "-metadata", f"title={lie}", str(told))
    found = probe(told)
    assert (found.width, found.height) == (324, 576)
    assert b"100x100" in told.read_bytes()
