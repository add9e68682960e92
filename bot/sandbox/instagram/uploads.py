"""The resumable upload hosts: whole files only, of the kind that they claim to be.

What depends on the kind of post, such as how large a video may be, is looked at by `configure`.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot.sandbox.instagram import bodies, probe
from bot.sandbox.instagram.checks import PHOTO_BYTES
from bot.sandbox.instagram.posts import Photo, Video
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Call, Json, RefusedError, Reply, json_object, ok

Media = TypeVar("Media", Photo, Video)

DURATION_TOLERANCE_SECONDS = 0.25


async def photo(state: InstagramState, call: Call) -> Reply:
    """POST rupload_igphoto: a photo, a cover, a story or a child of a carousel."""
    params = _params(call)
    upload_id = _upload_id(params)
    _require_whole(call)
    if len(call.body) > PHOTO_BYTES:
        raise RefusedError(bodies.PROCESSING_FAILED)
    state.stage_photo(upload_id, await _store(state, call.body, ".jpg", probe.photo))
    return ok(upload_id=upload_id, xsharing_nonces={})


async def video_offset(_: InstagramState, call: Call) -> Reply:
    """GET rupload_igvideo: how much of the file is here already; we keep no halves."""
    _upload_id(_params(call))
    return Reply({"offset": 0})


async def video(state: InstagramState, call: Call) -> Reply:
    """POST rupload_igvideo: the video in one piece, as the client declared it."""
    params = _params(call)
    upload_id = _upload_id(params)
    _require_whole(call)
    stored = await _store(state, call.body, ".mp4", probe.video)
    if not _as_declared(stored, params):
        state.forget_file(stored.file)
        raise RefusedError(bodies.PROCESSING_FAILED)
    wants_cover = params.get("extract_cover_frame") == "1"
    state.stage_video(upload_id, stored, await _cover(state, stored) if wants_cover else None)
    return ok(upload_id=upload_id, xsharing_nonces={})


async def _cover(state: InstagramState, video: Video) -> Photo:
    path = state.new_file(".jpg")
    return await asyncio.to_thread(probe.first_frame, path.with_name(video.file), path)


async def upload_settings(_: InstagramState, __: Call) -> Reply:
    """POST upload_settings: what the app tells of a reel before sending it."""
    return ok()


def _params(call: Call) -> Json:
    return json_object(call.headers.get("X-Instagram-Rupload-Params", ""))


def _upload_id(params: Json) -> str:
    upload_id = str(params.get("upload_id", ""))
    if not upload_id.isascii() or not upload_id.isdigit():
        raise RefusedError(bodies.INCORRECT_UPLOAD_ID)
    return upload_id


def _require_whole(call: Call) -> None:
    named = call.headers.get("X-Entity-Name") == call.parts["name"]
    from_the_start = call.headers.get("Offset") == "0"
    whole = call.headers.get("X-Entity-Length") == str(len(call.body))
    if not (named and from_the_start and whole and call.body):
        raise RefusedError(bodies.PARTIAL_REQUEST)


async def _store(
    state: InstagramState, body: bytes, suffix: str, look: Callable[[Path], Media]
) -> Media:
    path = state.new_file(suffix)
    await asyncio.to_thread(path.write_bytes, body)
    try:
        return await asyncio.to_thread(look, path)
    except probe.NotMediaError as problem:
        path.unlink(missing_ok=True)
        raise RefusedError(bodies.PROCESSING_FAILED) from problem


def _as_declared(video: Video, params: Json) -> bool:
    try:
        size = (int(params["upload_media_width"]), int(params["upload_media_height"]))
        seconds = int(params["upload_media_duration_ms"]) / 1000
    except (KeyError, TypeError, ValueError):
        return False
    near = abs(seconds - video.duration) <= DURATION_TOLERANCE_SECONDS
    return near and size == (video.width, video.height)
