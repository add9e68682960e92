"""What has been uploaded and what has been posted, as plain data that goes to JSON and back."""

from dataclasses import dataclass, field
from typing import Literal

Product = Literal["feed", "clips", "carousel_container", "story"]
DeviceTimestamps = Literal["upload_id", "seconds"]
"""What Instagram gives back as `device_timestamp`, of posts of all kinds.

Both shapes stand in public recordings. "upload_id": the client's number as it was (mgp25 #340,
2016, #567, #2279). "seconds": ten digits, a second or two before `taken_at` (threads-net's README,
2023; a web upload of March 2024). Whether those are the upload id's seconds is not known, so they
are not made from it: nobody can tell from them whose upload it was.
"""

SHORTCODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Photo:
    """A decoded JPEG, stored under `file`."""

    file: str
    width: int
    height: int


@dataclass(frozen=True)
class Video:
    """A probed MP4, stored under `file`; duration in seconds.

    `size` in bytes is 0, and `has_audio` false, for what was kept before they were noted.
    """

    file: str
    width: int
    height: int
    duration: float
    size: int = 0
    has_audio: bool = False


@dataclass
class Upload:
    """What is staged under one upload id: a photo, or a video and its cover.

    `frame` is the first picture of the video, taken when the client asked for that.
    """

    photo: Photo | None = None
    video: Video | None = None
    frame: Photo | None = None

    def files(self) -> set[str]:
        """The names of the stored files that are staged."""
        return {media.file for media in (self.photo, self.video, self.frame) if media}


@dataclass(frozen=True)
class Item:
    """One picture or one video with its cover, as people see it."""

    photo: Photo
    video: Video | None = None


@dataclass(frozen=True)
class Post:
    """One media of the account, a story too. `taken_at` in seconds since 1970."""

    pk: int
    upload_id: str
    product: Product
    caption: str
    taken_at: float
    items: list[Item] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The short code in the post's web address: the pk in base 64."""
        return shortcode(self.pk)

    def files(self) -> set[str]:
        """The names of the stored files that the post shows."""
        return {media.file for item in self.items for media in (item.photo, item.video) if media}

    @property
    def kind(self) -> str:
        """photo, video, reel, carousel or story: what a person would call it."""
        if self.product == "feed":
            return "video" if self.items[0].video else "photo"
        names = {"clips": "reel", "carousel_container": "carousel", "story": "story"}
        return names[self.product]


def shortcode(pk: int) -> str:
    """Instagram's own base 64 of a media's number."""
    digits = ""
    while pk:
        pk, digit = divmod(pk, 64)
        digits = SHORTCODE[digit] + digits
    return digits or SHORTCODE[0]
