"""When two people change the same: both versions are shown, and the one who came second chooses."""

from dataclasses import asdict

from bot.commands.base import Answer, Reply, Request, Verb
from bot.commands.drafts import pack
from bot.objectives.model import Asker, Draft, Objective, Patch
from bot.objectives.plans import Collision
from bot.objectives.rules import as_drafted, draft_of
from bot.objectives.service import Objectives
from bot.views.collisions import collision as collision_message
from bot.views.outcomes import left


def ask_which(asker: Asker, collision: Collision, patch: Patch, objectives: Objectives) -> Reply:
    """Shows both versions; ``patch`` is what the person wanted. What changes after this collides again."""
    objective_id, shown = collision.mine.id, pack(draft_of(collision.theirs or collision.shown))
    keep = objectives.memory.save_form
    mine = keep(asker.team_id, asker.user_id, {"objective": objective_id, "patch": asdict(patch), "shown": shown})
    form = {"verb": "edit", "objective": objective_id, "draft": pack(draft_of(collision.mine)), "shown": shown}
    typed = keep(asker.team_id, asker.user_id, {**form, "locked": []})
    return Reply(
        collision_message(
            collision,
            objectives.clock(),
            mine_line=f"overwrite {mine}",
            theirs_line=f"leave {objective_id}",
            form_line=f"form {typed}",
        )
    )


def ask_whether_anew(asker: Asker, objective_id: str, draft: Draft, objectives: Objectives) -> Reply:
    """Says that the objective was deleted meanwhile, and offers to create it with what was typed."""
    mine = as_drafted(Objective(objective_id, draft.name), draft)
    collision = objectives.changes.dress(asker, Collision(mine, None, mine))
    kept = objectives.memory.save_form(asker.team_id, asker.user_id, {"verb": "create", "draft": pack(draft)})
    return Reply(collision_message(collision, objectives.clock(), form_line=f"form {kept}"))


def run_leave(request: Request, objectives: Objectives) -> Answer:
    """Leaves an objective as somebody else made it."""
    return Reply(left(objectives.get(request.asker, request.text.strip())))


LEAVE = Verb("leave", run_leave)
