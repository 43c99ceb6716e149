"""`/okr undo`: takes a change back, the asker's last one or the one a button names; and brings back from the trash."""

from bot.commands.base import Answer, Reply, Request, Verb, Write
from bot.commands.delete import ask
from bot.objectives.model import Change
from bot.objectives.plans import AskFirst, Collision, Plan
from bot.objectives.service import Objectives
from bot.views.collisions import collision as collision_message
from bot.views.help import VerbHelp
from bot.views.outcomes import updated

ANYWAY = "anyway"


def run(request: Request, objectives: Objectives) -> Answer:
    """Undoes: ``undo [<entry>] [anyway]``."""
    words = request.text.split()
    anyway = ANYWAY in words
    entry_id = next((word for word in words if word != ANYWAY), "")
    planned = objectives.undoing.plan(request.submission, entry_id, anyway=anyway)
    if isinstance(planned, Plan):
        return Write(planned)
    if isinstance(planned, Collision):
        return ask_about_undo(planned, objectives.undoing.find(request.asker, entry_id).id, objectives)
    if isinstance(planned, AskFirst):
        return Reply(ask(request.asker, planned.objective, objectives))
    return Reply(updated(Change(planned.objective, planned.objective), objectives.clock(), undone=True))


def ask_about_undo(collision: Collision, entry_id: str, objectives: Objectives) -> Reply:
    """Shows what somebody else changed since, which an undo would overwrite."""
    return Reply(
        collision_message(
            collision,
            objectives.clock(),
            mine_line=f"undo {entry_id} {ANYWAY}",
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
