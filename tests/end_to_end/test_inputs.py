"""Every kind of awkward or hostile file that people may send, and the answer that each one gets."""

import io
import struct
import zlib
from collections.abc import Callable

import pillow_heif
from PIL import Image, ImageCms

from publisher.media.rules import MAX_VIDEO_SECONDS
from storage.files import NAME
from tests.end_to_end.chat import CONVERTING, Message, Person, text_of, until
from tests.end_to_end.conftest import World
from tests.end_to_end.media import cover_colours, published, seconds_of, stripes, video
from tests.end_to_end.test_care import execute
from tests.end_to_end.test_conversation import STEPS, stand_at
from tests.end_to_end.test_publishing import answer
from tests.samples import clip, jpeg, png
from tests.spoken import spoken
from tests.stored import stored_in

Make = Callable[[], bytes]


def bomb(side: int = 12_000) -> bytes:
    """A PNG of 144 megapixels in some 20 kB."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", header), chunk(b"IDAT", packed), chunk(b"IEND", b"")]
    )


def without_index() -> bytes:
    """An MP4 that was cut off before its index was written."""
    whole = clip()
    start = whole.index(b"moov") - 4
    (size,) = struct.unpack_from(">I", whole, start)
    return whole[:start] + whole[start + size :]


def sound_only() -> bytes:
    more = ("-vn",)
    return video(seconds=4, more=more)


def protected() -> bytes:
    """Called what a shop calls its films, whose pictures are encrypted."""
    whole = clip()
    place = whole.index(b"avc1", whole.index(b"stsd"))
    return whole[:place] + b"encv" + whole[place + 4 :]


def still_length() -> bytes:
    """One frame: as good as no seconds."""
    return video(seconds=0.04, sound=False)


def too_long() -> bytes:
    return video("64x64", MAX_VIDEO_SECONDS + 60, source="color=teal", rate=1, sound=False)


DASH = b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>'
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"

REFUSED: list[tuple[str, Make, str]] = [
    ("empty.jpg", lambda: b"", "empty"),
    ("page.jpg", lambda: b"<html><body>hello</body></html>", "HTML"),
    ("text.jpg", lambda: b"Dear diary, today I was a picture.", "text"),
    ("cut.jpg", lambda: jpeg(600, 600)[:3000], "incomplete"),
    ("bomb.png", bomb, "megapixels"),
    ("moving.jpg", lambda: b"GIF89a" + bytes(200), "GIF is incomplete"),
    ("a.eps", lambda: EPS, "EPS"),
    ("a.svg", lambda: SVG, "SVG"),
    ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "PDF"),
    ("list.mp4", lambda: b"#EXTM3U\n#EXT-X-VERSION:3\n/etc/passwd\n", "playlist"),
    ("list.mp4", lambda: DASH, "playlist"),
    ("list.mp4", lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist"),
    ("cut.mp4", lambda: clip()[:5000], "damaged"),
    ("headless.mp4", without_index, "damaged"),
    ("shop.mp4", protected, spoken("refused_protected")),
    ("sound.mp4", sound_only, spoken("refused_no_video_track")),
    ("long.mp4", too_long, "at most"),
]


async def test_what_cannot_be_taken_is_refused_with_the_reason_and_nothing_is_lost(
    world: World, anna: Person
) -> None:
    """All of it, one file after the other, in the middle of a conversation."""
    await stand_at(anna, 1)
    for name, make, explained in REFUSED:
        wanted = len(anna.messages()) + 2  # a progress goes when it is over
        await anna.sends_files([(name, make())], as_file=True)
        await anna.sees(explained)
        await until(lambda wanted=wanted: len(anna.messages()) == wanted)  # type: ignore[misc]
    await answer(anna, *STEPS[1:])
    await anna.sees(spoken("ask_confirm"), "Hello")
    (draft,) = [world.services.drafts.current(owner_id=anna.id, chat_id=anna.id)]
    assert draft is not None and len(draft.media) == 1


async def test_a_video_of_no_length_becomes_nothing_and_the_sentence_says_why(
    anna: Person,
) -> None:
    await anna.sends_files([("still.mp4", still_length())], as_file=True)
    answers = (spoken("ask_type"), "damaged", "at least")
    await until(lambda: bool(anna.messages()[1:]) and said_in(anna.last(), answers))
    if said_in(anna.last(), answers[:1]):
        await answer(anna, ("video", "at least 3"))


def said_in(message: Message, fragments: tuple[str, ...]) -> bool:
    return any(fragment in text_of(message) for fragment in fragments)


async def test_a_files_name_is_never_a_path_of_ours(world: World, anna: Person) -> None:
    names = ("../../etc/x.jpg", "x" * 300 + ".jpg", "\u202egpj.exe")
    await anna.sends_files([(name, jpeg()) for name in names], as_file=True)
    await anna.sees("3 photos")
    media = world.settings.data_dir / "media"
    kept = list(stored_in(media))
    assert len(kept) == 3
    assert all(one.parent == media and NAME.fullmatch(one.name) for one in kept)


def striped(form: str = "JPEG", **options: object) -> bytes:
    return stripes(640, 640, form, **options)


def sideways() -> bytes:
    """A phone's photo: lies on its side, and says so and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)})
    return stripes(640, 640, exif=exif)


def cmyk() -> bytes:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(striped())).convert("CMYK").save(buffer, "JPEG")
    return buffer.getvalue()


def with_profile() -> bytes:
    """Colours in a profile of their own."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return striped(icc_profile=srgb)


def sixteen_bit() -> bytes:
    buffer = io.BytesIO()
    Image.new("I;16", (640, 640), 65535).save(buffer, "PNG")
    return buffer.getvalue()


def heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(striped()))).save(buffer, quality=90)
    return buffer.getvalue()


STRIPED = ["red", "lime", "blue"]

PHOTOS: list[tuple[str, Make, tuple[str, ...], list[str]]] = [
    ("IMG_1.jpg", sideways, ("right way up", spoken("note_location")), ["lime"] * 3),
    ("cmyk.jpg", cmyk, ("sRGB",), STRIPED),
    ("profile.jpg", with_profile, (), STRIPED),
    ("deep.png", sixteen_bit, ("Converted",), ["white"] * 3),
    ("clear.png", lambda: png(640, 640), ("Transparent",), ["white", "red", "red"]),
    ("IMG_2.HEIC", heic, ("Converted",), STRIPED),
]


async def test_awkward_photos_are_converted_told_and_published_clean(
    world: World, anna: Person
) -> None:
    """Together, as a carousel: what is said of it holds for any of them."""
    await anna.sends_files([(name, make()) for name, make, *_ in PHOTOS], as_file=True)
    await anna.sees(f"{len(PHOTOS)} photos")
    await answer(anna, ("carousel", spoken("ask_caption")), ("skip", "Which hashtags?"))
    await answer(anna, ("none", spoken("ask_time")), ("now", ""))
    await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    told = "".join(anna.told())
    assert [said for _, _, notes, _ in PHOTOS for said in notes if said not in told] == []
    await answer(anna, ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (post,) = world.instagram.posts
    for item, (name, _, _, colours) in zip(post.items, PHOTOS, strict=True):
        seen = published(world, item)
        assert seen.metadata["exif"] == {}, name
        assert b"Exif" not in seen.content, name
        assert seen.colours == colours, name


SIDE, SECONDS = "400x400", 3.2
"""Enough to be taken."""


def iphone() -> bytes:
    """10 bit HEVC with the transfer of HLG, as new iPhones film, and surround sound."""
    colours = "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc:log-level=error"
    more = ("-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params", colours)
    return video(SIDE, SECONDS, codec="libx265", suffix=".mov", more=(*more, "-ac", "6"))


def wave() -> bytes:
    """A GIF of a second."""
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue") * 2]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=250)
    return buffer.getvalue()


CLIPS: list[tuple[str, Make, bool, tuple[str, ...]]] = [
    ("hdr.mov", iphone, True, ("HDR", "AAC", spoken("note_converted"))),
    ("slow.mp4", lambda: video(SIDE, SECONDS, rate=5), True, ("Frame rate",)),
    # without sound: Telegram calls it an animation unless it is sent as a file
    ("silent.mp4", lambda: video(SIDE, SECONDS, sound=False), False, ()),
    ("wave.gif", wave, True, ("3 seconds",)),
    ("wave.gif", wave, False, ("3 seconds",)),
]


async def test_awkward_clips_are_converted_told_and_published(world: World, anna: Person) -> None:
    """One post after the other, of a file, or of what is none."""
    execute(world, "UPDATE accounts SET min_gap_seconds = 0")
    for number, (name, make, as_file, said) in enumerate(CLIPS, 1):
        before = len(anna.messages())
        await anna.sends_files([(name, make())], as_file=as_file)
        await anna.sees("1 video")
        await answer(anna, ("video", spoken("ask_caption")), ("skip", "Which hashtags?"))
        await answer(anna, ("none", spoken("ask_time")), ("now", ""))
        await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
        told = [text_of(message) for message in anna.messages()[before:]]
        assert all(any(each in text for text in told) for each in said), (name, told)
        await answer(anna, ("yes", f"Post {number}"))
        await anna.sees(spoken("result_published"))
    posts = sorted(world.instagram.posts, key=lambda post: post.pk)
    for post, (name, *_) in zip(posts, CLIPS, strict=True):
        seen = published(world, post.items[0])
        assert "Video: h264" in seen.info and "yuv420p" in seen.info, name
        assert ("Audio: aac" in seen.info) == (name in ("hdr.mov", "slow.mp4")), name
        assert seconds_of(seen.info) >= 3, name
        assert len(cover_colours(world, post.items[0])) == 3, name


async def test_of_an_album_the_items_that_cannot_be_taken_are_named(anna: Person) -> None:
    whole = jpeg(600, 600)
    broken = whole[: len(whole) // 2]
    files = [whole, broken, whole, b"Hello", broken]
    await anna.sends_files([(f"{n}.jpg", each) for n, each in enumerate(files)], as_file=True)
    told = await anna.sees("Items 2 and 5: This picture is incomplete")
    assert "Item 4: I can't post this" in told
    await anna.sees("2 photos")
