"""The requests that make staged uploads appear as posts."""

from bot.sandbox.instagram import bodies
from bot.sandbox.instagram.checks import check_caption, check_children, check_item, check_tags
from bot.sandbox.instagram.payloads import media
from bot.sandbox.instagram.posts import Item, Post, Product, Upload
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Call, Json, RefusedError, Reply, fail, ok


async def feed(state: InstagramState, call: Call) -> Reply:
    """media/configure: a photo, or a video with ?video=1."""
    return _single(state, call, "feed", is_video=call.query.get("video") == "1")


async def clips(state: InstagramState, call: Call) -> Reply:
    """media/configure_to_clips: a reel."""
    return _single(state, call, "clips", is_video=True)


async def story(state: InstagramState, call: Call) -> Reply:
    """media/configure_to_story: a photo, or a video with ?video=1."""
    return _single(state, call, "story", is_video=call.query.get("video") == "1")


async def sidecar(state: InstagramState, call: Call) -> Reply:
    """media/configure_sidecar: a carousel.

    Its own upload id is used up by it; its children may be used again, so that a client which
    sends the same children under a new id publishes twice, as instagrapi does by itself.
    """
    fields = call.signed()
    upload_id = _own_id(state, fields, "client_sidecar_id")
    children = fields.get("children_metadata") or []
    check_children(len(children))
    items = [_staged(state, _id_in(child), is_video="length" in child) for child in children]
    post = _publish(state, "carousel_container", upload_id, fields, items)
    return ok(media=media(state, post, call), client_sidecar_id=upload_id, upload_id=upload_id)


def _single(state: InstagramState, call: Call, product: Product, *, is_video: bool) -> Reply:
    fields = call.signed()
    upload_id = _own_id(state, fields, "upload_id")
    item = _staged(state, upload_id, is_video=is_video, own_cover=product != "story")
    post = _publish(state, product, upload_id, fields, [item])
    return ok(media=media(state, post, call), upload_id=upload_id)


def _id_in(fields: Json, name: str = "upload_id") -> str:
    upload_id = str(fields.get(name, ""))
    if not upload_id.isascii() or not upload_id.isdigit():
        raise RefusedError(bodies.INCORRECT_UPLOAD_ID)
    return upload_id


def _own_id(state: InstagramState, fields: Json, name: str) -> str:
    """The id of the post to be. One that was posted already is refused (mgp25 #567, #191).

    What the service does with an exact repetition is not known; the logs show this refusal when
    an id that became a photo is configured again as a video.
    """
    upload_id = _id_in(fields, name)
    if state.configured(upload_id):
        raise RefusedError(bodies.CONFLICTING_UPLOAD_ID)
    return upload_id


def _staged(
    state: InstagramState, upload_id: str, *, is_video: bool, own_cover: bool = True
) -> Item:
    """What was uploaded under the id: whole, and a video with its cover.

    The client sends no cover for a story; a frame of the video serves there.
    """
    upload = state.uploads.get(upload_id, Upload())
    photo = upload.photo or (None if own_cover else upload.frame)
    if not photo or (is_video and not upload.video):
        raise RefusedError(bodies.needs_reupload(upload_id))
    if upload.video and not is_video:
        raise RefusedError(fail("Uploaded media is a video, not a photo"))
    return Item(photo, upload.video)


def _publish(
    state: InstagramState, product: Product, upload_id: str, fields: Json, items: list[Item]
) -> Post:
    caption = str(fields.get("caption") or "")
    check_caption(caption)
    check_tags(fields.get("usertags"))
    for item in items:
        check_item(product, item)
    return state.publish(product, upload_id, caption, items)
