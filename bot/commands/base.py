"""What a command gets and what it gives back. A command never sees Slack, never sends and never catches."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from slack_sdk.models.views import View

from bot.objectives.model import Asker
from bot.objectives.plans import Plan, Submission
from bot.objectives.service import Objectives
from bot.views.help import VerbHelp
from bot.views.message import Message


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody's wish: ``text`` is what stands behind the verb, as Slack sent it; the rest is a Submission's."""

    asker: Asker
    text: str = ""
    id: str = ""
    way: str = "command"

    @property
    def submission(self) -> Submission:
        """What was sent off with it."""
        return Submission(self.asker, self.id, self.way)


@dataclass(frozen=True, slots=True)
class Reply:
    """A message as the answer: to the asker alone, or to the whole channel."""

    message: Message
    in_channel: bool = False


@dataclass(frozen=True, slots=True)
class Modal:
    """A form as the answer.

    ``fill`` makes the view. Unless ``is_ready`` it may call the OKR API, and a loading view is shown meanwhile.
    ``line`` is a command line that opens the form again, for when Slack's three seconds to open one have passed.
    """

    title: str
    fill: Callable[[], View]
    line: str
    is_ready: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """A change as the answer: decided and allowed, and to be carried out; what comes of it is told then."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class File:
    """A file as the answer, sent to the asker by direct message. ``rows`` are its lines, made as they are needed."""

    name: str
    rows: Iterable[str]
    title: str


class Posted(Enum):
    """What came of posting to a channel."""

    DONE = "done"
    NOT_THERE = "not there"
    """The bot is not in the channel."""
    REFUSED = "refused"
    LATER = "later"
    """Slack was not reached, or is busy: nobody knows whether it was posted."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message of the bot's own to a channel, and then an answer to the asker, by what came of it."""

    channel_id: str
    message: Message
    then: Callable[[Posted], Reply]


Answer = Reply | Modal | Write | File | Post


def nothing_typed(_text: str) -> bool:
    """Of a verb that changes nothing, whatever stands behind it."""
    return False


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of ``/okr``. One without ``help`` is not typed: only buttons run it.

    ``form`` names the verb that opens a form with the same words instead of doing what they say. ``writes`` tells from
    the words alone whether running it may change something: then the line is made durable before it is acknowledged.
    """

    name: str
    run: Callable[[Request, Objectives], Answer]
    help: VerbHelp | None = None
    form: str = ""
    writes: Callable[[str], bool] = nothing_typed
