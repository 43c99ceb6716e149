"""`/okr undo`: takes a change back, the asker's last one or the one a button names; and brings back from the trash."""

from bot.commands.base import Answer, Reply, Request, Verb, Write
from bot.commands.delete import ask
from bot.commands.drafts import pack, unpack
from bot.objectives.model import Asker, Change
from bot.objectives.plans import AskFirst, Collision, Plan
from bot.objectives.rules import draft_of
from bot.objectives.service import Objectives
from bot.views.collisions import collision as collision_message
from bot.views.help import VerbHelp
from bot.views.outcomes import updated

ANYWAY = "anyway"


def run(request: Request, objectives: Objectives) -> Answer:
    """Undoes: ``undo [<entry> [anyway <what was shown of what others changed since>]]``."""
    asker = request.asker
    entry_id, _, over = (*request.text.split(), "", "", "")[:3]
    kept = (objectives.memory.form(asker.team_id, asker.user_id, over) or {}) if over else {}
    shown = unpack(kept["shown"]) if "shown" in kept else None
    planned = objectives.undoing.plan(request.submission, entry_id, shown=shown)
    if isinstance(planned, Plan):
        return Write(planned)
    if isinstance(planned, Collision):
        return ask_about_undo(asker, planned, objectives.undoing.find(asker, entry_id).id, objectives)
    if isinstance(planned, AskFirst):
        return Reply(ask(asker, planned.objective, objectives))
    return Reply(updated(Change(planned.objective, planned.objective), objectives.clock(), undone=True))


def ask_about_undo(asker: Asker, collision: Collision, entry_id: str, objectives: Objectives) -> Reply:
    """Shows what somebody else changed since, which an undo would overwrite. What changes after this collides again."""
    shown = {"shown": pack(draft_of(collision.theirs or collision.shown))}
    kept = objectives.memory.save_form(asker.team_id, asker.user_id, shown)
    return Reply(
        collision_message(
            collision,
            objectives.clock(),
            mine_line=f"undo {entry_id} {ANYWAY} {kept}",
            theirs_line=f"leave {collision.mine.id}",
            undo=True,
        )
    )


UNDO = Verb(
    "undo",
    run,
    VerbHelp(
        verb="undo",
        group="change",
        usage="undo",
        summary="Take back your last change, a deletion included",
        grammar=(
            "Takes back one change after the other, for 30 days; every change's answer has an Undo button too.",
            "What somebody else has changed since is shown first.",
        ),
        examples=("/okr undo",),
    ),
    writes=lambda _text: True,
)
RESTORE = Verb("restore", run, writes=lambda _text: True)
