"""A post's files, checked before they are sent, and made again from the original if need be."""

import logging
from collections.abc import Sequence

from publisher.failures import FailureAction, PublishError, Reason
from publisher.media.prepare import Ready, prepare
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.stores import Stores
from storage.files import NO_ROOM, Condition
from storage.models import Post

log = logging.getLogger(__name__)

REASONS = {
    Condition.MISSING: Reason.MEDIA_MISSING,
    Condition.DAMAGED: Reason.MEDIA_DAMAGED,
}

GIVEN_UP = (Refusal.TOO_HEAVY, Refusal.TOO_MUCH)
"""It may go better when the machine has less to do."""


def mend(post: Post, stores: Stores) -> None:
    """See to it that all files are on this machine, as they were stored.

    What a store has is fetched; what is lost is made again from its original, and an original that
    is lost the bot is asked for. Raises PublishError if it is to be waited for, or cannot be.
    """
    try:
        _mend(post, stores)
    except OSError as error:
        reason = Reason.DISK_FULL if error.errno in NO_ROOM else Reason.MEDIA_AWAY
        raise PublishError(FailureAction.WAIT, reason, error.strerror or "") from error


def _mend(post: Post, stores: Stores) -> None:
    """Raises PublishError, OSError."""
    files = stores.files
    sent = [name for item in post.media for name in (item.prepared, item.cover) if name]
    originals = [name for item in post.media for name in item.originals]
    if all(files.condition(name) is Condition.INTACT for name in sent or originals):
        return
    if not files.is_there:
        raise PublishError(FailureAction.WAIT, Reason.MEDIA_AWAY, "the media folder is not there")
    _see_to_originals(originals, stores)
    log.warning("files of post %d were not as they were stored: they are made again", post.id)
    files.remove(stores.staging.renew_files(post, _made_again(post, stores).items))


def _see_to_originals(names: Sequence[str], stores: Stores) -> None:
    """Raises PublishError: of what was asked for, or of what cannot be had again."""
    conditions = {name: stores.files.condition(name) for name in names}
    lost = [name for name in names if conditions[name] is not Condition.INTACT]
    if not lost:
        return
    for name in stores.originals.ask(lost):
        condition = conditions[name]
        raise PublishError(FailureAction.REJECT, REASONS[condition], f"an original is {condition}")
    raise PublishError(FailureAction.WAIT, Reason.MEDIA_COMING, "an original is fetched again")


def _made_again(post: Post, stores: Stores) -> Ready:
    """Raises PublishError, and OSError where that is no fault of the original's."""
    try:
        return prepare(post, stores.files)
    except (MediaRefusedError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # as decoders' own have not
            raise
        if isinstance(error, MediaRefusedError) and error.reason in GIVEN_UP:
            raise PublishError(FailureAction.RETRY, Reason.OWN_FAULT, str(error)) from error
        raise PublishError(FailureAction.REJECT, Reason.MEDIA_DAMAGED, str(error)) from error
