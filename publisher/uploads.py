"""Staging and configuring: the bytes of a post go to Instagram, then one request shows them.

What `stage` returns is plain data, so that any process with the account's session can configure
what another one has staged ahead of its minute.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from publisher.client import SteadyClient
from publisher.videos import AS_CHILD, AS_STORY, send_reel, send_video
from storage.lifecycle import MediaKind, PostType

Json = dict[str, Any]


@dataclass(frozen=True)
class UploadItem:
    """One prepared file; a video comes with a cover."""

    kind: MediaKind
    path: Path
    cover: Path | None = None


@dataclass(frozen=True)
class Upload:
    """A post as it shall stand on Instagram, under an upload id of ours."""

    post_type: PostType
    caption: str
    items: tuple[UploadItem, ...]
    upload_id: str

    @property
    def fingerprint(self) -> str:
        """Equal for equal posts only: what was staged of another is of no use."""
        told = [self.post_type, self.caption, self.upload_id]
        told += [f"{item.path.name} {item.cover and item.cover.name}" for item in self.items]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@dataclass(frozen=True)
class Part:
    """One item that Instagram holds. Width and height in pixels, duration in seconds."""

    upload_id: str
    width: int
    height: int
    duration: float | None = None
    """None for a photo."""


@dataclass(frozen=True)
class Staged:
    """Bytes that Instagram holds, and all that configure needs besides."""

    post_type: PostType
    upload_id: str
    caption: str
    fingerprint: str
    parts: list[Part] = field(default_factory=list)

    @property
    def is_video(self) -> bool:
        """Whether Instagram has to look at a video before it shows the post."""
        return any(part.duration is not None for part in self.parts)

    @property
    def upload_ids(self) -> frozenset[str]:
        """All that stands for this post: a carousel's items have ids of their own."""
        return frozenset({self.upload_id, *(part.upload_id for part in self.parts)})

    def data(self) -> Json:
        """As JSON, the way it is stored."""
        return asdict(self)

    @classmethod
    def read(cls, data: Json | None, upload: Upload) -> "Staged | None":
        """What was staged ahead, if it was this very upload."""
        if not data or data.get("fingerprint") != upload.fingerprint:
            return None
        parts = [Part(**part) for part in data["parts"]]
        return cls(
            PostType(data["post_type"]),
            data["upload_id"],
            data["caption"],
            data["fingerprint"],
            parts,
        )


def item_ids(upload_id: str, count: int) -> list[str]:
    """The upload ids of a carousel's items, which follow its own."""
    return [str(int(upload_id) + number) for number in range(1, count + 1)]


def stage(client: SteadyClient, upload: Upload) -> Staged:
    """Upload all files of a post. Raises whatever the client raises."""
    if upload.post_type is PostType.CAROUSEL:
        parts = [
            _send(client, upload.post_type, item, item_id)
            for item, item_id in zip(
                upload.items, item_ids(upload.upload_id, len(upload.items)), strict=True
            )
        ]
    else:
        parts = [_send(client, upload.post_type, upload.items[0], upload.upload_id)]
    return Staged(upload.post_type, upload.upload_id, upload.caption, upload.fingerprint, parts)


def configure(client: SteadyClient, staged: Staged) -> Json:
    """Send the one request that publishes. Raises whatever the client raises."""
    with client.everything_is_staged():
        return CONFIGURERS[staged.post_type](client, staged)


def _send(client: SteadyClient, post_type: PostType, item: UploadItem, upload_id: str) -> Part:
    if item.kind is MediaKind.PHOTO:
        _, width, height = client.photo_rupload(
            item.path, upload_id, to_album=post_type is PostType.CAROUSEL
        )
        return Part(upload_id, width, height)
    assert item.cover is not None, "a video is prepared with a cover"
    if post_type is PostType.REEL:
        measures = send_reel(client, item.path, upload_id)
    else:
        measures = send_video(client, item.path, upload_id, PURPOSES.get(post_type))
    client.photo_rupload(item.cover, upload_id)
    return Part(upload_id, measures.width, measures.height, measures.duration)


PURPOSES = {PostType.STORY: AS_STORY, PostType.CAROUSEL: AS_CHILD}

NO_COVER = Path("sent-already.jpg")
"""Stands where the client wants a cover's path once more; nothing is read from it."""


def _photo(client: SteadyClient, staged: Staged) -> Json:
    (part,) = staged.parts
    return _reply(client.photo_configure(part.upload_id, part.width, part.height, staged.caption))


def _video(client: SteadyClient, staged: Staged) -> Json:
    (part,) = staged.parts
    return _reply(client.video_configure(*_of_video(part), staged.caption))


def _reel(client: SteadyClient, staged: Staged) -> Json:
    (part,) = staged.parts
    return _reply(
        client.clip_configure(
            part.upload_id, NO_COVER, part.width, part.height, part.duration, staged.caption
        )
    )


def _story(client: SteadyClient, staged: Staged) -> Json:
    (part,) = staged.parts
    if part.duration is not None:
        return _reply(client.video_configure_to_story(*_of_video(part), staged.caption))
    return _reply(
        client.photo_configure_to_story(part.upload_id, part.width, part.height, staged.caption)
    )


def _carousel(client: SteadyClient, staged: Staged) -> Json:
    """Without ids of ours the client would make new ones at each attempt."""
    ids = {"upload_id": staged.upload_id, "client_sidecar_id": staged.upload_id}
    children = [_child(part) for part in staged.parts]
    return _reply(client.album_configure(children, staged.caption, extra_data=ids))


def _of_video(part: Part) -> tuple[str, int, int, float | None, Path]:
    return part.upload_id, part.width, part.height, part.duration, NO_COVER


def _child(part: Part) -> Json:
    """One item of a carousel, with what the client's own `album_upload` says of it."""
    extra = {"source_width": part.width, "source_height": part.height}
    if part.duration is not None:
        return {
            "upload_id": part.upload_id,
            "length": part.duration,
            "extra": extra,
            "clips": [{"length": part.duration, "source_type": "4"}],
            "poster_frame_index": "0",
            "filter_type": "0",
            "video_result": "",
            "audio_muted": "false",
        }
    return {
        "upload_id": part.upload_id,
        "edits": {
            "crop_original_size": [part.width, part.height],
            "crop_center": [0.0, 0.0],
            "crop_zoom": 1.0,
        },
        "extra": extra,
        "scene_capture_type": "",
    }


def _reply(configured: Any) -> Json:
    return configured if isinstance(configured, dict) else {}


CONFIGURERS: dict[PostType, Callable[[SteadyClient, Staged], Json]] = {
    PostType.PHOTO: _photo,
    PostType.VIDEO: _video,
    PostType.REEL: _reel,
    PostType.STORY: _story,
    PostType.CAROUSEL: _carousel,
}
