"""What a person types and chooses: plain values for the page, `state.values` as Slack shapes it for the app."""

import re
from collections.abc import Iterable
from typing import Any

from bot.embedded.workspace.elements import Json, find_elements

FIELDS = {
    # element: (the field of its state, the field of its initial value, the empty state)
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "static_select": ("selected_option", "initial_option", None),
    "external_select": ("selected_option", "initial_option", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "users_select": ("selected_user", "initial_user", None),
    "conversations_select": ("selected_conversation", "initial_conversation", None),
    "channels_select": ("selected_channel", "initial_channel", None),
    "multi_static_select": ("selected_options", "initial_options", ()),
    "multi_external_select": ("selected_options", "initial_options", ()),
    "checkboxes": ("selected_options", "initial_options", ()),
    "multi_users_select": ("selected_users", "initial_users", ()),
    "multi_conversations_select": ("selected_conversations", "initial_conversations", ()),
    "multi_channels_select": ("selected_channels", "initial_channels", ()),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "file_input": ("files", "", ()),
}
"""Source: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""

State = dict[str, dict[str, Json]]

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def initial_state(blocks: list[Json], kept: State | None = None, conversation: str = "") -> State:
    """The state of a form as it opens; what ``kept`` holds for the same ids stays (a view that is updated)."""
    state: State = {}
    for block, element in find_elements(blocks):
        kind = element["type"]
        if kind not in FIELDS:
            continue
        before = (kept or {}).get(block["block_id"], {}).get(element["action_id"])
        if before is None or before["type"] != kind:
            field, initial, empty = FIELDS[kind]
            value = element.get(initial) if initial else None
            if value is None and element.get("default_to_current_conversation") and conversation:
                value = [conversation] if kind.startswith("multi_") else conversation
            before = {"type": kind, field: list(empty) if value is None and empty is not None else value}
        state.setdefault(block["block_id"], {})[element["action_id"]] = before
    return state


def shape(element: Json, value: Any, offered: Iterable[Json] = ()) -> Json:
    """The state of an element for a plain value. Raises ValueError for an option that is not offered."""
    kind = element["type"]
    field, _, empty = FIELDS[kind]
    if field == "selected_option":
        return {"type": kind, field: None if value in (None, "") else option(element, value, offered)}
    if field == "selected_options":
        return {"type": kind, field: [option(element, one, offered) for one in value or []]}
    if empty is not None:
        return {"type": kind, field: list(value or [])}
    if kind == "number_input" and value is not None:
        value = str(value)
    return {"type": kind, field: None if value == "" else value}


def option(element: Json, value: str, offered: Iterable[Json] = ()) -> Json:
    """The option object with this value. Raises ValueError where there is none."""
    initial = element.get("initial_options") or [element.get("initial_option")]
    grouped = [one for group in element.get("option_groups") or [] for one in group["options"]]
    for found in (*(element.get("options") or []), *grouped, *offered, *initial):
        if found and found.get("value") == value:
            return dict(found)
    raise ValueError(f"{value!r} is not one of the options of {element.get('action_id')!r}")


def plain(state: Json) -> Any:
    """The plain value in an element's state."""
    value = state[FIELDS[state["type"]][0]]
    if isinstance(value, list):
        return [one["value"] if isinstance(one, dict) and "value" in one else one for one in value]
    if isinstance(value, dict) and "value" in value:
        return value["value"]
    return value


def plain_values(state: State) -> dict[str, dict[str, Any]]:
    """A whole state in plain values."""
    return {block: {action: plain(one) for action, one in held.items()} for block, held in state.items()}


def chosen_options(state: State) -> dict[str, dict[str, list[Json]]]:
    """The option objects chosen in selects, whose texts the plain values lack."""
    found: dict[str, dict[str, list[Json]]] = {}
    for block, held in state.items():
        for action, one in held.items():
            options = [one["selected_option"]] if one.get("selected_option") else one.get("selected_options") or []
            if options:
                found.setdefault(block, {})[action] = options
    return found


def apply_values(
    blocks: list[Json], state: State, values: dict[str, dict[str, Any]], offered: Iterable[Json] = ()
) -> State:
    """The state after typing and choosing these plain values. Raises ValueError for what the blocks do not hold."""
    after = {block: dict(held) for block, held in state.items()}
    known = {(block["block_id"], element["action_id"]): element for block, element in find_elements(blocks)}
    offered = list(offered)
    for block_id, held in values.items():
        for action_id, value in held.items():
            element = known.get((block_id, action_id))
            if element is None:
                raise ValueError(f"there is no element {action_id!r} in a block {block_id!r}")
            if element["type"] in FIELDS:
                before = state.get(block_id, {}).get(action_id) or {}
                chosen = (
                    [before["selected_option"]]
                    if before.get("selected_option")
                    else before.get("selected_options") or []
                )
                after.setdefault(block_id, {})[action_id] = shape(element, value, [*offered, *chosen])
    return after


def refusals(blocks: list[Json], state: State) -> dict[str, str]:
    """What Slack's client refuses to submit, by block_id: empty required fields, wrong lengths, numbers, addresses."""
    found = {}
    for block, element in find_elements(blocks):
        if block["type"] != "input":
            continue
        value = plain(state[block["block_id"]][element["action_id"]])
        if value is None or value == [] or (isinstance(value, str) and not value.strip()):
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif reason := _refusal(element, value):
            found[block["block_id"]] = reason
    return found


def _refusal(element: Json, value: Any) -> str:
    kind = element["type"]
    if kind == "plain_text_input":
        if len(value) < (element.get("min_length") or 0):
            return f"Please enter at least {element['min_length']} characters."
        if len(value) > (element.get("max_length") or 3000):
            return f"Please enter at most {element.get('max_length') or 3000} characters."
    if kind == "email_text_input" and not EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.match(r"https?://[^\s/]+", value):
        return "Please enter a valid URL."
    if kind == "number_input":
        return _number_refusal(element, value)
    if element.get("max_selected_items") and len(value) > element["max_selected_items"]:
        return f"Please choose at most {element['max_selected_items']}."
    return ""


def _number_refusal(element: Json, value: str) -> str:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Please enter a number." if element.get("is_decimal_allowed") else "Please enter a whole number."
    if element.get("min_value") is not None and float(value) < float(element["min_value"]):
        return f"Please enter {element['min_value']} or more."
    if element.get("max_value") is not None and float(value) > float(element["max_value"]):
        return f"Please enter {element['max_value']} or less."
    return ""
