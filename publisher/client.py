"""instagrapi's client, less its habits: it sends everything once, and photos as they are."""

import json
import random
from pathlib import Path
from typing import Any

from instagrapi import Client, config
from instagrapi.exceptions import PhotoNotUpload
from PIL import Image


class ClipStaged(BaseException):
    """Raised in the middle of `clip_upload`: the bytes are there, nothing is published yet."""

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        super().__init__()
        self.arguments = arguments


class SteadyClient(Client):  # type: ignore[misc] # instagrapi has no types
    """A client for one account and one thread at a time."""

    def __init__(self, **kwargs: Any) -> None:
        self._staged_photos: dict[tuple[str, str], tuple[str, int, int]] = {}
        self.holds_clips = False
        """While true, `clip_upload` stops before it configures, by ClipStaged."""
        super().__init__(**kwargs)

    def private_request(
        self,
        endpoint: str,
        data: Any = None,
        params: Any = None,
        login: bool = False,
        with_signature: bool = True,
        headers: dict[str, str] | None = None,
        extra_sig: Any = None,
        domain: str | None = None,
    ) -> Any:
        """Send once. The original repeats after 408 and broken replies, and so publishes twice."""
        headers = dict(headers or {})
        if self.authorization:
            headers.setdefault("Authorization", self.authorization)
        self.private_requests_count += 1
        self._send_private_request(
            endpoint,
            data=data,
            params=params,
            login=login,
            with_signature=with_signature,
            headers=headers,
            extra_sig=extra_sig,
            domain=domain,
        )
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

        Called a second time for the same upload, as the configure calls do with covers, it
        does nothing. Raises PhotoNotUpload.
        """
        key = (str(path), upload_id)
        if key not in self._staged_photos:
            self._send_photo(path, upload_id, to_album)
            with Image.open(path, formats=["JPEG"]) as picture:
                self._staged_photos[key] = (upload_id, *picture.size)
        return self._staged_photos[key]

    def forget_staged(self) -> None:
        """Upload the next photos in any case."""
        self._staged_photos.clear()

    def clip_configure(self, *args: Any, **kwargs: Any) -> Any:
        """Publish a reel, or stop just before it while clips are held. Raises ClipStaged."""
        if self.holds_clips:
            raise ClipStaged(args)
        return super().clip_configure(*args, **kwargs)

    def _send_photo(self, path: Path, upload_id: str, to_album: bool) -> None:
        content = path.read_bytes()
        name = f"{upload_id}_0_{random.randint(1000000000, 9999999999)}"  # noqa: S311 - a label
        params = {
            "retry_context": (
                '{"num_step_auto_retry":0,"num_reupload":0,"num_step_manual_retry":0}'
            ),
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
