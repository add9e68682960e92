"""One Instagram account: its session, staging of bytes, and the one request that publishes."""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from publisher.destination import (
    Absent,
    Access,
    Ambiguous,
    CannotKnow,
    Content,
    Evidence,
    Finding,
    Found,
    Json,
    Published,
    Staged,
    Wanted,
)
from publisher.failures import FailureAction, PublishError, Reason
from publisher.gate import GateClosedError
from publisher.instagram.client import SteadyClient
from publisher.instagram.errors import is_transcoding
from publisher.instagram.feed import Reading, is_anothers, number, read_feed, read_stories
from publisher.instagram.matching import (
    INACCURACY_SECONDS,
    is_of_another,
    look_for,
    look_whether_shown,
)
from publisher.instagram.outcome import doubt_after
from publisher.instagram.session import Credentials, InstagramSession
from publisher.instagram.uploads import KINDS, configure, ids_of, stage
from publisher.media.rules import INSTAGRAM_RULES, Rules
from storage.lease import now
from storage.lifecycle import PostType
from storage.records import STORY_LIFE

TRANSCODE_PAUSE = timedelta(seconds=5)
TRANSCODE_ATTEMPTS = 8
"""Together less than a minute: the account's other posts wait meanwhile."""

SITE = "https://www.instagram.com"


def connect(access: Access) -> "Instagram":
    """The account of this name, by what its credentials name. Raises PublishError without any."""
    if not access.credentials.keys() & {"password", "sessionid"}:
        raise PublishError(FailureAction.HUMAN, Reason.BAD_PASSWORD, "none is stored")
    return Instagram(
        Credentials(access.name, **access.credentials),
        load_session=access.load_session,
        save_session=access.save_session,
        rules=access.rules,
    )


class Instagram(InstagramSession):
    """See `Destination`."""

    publishes_itself = True

    def __init__(self, *args: Any, rules: Rules = INSTAGRAM_RULES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules

    def stage(self, content: Content) -> Staged:
        with self._lock, self._translated(sends_post=True):
            return stage(self._ready(), content)

    def publish(self, staged: Staged) -> Published:
        content, before = staged.content, self.gate.departures

        def has_left() -> bool:
            return self.gate.departures > before

        with (
            self._lock,
            self._translated(
                sends_post=True, doubt=lambda error: doubt_after(error, has_left=has_left())
            ),
        ):
            began = now()
            try:
                client = self._ready()
                reply = _configured(client, staged)
            except GateClosedError:
                if has_left():
                    raise _unclear("broken off under way") from None
                raise
            media = reply.get("media")
            if not isinstance(media, dict) or not media.get("pk"):
                raise _unclear("a reply without media")
            sent = (self._clock.now or 0.0) - (now() - began)
            ids = ids_of(content.upload_id, len(content.items))
            if is_anothers(media, client) or is_of_another(media, ids, content.caption, sent):
                raise _unclear("a reply with other media than ours")
            return self._published(media, content.post_type)

    def find(self, wanted: Sequence[Wanted]) -> list[Finding]:
        """By one reading of the feed, one of the stories, or both."""
        with self._lock, self._translated():
            readings = {
                stories: self._read(since=min(each.first_sent for each in wanted), stories=stories)
                for stories in {each.post_type.is_story for each in wanted}
            }
            return [self._finding(each, readings[each.post_type.is_story]) for each in wanted]

    def _finding(self, wanted: Wanted, reading: Reading) -> Finding:
        known = wanted.media_pk is not None
        match look_whether_shown(wanted, reading) if known else look_for(wanted, reading):
            case dict() as media:
                return Found(self._published(media, wanted.post_type))
            case list() as alike:
                links = [self._published(media, wanted.post_type).link for media in alike]
                return Ambiguous(tuple(link for link in links if link))
            case Evidence() as evidence:
                may_be_over = wanted.post_type.is_story and wanted.sent_ago > STORY_LIFE
                return CannotKnow() if may_be_over else Absent(evidence)

    def _published(self, media: Json, post_type: PostType) -> Published:
        """What raw media of this account is called, and where it stands."""
        pk, code = str(media["pk"]), media.get("code")
        if post_type.is_story:
            return Published(pk, f"{SITE}/stories/{self._credentials.username}/{pk}/")
        place = KINDS[post_type].place
        return Published(pk, f"{SITE}/{place}/{code}/" if code else None)

    def _read(self, *, since: float, stories: bool) -> Reading:
        """So far back that what was sent then would be seen."""
        with self._lock, self._translated():
            client = self._ready()
            return (
                read_stories(client) if stories else read_feed(client, since - INACCURACY_SECONDS)
            )

    def newest(self, post_type: PostType) -> int | None:
        reading = self._read(since=float("inf"), stories=post_type.is_story)
        return max(map(number, reading.all), default=0)


def _configured(client: SteadyClient, staged: Staged) -> Json:
    """Send configure, again only while Instagram says that it is still transcoding."""
    for _ in range(TRANSCODE_ATTEMPTS):
        try:
            return configure(client, staged)
        except Exception as error:
            if not is_transcoding(error):
                raise
            time.sleep(TRANSCODE_PAUSE.total_seconds())
    return configure(client, staged)


def _unclear(detail: str) -> PublishError:
    return PublishError(FailureAction.RETRY, Reason.UNCLEAR, detail, doubt=Reason.UNCLEAR)
