"""The inputs of a form. A block id is the field's name, and every input has the same action id."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ExternalDataMultiSelectElement,
    ExternalDataSelectElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
)

from bot.objectives.model import Person, Session
from bot.views.options import OPTIONS_LIMIT, fits_option, person_option, session_option, tag_option
from bot.views.text import cut

ACTION_ID = "value"
LABELS = {"name": "Name", "session": "Session", "owner": "Owner", "tags": "Tags", "description": "Description"}
NAME_LIMIT = 2000
DESCRIPTION_LIMIT = 3000


def name_input(name: str) -> InputBlock:
    """The name, with the hint that makes good ones."""
    initial = " ".join(name.splitlines())[:NAME_LIMIT] or None
    element = PlainTextInputElement(action_id=ACTION_ID, initial_value=initial, max_length=NAME_LIMIT)
    return _input("name", element, hint="Say what will be true at the end; start with a verb.")


def description_input(description: str) -> InputBlock:
    """The description, of several lines; may be left empty."""
    initial = description[:DESCRIPTION_LIMIT] or None
    element = PlainTextInputElement(
        action_id=ACTION_ID, initial_value=initial, max_length=DESCRIPTION_LIMIT, multiline=True
    )
    return _input("description", element, optional=True)


def session_input(session: Session | None) -> InputBlock:
    """The session, looked up as people type."""
    return _input("session", _picker("Choose a session", session_option(session) if session and session.id else None))


def owner_input(owner: Person | None, *, hint: str = "") -> InputBlock:
    """The owner, looked up as people type."""
    return _input("owner", _picker("Choose an owner", person_option(owner) if owner and owner.id else None), hint=hint)


def tags_input(tags: Sequence[str]) -> InputBlock:
    """The tags, looked up as people type; a new one may be made."""
    titles = list(dict.fromkeys(filter(fits_option, tags)))[:OPTIONS_LIMIT]
    element = ExternalDataMultiSelectElement(
        action_id=ACTION_ID,
        placeholder=PlainTextObject(text="Choose tags, or type a new one"),
        initial_options=[tag_option(title) for title in titles] or None,
        min_query_length=0,
    )
    return _input("tags", element, optional=True)


def _picker(placeholder: str, initial: Option | None) -> ExternalDataSelectElement:
    return ExternalDataSelectElement(
        action_id=ACTION_ID,
        placeholder=PlainTextObject(text=placeholder),
        initial_option=initial,
        min_query_length=0,
    )


def _input(field: str, element: InputInteractiveElement, *, hint: str = "", optional: bool | None = None) -> InputBlock:
    return InputBlock(
        block_id=field,
        label=PlainTextObject(text=LABELS[field]),
        hint=PlainTextObject(text=cut(hint, 2000)) if hint else None,
        element=element,
        optional=optional,
    )
