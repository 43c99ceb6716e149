"""`/okr update`: changes by one line, or the form that edits an objective."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from slack_sdk.models.views import View

from bot.commands.base import Answer, Modal, Reply, Request, Verb, Write
from bot.commands.choosing import ask_back, read_target
from bot.commands.collisions import ask_whether_anew, ask_which
from bot.commands.drafts import KEYS, changes_text, pack, understand, unpack
from bot.commands.lines import line_for_button
from bot.errors import InvalidFields, NotFound
from bot.objectives.lines import Line
from bot.objectives.model import Asker, Change, Draft, Objective, Patch, tag_key
from bot.objectives.plans import Collision, Plan, Submission, Unchanged
from bot.objectives.rules import draft_of, unique_tags
from bot.objectives.search import Match
from bot.objectives.service import Objectives
from bot.objectives.words import Kind, read
from bot.views.forms import Form, choices, edit_form
from bot.views.help import VerbHelp
from bot.views.message import Message
from bot.views.outcomes import updated

TITLE = "Edit objective"


def run(request: Request, objectives: Objectives) -> Answer:
    """Applies the changes that were typed; opens the form where there are none, or where one is wrong."""
    line = read_target(request.text, KEYS)
    asker = request.asker
    if line.faults or not (line.values or line.tags or line.added or line.removed):
        return open_form(request, objectives)
    match = objectives.search.find(asker, line.words, line.links, is_quoted=line.is_quoted)
    if not match.objective_id:
        return Reply(_ask_back("update", match, asker, line, objectives))
    understood = understand(asker, line, objectives)
    same = Request(asker, f"{match.objective_id} {changes_text(line)}")
    if understood.faults:
        return open_form(same, objectives)
    patch = Patch(
        name=line.values.get("name"),
        description=line.values.get("description"),
        owner_id=understood.draft.owner_id or None,
        session_id=understood.draft.session_id or None,
    )
    try:
        planned = objectives.changes.plan_update(
            request.submission, match.objective_id, patch, added=line.tags + line.added, removed=line.removed
        )
    except InvalidFields as fault:
        return open_form(same, objectives, faults=fault.faults)
    return _answer(planned, patch, request.submission, objectives)


def writes(text: str) -> bool:
    """Whether changes were typed, so that something may be changed."""
    line = read_target(text, KEYS)
    return bool(line.values or line.tags or line.added or line.removed)


def _answer(
    planned: Plan | Collision | Unchanged, patch: Patch, submission: Submission, objectives: Objectives
) -> Answer:
    if isinstance(planned, Plan):
        return Write(planned)
    if isinstance(planned, Collision):
        return ask_which(submission.asker, planned, patch, objectives)
    return Reply(updated(Change(planned.objective, planned.objective), objectives.clock()))


def open_form(request: Request, objectives: Objectives, *, faults: Mapping[str, str] | None = None) -> Modal:
    """The form with the typed changes in it, and what is wrong with them; never changes anything by itself."""
    line = read_target(request.text, KEYS)
    asker = request.asker

    def fill() -> View:
        match = _find(asker, request.text, line, objectives)
        if not match.objective_id:
            return choices(TITLE, _ask_back("edit", match, asker, line, objectives))
        objective = objectives.get_to_change(asker, match.objective_id)
        understood = understand(asker, line, objectives)
        return edit(
            asker,
            objective,
            objectives,
            draft=typed_over(objective, understood.draft, line),
            faults={**understood.faults, **(faults or {})},
            notes=line.faults,
        )

    return Modal(TITLE, fill, line_for_button(asker, f"edit {request.text}", objectives))


def _find(asker: Asker, text: str, line: Line, objectives: Objectives) -> Match:
    """What the line is for; an unknown ``key:value`` may be part of a name, or a mistake behind one."""
    match = objectives.search.find(asker, line.words, line.links, is_quoted=line.is_quoted)
    mistakes = {word.shown for word in read(text) if word.kind is Kind.VALUE and word.key not in KEYS}
    if match.objective_id or match.candidates or not mistakes:
        return match
    rest = " ".join(word for word in line.words.split(" ") if word not in mistakes)
    return objectives.search.find(asker, rest) if rest and rest != line.words else match


def _ask_back(verb: str, match: Match, asker: Asker, line: Line, objectives: Objectives) -> Message:
    rest = changes_text(line)
    return ask_back(match, lambda one: line_for_button(asker, f"{verb} {one.id} {rest}", objectives))


def typed_over(objective: Objective, typed: Draft, line: Line) -> Draft:
    """The objective as it would be with what was typed."""
    own = draft_of(objective)
    removed = {tag_key(tag) for tag in line.removed}
    return Draft(
        name=line.values.get("name", own.name),
        session_id=typed.session_id or own.session_id,
        owner_id=typed.owner_id or own.owner_id,
        tags=unique_tags([tag for tag in own.tags + typed.tags if tag_key(tag) not in removed]),
        description=line.values.get("description", own.description),
    )


def edit(
    asker: Asker,
    objective: Objective,
    objectives: Objectives,
    *,
    draft: Draft | None = None,
    seen: Draft | None = None,
    faults: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> View:
    """The form that edits an objective, or holds a draft instead of it; it remembers what the objective was then.

    ``seen``: what the person has seen of it before, where that was not what it is now.
    """
    shown = draft or draft_of(objective)
    kept = {"verb": "edit", "objective": objective.id, "draft": pack(shown), "shown": pack(seen or draft_of(objective))}
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


def save(submission: Submission, draft: Draft, form: Form, objectives: Objectives) -> Answer:
    """Decides what a submitted edit form changes: only the fields that differ from what it showed."""
    asker = submission.asker
    objectives.people.admit(asker)
    kept = objectives.memory.form(asker.team_id, asker.user_id, form.form_id) or {}
    if "shown" not in kept:
        raise NotFound(
            "Nothing was changed: I do not know any more what this form had shown you. Open it again and save it there."
        )
    shown = unpack(kept["shown"])
    patch = patch_of(draft, shown, form.locked)
    try:
        planned = objectives.changes.plan_update(submission, form.objective_id, patch, shown=shown)
    except NotFound:
        return ask_whether_anew(asker, form.objective_id, draft, objectives)
    return _answer(planned, patch, submission, objectives)


def run_overwrite(request: Request, objectives: Objectives) -> Answer:
    """Changes what was kept when it collided with somebody else's change, over what the person was shown of that."""
    asker = request.asker
    kept = objectives.memory.form(asker.team_id, asker.user_id, request.text.strip()) or {}
    if "patch" not in kept:
        raise NotFound("What you wanted then is not kept any more. Start again with /okr update.")
    fields = dict(kept["patch"])
    patch = Patch(**{**fields, "tags": None if fields.get("tags") is None else tuple(fields["tags"])})
    shown = unpack(kept["shown"]) if "shown" in kept else None
    planned = objectives.changes.plan_update(request.submission, kept["objective"], patch, shown=shown)
    return _answer(planned, patch, request.submission, objectives)


def fields_of(draft: Draft) -> dict[str, Any]:
    """A draft's values by the names of its fields, which are a patch's too."""
    return {field.name: getattr(draft, field.name) for field in fields(draft)}


def patch_of(draft: Draft, shown: Draft, locked: Collection[str]) -> Patch:
    """What a form changes: the fields that differ from what it showed, but for those that it could not change."""
    untouched = {*locked, *untouched_fields(draft, shown)}
    return Patch(**{field: value for field, value in fields_of(draft).items() if field not in untouched})


def untouched_fields(draft: Draft, shown: Draft) -> set[str]:
    """The fields of which a form came back with what it had shown."""
    was = fields_of(shown)
    return {
        field for field, value in fields_of(draft).items() if _as_a_form_holds(value) == _as_a_form_holds(was[field])
    }


def _as_a_form_holds(value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """The value without what Slack's inputs change by themselves: line ends, and blanks around the text."""
    return "\n".join(value.splitlines()).strip() if isinstance(value, str) else value


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
    form="edit",
    writes=writes,
)
EDIT = Verb("edit", open_form)
OVERWRITE = Verb("overwrite", run_overwrite, writes=lambda _text: True)
