"""instagrapi's client, less its habits: it sends everything once, and photos as they are."""

import contextlib
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from instagrapi import Client, config
from instagrapi.exceptions import ClientError, ClientJSONDecodeError, PhotoNotUpload
from instagrapi.mixins import bloks
from PIL import Image
from requests import RequestException, Response

FIRST_TRY = '{"num_step_auto_retry":0,"num_reupload":0,"num_step_manual_retry":0}'
"""What the app says of an upload's history; ours has none that Instagram could tell apart."""


class ProfileCodeError(Exception):
    """The login goes on by a code that was sent to the account's mail address or phone.

    Attributes:
        context: by which the code is submitted.
        screens: all that the screens say.
    """

    def __init__(self, context: str, screens: str) -> None:
        super().__init__("a code is wanted")
        self.context, self.screens = context, screens


class SteadyClient(Client):  # type: ignore[misc] # instagrapi has no types
    """A client for one account and one thread at a time."""

    def __init__(self, **kwargs: Any) -> None:
        self._all_staged = False
        self.leaves: Callable[[], None] = lambda: None
        """Called right before a password leaves."""
        super().__init__(**kwargs)

    def password_encrypt(self, password: str) -> str:
        """For the one request in which it goes out next."""
        sealed: str = super().password_encrypt(password)
        self.leaves()
        return sealed

    def login_flow(self) -> bool:
        """What the app fetches after a login. The session is there, whatever becomes of it."""
        with contextlib.suppress(ClientError, RequestException):
            return bool(super().login_flow())
        return False

    def _try_caa_login(self, exc: Exception, verification_code: str = "") -> bool:
        """It is what has sent us here: a wrong password is submitted no third time."""
        return False

    def bloks_caa_resolve_two_step_verification(
        self, send_result: Any, verification_code: str = "", domain: str | None = None
    ) -> Any:
        """Open the screen that asks for the code. The original asks its handler, and prints it.

        Raises ProfileCodeError.
        """
        entry = self.bloks_extract_context_data(send_result, bloks.AP_2SV_ENTRYPOINT)
        if not entry:
            return {"logged_in": False, "reason": "missing entrypoint context_data"}
        reply = self.bloks_ap_two_step_verification_entrypoint(entry, domain=domain)
        context = self.bloks_extract_context_data(reply, bloks.AP_2SV_CODE_ENTRY)
        screen = self.bloks_ap_two_step_verification_code_entry(context, domain=domain)
        submit = self.bloks_extract_context_data(screen, bloks.AP_2SV_CODE_ENTRY_ASYNC)
        if not submit:
            return {"logged_in": False, "reason": "missing code_entry context_data"}
        raise ProfileCodeError(submit, self.texts_in(screen))

    def context_of(self, error: Exception) -> str:
        """By which the screens of two-factor go on, if this came from them; else nothing."""
        return str(self._extract_two_step_verification_context(vars(error)))

    def texts_in(self, reply: Any) -> str:
        """All that a screen says."""
        return str(self._bloks_all_text(reply))

    def own_account(self) -> dict[str, Any]:
        """The session's account. instagrapi's own method needs fields that may go missing."""
        user = self.private_request("accounts/current_user/?edit=true").get("user")
        if not isinstance(user, dict):
            raise ClientJSONDecodeError("no account in the reply", response=self.last_response)
        return user

    def adopt_session(self) -> None:
        """Take over the session that the latest reply has brought in a header."""
        header = self.last_response.headers.get("ig-set-authorization")
        if header:
            self.authorization_data = self.parse_authorization(header)

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

    def send_raw(
        self, method: str, path: str, refused: Callable[..., Exception], **request: Any
    ) -> None:
        """Send a request outside the API; raises `refused` unless it is accepted."""
        url = f"https://{config.API_DOMAIN}/{path}"
        response = self.private.request(method, url, **request)
        self.request_log(response)
        if response.status_code != 200 or _says_fail(response):
            raise refused(response.text, response=response)

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
        url, headers = f"rupload_igphoto/{name}", self.private_headers(headers)
        self.send_raw("POST", url, PhotoNotUpload, data=content, headers=headers)


def _says_fail(response: Response) -> bool:
    try:
        body = response.json()
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("status") == "fail"
