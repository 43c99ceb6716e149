"""Forms that come back: one that was kept is opened again with everything that was typed."""

from dataclasses import replace

from slack_sdk.models.views import View

from bot.commands import create, update
from bot.commands.base import Answer, Modal, Request, Verb
from bot.commands.drafts import pack, unpack
from bot.errors import NotFound
from bot.objectives.model import Asker, Draft
from bot.objectives.rules import draft_of
from bot.objectives.service import Objectives
from bot.views.forms import Form


def keep(asker: Asker, draft: Draft, form: Form, objectives: Objectives) -> str:
    """Keeps what was typed; returns the command line that opens the form with it again."""
    verb = "edit" if form.objective_id else "create"
    kept = {"verb": verb, "draft": pack(draft), "objective": form.objective_id, "locked": form.locked}
    before = objectives.memory.form(asker.team_id, asker.user_id, form.form_id) or {}
    kept |= {"shown": before["shown"]} if "shown" in before else {}
    return f"form {objectives.memory.save_form(asker.team_id, asker.user_id, kept)}"


def run(request: Request, objectives: Objectives) -> Answer:
    """Opens a kept form again."""
    asker = request.asker
    kept = objectives.memory.form(asker.team_id, asker.user_id, request.text.strip())
    if kept is None:
        raise NotFound("That form is not kept any more. Start again with /okr create or /okr update.")
    draft = unpack(kept["draft"])
    line = f"form {request.text.strip()}"
    if kept["verb"] == "create":
        return Modal(create.TITLE, lambda: create.form(asker, draft, objectives).fill(), line)

    def fill() -> View:
        objective = objectives.get_to_change(asker, kept["objective"])
        seen = unpack(kept["shown"]) if "shown" in kept else draft_of(objective)
        # What was not touched is shown as it is now: others may have changed it. A locked field is empty in the draft.
        untouched = update.untouched_fields(draft, seen) | set(kept["locked"])
        own = {field: value for field, value in update.fields_of(draft_of(objective)).items() if field in untouched}
        return update.edit(asker, objective, objectives, draft=replace(draft, **own), seen=replace(seen, **own))

    return Modal(update.TITLE, fill, line)


FORM = Verb("form", run)
