"""The objectives of which a channel hears nothing more."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.objectives.model import Objective
from bot.views.blocks import TEXT_LIMIT, actions, context, header, section
from bot.views.buttons import button
from bot.views.message import Message
from bot.views.pages import range_text, turns
from bot.views.phrases import linked_name, name_of, whole_lines
from bot.views.text import fit, one_line


@dataclass(frozen=True, slots=True)
class MutedLine:
    """A muted objective. ``objective`` is None where it is gone or not to be seen; ``who`` (plain) muted it."""

    objective_id: str
    objective: Objective | None
    who: str


def muted_page(
    lines: Sequence[MutedLine], *, first: int, total: int, previous_line: str = "", next_line: str = ""
) -> Message:
    """A page of what is muted in a channel, each with a button that lets the channel hear of it again."""
    buttons = turns(previous_line, next_line)
    if not lines:
        text = "Nothing is muted here."
        return Message(text, [section(text), *actions(buttons)])
    title, count = "Muted here", range_text(total, first, len(lines))
    blocks: list[Block] = [header(title), context(count)]
    said = [f"{title}: {count}"]
    for line in lines:
        name = "An objective that is not there any more" if line.objective is None else name_of(line.objective, 200)
        shown = fit(name, 400) if line.objective is None else linked_name(line.objective, 200)
        who = f"Muted by {fit(one_line(line.who), 100) or 'somebody'}"
        unmute = button("Unmute", f"unmute {line.objective_id}", accessibility_label=f"Unmute {name}")
        blocks.append(section(f"{shown}\n{who}", unmute))
        said.append(f"{fit(name, 400)}, {who[0].lower()}{who[1:]}")
    return Message(whole_lines(said, TEXT_LIMIT), [*blocks, *actions(buttons)])
