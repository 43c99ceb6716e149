"""`/okr update`: changes by one line, or the form that edits an objective."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.views import View

from bot.commands.base import Answer, Modal, Reply, Request, Verb
from bot.commands.choosing import ask_back
from bot.commands.drafts import KEYS, changes_text, draft_of, pack, understand, unpack
from bot.errors import InvalidFields
from bot.objectives.model import Draft, Objective, Patch
from bot.objectives.people import Asker
from bot.objectives.service import NAME_LIMIT, Objectives, unique_tags
from bot.objectives.words import Line, read_line
from bot.views.cards import updated
from bot.views.forms import Form, choices, edit_form
from bot.views.help import VerbHelp
from bot.views.notices import not_understood
from bot.views.typed import too_long

TITLE = "Edit objective"


def run(request: Request, objectives: Objectives) -> Answer:
    """Applies the changes that were typed; opens the form where there are none, or where one is wrong."""
    line = read_line(request.text, KEYS)
    asker = request.asker
    if line.faults:
        rest = changes_text(line)
        return Reply(not_understood(rest and f"I understood: {rest}", line.faults, form_line=f"update {line.words}"))
    if len(line.values.get("name", "")) > NAME_LIMIT:
        return Reply(too_long("name", NAME_LIMIT, line.values["name"]))
    if not (line.values or line.tags or line.added or line.removed):
        return Modal(TITLE, lambda: _find_and_edit(asker, line, objectives), f"update {request.text}"[:2000])
    match = objectives.search.find(asker, line.words, line.links, is_quoted=line.is_quoted)
    if not match.objective_id:
        rest = changes_text(line)
        return Reply(ask_back(match, lambda one: f"update {one.id} {rest}"[:2000]))
    understood = understand(asker, line, objectives)
    if understood.faults:
        return _form_with(asker, match.objective_id, line, objectives, understood.faults)
    patch = Patch(
        name=line.values.get("name"),
        description=line.values.get("description"),
        owner_id=understood.draft.owner_id or None,
        session_id=understood.draft.session_id or None,
    )
    try:
        change, notes = objectives.update(
            asker, match.objective_id, patch, added=line.tags + line.added, removed=line.removed
        )
    except InvalidFields as fault:
        return _form_with(asker, match.objective_id, line, objectives, fault.faults)
    return Reply(updated(change, objectives.clock(), notes=notes))


def _find_and_edit(asker: Asker, line: Line, objectives: Objectives) -> View:
    match = objectives.search.find(asker, line.words, line.links, is_quoted=line.is_quoted)
    if not match.objective_id:
        return choices(TITLE, ask_back(match, lambda one: f"update {one.id}"))
    return edit(asker, objectives.get_to_change(asker, match.objective_id), objectives)


def _form_with(asker: Asker, objective_id: str, line: Line, objectives: Objectives, faults: Mapping[str, str]) -> Modal:
    """The edit form with the typed changes in it, and what is wrong with them."""

    def fill() -> View:
        objective = objectives.get_to_change(asker, objective_id)
        shown, typed = draft_of(objective), understand(asker, line, objectives).draft
        removed = {tag.casefold() for tag in line.removed}
        draft = Draft(
            name=line.values.get("name", shown.name),
            session_id=typed.session_id or shown.session_id,
            owner_id=typed.owner_id or shown.owner_id,
            tags=tuple(t for t in unique_tags(shown.tags + typed.tags) if t.casefold() not in removed),
            description=line.values.get("description", shown.description),
        )
        return edit(asker, objective, objectives, draft=draft, faults=faults)

    return Modal(TITLE, fill, f"update {objective_id}")


def edit(
    asker: Asker,
    objective: Objective,
    objectives: Objectives,
    *,
    draft: Draft | None = None,
    faults: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> View:
    """The form that edits an objective; it remembers what it showed."""
    shown = draft or draft_of(objective)
    kept = {"verb": "edit", "objective": objective.id, "draft": pack(shown), "shown": pack(draft_of(objective))}
    form_id = objectives.memory.save_form(asker.team_id, asker.user_id, kept)
    snapshot = objectives.directory.snapshot()
    owners = {owner.id: owner for owner in objective.owners}
    return edit_form(
        objective,
        Form(channel_id=asker.channel_id, objective_id=objective.id, form_id=form_id),
        draft=draft,
        owner=snapshot.people_by_id.get(shown.owner_id) or owners.get(shown.owner_id),
        session=snapshot.sessions_by_id.get(shown.session_id) or objective.session,
        faults=faults or {},
        notes=notes,
    )


def save(asker: Asker, draft: Draft, form: Form, objectives: Objectives) -> Reply:
    """Saves a submitted edit form: only the fields that differ from what it showed."""
    kept = objectives.memory.form(asker.team_id, asker.user_id, form.form_id) or {}
    shown = unpack(kept["shown"]) if "shown" in kept else None
    locked = set(form.locked)

    def changed(field: str) -> bool:
        return field not in locked and (shown is None or getattr(draft, field) != getattr(shown, field))

    patch = Patch(
        name=draft.name if changed("name") else None,
        description=draft.description if changed("description") else None,
        owner_id=draft.owner_id if changed("owner_id") else None,
        session_id=draft.session_id if changed("session_id") else None,
        tags=draft.tags if changed("tags") else None,
    )
    change, notes = objectives.update(asker, form.objective_id, patch)
    return Reply(updated(change, objectives.clock(), notes=notes))


UPDATE = Verb(
    "update",
    run,
    VerbHelp(
        verb="update",
        group="change",
        usage='update <objective> [name:"…"] [description:"…"] [+#tag] [-#tag] [owner:@x] [session:"…"]',
        summary="Change an objective; without changes, by form",
        grammar=(
            "<objective>: its id such as O-3F9C, its number in your last list, its link, or its name.",
            '+#tag adds a tag, -#tag removes one; +tag:"Two words" where a tag has blanks.',
            "Only what you name is changed.",
        ),
        examples=(
            "/okr update 1",
            "/okr update 1 +#board -#draft",
            '/okr update "Cut onboarding time to a day" description:"Customers sign up in a day" owner:me',
        ),
    ),
)
