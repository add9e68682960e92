"""Reading an account's own feed and stories as raw JSON, in full or not at all.

The client's readers drop `device_timestamp`, which is our upload id, and answer some failures
with an empty list, which would pass for proof that a post is not there.
"""

import json
from datetime import datetime
from typing import Any

from instagrapi import config
from instagrapi.exceptions import ClientJSONDecodeError

from publisher.client import SteadyClient

Json = dict[str, Any]

PAGE = 33
"""The most that the app asks for at once."""
MAX_PAGES = 50
"""More than anybody posts within the minutes that are read about."""


def feed_since(client: SteadyClient, since: datetime) -> list[Json]:
    """All media of the feed since then, newest first. Raises whatever the client raises."""
    found: list[Json] = []
    cursor = ""
    for _ in range(MAX_PAGES):
        reply = client.private_request(
            f"feed/user/{client.user_id}/",
            params={
                "max_id": cursor,
                "count": PAGE,
                "rank_token": client.rank_token,
                "ranked_content": "true",
            },
        )
        items = _items(reply, client)
        fresh = [item for item in items if taken_at(item) >= since.timestamp()]
        found += fresh
        cursor = str(reply.get("next_max_id") or "")
        pinned = [item for item in items if item.get("timeline_pinned_user_ids")]
        if not cursor or len(fresh) < len(items) - len(pinned):
            return found
    raise ClientJSONDecodeError("the feed goes on for too long", response=client.last_response)


def stories_since(client: SteadyClient, since: datetime) -> list[Json]:
    """All stories since then. Raises whatever the client raises."""
    reply = client.private_request(
        f"feed/user/{client.user_id}/story/",
        params={"supported_capabilities_new": json.dumps(config.SUPPORTED_CAPABILITIES)},
    )
    if "reel" not in reply:
        raise ClientJSONDecodeError("no stories in the reply", response=client.last_response)
    items = _items(reply["reel"], client) if reply["reel"] else []
    return [item for item in items if taken_at(item) >= since.timestamp()]


def taken_at(item: Json) -> float:
    """Seconds since 1970."""
    return float(item.get("taken_at") or 0)


def _items(reply: Json, client: SteadyClient) -> list[Json]:
    items = reply.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ClientJSONDecodeError("no media in the reply", response=client.last_response)
    return items
