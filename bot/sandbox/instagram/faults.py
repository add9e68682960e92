"""Faults that a test or the page scripts: how the service behaves when it does not."""

from dataclasses import asdict, dataclass, field, replace
from typing import Literal, get_args

from bot.sandbox.instagram import bodies
from bot.sandbox.instagram.wire import Json, Reply, fail

Kind = Literal[
    "status",
    "drop",
    "truncate",
    "delay",
    "challenge",
    "masked_challenge",
    "suspended",
    "feedback_required",
    "sentry_block",
    "please_wait",
    "throttled",
    "rate_limit",
    "login_required",
    "unauthorized",
    "forbidden",
    "request_timeout",
    "needs_upgrade",
    "bad_body",
    "no_media",
    "transcode",
    "needs_reupload",
    "processing_failed",
    "vanish",
    "empty",
    "first_page",
]
When = Literal["before", "after"]

PLACES = {
    "login": (
        "/api/v1/bloks/async_action/com.bloks.www.bloks.caa.login.async.send_login_request/",
        "/api/v1/accounts/login/",
    ),
    "two_factor": (
        "/api/v1/bloks/async_action/com.bloks.www.two_step_verification.verify_code.async/",
        "/api/v1/accounts/two_factor_login/",
    ),
    "session": ("/api/v1/accounts/current_user/",),
    "rupload": ("/rupload_",),
    "configure": ("/api/v1/media/configure",),
    "feed": ("/api/v1/feed/user/",),
}
"""Names for the paths that a fault is most often wanted at."""


@dataclass(frozen=True)
class Fault:
    """One fault, waiting for `times` requests.

    `at` is a name in PLACES or the beginning of a path. With `when="after"` the request takes
    effect and only its reply goes wrong. `seconds` is how long "delay" and "drop" wait first,
    `status`, `body` and `headers` belong to "status". "vanish" is a success, after which the post
    is gone. "empty" and "first_page" are successes, too: a feed that shows nothing, or breaks off.
    """

    at: str
    kind: Kind
    when: When = "before"
    status: int = 500
    body: Json | str | None = None
    seconds: float = 0.0
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"no fault of kind {self.kind!r}")
        if self.when not in get_args(When):
            raise ValueError(f"a fault is before or after the effect, not {self.when!r}")
        if self.at not in PLACES and not str(self.at).startswith("/"):
            raise ValueError(f"no place named {self.at!r}, and not a path")
        if not 200 <= self.status <= 599 or self.times < 1 or self.seconds < 0:
            raise ValueError("status is 200 to 599, times at least 1, seconds not negative")
        if self.kind == "vanish" and self.when == "before":
            raise ValueError("only what took effect can vanish")

    def meets(self, path: str) -> bool:
        """Whether a request to this path runs into the fault."""
        return path.startswith(PLACES.get(self.at, (self.at,)))

    def data(self) -> Json:
        """The fault as JSON, the way it can be scripted over HTTP."""
        return asdict(self)

    def reply(self) -> Reply:
        """What is answered instead; not for what spoils the usual reply, such as "drop"."""
        if self.kind == "status":
            body = self.body if self.body is not None else {"message": "", "status": "fail"}
            return Reply(body, self.status, self.headers)
        return REPLIES[self.kind]


class Faults:
    """The faults still to come, in the order in which they were scripted."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault behind those already waiting."""
        self.pending.append(fault)

    def take(self, path: str) -> Fault | None:
        """The first fault that this path meets, used up by one; None lets the request pass."""
        for index, fault in enumerate(self.pending):
            if fault.meets(path):
                rest = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self.pending[index : index + 1] = rest
                return fault
        return None


FEEDBACK_REQUIRED = fail(
    "feedback_required",
    spam=True,
    feedback_title="Try Again Later",
    feedback_message="We limit how often you can do certain things on Instagram, "
    "like following people, to protect our community. Tell us if you think we made a mistake.",
    feedback_url="repute/report_problem/media_configure/",
    feedback_appeal_label="Tell us",
    feedback_ignore_label="OK",
    feedback_action="report_problem",
)

REPLIES: dict[str, Reply] = {
    "challenge": bodies.challenge("https://i.instagram.com/challenge/1/AbCdEf/"),
    "masked_challenge": Reply("Not Found", 404),
    "suspended": bodies.SUSPENDED,
    "feedback_required": FEEDBACK_REQUIRED,
    "sentry_block": fail(
        "Sorry, there was a problem with your request.", error_type="sentry_block"
    ),
    "please_wait": fail("Please wait a few minutes before you try again.", 429),
    "throttled": fail("", 429),
    "rate_limit": fail("Too many requests. Please try again later.", error_type="rate_limit_error"),
    "login_required": bodies.NEEDS_LOGIN,
    "unauthorized": fail("", 401),
    "forbidden": fail("", 403),
    "request_timeout": fail("Request Timeout", 408),
    "needs_upgrade": fail("Your version of Instagram is out of date.", error_type="needs_upgrade"),
    "bad_body": Reply("<!DOCTYPE html><html><title>Instagram</title></html>"),
    "no_media": Reply({"status": "ok"}),
    "transcode": bodies.TRANSCODE_NOT_FINISHED,
    "needs_reupload": bodies.needs_reupload("0"),
    "processing_failed": bodies.PROCESSING_FAILED,
}
