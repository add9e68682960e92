"""Refusals as Instagram words them, taken from logs in public issue trackers."""

from bot.sandbox.instagram.wire import Json, Reply, fail

NEEDS_LOGIN = fail(
    "login_required",
    403,
    error_title="You've Been Logged Out",
    error_body="Please log back in.",
    logout_reason=3,
)

WEB_NEEDS_LOGIN = fail(
    "Please wait a few minutes before you try again.", 401, require_login=True, igweb_rollout=True
)
"""The website's GraphQL to who is not logged in there, as no client of the private API is."""

TRANSCODE_NOT_FINISHED = Reply({"message": "Transcode not finished yet.", "status": "fail"}, 202)


def challenge(url: str) -> Reply:
    """A checkpoint that only the app can pass: `native_flow` keeps the client from trying."""
    return fail(
        "challenge_required",
        challenge={
            "url": url,
            "api_path": "/challenge/1/AbCdEf/",
            "hide_webview_header": True,
            "lock": True,
            "logout": False,
            "native_flow": True,
            "flow_render_type": 0,
        },
    )


SUSPENDED = challenge(
    "https://www.instagram.com/accounts/suspended/?next=https%3A%2F%2Fi.instagram.com"
)


def checkpoint(user_id: int, nonce: str) -> Reply:
    """One that the client can go through, step by step."""
    path = f"/challenge/{user_id}/{nonce}/"
    return fail(
        "challenge_required",
        challenge={
            "url": f"https://i.instagram.com{path}",
            "api_path": path,
            "hide_webview_header": True,
            "lock": True,
            "logout": False,
            "native_flow": False,
        },
        error_type="checkpoint_challenge_required",
    )


def needs_reupload(upload_id: str) -> Reply:
    """Nothing usable is staged under this id; said with status ok (mgp25/Instagram-API #518)."""
    return Reply(
        {
            "media": {"upload_id": upload_id, "device_timestamp": upload_id},
            "message": "media_needs_reupload",
            "error_title": "staged_media_missing",
            "status": "ok",
        }
    )


def debug_info(kind: str, message: str, status: int, *, retriable: bool) -> Reply:
    """The shape of the upload hosts' refusals."""
    info: Json = {"retriable": retriable, "type": kind, "message": message}
    return Reply({"debug_info": info}, status)


PROCESSING_FAILED = debug_info(
    "ProcessingFailedError", "Request processing failed", 400, retriable=False
)
"""The file is not what it should be (subzeroid/instagrapi #1309: a PNG), or encoded otherwise."""

PARTIAL_REQUEST = debug_info(
    "PartialRequestError",
    "Partial request (did not match length of file)",
    206,
    retriable=True,
)
"""Fewer bytes than X-Entity-Length, with this very status (mapillary_tools #569)."""

CONFLICTING_UPLOAD_ID = fail("Server got a conflicting upload id")
INCORRECT_UPLOAD_ID = fail("Server received incorrect upload id", 403)
ASPECT_RATIO = fail("Uploaded image isn't in an allowed aspect ratio")
MEDIA_NOT_FOUND = fail("Media not found or unavailable")
