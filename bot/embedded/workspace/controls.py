"""Block Kit's rules for what one presses, chooses and types in. https://docs.slack.dev/reference/block-kit/block-elements"""

from collections import Counter

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
    word,
)
from bot.embedded.workspace.elements import Json
from bot.embedded.workspace.figures import RICH_TEXT

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


def options_or_groups(value: Json, at: str) -> Faults:
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
STATIC_RULES = (options_or_groups, _initial_is_offered, _distinct_values)
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
