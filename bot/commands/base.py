"""What a command gets and what it gives back. A command never sees Slack, never sends and never catches."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk.models.views import View

from bot.objectives.model import Asker
from bot.objectives.service import Objectives
from bot.views.help import VerbHelp
from bot.views.message import Message


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody's wish: ``text`` is what stands behind the verb, as Slack sent it."""

    asker: Asker
    text: str = ""


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


Answer = Reply | Modal


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of ``/okr``. One without ``help`` is not typed: only buttons run it.

    ``form`` names the verb that opens a form with the same words instead of doing what they say.
    """

    name: str
    run: Callable[[Request, Objectives], Answer]
    help: VerbHelp | None = None
    form: str = ""
