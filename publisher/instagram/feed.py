"""Reading an account's own feed and stories as raw JSON, in full or not at all.

The client's readers drop `device_timestamp`, which is our upload id, and answer some failures
with an empty list, which would pass for proof that a post is not there.
"""

import json
from dataclasses import dataclass

from instagrapi import config
from instagrapi.exceptions import ClientJSONDecodeError

from publisher.destination import Json
from publisher.instagram.client import SteadyClient

PAGE_ITEMS = 33
"""The most that the app asks for at once."""
MAX_PAGES = 50
"""More than anybody posts within the minutes that are read about."""


@dataclass(frozen=True)
class Reading:
    """What was shown, pinned media apart: those say nothing of how new the rest is."""

    media: list[Json]
    pinned: list[Json]

    @property
    def all(self) -> list[Json]:
        return [*self.pinned, *self.media]


def read_feed(client: SteadyClient, since: float) -> Reading:
    """The feed's pages, newest first, until one goes back beyond `since`.

    That is in seconds since 1970, by Instagram's clock. What is older is not left out. Raises
    whatever the client raises.
    """
    media: list[Json] = []
    pinned: list[Json] = []
    seen: set[str] = set()
    cursor = ""
    for _ in range(MAX_PAGES):
        reply = client.private_request(
            f"feed/user/{client.user_id}/",
            params={
                "max_id": cursor,
                "count": PAGE_ITEMS,
                "rank_token": client.rank_token,
                "ranked_content": "true",
            },
        )
        for item in _items(reply, client):
            pk = str(item.get("pk"))
            if pk in seen:  # what appears meanwhile moves others on to the next page
                continue
            seen.add(pk)
            (pinned if item.get("timeline_pinned_user_ids") else media).append(item)
        before, cursor = cursor, str(reply.get("next_max_id") or "")
        if cursor and cursor == before:
            raise ClientJSONDecodeError("the feed goes in circles", response=client.last_response)
        if not cursor and reply.get("more_available"):
            raise ClientJSONDecodeError("the feed breaks off", response=client.last_response)
        if not media and not pinned and not _is_bare(client):
            raise ClientJSONDecodeError("an empty feed", response=client.last_response)
        if not cursor or any(taken_at(item) < since for item in media):
            return Reading(media, pinned)
    raise ClientJSONDecodeError("the feed goes on for too long", response=client.last_response)


def read_stories(client: SteadyClient) -> Reading:
    """All stories of the last 24 hours. Raises whatever the client raises."""
    reply = client.private_request(
        f"feed/user/{client.user_id}/story/",
        params={"supported_capabilities_new": json.dumps(config.SUPPORTED_CAPABILITIES)},
    )
    if "reel" not in reply:
        raise ClientJSONDecodeError("no stories in the reply", response=client.last_response)
    return Reading(_items(reply["reel"], client) if reply["reel"] else [], [])


def is_anothers(item: Json, client: SteadyClient) -> bool:
    """Whether it says that it is another account's: those that invited ours stand in our feed."""
    user = item.get("user")
    owner = user.get("pk") if isinstance(user, dict) else None
    return owner is not None and str(owner) != str(client.user_id)


def taken_at(item: Json) -> float:
    """Seconds since 1970, by Instagram's clock."""
    return float(item.get("taken_at") or 0)


def number(item: Json) -> int:
    """Instagram numbers its media upwards, in the order in which they appear; 0 if it does not."""
    pk = str(item.get("pk"))
    return int(pk) if pk.isascii() and pk.isdigit() else 0


def _is_bare(client: SteadyClient) -> bool:
    """Whether the profile, too, says that it has no posts: empty feeds have been lies."""
    user = client.private_request(f"users/{client.user_id}/info/").get("user")
    return isinstance(user, dict) and user.get("media_count") == 0


def _items(reply: Json, client: SteadyClient) -> list[Json]:
    items = reply.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ClientJSONDecodeError("no media in the reply", response=client.last_response)
    return [item for item in items if not is_anothers(item, client)]
