"""Block Kit's rules as tables: what Slack accepts in messages, modals and the Home tab. https://docs.slack.dev/reference/block-kit"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.embedded.workspace.checks import (
    Check,
    Faults,
    Shape,
    anything,
    boolean,
    integer,
    items,
    matching,
    string,
    text,
    typed,
    word,
)
from bot.embedded.workspace.elements import Json, find_elements
from bot.embedded.workspace.figures import DATA_TABLE, DATA_VISUALIZATION, RICH_TEXT, TABLE, content_length

PLAIN = "plain_text"
URL = string(3000)
PLACEHOLDER = text(150, PLAIN)
DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a date in the form YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "must be a time in the form HH:mm")
NUMBER = matching(r"-?\d+(\.\d+)?", "must be a number in a string")
CONFIRM = Shape(
    {
        "title": text(100, PLAIN),
        "text": text(300),
        "confirm": text(30, PLAIN),
        "deny": text(30, PLAIN),
        "style": word("primary", "danger"),
    },
    ("title", "text", "confirm", "deny"),
)
IMAGE_FIELDS: dict[str, Check] = {"image_url": URL, "slack_file": anything, "alt_text": string(2000)}
IMAGE = Shape(IMAGE_FIELDS, ("alt_text",), ("image_url", "slack_file"))


def _option(*more: str, rich: bool = False) -> Shape:
    """An option; ``rich`` where mrkdwn is allowed in it, ``more`` for fields that only some elements know."""
    kinds = () if rich else (PLAIN,)
    fields: dict[str, Check] = {"text": text(75, *kinds), "value": string(150), "description": text(75, *kinds)}
    return Shape(fields | dict.fromkeys(more, URL), ("text", "value"))


OPTION = _option()
GROUP = Shape({"label": text(75, PLAIN), "options": items(OPTION, 100)}, ("label", "options"))
RICH_OPTION = _option(rich=True)


def _initial_is_offered(value: Json, at: str) -> Faults:
    options = value.get("options") or [one for group in value.get("option_groups") or [] for one in group["options"]]
    for name in ("initial_option", "initial_options"):
        chosen = value.get(name)
        for one in chosen if isinstance(chosen, list) else [chosen] if chosen else []:
            if one not in options:
                yield "must be one of the provided options", f"{at}/{name}"


def _options_or_groups(value: Json, at: str) -> Faults:
    if ("options" in value) == ("option_groups" in value):
        yield "must provide either options or option_groups", at


def _distinct_values(value: Json, at: str) -> Faults:
    counted = Counter(one["value"] for one in value.get("options") or [])
    for found, times in counted.items():
        if times > 1:
            yield f"option values must be unique: {found}", f"{at}/options"


SELECTABLE: dict[str, Check] = {
    "placeholder": PLACEHOLDER,
    "confirm": CONFIRM,
    "focus_on_load": boolean,
}
STATIC: dict[str, Check] = SELECTABLE | {"options": items(OPTION, 100), "option_groups": items(GROUP, 100)}
STATIC_RULES = (_options_or_groups, _initial_is_offered, _distinct_values)
EXTERNAL: dict[str, Check] = SELECTABLE | {"min_query_length": integer(0, 1000)}
MULTI: dict[str, Check] = {"max_selected_items": integer(1, 100)}
ID = string(255)
IDS = items(ID, 100, 0)
FILTER = Shape(
    {
        "include": items(word("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
CONVERSATION: dict[str, Check] = SELECTABLE | {"default_to_current_conversation": boolean, "filter": FILTER}
DISPATCH = Shape({"trigger_actions_on": items(word("on_enter_pressed", "on_character_entered"), 2)})
TEXT_FIELD: dict[str, Check] = {
    "initial_value": string(3000, 0),
    "placeholder": PLACEHOLDER,
    "dispatch_action_config": DISPATCH,
    "focus_on_load": boolean,
}
PRESSABLE: dict[str, Check] = {"text": text(75, PLAIN), "value": string(2000, 0), "accessibility_label": string(75)}
FEEDBACK = Shape(PRESSABLE, ("text", "value"))

ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        PRESSABLE
        | {
            "url": URL,
            "style": word("primary", "danger"),
            "confirm": CONFIRM,
            "agent_prompt": string(4000),
            "visible_to_user_ids": IDS,
        },
        ("text",),
    ),
    "workflow_button": Shape(
        PRESSABLE | {"workflow": anything, "style": word("primary", "danger")}, ("text", "workflow")
    ),
    "overflow": Shape(
        {"options": items(_option("url"), 5), "confirm": CONFIRM}, ("options",), rules=(_distinct_values,)
    ),
    "checkboxes": Shape(
        {
            "options": items(RICH_OPTION, 10),
            "initial_options": items(RICH_OPTION, 10),
            "confirm": CONFIRM,
            "focus_on_load": boolean,
        },
        ("options",),
        rules=(_initial_is_offered, _distinct_values),
    ),
    "radio_buttons": Shape(
        {
            "options": items(RICH_OPTION, 10),
            "initial_option": RICH_OPTION,
            "confirm": CONFIRM,
            "focus_on_load": boolean,
        },
        ("options",),
        rules=(_initial_is_offered, _distinct_values),
    ),
    "static_select": Shape(STATIC | {"initial_option": OPTION}, rules=STATIC_RULES),
    "multi_static_select": Shape(STATIC | MULTI | {"initial_options": items(OPTION, 100)}, rules=STATIC_RULES),
    "external_select": Shape(EXTERNAL | {"initial_option": OPTION}),
    "multi_external_select": Shape(EXTERNAL | MULTI | {"initial_options": items(OPTION, 100)}),
    "users_select": Shape(SELECTABLE | {"initial_user": ID}),
    "multi_users_select": Shape(SELECTABLE | MULTI | {"initial_users": IDS}),
    "conversations_select": Shape(CONVERSATION | {"initial_conversation": ID, "response_url_enabled": boolean}),
    "multi_conversations_select": Shape(CONVERSATION | MULTI | {"initial_conversations": IDS}),
    "channels_select": Shape(SELECTABLE | {"initial_channel": ID, "response_url_enabled": boolean}),
    "multi_channels_select": Shape(SELECTABLE | MULTI | {"initial_channels": IDS}),
    "datepicker": Shape(SELECTABLE | {"initial_date": DATE}),
    "timepicker": Shape(SELECTABLE | {"initial_time": TIME, "timezone": ID}),
    "datetimepicker": Shape(
        {"initial_date_time": integer(10**9, 10**10 - 1), "confirm": CONFIRM, "focus_on_load": boolean}
    ),
    "plain_text_input": Shape(
        TEXT_FIELD | {"multiline": boolean, "min_length": integer(0, 3000), "max_length": integer(1, 3000)}
    ),
    "email_text_input": Shape(TEXT_FIELD),
    "url_text_input": Shape(TEXT_FIELD),
    "number_input": Shape(
        TEXT_FIELD | {"is_decimal_allowed": boolean, "initial_value": NUMBER, "min_value": NUMBER, "max_value": NUMBER},
        ("is_decimal_allowed",),
    ),
    "rich_text_input": Shape(
        TEXT_FIELD | {"initial_value": RICH_TEXT, "min_lines": integer(1, 100), "max_lines": integer(1, 100)}
    ),
    "file_input": Shape({"filetypes": items(string(20), 100), "max_files": integer(1, 10)}),
    "image": IMAGE,
    "feedback_buttons": Shape(
        {"positive_button": FEEDBACK, "negative_button": FEEDBACK}, ("positive_button", "negative_button")
    ),
    "icon_button": Shape(
        PRESSABLE | {"icon": word("trash"), "confirm": CONFIRM, "visible_to_user_ids": items(ID, 10)}, ("icon", "text")
    ),
}
TEXT_INPUTS = (
    "plain_text_input",
    "email_text_input",
    "url_text_input",
    "number_input",
    "rich_text_input",
    "file_input",
)
CHOOSERS = tuple(
    kind
    for kind in ELEMENTS
    if kind not in (*TEXT_INPUTS, "image", "feedback_buttons", "icon_button", "button", "workflow_button", "overflow")
)
IN_ACTIONS = (*CHOOSERS, "button", "workflow_button", "overflow")
CHILDREN = (
    "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video"
)  # fmt: skip


def _context_element(value: Any, at: str) -> Faults:
    if isinstance(value, dict) and value.get("type") in ("plain_text", "mrkdwn"):
        return text(3000)(value, at)
    return typed(ELEMENTS, "image")(value, at)


def _child(value: Any, at: str) -> Faults:
    return typed(BLOCKS, *CHILDREN)(value, at)


def _distinct_actions(value: Json, at: str) -> Faults:
    counted = Counter(one.get("action_id") for one in value["elements"] if one.get("action_id"))
    for found, times in counted.items():
        if times > 1:
            yield f"action_id already exists: {found}", f"{at}/elements"


def _no_dispatched_files(value: Json, at: str) -> Faults:
    if value.get("dispatch_action") and value["element"]["type"] == "file_input":
        yield "dispatch_action is not allowed with file_input", at


def _divider_only_when_open(value: Json, at: str) -> Faults:
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield "has_header_divider is only allowed when is_collapsible is false", at


CARD = Shape(
    {
        "hero_image": typed(ELEMENTS, "image"),
        "icon": typed(ELEMENTS, "image"),
        "slack_icon": anything,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": items(typed(ELEMENTS, "button"), 3),
    },
    any_of=("hero_image", "title", "actions", "body"),
)
TASK_CARD = Shape(
    {
        "task_id": ID,
        "title": string(3000),
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": anything,
        "status": word("pending", "in_progress", "complete", "error"),
    },
    ("task_id", "title", "status"),
)

BLOCKS: dict[str, Shape] = {
    "section": Shape(
        {
            "text": text(3000),
            "fields": items(text(2000), 10),
            "accessory": typed(ELEMENTS, *IN_ACTIONS, "image"),
            "expand": boolean,
        },
        any_of=("text", "fields"),
    ),
    "header": Shape({"text": text(150, PLAIN), "level": integer(1, 4)}, ("text",)),
    "context": Shape({"elements": items(_context_element, 10)}, ("elements",)),
    "divider": Shape({}),
    "actions": Shape({"elements": items(typed(ELEMENTS, *IN_ACTIONS), 25)}, ("elements",), rules=(_distinct_actions,)),
    "input": Shape(
        {
            "label": text(2000, PLAIN),
            "hint": text(2000, PLAIN),
            "element": typed(ELEMENTS, *TEXT_INPUTS, *CHOOSERS),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        ("label", "element"),
        rules=(_no_dispatched_files,),
    ),
    "image": Shape(IMAGE_FIELDS | {"title": text(2000, PLAIN)}, ("alt_text",), ("image_url", "slack_file")),
    "rich_text": RICH_TEXT,
    "markdown": Shape({"text": string(12_000)}, ("text",)),
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "card": CARD,
    "carousel": Shape({"elements": items(typed({"card": CARD}), 10)}, ("elements",)),
    "container": Shape(
        {
            "title": text(150, PLAIN),
            "rich_text_title": RICH_TEXT,
            "subtitle": text(150),
            "child_blocks": items(_child, 10),
            "width": word("narrow", "standard", "wide", "full"),
            "icon": typed(ELEMENTS, "image"),
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        ("child_blocks",),
        ("title", "rich_text_title"),
        rules=(_divider_only_when_open,),
    ),
    "alert": Shape({"text": text(200), "level": word("default", "info", "warning", "error", "success")}, ("text",)),
    "context_actions": Shape({"elements": items(typed(ELEMENTS, "feedback_buttons", "icon_button"), 5)}, ("elements",)),
    "task_card": TASK_CARD,
    "plan": Shape({"title": string(3000), "tasks": items(typed({"task_card": TASK_CARD}), 50, 0)}, ("title",)),
    "video": Shape(
        {
            "alt_text": string(2000),
            "title": text(200, PLAIN),
            "title_url": string(2000),
            "video_url": URL,
            "thumbnail_url": URL,
            "description": text(200, PLAIN),
            "author_name": string(50),
            "provider_name": string(50),
            "provider_icon_url": string(2000),
        },
        ("alt_text", "title", "video_url", "thumbnail_url"),
    ),
}

EVERYWHERE = ("section", "header", "context", "divider", "actions", "input", "image", "rich_text", "card", "video")
SURFACES = {
    "message": frozenset(
        (*EVERYWHERE, "markdown", "table", "data_table", "data_visualization", "carousel", "container",
         "context_actions", "task_card", "plan")
    ),
    "modal": frozenset((*EVERYWHERE, "alert")),
    "home": frozenset((*EVERYWHERE, "table", "data_table", "data_visualization", "carousel", "container")),
}  # fmt: skip
"""Which block may go where. https://docs.slack.dev/reference/block-kit/blocks"""

BLOCKS_MAX = {"message": 50, "modal": 100, "home": 100}
VIEW_BYTES = 250_000
VIEW_FIELDS: dict[str, Check] = {
    "blocks": anything,
    "title": text(24, PLAIN),
    "submit": text(24, PLAIN),
    "close": text(24, PLAIN),
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
}
VIEWS = {
    "modal": Shape(VIEW_FIELDS, ("title", "blocks")),
    "home": Shape(
        {name: VIEW_FIELDS[name] for name in ("blocks", "private_metadata", "callback_id", "external_id")}, ("blocks",)
    ),
}


def faults_in_message(body: Json) -> list[str]:
    """What is wrong with a message's blocks and its attachments' blocks, as Slack says it."""
    found = list(_in_blocks(body.get("blocks") or [], "message", "/blocks"))
    for number, one in enumerate(body.get("attachments") or []):
        found += _in_blocks(one.get("blocks") or [], "message", f"/attachments/{number}/blocks")
    if len(body.get("attachments") or []) > 100:
        found.append(("no more than 100 items allowed", "/attachments"))
    return _said(found)


def faults_in_view(view: Any, kind: str) -> list[str]:
    """What is wrong with a view of that kind (modal or home)."""
    if not isinstance(view, dict):
        return ["must be an object [json-pointer:/view]"]
    if view.get("type") != kind:
        return [f"must be of type {kind} [json-pointer:/view/type]"]
    found = list(VIEWS[kind](view, "/view"))
    if isinstance(view.get("blocks"), list):
        found += _in_blocks(view["blocks"], kind, "/view/blocks")
        has_input = any(isinstance(one, dict) and one.get("type") == "input" for one in view["blocks"])
        if kind == "modal" and has_input and not view.get("submit"):
            found.append(("missing required field: submit", "/view"))
    else:
        found.append(("must be an array", "/view/blocks"))
    return _said(found)


def faults_in_options(answer: Json) -> list[str]:
    """What is wrong with the answer to an option look-up."""
    shape = Shape(
        {"options": items(OPTION, 100, 0), "option_groups": items(GROUP, 100, 0)}, rules=(_options_or_groups,)
    )
    return _said(shape(answer, ""))


def is_too_large(view: Json) -> bool:
    """Whether a view exceeds 250 kB."""
    return len(json.dumps(view).encode()) > VIEW_BYTES


def _in_blocks(blocks: list[Any], kind: str, at: str) -> Iterator[tuple[str, str]]:
    if len(blocks) > BLOCKS_MAX[kind]:
        yield f"no more than {BLOCKS_MAX[kind]} items allowed", at
    sound = []
    for number, block in enumerate(blocks):
        found = list(typed(BLOCKS, *SURFACES[kind])(block, f"{at}/{number}"))
        yield from found
        if not found:
            sound.append(block)
    for found_id, times in Counter(block["block_id"] for block in sound if block.get("block_id")).items():
        if times > 1:
            yield f"block_id already exists: {found_id}", at
    yield from _whole(sound, kind, at)


def _whole(blocks: list[Json], kind: str, at: str) -> Faults:
    kinds = Counter(block["type"] for block in blocks)
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > 12_000:
        yield "all markdown blocks together must be less than 12001 characters", at
    for of, most in (("table", 10_000), ("data_table", 20_000)):
        if sum(content_length(block) for block in blocks if block["type"] == of) > most:
            yield f"all cells of {of} blocks together must be less than {most + 1} characters", at
    if kind == "message" and kinds["table"] > 1:
        yield "only one table is allowed in a message", at
    if kind == "message" and kinds["data_visualization"] > 2:
        yield "no more than 2 data_visualization blocks allowed in a message", at
    if sum(bool(element.get("focus_on_load")) for _, element in find_elements(blocks)) > 1:
        yield "only one element may have focus_on_load", at
    for number, block in enumerate(blocks):
        for _, element in find_elements([block]):
            if kind != "modal" and (element["type"] == "file_input" or element.get("response_url_enabled")):
                yield "only allowed in modals", f"{at}/{number}"


def _said(found: Any) -> list[str]:
    return [f"{fault} [json-pointer:{at}]" for fault, at in found]
