"""What words about a post may mean."""

from dataclasses import dataclass
from datetime import date

from bot.new_post.question import Answers, NotUnderstoodError
from storage.lifecycle import PostType


@dataclass(frozen=True)
class Time:
    """When it is to be live: `answers` has scheduled_time, wall_time (None: now) and timezone."""

    answers: Answers

    @property
    def is_now(self) -> bool:
        return self.answers.get("wall_time") is None


@dataclass(frozen=True)
class Day:
    """A day whose hour is still open."""

    day: date


@dataclass(frozen=True)
class Hashtags:
    """Nothing but hashtags, without the '#', in order; none at all for 'no hashtags'."""

    hashtags: tuple[str, ...]


@dataclass(frozen=True)
class Type:
    """What it is to become. Whether the media fit is not looked at."""

    post_type: PostType


@dataclass(frozen=True)
class Label:
    """A button's own value, or the name of a question that is to be put: 'caption', 'type'."""

    value: str


@dataclass(frozen=True)
class Back:
    """To where one was before."""


@dataclass(frozen=True)
class Cancel:
    """The draft is to be discarded, the planned post deleted."""


@dataclass(frozen=True)
class Caption:
    """To be published exactly so; empty for 'no caption'."""

    text: str


@dataclass(frozen=True)
class Problem:
    """A time that cannot be: past, too far ahead, on no calendar or clock, contradictory, or of
    several. `error` says why, with buttons for what may have been meant."""

    error: NotUnderstoodError


@dataclass(frozen=True)
class Weekly:
    """An account's slots: 'mon-fri 9:00'."""

    text: str


@dataclass(frozen=True)
class Note:
    """Meant for the team, 'note: wait for the logo', where no post is planned yet to put it on."""


@dataclass(frozen=True)
class Aside:
    """Said to the bot, which does not know what to do about it: 'ok', 'next', '?'."""


@dataclass(frozen=True)
class Either:
    """It could be this or the caption: ask, with a button for each.

    Of a Problem, its own buttons and one for the caption; of an Aside, 'never mind' and that.
    """

    first: "Unsure"
    caption: Caption


Unsure = Time | Day | Type | Problem | Weekly | Note | Aside
Meaning = Unsure | Hashtags | Label | Back | Cancel | Caption | Either
