"""Staging: the bytes of each type of post go to Instagram, and nothing appears yet."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from publisher.client import ClipStaged, SteadyClient
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


@dataclass(frozen=True)
class Staged:
    """Bytes that Instagram holds, and the one call that makes a post of them."""

    post_type: PostType
    upload_id: str
    """Ours, but for videos: their id is made by the client while it uploads."""
    configure: Callable[[], Json]


def stage(client: SteadyClient, upload: Upload) -> Staged:
    """Upload all files of a post. Raises whatever the client raises."""
    upload_id, configure = STAGERS[upload.post_type](client, upload)
    return Staged(upload.post_type, upload_id, configure)


Stager = Callable[[SteadyClient, Upload], tuple[str, Callable[[], Json]]]


def _photo(client: SteadyClient, upload: Upload) -> tuple[str, Callable[[], Json]]:
    photo = client.photo_rupload(upload.items[0].path, upload.upload_id)
    return upload.upload_id, partial(client.photo_configure, *photo, upload.caption)


def _video(client: SteadyClient, upload: Upload) -> tuple[str, Callable[[], Json]]:
    video = _sent(client, upload.items[0])
    return video[0], partial(client.video_configure, *video, upload.caption)


def _reel(client: SteadyClient, upload: Upload) -> tuple[str, Callable[[], Json]]:
    """`clip_upload` does all in one go, so it is stopped just before it would configure."""
    item = upload.items[0]
    client.holds_clips = True
    try:
        client.clip_upload(item.path, upload.caption, _cover(item), configure_timeout=0)
    except ClipStaged as staged:
        clip = staged.arguments
    else:
        raise RuntimeError("clip_upload has published without having been told to")
    finally:
        client.holds_clips = False
    client.photo_rupload(_cover(item), clip[0])
    return clip[0], partial(client.clip_configure, *clip)


def _story(client: SteadyClient, upload: Upload) -> tuple[str, Callable[[], Json]]:
    item = upload.items[0]
    if item.kind is MediaKind.VIDEO:
        video = _sent(client, item, to_story=True)
        return video[0], partial(client.video_configure_to_story, *video, upload.caption)
    photo = client.photo_rupload(item.path, upload.upload_id, for_story=True)
    return upload.upload_id, partial(client.photo_configure_to_story, *photo, upload.caption)


def _carousel(client: SteadyClient, upload: Upload) -> tuple[str, Callable[[], Json]]:
    children = [
        _child(client, item, str(int(upload.upload_id) + number))
        for number, item in enumerate(upload.items, start=1)
    ]
    ids = {"upload_id": upload.upload_id, "client_sidecar_id": upload.upload_id}
    configure = partial(client.album_configure, children, upload.caption, extra_data=ids)
    return upload.upload_id, configure


def _child(client: SteadyClient, item: UploadItem, upload_id: str) -> Json:
    """One item of a carousel, with what the client's own `album_upload` says of it."""
    if item.kind is MediaKind.VIDEO:
        upload_id, width, height, duration, _ = _sent(client, item, to_album=True)
        return {
            "upload_id": upload_id,
            "length": duration,
            "extra": {"source_width": width, "source_height": height},
            "clips": [{"length": duration, "source_type": "4"}],
            "poster_frame_index": "0",
            "filter_type": "0",
            "video_result": "",
            "audio_muted": "false",
        }
    upload_id, width, height = client.photo_rupload(item.path, upload_id, to_album=True)
    return {
        "upload_id": upload_id,
        "edits": {
            "crop_original_size": [width, height],
            "crop_center": [0.0, 0.0],
            "crop_zoom": 1.0,
        },
        "extra": {"source_width": width, "source_height": height},
        "scene_capture_type": "",
    }


def _sent(client: SteadyClient, item: UploadItem, **kind: bool) -> tuple[Any, ...]:
    """(upload id, width, height, duration in seconds, cover) of a video sent with its cover."""
    video: tuple[Any, ...] = client.video_rupload(item.path, _cover(item), **kind)
    client.photo_rupload(_cover(item), video[0])
    return video


def _cover(item: UploadItem) -> Path:
    assert item.cover is not None, "a video is prepared with a cover"
    return item.cover


STAGERS: dict[PostType, Stager] = {
    PostType.PHOTO: _photo,
    PostType.VIDEO: _video,
    PostType.REEL: _reel,
    PostType.STORY: _story,
    PostType.CAROUSEL: _carousel,
}
