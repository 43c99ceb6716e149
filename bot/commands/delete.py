"""`/okr delete`: shows what goes with an objective and asks; only the button deletes."""

from bot.commands.base import Answer, Reply, Request, Verb
from bot.commands.choosing import ask_back, read_target
from bot.objectives.service import Objectives
from bot.views.cards import delete_question, deleted, kept
from bot.views.help import VerbHelp


def run(request: Request, objectives: Objectives) -> Answer:
    """Asks whether to delete."""
    line = read_target(request.text)
    match = objectives.search.find(request.asker, line.words, line.links, is_quoted=line.is_quoted)
    if not match.objective_id:
        return Reply(ask_back(match, lambda one: f"delete {one.id}"))
    objective = objectives.get_to_change(request.asker, match.objective_id)
    return Reply(delete_question(objective, objectives.consequences(objective), objectives.clock()))


def run_confirmed(request: Request, objectives: Objectives) -> Answer:
    """Deletes."""
    change = objectives.delete(request.asker, request.text.strip())
    assert change.before is not None  # noqa: S101 - a deletion has a before
    return Reply(deleted(change.before, objectives.clock()))


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
        grammar=("<objective>: its id such as O-3F9C, its number in your last list, its link, or its name.",),
        examples=("/okr delete 1", "/okr delete O-3F9C"),
    ),
)
CONFIRM_DELETE = Verb("confirm-delete", run_confirmed)
KEEP = Verb("keep", run_kept)
