"""The registry of verbs, and what runs a command line."""

import re
from collections.abc import Mapping

from rapidfuzz import fuzz, process

from bot.commands.base import Answer, Reply, Request, Verb
from bot.commands.create import CREATE, NEW
from bot.commands.delete import CONFIRM_DELETE, DELETE, KEEP
from bot.commands.forms import FORM
from bot.commands.guide import make_help
from bot.commands.lines import line_for_button, whole_line
from bot.commands.search import HOME, MINE, NARROW, PAGE, SEARCH, SHARE_LIST
from bot.commands.show import ID, SHARE, SHOW
from bot.commands.update import EDIT, UPDATE
from bot.errors import BotError, OkrApiError
from bot.objectives.model import Asker
from bot.objectives.service import Objectives
from bot.objectives.words import split_verb
from bot.views.buttons import LINE_LIMIT
from bot.views.message import Message
from bot.views.notices import did_you_mean, failure, sentence

TYPED: tuple[Verb, ...] = (SEARCH, SHOW, CREATE, UPDATE, DELETE, MINE, make_help(lambda: TYPED))
"""What people may type, in the order of the help."""

PRESSED: tuple[Verb, ...] = (PAGE, NARROW, SHARE, SHARE_LIST, ID, NEW, FORM, EDIT, CONFIRM_DELETE, KEEP)
"""What only buttons run."""

_TYPED: Mapping[str, Verb] = {verb.name: verb for verb in (HOME, *TYPED)}
_PRESSED: Mapping[str, Verb] = {**_TYPED, **{verb.name: verb for verb in PRESSED}}

ALIKE = 70


def run_line(asker: Asker, line: str, objectives: Objectives, *, is_pressed: bool = False) -> Answer:
    """Runs a command line: typed behind ``/okr``, or carried by a button. Raises the BotError family."""
    objectives.people.admit(asker)
    if is_pressed:
        line = whole_line(asker, line, objectives)
    verb_name, rest = split_verb(line)
    verb = (_PRESSED if is_pressed else _TYPED).get(verb_name)
    if verb is None:
        return Reply(_unknown(asker, line, objectives))
    try:
        return verb.run(Request(asker, rest), objectives)
    except OkrApiError as fault:
        # Caught here because only here it is known which form holds the words that were typed.
        form_line = line_for_button(asker, f"{verb.form} {rest}", objectives) if verb.form else ""
        return Reply(failure(str(fault), retry_line=line_for_button(asker, line, objectives), form_line=form_line))


def _unknown(asker: Asker, line: str, objectives: Objectives) -> Message:
    typed, rest = split_verb(line)
    if re.fullmatch(r"o-[0-9a-f]{4,23}|\d{1,3}|[0-9a-f]{24}|<https?://.*", typed):
        return did_you_mean(typed, line_for_button(asker, f"show {line.strip()}", objectives))
    near = process.extractOne(typed, [verb.name for verb in TYPED], scorer=fuzz.ratio, score_cutoff=ALIKE)
    if near:
        return did_you_mean(typed, line_for_button(asker, f"{near[0]} {rest}", objectives))
    return sentence(
        f"I do not know “{typed[:80]}”. The verbs are: {', '.join(verb.name for verb in TYPED)}.",
        buttons=[("Search for it", line_for_button(asker, f"search {line.strip()}", objectives)), ("Help", "help")],
    )


def explain(fault: BotError, *, retry_line: str = "", form_line: str = "") -> Message:
    """The message that tells a person of a foreseen failure, with what they can do."""
    may_retry = isinstance(fault, OkrApiError) and 0 < len(retry_line) <= LINE_LIMIT
    return failure(str(fault), retry_line=retry_line if may_retry else "", form_line=form_line)
