"""Reading: the account's feed and stories, single media, deletion."""

from bot.sandbox.instagram import bodies
from bot.sandbox.instagram.payloads import media, user_short
from bot.sandbox.instagram.posts import Post
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Call, RefusedError, Reply, fail, ok

USUAL_PAGE, LARGEST_PAGE = 12, 33


async def timeline(_: InstagramState, __: Call) -> Reply:
    """feed/timeline: posts of others; there are none here."""
    return ok(feed_items=[], num_results=0, more_available=False, auto_load_more_enabled=True)


async def reels_tray(_: InstagramState, __: Call) -> Reply:
    """feed/reels_tray: stories of others; there are none here."""
    return ok(tray=[], broadcasts=[])


async def user_feed(state: InstagramState, call: Call) -> Reply:
    """feed/user/<id>: newest first, in pages."""
    _require_own(state, call)
    older_than = int(call.query.get("max_id", "").partition("_")[0] or 0)
    posts = [post for post in state.shown(state.posts) if not older_than or post.pk < older_than]
    page = posts[: _page_size(call)]
    reply = ok(
        items=[media(state, post, call) for post in page],
        num_results=len(page),
        more_available=len(page) < len(posts),
        auto_load_more_enabled=True,
        user=user_short(state, call),
    )
    if len(page) < len(posts) and isinstance(reply.body, dict):
        reply.body["next_max_id"] = f"{page[-1].pk}_{state.user_id}"
    return reply


def _page_size(call: Call) -> int:
    asked = call.query.get("count", "")
    return min(int(asked) if asked.isdigit() else 0, LARGEST_PAGE) or USUAL_PAGE


async def user_story(state: InstagramState, call: Call) -> Reply:
    """feed/user/<id>/story: what was posted to the story in the last 24 hours."""
    _require_own(state, call)
    stories = state.shown(state.stories)
    if not stories:
        return ok(reel=None)
    reel = {
        "id": state.user_id,
        "user": user_short(state, call),
        "items": [media(state, post, call) for post in stories],
        "latest_reel_media": int(stories[-1].taken_at),
        "media_count": len(stories),
    }
    return ok(reel=reel)


def _require_own(state: InstagramState, call: Call) -> None:
    if call.parts["user_id"] != str(state.user_id):
        raise RefusedError(fail("Not authorized to view user"))


async def media_info(state: InstagramState, call: Call) -> Reply:
    """media/<id>/info."""
    post = _find(state, call)
    return ok(items=[media(state, post, call)], num_results=1, more_available=False)


async def media_delete(state: InstagramState, call: Call) -> Reply:
    """media/<id>/delete."""
    state.delete(_find(state, call))
    return ok(did_delete=True)


def _find(state: InstagramState, call: Call) -> Post:
    post = state.find(call.parts["media_id"].partition("_")[0])
    if not post:
        raise RefusedError(bodies.MEDIA_NOT_FOUND)
    return post
