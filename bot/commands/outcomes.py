"""What a person is told of a change that was carried out."""

from bot.commands.base import Reply
from bot.objectives.model import Change
from bot.objectives.plans import Act, Outcome
from bot.objectives.service import Objectives
from bot.views.message import Message
from bot.views.outcomes import created, deleted, restored, updated


def tell(outcome: Outcome, objectives: Objectives) -> Reply:
    """The answer to a change."""
    return Reply(_message(outcome, objectives))


def _message(outcome: Outcome, objectives: Objectives) -> Message:
    entry, notes, now = outcome.entry, outcome.notes, objectives.clock()
    undone = bool(entry.undoes)
    if entry.act is Act.CREATE:
        return created(entry.objective, now, notes=notes, entry_id=entry.id)
    if entry.act is Act.UPDATE:
        change = Change(entry.before, entry.after)
        return updated(change, now, notes=notes, entry_id=entry.id, undone=undone)
    if entry.act is Act.DELETE:
        return deleted(entry.objective, now, entry_id=entry.id, undone=undone)
    new_id = entry.before is not None and entry.before.id != entry.objective_id
    return restored(entry.objective, now, entry_id=entry.id, notes=notes, new_id=new_id)
