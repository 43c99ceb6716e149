"""When a change would overwrite another: both versions side by side, and the choice which one stays."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from slack_sdk.models.blocks import Block, InteractiveElement

from bot.objectives.model import Objective
from bot.objectives.plans import Collision
from bot.views.blocks import FIELD_LIMIT, TEXT_LIMIT, actions, fields, section
from bot.views.buttons import button, carries
from bot.views.changes import change_lines, description_change, tag_changes
from bot.views.inputs import LABELS
from bot.views.message import Message
from bot.views.phrases import in_words, linked_name, name_of, owners_text, session_title, tags_text, whole_lines
from bot.views.text import code, escape, fit

_VALUE_LIMIT = FIELD_LIMIT - 100


def collision(
    found: Collision,
    now: datetime,
    *,
    mine_line: str = "",
    theirs_line: str = "",
    form_line: str = "",
    undo: bool = False,
) -> Message:
    """Both versions of every field that differs, and a button for each way out; ``undo`` where an undo collided.

    ``mine_line`` overwrites, ``theirs_line`` leaves all as it is, ``form_line`` opens the form with what was typed.
    """
    if found.theirs is None:
        return _deleted_meanwhile(found, form_line, undo=undo)
    verb = "Not undone yet" if undo else "Not saved yet"
    why = (
        "It was changed since, and undo would overwrite that. Choose what stays."
        if undo
        else "It was changed while you were editing, and saving would overwrite that. Choose what stays."
    )
    was, yours = ("was", "After undo") if undo else ("you saw", "Yours")
    blocks: list[Block] = [section(f"*{verb}*  {linked_name(found.theirs, 300)}\n{why}")]
    said = [f"{verb}: {in_words(found.theirs, now)}. {why}"]
    for field in (field for field in LABELS if field in found.fields):
        label = f"*{LABELS[field]}*"
        before = _was(field, found.shown, 600)
        above = f"{label}  {was} {before}" if before else label
        now_text, yours_text = _versions(field, found, _VALUE_LIMIT)
        blocks.append(fields(f"*Now*\n{now_text}", f"*{yours}*\n{yours_text}", above=above))
        before, (now_text, yours_text) = _was(field, found.shown, 150), _versions(field, found, 150)
        parts = [f"{was} {before}" if before else "", f"now {now_text}", f"{yours.lower()} {yours_text}"]
        said.append(f"{LABELS[field]}: {'; '.join(filter(None, parts))}")
    buttons = _buttons(found.theirs, mine_line, theirs_line, form_line, undo=undo)
    return Message(whole_lines(said, TEXT_LIMIT), [*blocks, *actions(buttons)])


def _deleted_meanwhile(found: Collision, form_line: str, *, undo: bool) -> Message:
    verb = "Not undone" if undo else "Not saved"
    why = "It was deleted since." if undo else "It was deleted while you were editing."
    ways = f"If that was done with /okr, {code('/okr trash')} can bring it back."
    if carries(form_line):
        ways += " Or create it anew: the form has what you typed." if not undo else " Or create it anew, by form."
    lines = change_lines(found.shown, found.mine, most=300)
    blocks: list[Block] = [section(f"*{verb}*  {escape(name_of(found.shown, 300))}\n{why} {ways}")]
    if lines:
        heading = "*What undo would have changed*" if undo else "*What you wanted to change*"
        lines = [heading, *lines]
        blocks.append(section(whole_lines(lines, 2900), expand=True))
    if carries(form_line):
        label = f"Create it anew: {name_of(found.mine)}"
        blocks += actions([button("Create it anew", form_line, style="primary", accessibility_label=label)])
    said = [f"{verb}: {escape(name_of(found.shown, 150))}. {why} {ways}", *lines]
    return Message(whole_lines(said, TEXT_LIMIT), blocks)


def _buttons(
    objective: Objective, mine_line: str, theirs_line: str, form_line: str, *, undo: bool
) -> list[InteractiveElement]:
    name = name_of(objective)
    mine, theirs = ("Undo anyway", "Leave it") if undo else ("Save mine", "Keep theirs")
    danger: Literal["danger"] = "danger"
    offers = (
        (mine, mine_line, danger, True),
        (theirs, theirs_line, None, True),
        ("Open the form", form_line, None, False),
    )
    return [
        button(label, line, n=n, swap=swap, style=style, accessibility_label=f"{label}: {name}")
        for n, (label, line, style, swap) in enumerate(offers)
        if carries(line)
    ]


def _was(field: str, shown: Objective, limit: int) -> str:
    """The value that both started from; nothing of a description, whose versions are told by what differs from it."""
    return "" if field == "description" else _TEXTS[field](shown, limit)


def _versions(field: str, found: Collision, limit: int) -> tuple[str, str]:
    """The value as it is now and as the person wants it; of long ones, what differs from the one that was shown."""
    theirs, mine = found.theirs or found.shown, found.mine
    if field == "description":
        old = found.shown.description
        return _description(old, theirs.description, limit), _description(old, mine.description, limit)
    if field == "tags" and max(len(tags_text(one.tags, 100_000)) for one in (theirs, mine)) > limit:
        old_tags = found.shown.tags
        changes = [
            tag_changes(old_tags, one.tags, limit=max(100, limit - 400)) or "unchanged" for one in (theirs, mine)
        ]
        return changes[0], changes[1]
    write = _TEXTS[field]
    return write(theirs, limit), write(mine, limit)


def _description(old: str, new: str, limit: int) -> str:
    if not new.split():
        return "none"
    if old.split() == new.split():
        return fit(" ".join(new.split()), limit)
    # two parts of five sixths and two of at most 120 characters, with their marks
    return description_change(old, new, most=min(600, limit // 2))


_TEXTS: dict[str, Callable[[Objective, int], str]] = {
    "name": lambda objective, limit: fit(name_of(objective), limit),
    "owner": lambda objective, limit: owners_text(objective.owners, limit),
    "session": lambda objective, limit: escape(session_title(objective.session)),
    "tags": lambda objective, limit: tags_text(objective.tags, limit) or "none",
}
"""How the value of a field is written, by the field's name."""
