"""Which objective a line is for: what stands for it, and the question when that may be several or none."""

from collections.abc import Callable, Collection
from dataclasses import replace

from bot.objectives.lines import Line, read_line
from bot.objectives.model import Objective
from bot.objectives.search import Match
from bot.views.lists import which_one
from bot.views.message import Message
from bot.views.notices import sentence
from bot.views.text import cut


def read_target(text: str, keys: Collection[str] = ()) -> Line:
    """A line that begins with what stands for an objective: there, ``#2`` is a number and no tag."""
    line = read_line(text, keys)
    if line.words or line.links or not line.tags or (keys and not line.tags[0].isdecimal()):
        return line
    return replace(line, words=f"#{line.tags[0]}", tags=line.tags[1:])


def ask_back(match: Match, line: Callable[[Objective], str]) -> Message:
    """Asks which objective is meant; ``line`` gives the command line of a candidate's button."""
    typed = cut(match.typed, 80)
    if match.candidates:
        question = f"Which one do you mean by “{typed}”?" if typed else "Which one do you mean?"
        return which_one(question, [(one, line(one)) for one in match.candidates], more=match.more)
    if match.nearest:
        question = f"No objective is called “{typed}”. Did you mean one of these?"
        return which_one(question, [(one, line(one)) for one in match.nearest])
    return sentence(
        f"No objective is called “{typed}”. Search with fewer words, or list yours.",
        buttons=[("My objectives", "mine"), ("Help", "help")],
    )
