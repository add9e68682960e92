"""instagrapi's client, less its habits: it sends everything once, and photos as they are."""

import contextlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from instagrapi import Client, config
from instagrapi.exceptions import PhotoNotUpload
from PIL import Image

FIRST_TRY = '{"num_step_auto_retry":0,"num_reupload":0,"num_step_manual_retry":0}'
"""What the app says of an upload's history; ours has none that Instagram could tell apart."""


class SteadyClient(Client):  # type: ignore[misc] # instagrapi has no types
    """A client for one account and one thread at a time."""

    def __init__(self, **kwargs: Any) -> None:
        self._all_staged = False
        super().__init__(**kwargs)

    def private_request(
        self, *args: Any, headers: dict[str, str] | None = None, **kwargs: Any
    ) -> Any:
        """Send once. The original repeats after 408 and broken replies, and so publishes twice."""
        headers = dict(headers or {})
        if self.authorization:
            headers.setdefault("Authorization", self.authorization)
        self.private_requests_count += 1
        self._send_private_request(*args, headers=headers, **kwargs)
        return self.last_json

    def photo_rupload(
        self,
        path: Path,
        upload_id: str = "",
        to_album: bool = False,
        for_story: bool = False,
        resize_mode: str = "fill",
    ) -> tuple[str, int, int]:
        """Upload a JPEG byte for byte. The original crops 3:4 and saves everything anew.

        The configure calls send covers once more; while everything is staged, nothing is sent.
        Raises PhotoNotUpload.
        """
        if self._all_staged:
            return upload_id, 0, 0
        self._send_photo(path, upload_id, to_album)
        with Image.open(path, formats=["JPEG"]) as picture:
            return upload_id, *picture.size

    @contextlib.contextmanager
    def everything_is_staged(self) -> Iterator[None]:
        """Within, photos count as sent."""
        self._all_staged = True
        try:
            yield
        finally:
            self._all_staged = False

    def _send_photo(self, path: Path, upload_id: str, to_album: bool) -> None:
        content = path.read_bytes()
        name = f"{upload_id}_0_{random.randint(1000000000, 9999999999)}"  # noqa: S311 - a label
        params = {
            "retry_context": FIRST_TRY,
            "media_type": "1",
            "xsharing_user_ids": "[]",
            "upload_id": upload_id,
            "image_compression": '{"lib_name":"moz","lib_version":"3.1.m","quality":"92"}',
            **({"is_sidecar": "1"} if to_album else {}),
        }
        headers = {
            "Accept-Encoding": "gzip",
            "X-Instagram-Rupload-Params": json.dumps(params),
            "X_FB_PHOTO_WATERFALL_ID": self.generate_uuid(),
            "X-Entity-Type": "image/jpeg",
            "Offset": "0",
            "X-Entity-Name": name,
            "X-Entity-Length": str(len(content)),
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(content)),
        }
        response = self.private.post(
            f"https://{config.API_DOMAIN}/rupload_igphoto/{name}",
            data=content,
            headers=self.private_headers(headers),
        )
        self.request_log(response)
        if response.status_code != 200:
            raise PhotoNotUpload(response.text, response=response)
