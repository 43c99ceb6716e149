"""The registry of verbs, and what runs a command line."""

import re
from collections.abc import Mapping

from rapidfuzz import fuzz, process

from bot.commands.base import Answer, Reply, Request, Verb
from bot.commands.create import CREATE, NEW
from bot.commands.delete import CONFIRM_DELETE, DELETE, KEEP
from bot.commands.forms import FORM
from bot.commands.guide import make_help
from bot.commands.search import HOME, MINE, NARROW, PAGE, SEARCH, SHARE_LIST
from bot.commands.show import ID, SHARE, SHOW
from bot.commands.update import UPDATE
from bot.errors import BotError, OkrApiError
from bot.objectives.people import Asker
from bot.objectives.service import Objectives
from bot.objectives.words import split_verb
from bot.views.message import Message
from bot.views.notices import did_you_mean, failure, sentence

TYPED: tuple[Verb, ...] = (SEARCH, SHOW, CREATE, UPDATE, DELETE, MINE, make_help(lambda: TYPED))
"""What people may type, in the order of the help."""

PRESSED: tuple[Verb, ...] = (PAGE, NARROW, SHARE, SHARE_LIST, ID, NEW, FORM, CONFIRM_DELETE, KEEP)
"""What only buttons run."""

_TYPED: Mapping[str, Verb] = {verb.name: verb for verb in (HOME, *TYPED)}
_PRESSED: Mapping[str, Verb] = {**_TYPED, **{verb.name: verb for verb in PRESSED}}

ALIKE = 70
LONGEST_LINE = 2_000


def run_line(asker: Asker, line: str, objectives: Objectives, *, is_pressed: bool = False) -> Answer:
    """Runs a command line: typed behind ``/okr``, or carried by a button. Raises the BotError family."""
    objectives.people.admit(asker)
    verb_name, rest = split_verb(line)
    verb = (_PRESSED if is_pressed else _TYPED).get(verb_name)
    if verb is None:
        return Reply(_unknown(verb_name, rest, line))
    return verb.run(Request(asker, rest), objectives)


def _unknown(typed: str, rest: str, line: str) -> Message:
    if re.fullmatch(r"o-[0-9a-f]{4,23}|\d{1,3}|[0-9a-f]{24}|<https?://.*", typed):
        return did_you_mean(typed, f"show {line.strip()}"[:LONGEST_LINE])
    near = process.extractOne(typed, [verb.name for verb in TYPED], scorer=fuzz.ratio, score_cutoff=ALIKE)
    if near:
        return did_you_mean(typed, f"{near[0]} {rest}".strip()[:LONGEST_LINE])
    buttons = [("Search for it", f"search {line.strip()}")] if len(line) < LONGEST_LINE // 2 else []
    return sentence(
        f"I do not know “{typed[:80]}”. The verbs are: {', '.join(verb.name for verb in TYPED)}.",
        buttons=[*buttons, ("Help", "help")],
    )


def explain(fault: BotError, *, retry_line: str = "", form_line: str = "") -> Message:
    """The message that tells a person of a foreseen failure, with what they can do."""
    may_retry = isinstance(fault, OkrApiError) and 0 < len(retry_line) <= LONGEST_LINE
    return failure(str(fault), retry_line=retry_line if may_retry else "", form_line=form_line)
