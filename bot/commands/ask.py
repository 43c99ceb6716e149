"""Asking an owner: who may not change an objective sends its owner the wish, to be carried out with a click."""

from typing import Any

from bot.commands.base import Answer, Post, Posted, Reply, Request, Verb
from bot.commands.choosing import read_target
from bot.commands.drafts import KEYS, pack, understand, unpack
from bot.commands.lines import line_for_button, whole_line
from bot.commands.update import patch_of, typed_over
from bot.errors import NotFound, NotYours
from bot.objectives.lines import split_verb
from bot.objectives.model import Asker, Objective, Person
from bot.objectives.rules import apply_patch, draft_of
from bot.objectives.service import Objectives
from bot.views.notices import failure, sentence
from bot.views.wishes import wish

DELETES = ("delete", "confirm-delete")
CHANGES = ("update", "edit", "form")
MOST = 3


def ask_buttons(fault: NotYours, asker: Asker, line: str, objectives: Objectives) -> list[tuple[str, str]]:
    """What a refusal offers: for each owner a label and a line that asks for what the refused line would have done."""
    line = whole_line(asker, line, objectives)
    if split_verb(line)[0] not in (*DELETES, *CHANGES):
        return []
    owners = list(fault.owners.items())[:MOST]
    return [
        (f"Ask {name}", line_for_button(asker, f"ask {fault.objective_id} {owner_id} {line}", objectives))
        for owner_id, name in owners
    ]


def run(request: Request, objectives: Objectives) -> Answer:
    """Writes to an owner: ``ask <objective> <owner> <the line that was refused>``."""
    asker = request.asker
    objective_id, owner_id, line = (*request.text.split(" ", 2), "", "")[:3]
    objective = objectives.get(asker, objective_id)
    owner = next((one for one in objective.owners if one.id == owner_id), None)
    if owner is None or objectives.people.may_change(asker, objective):
        raise NotFound("Who owns this objective has changed. Try it again, and you see what you can do now.")
    user_id = objectives.people.user_to_write_to(
        asker.team_id, objectives.directory.snapshot().people_by_id.get(owner.id, owner)
    )
    owners_line, wanted = _for_the_owner(Asker(asker.team_id, user_id), asker, line, objective, objectives)
    message = wish(
        objective,
        objectives.people.name(asker.team_id, asker.user_id),
        objectives.clock(),
        wanted=wanted,
        line=owners_line,
    )
    again = line_for_button(asker, f"ask {request.text}", objectives)
    return Post(user_id, message, lambda came: _told(came, owner, again))


def _for_the_owner(
    owner: Asker, asker: Asker, line: str, objective: Objective, objectives: Objectives
) -> tuple[str, Objective | None]:
    """The line that does what is wished, when its owner runs it, and what would come of it; None: it is deleted."""
    verb, rest = split_verb(line)
    if verb in DELETES:
        return f"delete {objective.id}", None
    kept = _typed(asker, rest, objective, objectives) if verb != "form" else _kept(asker, rest, objectives)
    patch = patch_of(unpack(kept["draft"]), unpack(kept["shown"]), kept["locked"])
    if not patch:
        return f"edit {objective.id}", objective
    wanted = objectives.search.dress(asker, [apply_patch(objective, patch)])[0]
    return f"form {objectives.memory.save_form(owner.team_id, owner.user_id, kept)}", wanted


def _typed(asker: Asker, text: str, objective: Objective, objectives: Objectives) -> dict[str, Any]:
    """What a line would have changed, as a form that is kept."""
    line = read_target(text, KEYS)
    draft = typed_over(objective, understand(asker, line, objectives).draft, line)
    shown = pack(draft_of(objective))
    return {"verb": "edit", "objective": objective.id, "draft": pack(draft), "shown": shown, "locked": []}


def _kept(asker: Asker, form_id: str, objectives: Objectives) -> dict[str, Any]:
    kept = objectives.memory.form(asker.team_id, asker.user_id, form_id.strip())
    if kept is None or "shown" not in kept:
        raise NotFound("What you wanted then is not kept any more. Start again with /okr update.")
    return kept


def _told(came: Posted, owner: Person, line: str) -> Reply:
    if came is Posted.DONE:
        return Reply(sentence(f"I asked {owner.name} by direct message."))
    if came is Posted.LATER:
        return Reply(failure(f"Slack did not take my message to {owner.name}. Try again in a minute.", retry_line=line))
    return Reply(sentence(f"Slack does not let me write to {owner.name}. Ask them yourself."))


ASK = Verb("ask", run, writes=lambda _text: True)
