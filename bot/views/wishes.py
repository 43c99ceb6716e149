"""What an owner is told when somebody asks for a change that only the owner can make."""

from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.objectives.model import Objective
from bot.views.blocks import SECTION_LIMIT, TEXT_LIMIT, actions, context, section
from bot.views.buttons import button
from bot.views.changes import change_lines
from bot.views.message import Message
from bot.views.phrases import facts_text, in_words, linked_name, whole_lines
from bot.views.text import fit, one_line


def wish(objective: Objective, who: str, now: datetime, *, wanted: Objective | None, line: str) -> Message:
    """Who asks for what; ``line`` does it, after one more look. ``wanted``: the objective changed; None: deleted."""
    verb, label = ("delete", "Delete") if wanted is None else ("change", "Open the form")
    asks = f"{fit(one_line(who), 100) or 'Somebody'} asks you to {verb}"
    lines = change_lines(objective, wanted) if wanted else []
    end = "Nothing happens unless you do it."
    buttons = [
        button(label, line, style="danger" if wanted is None else None),
        button("Show", f"show {objective.id}", n=1),
    ]
    blocks: list[Block] = [
        section(f"*{asks}*  {linked_name(objective, 300)}"),
        context(facts_text(objective, now)),
        *([section(whole_lines(lines, SECTION_LIMIT))] if lines else []),
        context(end),
        *actions(buttons),
    ]
    return Message(whole_lines([f"{asks}: {in_words(objective, now)}", *lines, end], TEXT_LIMIT), blocks)
