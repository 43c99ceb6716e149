"""What is said after a change, and after its undo: the verb, the objective, what changed, and what one can do next."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, InteractiveElement

from bot.objectives.model import Change, Objective
from bot.views.blocks import TEXT_LIMIT, actions, context, section
from bot.views.buttons import button, carries
from bot.views.changes import change_lines
from bot.views.message import Message
from bot.views.phrases import KEPT_DAYS, facts_text, in_words, linked_name, name_of, short_id_text, whole_lines
from bot.views.text import code, cut, escape, fit, one_line

_PARAGRAPH = 2900
_NOTES = 10


def created(objective: Objective, now: datetime, *, notes: Sequence[str] = (), entry_id: str = "") -> Message:
    """What is said after an objective was created.

    ``notes`` are further sentences (plain); ``entry_id`` is the change's entry in the record, by which it is undone.
    """
    buttons = [*_buttons(objective), *_undo(objective, entry_id, "creating", n=2)]
    return _after("Created", objective, now, notes=notes, buttons=buttons)


def updated(
    change: Change, now: datetime, *, notes: Sequence[str] = (), entry_id: str = "", undone: bool = False
) -> Message:
    """What is said after an objective was changed: old → new, one line a field; ``undone`` where that was an undo."""
    objective = change.after or change.before
    if objective is None:
        raise ValueError("an update has an objective")
    lines = change_lines(change.before, change.after) if change.before and change.after else []
    buttons = [*_buttons(objective), *_undo(objective, entry_id if lines else "", "changing", n=2)]
    if lines:
        return _after("Change undone in" if undone else "Updated", objective, now, lines, notes, buttons)
    verb, line = "Nothing changed in", "It is already as you want it."
    if undone:
        verb, line = "Nothing to undo in", "It is already as it was before that change."
    return _after(verb, objective, now, [line], notes, buttons)


def restored(
    objective: Objective, now: datetime, *, entry_id: str = "", notes: Sequence[str] = (), new_id: bool = False
) -> Message:
    """What is said after a deleted objective was brought back; ``notes`` say what of it could not be."""
    buttons = [*_buttons(objective), *_undo(objective, entry_id, "bringing back", n=2)]
    called = short_id_text(objective) or escape(cut(objective.id, 40))
    asides = [f"It has a new id, {called}: links to the old one do not work any more."] if new_id else []
    return _after("Brought back", objective, now, notes=notes, buttons=buttons, asides=asides)


def deleted(objective: Objective, now: datetime, *, entry_id: str = "", undone: bool = False) -> Message:
    """What is said after an objective was deleted; ``undone`` where that was the undo of its creation.

    Without an entry in the record nothing can be brought back, and nothing is promised.
    """
    verb = "Creation undone" if undone else "Deleted"
    sentences = ["It is deleted again."] if undone else []
    if entry_id:
        sentences.append(f"You can bring it back for {KEPT_DAYS} days: {code('/okr trash')} lists it.")
    blocks: list[Block] = [section(f"*{verb}*  {escape(name_of(objective, 300))}"), context(facts_text(objective, now))]
    blocks += [section(" ".join(sentences))] if sentences else []
    blocks += actions(_undo(objective, entry_id, "deleting"))
    return Message("\n".join([f"{verb}: {in_words(objective, now)}", *filter(None, [" ".join(sentences)])]), blocks)


def kept(objective: Objective) -> Message:
    """What is said when an objective was not deleted after all."""
    text = f"Kept  {linked_name(objective, 300)}. Nothing was deleted."
    return Message(text, [section(text)])


def left(objective: Objective) -> Message:
    """What is said when somebody leaves an objective as others made it."""
    text = f"Left as it is  {linked_name(objective, 300)}. Nothing was changed."
    return Message(text, [section(text)])


def _after(
    verb: str,
    objective: Objective,
    now: datetime,
    lines: Sequence[str] = (),
    notes: Sequence[str] = (),
    buttons: Sequence[InteractiveElement] = (),
    asides: Sequence[str] = (),
) -> Message:
    """The message after a change; ``lines`` and ``asides`` are escaped, ``notes`` are plain."""
    asides = [*asides, *(fit(one_line(note), 500) for note in notes[:_NOTES] if one_line(note))]
    # one paragraph where it fits
    texts = ["\n".join(lines)] if sum(map(len, lines)) < _PARAGRAPH else list(lines)
    facts = context(facts_text(objective, now))
    told = [*map(section, asides)]
    blocks: list[Block] = [section(f"*{verb}*  {linked_name(objective, 300)}")]
    blocks += [*(section(text, expand=True) for text in texts), *told, facts] if lines else [facts, *told]
    blocks += actions(buttons)
    said = [f"{verb} {in_words(objective, now)}", *(lines or [facts_text(objective, now)]), *asides]
    return Message(whole_lines(said, TEXT_LIMIT), blocks)


def _buttons(objective: Objective) -> list[InteractiveElement]:
    name, target = name_of(objective), objective.id
    buttons: list[InteractiveElement] = []
    if not objective.is_private:
        buttons.append(button("Share here", f"share {target}", accessibility_label=f"Share here: {name}"))
    buttons.append(button("Edit", f"update {target}", n=1, accessibility_label=f"Edit {name}"))
    return buttons


def _undo(objective: Objective, entry_id: str, what: str, *, n: int = 0) -> list[InteractiveElement]:
    """Undo takes the place of the message it stands on: what that says is not so any more."""
    line = f"undo {entry_id}" if entry_id else ""
    label = f"Undo {what} {name_of(objective)}"
    return [button("Undo", line, n=n, swap=True, accessibility_label=label)] if carries(line) else []
