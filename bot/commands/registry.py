"""The registry of verbs, and what runs a command line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from rapidfuzz import fuzz, process
from slack_sdk.models.views import View

from bot.commands.ask import ASK, ask_buttons
from bot.commands.base import Answer, Modal, Reply, Request, Verb
from bot.commands.collisions import LEAVE
from bot.commands.create import CREATE, NEW
from bot.commands.delete import CONFIRM_DELETE, DELETE, KEEP
from bot.commands.digest import DIGEST, SHARE_DIGEST
from bot.commands.forms import FORM
from bot.commands.guide import make_help
from bot.commands.lines import is_kept, line_for_button, whole_line
from bot.commands.log import LOG, LOG_EXPORT, LOG_PAGE
from bot.commands.mute import MUTE, MUTED, UNMUTE
from bot.commands.remind import REMIND
from bot.commands.search import HOME, MINE, NARROW, PAGE, SEARCH, SHARE_LIST
from bot.commands.show import ID, SHARE, SHOW
from bot.commands.subscribe import SUBSCRIBE, SUBSCRIBE_FORM
from bot.commands.subscription_change import EDIT_SUBSCRIPTION
from bot.commands.subscription_form import FORM_AGAIN
from bot.commands.subscriptions import (
    PAUSE_SUBSCRIPTION,
    REMOVE_SUBSCRIPTION,
    RESUME_SUBSCRIPTION,
    SUBSCRIPTIONS,
    UNSUBSCRIBE,
)
from bot.commands.trash import TRASH
from bot.commands.undo import RESTORE, UNDO
from bot.commands.update import EDIT, OVERWRITE, UPDATE
from bot.errors import BotError, NotYours, OkrApiError, OkrApiUnavailable
from bot.objectives.lines import split_verb
from bot.objectives.model import Asker
from bot.objectives.service import Objectives
from bot.views.buttons import LINE_LIMIT
from bot.views.forms import choices
from bot.views.message import Message
from bot.views.notices import did_you_mean, failure, sentence

TYPED: tuple[Verb, ...] = (
    SEARCH,
    SHOW,
    CREATE,
    UPDATE,
    DELETE,
    UNDO,
    TRASH,
    LOG,
    SUBSCRIBE,
    UNSUBSCRIBE,
    SUBSCRIPTIONS,
    DIGEST,
    MINE,
    REMIND,
    make_help(lambda: TYPED),
)
"""What people may type, in the order of the help."""

PRESSED: tuple[Verb, ...] = (
    PAGE,
    NARROW,
    SHARE,
    SHARE_LIST,
    ID,
    NEW,
    FORM,
    EDIT,
    OVERWRITE,
    LEAVE,
    CONFIRM_DELETE,
    KEEP,
    RESTORE,
    LOG_PAGE,
    LOG_EXPORT,
    SHARE_DIGEST,
    SUBSCRIBE_FORM,
    FORM_AGAIN,
    ASK,
    EDIT_SUBSCRIPTION,
    PAUSE_SUBSCRIPTION,
    RESUME_SUBSCRIPTION,
    REMOVE_SUBSCRIPTION,
    MUTE,
    UNMUTE,
    MUTED,
)
"""What only buttons run."""

_TYPED: Mapping[str, Verb] = {verb.name: verb for verb in (HOME, *TYPED)}
_PRESSED: Mapping[str, Verb] = {**_TYPED, **{verb.name: verb for verb in PRESSED}}

ALIKE = 70


def may_write(line: str, *, is_pressed: bool = False) -> bool:
    """Whether running a line may change something, told from its words alone."""
    if is_pressed and is_kept(line):
        # What it stands for is in the database; taking it for a change costs little.
        return True
    verb_name, rest = split_verb(line)
    verb = (_PRESSED if is_pressed else _TYPED).get(verb_name)
    return verb is not None and verb.writes(rest)


def run_line(asker: Asker, line: str, objectives: Objectives, *, is_pressed: bool = False, work_id: str = "") -> Answer:
    """Runs a command line: typed behind ``/okr``, or carried by a button. Raises the BotError family.

    ``work_id``: of a line that was made durable. Then OkrApiUnavailable is raised, to be tried again.
    """
    objectives.people.admit(asker)
    if is_pressed:
        line = whole_line(asker, line, objectives)
    verb_name, rest = split_verb(line)
    verb = (_PRESSED if is_pressed else _TYPED).get(verb_name)
    if verb is None:
        return Reply(_unknown(asker, line, objectives))
    try:
        answer = verb.run(Request(asker, rest, work_id, "button" if is_pressed else "command"), objectives)
    except NotYours as fault:
        return Reply(_not_yours(fault, asker, line, objectives))
    except OkrApiError as fault:
        if work_id and isinstance(fault, OkrApiUnavailable):
            raise
        # Caught here because only here it is known which form holds the words that were typed.
        form_line = form_of(asker, line, objectives, is_pressed=is_pressed)
        return Reply(failure(str(fault), retry_line=line_for_button(asker, line, objectives), form_line=form_line))
    return (
        replace(answer, fill=partial(_fill, answer, asker, line, objectives)) if isinstance(answer, Modal) else answer
    )


def _fill(modal: Modal, asker: Asker, line: str, objectives: Objectives) -> View:
    """The form, or who can be asked where the asker may not change what it is for."""
    try:
        return modal.fill()
    except NotYours as fault:
        return choices(modal.title, _not_yours(fault, asker, line, objectives))


def _not_yours(fault: NotYours, asker: Asker, line: str, objectives: Objectives) -> Message:
    # Who may not take back their last change may still want to take back another.
    others = [("My changes", "log me")] if split_verb(line)[0] == UNDO.name else []
    return explain(fault, ways=others or ask_buttons(fault, asker, line, objectives))


def form_of(asker: Asker, line: str, objectives: Objectives, *, is_pressed: bool = False) -> str:
    """The line that opens the form with what was typed; empty where the line's verb has no form."""
    verb_name, rest = split_verb(whole_line(asker, line, objectives) if is_pressed else line)
    verb = (_PRESSED if is_pressed else _TYPED).get(verb_name)
    return line_for_button(asker, f"{verb.form} {rest}", objectives) if verb and verb.form else ""


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


def explain(
    fault: BotError, *, retry_line: str = "", form_line: str = "", ways: Sequence[tuple[str, str]] = ()
) -> Message:
    """The message that tells a person of a foreseen failure, with what they can do."""
    may_retry = isinstance(fault, OkrApiError) and 0 < len(retry_line) <= LINE_LIMIT
    return failure(str(fault), retry_line=retry_line if may_retry else "", form_line=form_line, ways=ways)
