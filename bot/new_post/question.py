"""What a question of the conversation is, and what an answer to it may be."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from typing import ClassVar, Self, TypedDict
from zoneinfo import ZoneInfo

from bot.context import Actor, Context
from bot.keyboards import Choice, is_number
from bot.texts import label, say
from bot.when import When
from publisher.media.rules import INSTAGRAM_RULES, Rules
from storage.files import MediaFiles
from storage.lifecycle import PostType
from storage.models import Account, Draft
from storage.slots import NO_CALENDAR, Calendar

AS_CAPTION = "as-caption"
"""The value of the button for words that could be something else as well, or were the caption."""


@dataclass(frozen=True)
class Moment:
    """What an answer is judged by: the present, the actor's zone, and the account's rules."""

    now: datetime
    zone: ZoneInfo
    rules: Rules = INSTAGRAM_RULES
    accounts: Sequence[Account] = ()
    """All that can be posted to."""
    calendar: Calendar = NO_CALENDAR
    """The slots of the draft's account, and what else is planned for it; see `bot/slots.py`."""

    @property
    def today(self) -> date:
        """By the actor's clock."""
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True)
class Prompt:
    """A question as HTML, and the buttons that answer it."""

    text: str
    rows: Sequence[Sequence[Choice]]


class Answers(TypedDict, total=False):
    """What an answer changes in the draft."""

    account_id: int
    post_type: PostType | None
    fit: str | None
    fit_shift: float
    trim_start: float | None
    trim_agreed: bool
    caption: str | None
    hashtags: list[str] | None
    scheduled_time: datetime
    wall_time: str | None
    timezone: str
    chosen_days: list[date] | None
    suggested_caption: str | None
    chosen_item_id: int | None
    caption_message_id: int | None
    schedules_when_ready: bool
    is_guided: bool
    suggested_time: datetime | None


class Decision(Enum):
    """What is to become of the draft."""

    SCHEDULE = auto()
    DISCARD = auto()
    REPLACE_MEDIA = auto()
    GUIDE_ME = auto()
    """Ask step by step from now on."""
    GIVE_A_CARD = auto()
    """The other way round."""


@dataclass(frozen=True)
class GoTo:
    """Another question is to be asked, although it has been answered."""

    question: str


@dataclass(frozen=True)
class UseCover:
    """The frame at so many seconds, or an automatic one, is to be the video's cover."""

    at: float | None


@dataclass(frozen=True)
class Arrange:
    """The draft is to consist of the items with these numbers, in this order."""

    items: tuple[int, ...]
    chosen: int | None
    """The item that can be moved next."""


@dataclass(frozen=True)
class MeantFor:
    """What was typed last is another draft's; None: of several, it is to be chosen which."""

    draft_id: int | None
    ANY: ClassVar[str] = "other"

    @classmethod
    def value_of(cls, draft_id: int) -> str:
        """What its button answers."""
        return f"{cls.ANY}-{draft_id}"

    @classmethod
    def read(cls, value: str) -> Self | None:
        """The same back; None for whatever is no such value."""
        mark, _, number = value.partition("-")
        if mark != cls.ANY or not (number == "" or is_number(number)):
            return None
        return cls(int(number) if number else None)


class Way(StrEnum):
    """What else is to become of media that were sent together; the value of its button."""

    ONE_BY_ONE = "one_by_one"
    AS_ONE = "as_one"
    SAME_CAPTION = "same_caption"
    NOT_YET = "not_yet"
    SEPARATE = "separate"


@dataclass(frozen=True)
class PlanSeries:
    """They are to go out at these times, one at each."""

    times: tuple[When, ...]
    are_slots: bool = False
    """The next free ones, whichever those are by then."""


@dataclass(frozen=True)
class Page:
    """The same question with other buttons, shown where it stands: nothing is decided yet."""

    prompt: "Prompt"
    kept: Answers
    """What is clear already; nothing as a rule."""


Reply = Answers | Decision | GoTo | UseCover | Page | Arrange | Way | PlanSeries | MeantFor


class NotUnderstoodError(ValueError):
    """The answer does not fit; carries the sentence that says why and what would be right.

    `kept` is what was clear all the same: it counts when the question is answered anew.
    """

    def __init__(
        self,
        key: str,
        values: Mapping[str, object] | None = None,
        choices: Sequence[Choice] = (),
        kept: Answers | None = None,
    ) -> None:
        super().__init__(key)
        self.key, self.values, self.choices, self.kept = key, values or {}, choices, kept
        """The key and values of the sentence, and buttons for what may have been meant."""

    def sentence(self, language: str) -> str:
        return say(language, self.key, **self.values)


class Question(ABC):
    """One question of the conversation; all of them stand in order in `steps.QUESTIONS`."""

    name: ClassVar[str]
    """Kept with the draft, and in its buttons; `button_change_` and it is a label."""
    is_on_demand: ClassVar[bool] = False
    """Asked only of who wants to change the answer, at the last look."""
    shapes_media: ClassVar[bool] = False
    """While it is open, it is not settled what the media become: nothing is prepared yet."""
    hears_cover: ClassVar[bool] = False
    """A photo that is sent is the cover, instead of one more item of the post."""
    tells_facts: ClassVar[bool] = True
    """On a card, what is known of the draft stands above it."""
    doubtful: ClassVar[str] = ""
    """The sentence that asks once more, where an answer that was meant for the bot would be
    published."""
    doubts_a_day: ClassVar[bool] = False
    """A day alone is hardly an answer; as a caption it may well be one."""
    arrows: ClassVar[frozenset[str]] = frozenset()
    """Buttons that leave the question open and change the picture above it."""
    pages: ClassVar[str | None] = None
    """What the values of buttons begin with that leave it open and turn to another `Page`."""

    def stays_open(self, value: str) -> bool:
        """Whether a button of this value answers nothing yet."""
        return value in self.arrows or (self.pages is not None and value.startswith(self.pages))

    def applies(self, draft: Draft) -> bool:
        """Whether there is anything to ask about this draft."""
        return True

    def has_choice(self, draft: Draft, moment: Moment) -> bool:
        """Whether, as things are, there is more than one answer."""
        return True

    @abstractmethod
    def is_answered(self, draft: Draft) -> bool: ...

    @abstractmethod
    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt: ...

    @abstractmethod
    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Reply:
        """What was typed, or a button's value. Raises NotUnderstoodError."""

    def explain(
        self, problem: NotUnderstoodError, draft: Draft, actor: Actor, moment: Moment
    ) -> Prompt:
        """The same question once more, with what is wrong and what may have been meant."""
        offers = [[choice] for choice in problem.choices]
        rows = self.ask(draft, actor, moment).rows
        return Prompt(problem.sentence(actor.language), [*offers, *rows])

    def back(self, draft: Draft) -> Reply | None:
        """What 'back' means, if not the question before."""
        return None

    def picture(self, draft: Draft, files: MediaFiles) -> bytes | None:
        """What it stands below, if anything. Blocks. Raises MediaRefusedError, OSError."""
        return None

    async def introduce(self, draft: Draft, actor: Actor, context: Context) -> Draft:
        """Send what comes before the question; returns the draft as it stands then.

        Raises MediaRefusedError, OSError.
        """
        return draft


def back_row(language: str) -> list[Choice]:
    """The row that stands under every question."""
    return [(label(language, "button_back"), "back"), (label(language, "button_cancel"), "cancel")]
