"""`/okr create`: an objective by one line, or the form with what was understood."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.commands.base import Answer, Modal, Reply, Request, Verb, Write
from bot.commands.drafts import KEYS, pack, understand
from bot.commands.lines import line_for_button
from bot.errors import InvalidFields
from bot.objectives.lines import Line, read_line
from bot.objectives.model import Asker, Draft
from bot.objectives.plans import Submission
from bot.objectives.rules import NAME_LIMIT
from bot.objectives.service import Objectives
from bot.views.forms import Form, create_form
from bot.views.help import VerbHelp
from bot.views.typed import too_long

TITLE = "Create objective"


def run(request: Request, objectives: Objectives) -> Answer:
    """Creates the objective that was typed; opens the form where something is missing or wrong."""
    line = read_line(request.text, KEYS)
    name = line.values.get("name", line.words)
    if len(name) > NAME_LIMIT:
        return Reply(too_long("name", NAME_LIMIT, name))
    if line.faults or not name.strip() or _left_over(line):
        return open_form(request, objectives)
    understood = understand(request.asker, line, objectives)
    if understood.faults:
        return open_form(request, objectives)
    try:
        return create(request.submission, understood.draft, objectives)
    except InvalidFields as fault:
        draft = objectives.changes.draft(request.asker, understood.draft)
        return form(request.asker, draft, objectives, faults=fault.faults)


def writes(text: str) -> bool:
    """Whether a name was typed, so that something may be created."""
    line = read_line(text, KEYS)
    return bool(line.values.get("name", line.words).strip())


def _left_over(line: Line) -> tuple[str, ...]:
    """A sentence where words stand beside ``name:``, so that they are not lost in silence."""
    if not line.words or "name" not in line.values:
        return ()
    return (f"The name is the one behind name:, so this is left over: {line.words}",)


def create(submission: Submission, draft: Draft, objectives: Objectives) -> Write:
    """Decides to create an objective. Raises InvalidFields."""
    return Write(objectives.changes.plan_creation(submission, draft))


def open_form(request: Request, objectives: Objectives) -> Modal:
    """The form with what was understood of a line; never creates by itself."""
    line = read_line(request.text, KEYS)
    asker = request.asker
    is_plain = not line.values and not line.faults

    def fill_in() -> Modal:
        understood = understand(asker, line, objectives)
        draft = objectives.changes.draft(asker, understood.draft)
        # A field that was typed wrongly stays open: the default would look like what was typed.
        draft = replace(
            draft,
            owner_id="" if "owner" in understood.faults else draft.owner_id,
            session_id="" if "session" in understood.faults else draft.session_id,
        )
        return form(asker, draft, objectives, faults=understood.faults, notes=line.faults + _left_over(line))

    is_ready = is_plain and objectives.people.person_if_known(asker) is not None
    return Modal(TITLE, lambda: fill_in().fill(), line_for_button(asker, f"new {request.text}", objectives), is_ready)


def form(
    asker: Asker,
    draft: Draft,
    objectives: Objectives,
    *,
    faults: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> Modal:
    """The form that shows this draft."""
    snapshot = objectives.directory.snapshot()
    view = create_form(
        draft,
        snapshot.people_by_id.get(draft.owner_id),
        snapshot.sessions_by_id.get(draft.session_id),
        Form(channel_id=asker.channel_id),
        faults=faults or {},
        notes=notes,
    )
    kept = objectives.memory.save_form(asker.team_id, asker.user_id, {"verb": "create", "draft": pack(draft)})
    return Modal(TITLE, lambda: view, f"form {kept}", is_ready=True)


CREATE = Verb(
    "create",
    run,
    VerbHelp(
        verb="create",
        group="change",
        usage='create [name] [#tag…] [owner:@x] [session:"…"] [description:"…"]',
        summary="Create an objective; without a name, by form",
        grammar=(
            "The name is what you type; quotes are needed only around words that look like something else.",
            '#tag, or tag:"Two words", as many as you like.',
            "owner: a person or team, you if not said. session: its title, the current one if not said.",
            'description: in quotes, like description:"Why it matters".',
        ),
        examples=(
            "/okr create",
            "/okr create Cut onboarding time to a day #onboarding",
            '/okr create "Win 20 pilots" #growth owner:me session:current description:"They become references"',
        ),
    ),
    form="new",
    writes=writes,
)
NEW = Verb("new", open_form)
