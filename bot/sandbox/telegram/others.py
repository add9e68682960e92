"""Messages that a person can send besides text, photos, videos and documents."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image

from bot.sandbox.telegram.content import media_content
from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.media import Media


def other_content(files: Files, kind: str) -> Wire:
    """The content of a message of this kind. Raises Refused for one that we do not have."""
    if kind in MEDIA:
        return media_content(files, files.add(MEDIA[kind]()))
    if kind in PLAIN:
        return {kind: dict(PLAIN[kind])}
    raise Refused("The phone cannot send that.")


def _sticker() -> Media:
    out = BytesIO()
    Image.new("RGBA", (512, 512), (255, 200, 0, 128)).save(out, "WEBP")
    return Media("sticker", out.getvalue(), "image/webp", width=512, height=512)


MEDIA: dict[str, Callable[[], Media]] = {
    "voice": lambda: Media("voice", b"OggS" + bytes(60), "audio/ogg", duration=2),
    "sticker": _sticker,
    "video_note": lambda: Media(
        "video_note", b"\0\0\0\x18ftypmp42", "video/mp4", None, 240, 240, 2
    ),
}
PLAIN: dict[str, Wire] = {
    "contact": {"phone_number": "+4930123456", "first_name": "Ada"},
    "location": {"latitude": 52.52, "longitude": 13.405},
    "poll": {
        "id": "1",
        "question": "Cake?",
        "options": [
            {"persistent_id": "0", "text": "Yes", "voter_count": 0},
            {"persistent_id": "1", "text": "No", "voter_count": 0},
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": False,
        "members_only": False,
    },
}
