"""When it is not one objective that is meant: the question which one, or what is nearest."""

from collections.abc import Callable

from bot.objectives.model import Objective
from bot.objectives.search import Match
from bot.views.lists import which_one
from bot.views.message import Message
from bot.views.notices import sentence
from bot.views.text import cut


def ask_back(match: Match, line: Callable[[Objective], str]) -> Message:
    """Asks which objective is meant; ``line`` gives the command line of a candidate's button."""
    typed = cut(match.typed, 80)
    if match.candidates:
        question = f"Which one do you mean by “{typed}”?" if typed else "Which one do you mean?"
        return which_one(question, [(one, line(one)) for one in match.candidates])
    if match.nearest:
        question = f"No objective is called “{typed}”. Did you mean one of these?"
        return which_one(question, [(one, line(one)) for one in match.nearest])
    return sentence(
        f"No objective is called “{typed}”. Search with fewer words, or list yours.",
        buttons=[("My objectives", "mine"), ("Help", "help")],
    )
