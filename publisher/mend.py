"""A post's files, checked before they are sent, and made again from the original if need be."""

import logging

from publisher.failures import FailureAction, PublishError, Reason
from publisher.media.prepare import prepare
from publisher.media.refused import MediaRefusedError
from publisher.stores import Stores
from storage.files import Condition
from storage.models import Post

log = logging.getLogger(__name__)

REASONS = {
    Condition.MISSING: Reason.MEDIA_MISSING,
    Condition.DAMAGED: Reason.MEDIA_DAMAGED,
}


def mend(post: Post, stores: Stores) -> None:
    """See to it that all files are as they were stored. Raises PublishError if they cannot be."""
    files = stores.files
    sent = [name for item in post.media for name in (item.prepared, item.cover) if name]
    originals = [name for item in post.media for name in (item.original, item.own_cover) if name]
    needed = sent or originals
    if all(files.condition(name) is Condition.INTACT for name in needed):
        return
    if not files.is_there:
        raise PublishError(FailureAction.WAIT, Reason.MEDIA_AWAY, "the media folder is not there")
    for name in originals:
        if (condition := files.condition(name)) is not Condition.INTACT:
            raise PublishError(
                FailureAction.REJECT, REASONS[condition], f"an original is {condition}"
            )
    log.warning("files of post %d were not as they were stored: they are made again", post.id)
    try:
        made = prepare(post, files)
    except (MediaRefusedError, OSError) as error:
        raise PublishError(FailureAction.REJECT, Reason.MEDIA_DAMAGED, str(error)) from error
    files.remove(stores.staging.renew_files(post, made.items))
