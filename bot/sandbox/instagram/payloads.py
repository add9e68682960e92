"""Accounts and media in the JSON that the client parses."""

from base64 import b64encode

from bot.sandbox.instagram.posts import Item, Photo, Post, Video
from bot.sandbox.instagram.state import STORY_SECONDS, InstagramState
from bot.sandbox.instagram.wire import Call, Json

PHOTO, VIDEO, CAROUSEL = 1, 2, 8
CAPTION_PREFIX = 18
"""Captions are numbered as comments: seventeen digits, and text, while media are numbers."""


def user_short(state: InstagramState, call: Call) -> Json:
    """The account as it stands inside of media."""
    return {
        "pk": state.user_id,
        "pk_id": str(state.user_id),
        "id": str(state.user_id),
        "username": state.username,
        "full_name": state.full_name,
        "is_private": False,
        "is_verified": False,
        "profile_pic_url": f"{call.media_root}/avatar.png",
    }


def account(state: InstagramState, call: Call) -> Json:
    """The account as its own page shows it; instagrapi 2.1 wants its channels too."""
    return {
        **user_short(state, call),
        "biography": "",
        "external_url": "",
        "is_business": False,
        "media_count": len(state.posts),
        "follower_count": 0,
        "following_count": 0,
        "email": "",
        "phone_number": "",
        "pinned_channels_info": {"pinned_channels_list": [], "has_public_channels": False},
    }


def media(state: InstagramState, post: Post, call: Call) -> Json:
    """One media, an album with its children."""
    payload: Json = {
        "pk": post.pk,
        "id": f"{post.pk}_{state.user_id}",
        "code": post.code,
        "taken_at": int(post.taken_at),
        **_device_timestamp(state, post),
        "client_cache_key": f"{b64encode(str(post.pk).encode()).decode()}.2",
        "product_type": post.product,
        "caption": _caption(state, post, call),
        "user": user_short(state, call),
        "like_count": 0,
        "comment_count": 0,
        "has_liked": False,
        "caption_is_edited": False,
        "organic_tracking_token": "",
    }
    if post.product == "story":
        payload["expiring_at"] = int(post.taken_at) + STORY_SECONDS
    if post.product == "carousel_container":
        children = [_child(state, post, index, call) for index in range(len(post.items))]
        return {
            **payload,
            "media_type": CAROUSEL,
            "carousel_media_count": len(children),
            "carousel_media": children,
        }
    return {**payload, **_item(post.items[0], call)}


def _device_timestamp(state: InstagramState, post: Post) -> Json:
    """What was made by hand may have none."""
    if not post.upload_id:
        return {}
    if state.device_timestamps == "seconds":
        return {"device_timestamp": int(post.taken_at) - 1}
    return {"device_timestamp": int(post.upload_id)}


def _caption(state: InstagramState, post: Post, call: Call) -> Json | None:
    if not post.caption:
        return None
    return {
        "pk": f"{CAPTION_PREFIX}{post.pk % 10**15:015}",
        "user_id": state.user_id,
        "text": post.caption,
        "type": 1,
        "created_at": int(post.taken_at),
        "created_at_utc": int(post.taken_at),
        "content_type": "comment",
        "status": "Active",
        "user": user_short(state, call),
        "media_id": post.pk,
    }


def _child(state: InstagramState, post: Post, index: int, call: Call) -> Json:
    pk = post.pk + index + 1
    return {
        "pk": pk,
        "id": f"{pk}_{state.user_id}",
        "carousel_parent_id": f"{post.pk}_{state.user_id}",
        "product_type": "carousel_item",
        **_item(post.items[index], call),
    }


def _item(item: Item, call: Call) -> Json:
    shown: Photo | Video = item.video or item.photo
    payload: Json = {
        "media_type": VIDEO if item.video else PHOTO,
        "original_width": shown.width,
        "original_height": shown.height,
        "image_versions2": {"candidates": [_version(item.photo, call)]},
    }
    if item.video:
        payload["video_versions"] = [{"type": 101, **_version(item.video, call)}]
        payload["video_duration"] = item.video.duration
        payload["has_audio"] = item.video.has_audio
    return payload


def _version(shown: Photo | Video, call: Call) -> Json:
    return {
        "width": shown.width,
        "height": shown.height,
        "url": f"{call.media_root}/{shown.file}",
    }
