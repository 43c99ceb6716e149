"""Command lines for buttons. One that is longer than a button holds is kept, and the button says where."""

from bot.errors import NotFound
from bot.objectives.model import Asker
from bot.objectives.service import Objectives
from bot.views.buttons import LINE_LIMIT

KEPT = "again "


def line_for_button(asker: Asker, line: str, objectives: Objectives) -> str:
    """A line that a button can carry and that runs this one: cut off, it would do something else."""
    line = line.strip()
    if len(line) <= LINE_LIMIT:
        return line
    return KEPT + objectives.memory.save_form(asker.team_id, asker.user_id, {"line": line})


def is_kept(line: str) -> bool:
    """Whether a button's line only says where the whole one is kept."""
    return line.startswith(KEPT)


def whole_line(asker: Asker, line: str, objectives: Objectives) -> str:
    """The line that a button's line stands for. Raises NotFound where it is not kept any more."""
    if not is_kept(line):
        return line
    kept = objectives.memory.form(asker.team_id, asker.user_id, line.removeprefix(KEPT).strip())
    if kept is None or "line" not in kept:
        raise NotFound("What was typed then is not kept any more. Type it again, or start with /okr create.")
    return str(kept["line"])
