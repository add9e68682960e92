"""Posting in two steps with the client's own calls: stage the bytes, then configure."""

import json
from pathlib import Path
from typing import Any

from instagrapi import Client
from requests import Response

Raw = dict[str, Any]


def post_photo(client: Client, path: Path, caption: str = "", upload_id: str = "") -> Raw:
    """The media that configure answers with, as raw JSON."""
    upload_id, width, height = client.photo_rupload(path, upload_id)
    return _media(client.photo_configure(upload_id, width, height, caption))


def post_video(client: Client, path: Path, cover: Path, caption: str = "") -> Raw:
    staged = client.video_rupload(path, cover)
    return _media(client.video_configure(*staged, caption))


def post_reel(client: Client, path: Path, cover: Path, caption: str = "") -> Raw:
    client.clip_upload(path, caption, cover, configure_timeout=0)
    return _media(client.last_json)


def post_photo_story(client: Client, path: Path, caption: str = "") -> Raw:
    upload_id, width, height = client.photo_rupload(path, for_story=True)
    return _media(client.photo_configure_to_story(upload_id, width, height, caption))


def post_video_story(client: Client, path: Path, cover: Path, caption: str = "") -> Raw:
    staged = client.video_rupload(path, cover, to_story=True)
    return _media(client.video_configure_to_story(*staged, caption))


def photo_child(client: Client, path: Path) -> Raw:
    """A photo staged for a carousel."""
    upload_id, width, height = client.photo_rupload(path, to_album=True)
    return {"upload_id": upload_id, "extra": {"source_width": width, "source_height": height}}


def video_child(client: Client, path: Path, cover: Path) -> Raw:
    """A video and its cover staged for a carousel."""
    upload_id, _, _, duration, _ = client.video_rupload(path, cover, to_album=True)
    client.photo_rupload(cover, upload_id)
    return {"upload_id": upload_id, "length": duration, "poster_frame_index": "0"}


def post_carousel(client: Client, children: list[Raw], caption: str, upload_id: str) -> Raw:
    ids = {"upload_id": upload_id, "client_sidecar_id": upload_id}
    return _media(client.album_configure(children, caption, extra_data=ids))


def _media(configured: Raw) -> Raw:
    media = configured["media"]
    assert isinstance(media, dict)
    return media


def rupload_photo(client: Client, data: bytes, upload_id: str, **headers: str) -> Response:
    """The bytes as they are; `photo_rupload` would crop and encode them anew."""
    params = json.dumps({"upload_id": upload_id, "media_type": "1"})
    return _rupload(client, "igphoto", data, upload_id, params, headers)


def rupload_video(
    client: Client,
    data: bytes,
    upload_id: str,
    size: tuple[int, int],
    seconds: float,
    **headers: str,
) -> Response:
    """The bytes as they are, declared to be of this size and length."""
    params = {
        "upload_id": upload_id,
        "media_type": "2",
        "upload_media_width": str(size[0]),
        "upload_media_height": str(size[1]),
        "upload_media_duration_ms": str(int(seconds * 1000)),
    }
    return _rupload(client, "igvideo", data, upload_id, json.dumps(params), headers)


def _rupload(
    client: Client, host: str, data: bytes, upload_id: str, params: str, headers: dict[str, str]
) -> Response:
    name = f"{upload_id}_0_1234567890"
    own = {
        "X-Instagram-Rupload-Params": params,
        "X-Entity-Name": name,
        "X-Entity-Length": str(len(data)),
        "Offset": "0",
        "Content-Type": "application/octet-stream",
        **{key.replace("_", "-"): value for key, value in headers.items()},
    }
    response = client.private.post(
        f"https://i.instagram.com/rupload_{host}/{name}",
        data=data,
        headers=client.private_headers(own),
    )
    assert isinstance(response, Response)
    return response
