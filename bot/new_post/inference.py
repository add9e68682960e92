"""What need not be asked: it follows from the media and from what came with them."""

from bot.new_post.question import Answers
from publisher.media.choices import needs_framing
from publisher.media.framing import Fit, same_ratio
from publisher.media.kinds import Types, fitting_types
from publisher.media.rules import SCREEN_RATIO
from storage.lifecycle import MediaKind, PostType
from storage.models import Draft


def inferred(draft: Draft, types: Types) -> Answers:
    """Answers to all that is open and can be inferred safely."""
    answers: Answers = {}
    if draft.post_type is None and draft.media:
        draft.post_type = answers["post_type"] = best_type(draft, types)
    if draft.post_type is not None and draft.fit is None and needs_framing(draft):
        draft.fit = answers["fit"] = Fit.CROP.value
    if draft.caption is None:
        draft.caption = answers["caption"] = draft.suggested_caption or ""
    if draft.hashtags is None:
        draft.hashtags = answers["hashtags"] = []
    return answers


def best_type(draft: Draft, types: Types) -> PostType | None:
    """What these media most probably are to become; None if they cannot become anything."""
    fitting = fitting_types(draft.media, types)
    return next((kind for kind in (*_preferred(draft), *fitting) if kind in fitting), None)


def other_type(draft: Draft, types: Types) -> PostType | None:
    """Of a photo that fills the screen, a story and a photo alike, the one that it is not."""
    both = (PostType.STORY, PostType.PHOTO)
    if not _is_tall_photo(draft) or draft.post_type not in both:
        return None
    other = both[1 - both.index(draft.post_type)]
    return other if other in fitting_types(draft.media, types) else None


def _preferred(draft: Draft) -> tuple[PostType, ...]:
    """A story shows no text: what came with some is rather a photo."""
    if len(draft.media) > 1:
        return (PostType.CAROUSEL,)
    if draft.media[0].kind is MediaKind.VIDEO:
        return (PostType.REEL, PostType.VIDEO)
    says_something = draft.caption or draft.suggested_caption
    return (PostType.STORY,) if _is_tall_photo(draft) and not says_something else (PostType.PHOTO,)


def _is_tall_photo(draft: Draft) -> bool:
    if len(draft.media) != 1 or draft.media[0].kind is not MediaKind.PHOTO:
        return False
    ratio = draft.media[0].width / draft.media[0].height
    return ratio < SCREEN_RATIO or same_ratio(ratio, SCREEN_RATIO)
