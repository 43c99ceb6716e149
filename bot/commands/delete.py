"""`/okr delete`: shows what goes with an objective and asks; only the button deletes."""

from bot.commands.base import Answer, Reply, Request, Verb, Write
from bot.commands.choosing import ask_back, read_target
from bot.objectives.model import Asker, Objective
from bot.objectives.service import Objectives
from bot.views.cards import delete_question
from bot.views.help import VerbHelp
from bot.views.message import Message
from bot.views.outcomes import kept


def run(request: Request, objectives: Objectives) -> Answer:
    """Asks whether to delete."""
    line = read_target(request.text)
    match = objectives.search.find(request.asker, line.words, line.links, is_quoted=line.is_quoted)
    if not match.objective_id:
        return Reply(ask_back(match, lambda one: f"delete {one.id}"))
    objective = objectives.get_to_change(request.asker, match.objective_id)
    return Reply(ask(request.asker, objective, objectives))


def ask(asker: Asker, objective: Objective, objectives: Objectives) -> Message:
    """The question whether to delete, with what goes with the objective."""
    reader_id = objectives.people.person_id(asker)
    consequences = objectives.consequences(asker, objective)
    line = f"confirm-delete {objective.id}"
    if consequences.aligned:
        kept = {"aligned": list(consequences.aligned)}
        line += f" {objectives.memory.save_form(asker.team_id, asker.user_id, kept)}"
    return delete_question(objective, consequences, objectives.clock(), delete_line=line, reader_id=reader_id)


def run_confirmed(request: Request, objectives: Objectives) -> Answer:
    """Decides to delete: ``confirm-delete <objective> [<what was aligned to it, as it was asked>]``."""
    asker = request.asker
    objective_id, _, kept_id = request.text.strip().partition(" ")
    kept = (objectives.memory.form(asker.team_id, asker.user_id, kept_id) or {}) if kept_id else {}
    aligned = tuple(kept.get("aligned", ()))
    return Write(objectives.changes.plan_deletion(request.submission, objective_id, aligned=aligned))


def run_kept(request: Request, objectives: Objectives) -> Answer:
    """Leaves the objective as it is."""
    return Reply(kept(objectives.get(request.asker, request.text.strip())))


DELETE = Verb(
    "delete",
    run,
    VerbHelp(
        verb="delete",
        group="change",
        usage="delete <objective>",
        summary="Delete an objective, after you have seen what goes with it",
        grammar=(
            "<objective>: its id such as O-3F9C, its number in your last list, its link, or its name.",
            "For 30 days it can be brought back: /okr undo, or /okr trash.",
        ),
        examples=("/okr delete 1", "/okr delete O-3F9C"),
    ),
)
CONFIRM_DELETE = Verb("confirm-delete", run_confirmed, writes=lambda _text: True)
KEEP = Verb("keep", run_kept)
