"""What is known of a post once the request that publishes it was made: the one table.

After the commit point Instagram may have acted on the request whatever it answers: posts were
live behind a 429, a challenge, an error page. What an answer means for the account (a pause, a
login) is another question: see `errors.py`.
"""

import re
from collections.abc import Iterator
from typing import Any

from instagrapi.exceptions import ClientError

from publisher.failures import Reason

CONTENT: list[tuple[re.Pattern[str], Reason]] = [
    (re.compile(r"allowed aspect ratio", re.I), Reason.ASPECT_RATIO),
    (
        re.compile(r"caption (is |has )?(too |invalid)|too many hashtags", re.I),
        Reason.CAPTION_REFUSED,
    ),
    (re.compile(r"(video|clip|photo|image) is too |VideoTooLong", re.I), Reason.MEDIA_REFUSED),
    (re.compile(r"transcode error|sidecar children", re.I), Reason.MEDIA_REFUSED),
    (re.compile(r"uploaded (media|image|video|photo) is", re.I), Reason.MEDIA_REFUSED),
]
"""What Instagram writes of a fault in this very post; anything vaguer proves nothing."""

TAKEN = re.compile(
    r"conflicting upload id|duplicate|already (been |in )?"
    r"(configured|published|posted|shared|created|uploaded|processed|used?|taken|exist)",
    re.I,
)
"""What Instagram writes when it has made a post of this upload id before."""

NOT_YET: list[tuple[re.Pattern[str], Reason]] = [
    (re.compile(r"transcode not finished", re.I), Reason.TRANSCODING),
    (re.compile(r"media_needs_reupload"), Reason.NEEDS_UPLOAD),
]
"""What Instagram writes when there is nothing yet that it could publish."""

DOUBTS = [(TAKEN, Reason.ID_TAKEN), *CONTENT, *NOT_YET]
"""Reply -> what stays to be found out, first match; no match: anything may be true.

What each means is the engine's to say: `failures.py`.
"""


def doubt_after(error: Exception, *, has_left: bool) -> Reason | None:
    """What a failed configure leaves open about the post; None: it was certainly not published.

    Args:
        has_left: whether a byte of any request of it may have been sent.
    """
    if not has_left:
        return None
    reply = _reply(error)
    if reply is None:
        return Reason.REPLY_LOST
    return next((reason for said, reason in DOUBTS if said.search(reply)), Reason.UNCLEAR)


def _reply(error: Exception) -> str | None:
    """What Instagram says in a reply that it meant for us: its messages, "" if there are none.

    None if there was no whole reply. Some exceptions of the client drop the response, and keep
    its fields.
    """
    if not isinstance(error, ClientError):
        return None
    response = getattr(error, "response", None)
    if response is None:
        return str(getattr(error, "message", "")) if getattr(error, "status", None) else None
    try:
        body = response.json()
    except ValueError:
        return ""
    return " ".join(_messages(body)) if isinstance(body, dict) else ""


def _messages(body: dict[str, Any]) -> Iterator[str]:
    for key in ("message", "error_title", "error_type"):
        if isinstance(body.get(key), str):
            yield body[key]
