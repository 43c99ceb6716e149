"""The forms that create and change an objective: what builds them, and beside it what reads them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from slack_sdk.models.blocks import Block, PlainTextObject
from slack_sdk.models.views import View

from bot.objectives.model import Draft, Objective, Person, Session
from bot.views.blocks import SECTION_LIMIT, actions, section
from bot.views.buttons import LINE_LIMIT, button
from bot.views.inputs import (
    ACTION_ID,
    DESCRIPTION_LIMIT,
    LABELS,
    NAME_LIMIT,
    description_input,
    name_input,
    owner_input,
    session_input,
    tags_input,
)
from bot.views.message import Message
from bot.views.options import OPTIONS_LIMIT, fits_option
from bot.views.options import person_option as person_option
from bot.views.options import session_option as session_option
from bot.views.options import tag_option as tag_option
from bot.views.options import tag_options as tag_options
from bot.views.phrases import listed, paragraph, person_name, tags_text, web_link
from bot.views.text import cut, fit, one_line

CREATE = "objective.create"
EDIT = "objective.edit"
CREATE_TITLE = "Create objective"
EDIT_TITLE = "Edit objective"

_TITLE_LIMIT = 24
# 580 characters fit a section however many of them are escaped.
_PIECE = 580
_COPIED_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Form:
    """What a form carries besides its inputs: ids only.

    ``locked`` names the fields that were shown and could not be changed, because Slack's inputs cannot hold them; a
    draft that was read has nothing in them, and they must be left as they are.
    """

    channel_id: str = ""
    objective_id: str = ""
    form_id: str = ""
    locked: tuple[str, ...] = ()


def create_form(
    draft: Draft,
    owner: Person | None,
    session: Session | None,
    form: Form,
    *,
    faults: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> View:
    """The form for a new objective, filled with what is known; ``faults`` (by field) and ``notes`` stand at its top."""
    blocks = [
        *_leading(faults, notes),
        *_too_long(draft),
        name_input(draft.name),
        session_input(session),
        owner_input(owner),
        tags_input(draft.tags),
        description_input(draft.description),
    ]
    return _form(CREATE, CREATE_TITLE, "Create", form, blocks)


def edit_form(
    objective: Objective,
    form: Form,
    *,
    draft: Draft | None = None,
    owner: Person | None = None,
    session: Session | None = None,
    faults: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> View:
    """The form that changes ``objective``.

    ``draft``, with its ``owner`` and ``session``, is what the form holds instead, all of it: the objective's own words
    where nothing was typed. An emptied description and emptied tags stay empty.
    """
    typed = draft or Draft(objective.name, tags=objective.tags, description=objective.description)
    locked = _locked(objective, typed)
    owner = owner or (objective.owners[0] if objective.owners else None)
    session = session or (objective.session if objective.session.id else None)
    others = [] if typed.owner_id else [person_name(other) for other in objective.owners[1:]]
    inputs: dict[str, Block] = {
        "name": name_input(typed.name or objective.name),
        "session": session_input(session),
        "owner": owner_input(owner, hint=f"Also owned by {listed(others, 400)}." if others else ""),
        "tags": tags_input(typed.tags),
        "description": description_input(typed.description),
    }
    inputs.update({field: _read_only(objective, field) for field in locked})
    # what is locked is the objective's own, and not lost
    blocks = [*_leading(faults, notes), *_too_long(typed, but=locked), *inputs.values()]
    return _form(EDIT, EDIT_TITLE, "Save", replace(form, objective_id=objective.id, locked=locked), blocks)


def read_form(view: Mapping[str, Any]) -> tuple[Draft, Form]:
    """What a form holds, from the ``view`` of an interaction's payload; what is missing there is empty."""
    state = _mapping(view.get("state"))
    values = _mapping(state.get("values"))

    def entered(field: str, key: str) -> Any:
        return _mapping(_mapping(values.get(field)).get(ACTION_ID)).get(key)

    def chosen(field: str) -> str:
        return str(_mapping(entered(field, "selected_option")).get("value") or "")

    options = entered("tags", "selected_options") or []
    draft = Draft(
        name=str(entered("name", "value") or "").strip(),
        session_id=chosen("session"),
        owner_id=chosen("owner"),
        tags=tuple(str(_mapping(option).get("value") or "") for option in options if _mapping(option).get("value")),
        description=str(entered("description", "value") or "").strip(),
    )
    return draft, _read_metadata(view.get("private_metadata"))


def check_draft(draft: Draft, *, locked: Sequence[str] = ()) -> dict[str, str]:
    """What is wrong with a draft, by field (Slack's answer to a submission); ``locked`` fields are not looked at."""
    faults = {}
    if not draft.name.strip():
        faults["name"] = "Give the objective a name."
    elif len(draft.name) > NAME_LIMIT:
        faults["name"] = f"Make the name shorter: it has {len(draft.name):,} characters, {NAME_LIMIT:,} are possible."
    if not draft.session_id:
        faults["session"] = "Choose a session."
    if not draft.owner_id:
        faults["owner"] = "Choose an owner."
    if any(not fits_option(tag) for tag in draft.tags):
        faults["tags"] = "A tag has 1 to 150 characters."
    if len(draft.description) > DESCRIPTION_LIMIT:
        length = f"{len(draft.description):,} characters, {DESCRIPTION_LIMIT:,} are possible"
        faults["description"] = f"Make the description shorter: it has {length} here."
    return {field: fault for field, fault in faults.items() if field not in locked}


def loading(title: str) -> View:
    """What stands in a form's place until it is filled."""
    return _plain_view(title, [section("Fetching the objective…" if title != CREATE_TITLE else "Preparing the form…")])


def problem(title: str, text: str, *, retry_line: str = "") -> View:
    """A form that could not be shown: why, in a plain sentence, and what to do."""
    retry = [button("Try again", retry_line)] if retry_line and len(retry_line) <= LINE_LIMIT else []
    return _plain_view(title, [section(f"⚠ {paragraph(text, 2900)}"), *actions(retry)])


def choices(title: str, message: Message) -> View:
    """A message, such as a choice between objectives, as a form."""
    return _plain_view(title, message.blocks)


def _form(callback_id: str, title: str, submit: str, form: Form, blocks: Sequence[Block]) -> View:
    return View(
        type="modal",
        callback_id=callback_id,
        title=PlainTextObject(text=title),
        submit=PlainTextObject(text=submit),
        close=PlainTextObject(text="Cancel"),
        private_metadata=json.dumps({key: value for key, value in asdict(form).items() if value}),
        blocks=blocks,
    )


def _plain_view(title: str, blocks: Sequence[Block]) -> View:
    heading, close = PlainTextObject(text=cut(title, _TITLE_LIMIT)), PlainTextObject(text="Close")
    return View(type="modal", title=heading, close=close, blocks=blocks)


def _leading(faults: Mapping[str, str] | None, notes: Sequence[str]) -> list[Block]:
    """What is wrong, and what else to know: Slack shows faults beside their fields only in answer to a submission."""
    blocks: list[Block] = [
        section(f"⚠ *{LABELS.get(field, 'Form')}*  {fit(one_line(fault), 1000)}")
        for field, fault in (faults or {}).items()
    ]
    texts = [paragraph(note, SECTION_LIMIT) for note in notes[:10]]
    return blocks + [section(text) for text in texts if text]


def _too_long(draft: Draft, *, but: Sequence[str] = ()) -> list[Block]:
    """The ends of typed texts that no input can hold, so that they can be copied; ``but`` names locked fields."""
    blocks: list[Block] = []
    for field, text, limit in (
        ("name", one_line(draft.name), NAME_LIMIT),
        ("description", draft.description, DESCRIPTION_LIMIT),
    ):
        if len(text) <= limit or field in but:
            continue
        blocks.append(
            section(f"⚠ *{LABELS[field]}*  An input holds {limit:,} characters. These were left out, to be copied:")
        )
        rest = text[limit:]
        pieces = [rest[start : start + _PIECE] for start in range(0, min(len(rest), _COPIED_LIMIT), _PIECE)]
        blocks += [section(paragraph(piece, SECTION_LIMIT)) for piece in pieces if piece.strip()]
    unfit = [tag for tag in draft.tags if not fits_option(tag)]
    if unfit and "tags" not in but:
        blocks.append(section(f"⚠ *Tags*  Longer than 150 characters, and left out: {tags_text(unfit, 2000)}"))
    return blocks


def _locked(objective: Objective, typed: Draft) -> tuple[str, ...]:
    """The fields that Slack's inputs cannot hold whole, where nothing else was typed in their place."""
    name, description, tags = objective.name, objective.description, objective.tags
    too_much = {
        "name": len(name) > NAME_LIMIT and typed.name in ("", name),
        "tags": len(tags) > OPTIONS_LIMIT or not all(map(fits_option, tags)),
        "description": len(description) > DESCRIPTION_LIMIT and typed.description in ("", description),
    }
    return tuple(field for field, is_too_much in too_much.items() if is_too_much)


def _read_only(objective: Objective, field: str) -> Block:
    shown = {
        "name": fit(one_line(objective.name), 1200),
        "tags": tags_text(objective.tags, 1200),
        "description": paragraph(objective.description, 1200),
    }[field]
    where = web_link(objective, "Change it in the web app") if objective.url else "Change it in the web app"
    where = where if len(where) <= 1500 else "Change it in the web app"
    return section(f"*{LABELS[field]}* (longer than a form in Slack can hold; it stays as it is)\n{shown}\n{where}")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _read_metadata(text: object) -> Form:
    try:
        known = _mapping(json.loads(text)) if isinstance(text, str) and text else {}
    except ValueError:
        known = {}
    locked = known.get("locked")
    return Form(
        channel_id=str(known.get("channel_id", "")),
        objective_id=str(known.get("objective_id", "")),
        form_id=str(known.get("form_id", "")),
        locked=tuple(field for field in locked if field in LABELS) if isinstance(locked, list) else (),
    )
