"""Sending a video's bytes under an upload id of ours; the client would make one of its own.

The two requests are those of instagrapi's `video_rupload` and `clip_upload`, less the id.
"""

import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from instagrapi import config
from instagrapi.exceptions import ClipNotUpload, VideoNotUpload
from instagrapi.utils.video import read_video_metadata_with_fallback

from publisher.destination import Json
from publisher.instagram.client import FIRST_TRY, SteadyClient

AS_STORY = {"extract_cover_frame": "1", "content_tags": "has-overlay", "for_album": "1"}
AS_CHILD = {"is_sidecar": "1"}
AS_REEL = {
    "provenance_metadata": '{"origin": ["EXTERNAL"]}',
    "share_type": "reels",
    "debug_segment_id": "0",
    "extract_cover_frame": "1",
    "upload_engine_config_enum": "0",
    "stella_data": "{}",
    "is_clips_video": "1",
    "is_optimistic_upload": "true",
    "content_tags": "use_default_cover",
}
"""What tells Instagram the video's purpose."""

SEGMENT = {"Segment-Start-Offset": "0", "Segment-Type": "3"}


@dataclass(frozen=True)
class Measures:
    """Pixels, and seconds."""

    width: int
    height: int
    duration: float


def measure(path: Path) -> Measures:
    """What the file itself says."""
    found = read_video_metadata_with_fallback(path)
    return Measures(found.width, found.height, found.duration)


def send_video(
    client: SteadyClient, path: Path, upload_id: str, purpose: Json | None = None
) -> Measures:
    """Send a video for the feed, a story or a carousel. Raises VideoNotUpload."""
    measures, purpose = measure(path), purpose or {}
    params = {
        **purpose,
        "retry_context": FIRST_TRY,
        "media_type": "2",
        "xsharing_user_ids": json.dumps([client.user_id]),
        **_about(upload_id, measures),
    }
    headers = {
        **(SEGMENT if purpose is AS_CHILD else {}),
        "Accept-Encoding": "gzip, deflate",
        "X-Instagram-Rupload-Params": json.dumps(params),
        "X_FB_VIDEO_WATERFALL_ID": str(uuid.uuid4()),
        "X-Entity-Type": "video/mp4",
    }
    name = f"{upload_id}_0_{random.randint(1000000000, 9999999999)}"  # noqa: S311 - a label
    _send(client, path, name, headers, VideoNotUpload)
    return measures


def send_reel(client: SteadyClient, path: Path, upload_id: str) -> Measures:
    """Send a video that becomes a reel. Raises ClipNotUpload."""
    measures, session_id = measure(path), str(uuid.uuid4())
    size = path.stat().st_size
    _announce_reel(client, measures, size, session_id)
    params = {
        **AS_REEL,
        "xsharing_user_ids": "[]",
        "retry_context": FIRST_TRY,
        "session_id": upload_id,
        "media_type": "2",
        **_about(upload_id, measures),
    }
    headers = client.private_headers(
        {
            "Accept-Encoding": "gzip",
            "X-Instagram-Rupload-Params": json.dumps(params),
            "X_FB_VIDEO_WATERFALL_ID": f"{session_id}_Mixed_0",
            "X-Entity-Type": "video/mp4",
            **SEGMENT,
        }
    )
    name = f"{uuid.uuid4().hex}-0-{size}-{upload_id}-{upload_id}"
    _send(client, path, name, headers, ClipNotUpload)
    return measures


def _about(upload_id: str, measures: Measures) -> Json:
    return {
        "upload_id": upload_id,
        "upload_media_duration_ms": str(int(measures.duration * 1000)),
        "upload_media_width": str(measures.width),
        "upload_media_height": str(measures.height),
    }


def _announce_reel(client: SteadyClient, measures: Measures, size: int, session_id: str) -> None:
    target = {"target_id": int(client.user_id)} if client.user_id else {}
    settings = _reel_settings(measures, size, target)
    body = json.dumps({"composer_session_id": session_id, **settings})
    headers = {
        "Accept-Encoding": "gzip",
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Offset": "0",
        "X-Entity-Length": str(len(body)),
        "X-Entity-Name": "upload_settings",
        "X-Entity-Type": "application/json",
        "X_FB_VIDEO_WATERFALL_ID": f"{session_id}_settings",
    }
    url = f"https://{config.API_DOMAIN}/upload_settings/{session_id}"
    response = client.private.post(url, data=body, headers=client.private_headers(headers))
    client.request_log(response)
    if response.status_code != 200:
        raise ClipNotUpload(response.text, response=response)


def _reel_settings(measures: Measures, size: int, target: Json) -> Json:
    milliseconds = int(measures.duration * 1000)
    return {
        "upload_setting_properties": {
            "upload_settings_version": "v0.1",
            "codec": {},
            "context": {
                "source_attribution": None,
                "enable_video_dimension_upscale": False,
                "source_type": "clips",
                "quality": "",
                **target,
            },
            "video": {
                "video_height": measures.height,
                "video_width": measures.width,
                "video_rotation_angle": 0,
                "target_duration": int(measures.duration),
                "video_original_file_size": size,
                "video_duration_milliseconds": milliseconds,
                "video_fps": 30,
            },
            "creative_tools": {"transmuxing_eligible": False, "transcoding_required": True},
        },
        "preview_spec": {
            "spec_version": 1,
            "video_dur_ms": milliseconds,
            "audio_dur_ms": milliseconds,
        },
    }


def _send(
    client: SteadyClient, path: Path, name: str, headers: Json, refused: Callable[..., Exception]
) -> None:
    """Ask how much is there, as the app does, then send it all."""
    url = f"https://{config.API_DOMAIN}/rupload_igvideo/{name}"
    response = client.private.get(url, headers=headers)
    client.request_log(response)
    if response.status_code != 200:
        raise refused(response.text, response=response)
    content = path.read_bytes()
    whole = {
        "Offset": "0",
        "X-Entity-Name": name,
        "X-Entity-Length": str(len(content)),
        "Content-Type": "application/octet-stream",
        "Content-Length": str(len(content)),
    }
    response = client.private.post(url, data=content, headers={**whole, **headers})
    client.request_log(response)
    if response.status_code != 200:
        raise refused(response.text, response=response)
