"""Staging and configuring: the bytes of a post go to Instagram, then one request shows them.

What `stage` returns is plain data, so that any process with the account's session can configure
what another one has staged ahead of its minute.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from publisher.destination import Content, ContentItem, Json, Staged
from publisher.instagram.client import SteadyClient
from publisher.instagram.videos import AS_CHILD, AS_STORY, Measures, send_reel, send_video
from storage.lifecycle import MediaKind, PostType


@dataclass(frozen=True)
class Part:
    """One item that Instagram holds. Width and height in pixels, duration in seconds."""

    upload_id: str
    width: int
    height: int
    duration: float | None = None
    """None for a photo."""


@dataclass(frozen=True)
class Kind:
    """How Instagram is given a type of post, and how it shows it."""

    configure: Callable[[SteadyClient, Content, list[Part]], Json]
    send_video: Callable[[SteadyClient, Path, str], Measures] = send_video
    has_children: bool = False
    """Its items have ids of their own."""
    is_clip: bool = False
    """It is always shown as a reel; videos of the feed are so now and then."""
    place: str = "p"
    """What stands before its code in links. Those of stories are made otherwise."""
    ids_are_shown: bool = False
    """Its media are known to name the upload id that they were given."""


def item_ids(upload_id: str, count: int) -> list[str]:
    """The upload ids of a carousel's items, which follow its own."""
    return [str(int(upload_id) + number) for number in range(1, count + 1)]


def ids_of(upload_id: str, count: int) -> frozenset[str]:
    """All that may stand for a post of so many items."""
    return frozenset({upload_id, *item_ids(upload_id, count)})


def stage(client: SteadyClient, content: Content) -> Staged:
    """Upload all files of a post. Raises whatever the client raises."""
    kind, ids = KINDS[content.post_type], [content.upload_id]
    if kind.has_children:
        ids = item_ids(content.upload_id, len(content.items))
    sent = zip(content.items, ids, strict=True)
    parts = [_send(client, kind, item, item_id) for item, item_id in sent]
    return Staged(content, {"parts": [asdict(part) for part in parts]})


def configure(client: SteadyClient, staged: Staged) -> Json:
    """Send the one request that publishes. Raises whatever the client raises."""
    parts = [Part(**part) for part in staged.handle["parts"]]
    with client.everything_is_staged():
        return KINDS[staged.content.post_type].configure(client, staged.content, parts)


def _send(client: SteadyClient, kind: Kind, item: ContentItem, upload_id: str) -> Part:
    if item.kind is MediaKind.PHOTO:
        _, width, height = client.photo_rupload(item.path, upload_id, to_album=kind.has_children)
        return Part(upload_id, width, height)
    assert item.cover is not None, "a video is prepared with a cover"
    measures = kind.send_video(client, item.path, upload_id)
    client.photo_rupload(item.cover, upload_id)
    return Part(upload_id, measures.width, measures.height, measures.duration)


NO_COVER = Path("sent-already.jpg")
"""Stands where the client wants a cover's path once more; nothing is read from it."""


def _photo(client: SteadyClient, content: Content, parts: list[Part]) -> Json:
    (part,) = parts
    return _reply(client.photo_configure(part.upload_id, part.width, part.height, content.caption))


def _video(client: SteadyClient, content: Content, parts: list[Part]) -> Json:
    (part,) = parts
    return _reply(client.video_configure(*_of_video(part), content.caption))


def _reel(client: SteadyClient, content: Content, parts: list[Part]) -> Json:
    (part,) = parts
    return _reply(
        client.clip_configure(
            part.upload_id, NO_COVER, part.width, part.height, part.duration, content.caption
        )
    )


def _story(client: SteadyClient, content: Content, parts: list[Part]) -> Json:
    (part,) = parts
    if part.duration is not None:
        return _reply(client.video_configure_to_story(*_of_video(part), content.caption))
    return _reply(
        client.photo_configure_to_story(part.upload_id, part.width, part.height, content.caption)
    )


def _carousel(client: SteadyClient, content: Content, parts: list[Part]) -> Json:
    """Without ids of ours the client would make new ones at each attempt."""
    ids = {"upload_id": content.upload_id, "client_sidecar_id": content.upload_id}
    children = [_child(part) for part in parts]
    return _reply(client.album_configure(children, content.caption, extra_data=ids))


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


KINDS: Mapping[PostType, Kind] = {
    PostType.PHOTO: Kind(_photo, ids_are_shown=True),  # as recordings show
    PostType.VIDEO: Kind(_video),
    PostType.REEL: Kind(_reel, send_reel, is_clip=True, place="reel"),
    PostType.STORY: Kind(_story, partial(send_video, purpose=AS_STORY)),
    PostType.CAROUSEL: Kind(_carousel, partial(send_video, purpose=AS_CHILD), has_children=True),
}
"""One row for each type that is published here."""
