"""What goes wrong on the wire, in Telegram's words, and at the phone, in a person's."""


class ApiError(Exception):
    """An error answer of the Bot API."""

    def __init__(
        self,
        status: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to_chat_id: int | None = None,
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id


class Refused(Exception):  # noqa: N818 - named as what the person reads
    """The phone does not do that; the message is a sentence for the person."""


def bad_request(reason: str) -> ApiError:
    """A 400 in Telegram's form."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """A 403 in Telegram's form."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """A 409 in Telegram's form."""
    return ApiError(409, f"Conflict: {reason}")
